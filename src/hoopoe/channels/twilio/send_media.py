"""A message with a file, at Twilio: Twilio fetches the file from an address of ours."""

from __future__ import annotations

from hoopoe.channels.capabilities import TWILIO
from hoopoe.channels.contract import Address, MediaContent, ProviderError, Refused, SendResult
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.media import check_media
from hoopoe.channels.outside import Outside
from hoopoe.channels.twilio import client
from hoopoe.channels.twilio.errors import CONTENT_CODE


async def send_media(
    outside: Outside,
    channel: RoutedChannel,
    content: MediaContent,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> SendResult:
    """Send a file. Never raises for what the provider or the network does. The address is good for a day."""
    try:
        file = check_media(content, await outside.files.find(channel.workspace_id, content.file_id), TWILIO)
    except ContentRefused as refused:
        return Refused(ProviderError(CONTENT_CODE, "WhatsApp would not take this message", str(refused)))
    return await client.send(
        outside.http,
        base_url=outside.twilio_api_url,
        credentials=client.Credentials(channel.account_id, channel.access_token, channel.sender_id),
        contents=outside.contents.of(channel.workspace_id),
        status_callback_url=outside.twilio_callback_url,
        content=content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
        media_url=outside.files.public_url(channel.workspace_id, file),
    )
