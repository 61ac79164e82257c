"""A message with a file, at Meta: the file is brought there first, or was there already."""

from __future__ import annotations

import time
from functools import partial
from typing import Final

from hoopoe.channels.capabilities import META
from hoopoe.channels.contract import Address, MediaContent, ProviderError, Refused, SendResult
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.media import check_media
from hoopoe.channels.meta import client
from hoopoe.channels.outside import Outside

DEFAULT_SECONDS: Final = 10.0
# The file is what the message is refused for: Meta forgot it before its thirty days, or could not use it.
FILE_CODES: Final = (100, 131009, 131053)


async def send_media(
    outside: Outside,
    channel: RoutedChannel,
    content: MediaContent,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> SendResult:
    """Send a file. Never raises for what the provider or the network does.

    The message leaves in the first half of the session's timeout or not at all: the caller's lease counts on that.
    """
    key = (channel.workspace_id, content.file_id, channel.id)
    try:
        file = check_media(content, await outside.files.find(channel.workspace_id, content.file_id), META)
    except ContentRefused as refused:
        return Refused(ProviderError(client.CONTENT_CODE, "WhatsApp would not take this message", str(refused)))
    ends_at = time.monotonic() + (outside.http.timeout.total or DEFAULT_SECONDS) / 2
    send = partial(
        client.send,
        outside.wire,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        credentials=client.Credentials(channel.sender_id, channel.access_token),
        content=content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
    )
    known = await outside.files.find_upload(*key)
    if known is not None:
        result = await send(media_id=known)
        if not _is_file_refused(result):
            return result
        # The refusal is certain, so that a second try doubles nothing.
        await outside.files.drop_upload(*key, known)
    brought = await outside.uploads.bring(
        outside.http,
        channel,
        file,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        seconds=max(0.0, ends_at - time.monotonic()),
    )
    return await send(media_id=brought) if isinstance(brought, str) else brought


def _is_file_refused(result: SendResult) -> bool:
    return isinstance(result, Refused) and result.error.code in FILE_CODES
