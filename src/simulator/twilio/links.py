"""The file of a message, fetched from its link as Twilio does, when the link leads to this very machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit

import aiohttp

from simulator.jsontypes import JsonObject
from simulator.meta.media import store_media
from simulator.simulator import Simulator
from simulator.state import TwilioChannel
from simulator.twilio.checks import SendRequest
from simulator.twilio.media_types import kind_of_type
from simulator.twilio.payloads import new_sid

_OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_TIMEOUT: Final = aiohttp.ClientTimeout(total=15)
_LARGEST: Final = 16 * 1024 * 1024
_LARGEST_PICTURE: Final = 5 * 1024 * 1024
_DAYS: Final = 30
NOT_FETCHED: Final = 63019
TOO_LARGE: Final = 63005


async def bring_link(
    simulator: Simulator, channel: TwilioChannel, request: SendRequest
) -> tuple[SendRequest, int | None]:
    """The request with its file on the phone, and the code with which the message fails when that cannot be had.

    A link to anywhere else stays a link: nothing leaves the machine.
    """
    link = request.media[0] if request.media else ""
    if not link or urlsplit(link).hostname not in _OWN_HOSTS:
        return request, None
    try:
        async with simulator.deliverer.open_session().get(link, timeout=_TIMEOUT) as answer:
            if answer.status != 200:
                return request, NOT_FETCHED
            data = await answer.read()
            mime_type = answer.content_type
    except (aiohttp.ClientError, TimeoutError, OSError):
        return request, NOT_FETCHED
    kind = kind_of_type(mime_type)
    if not data or len(data) > (_LARGEST_PICTURE if kind == "image" else _LARGEST):
        return request, TOO_LARGE
    filename = unquote(urlsplit(link).path.rpartition("/")[2])
    media = store_media(
        simulator.world,
        channel.phone_number_id,
        data,
        mime_type=mime_type,
        filename=filename,
        days=_DAYS,
        media_id=new_sid("ME"),
    )
    content: JsonObject = {**request.content, "id": media.id, "mime_type": mime_type, "filename": filename}
    return replace(request, type=kind, content=content), None
