"""Edges of media."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from simulator.faults import FaultKind
from simulator.jsontypes import JsonObject
from simulator.meta.call import Call
from simulator.meta.errors import GraphError, make_missing_object
from simulator.meta.media import UPLOAD_DAYS, check_upload, store_media, view_media
from simulator.simulator import Simulator


async def post_media(call: Call) -> JsonObject:
    """Upload a file: multipart with messaging_product and file, whose part says its type."""
    channel = call.phone()
    form = await _read_form(call)
    if form.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise GraphError(100, message="(#100) The parameter file is required.")
    slow = call.simulator.world.faults.strike(FaultKind.UPLOAD_SLOW, channel.phone_number_id)
    if slow is not None:
        await asyncio.sleep(slow.seconds)
    data = await file.read()
    given = form.get("type")
    mime_type = given if isinstance(given, str) and given else file.content_type or "application/octet-stream"
    check_upload(mime_type, data)
    media = store_media(
        call.simulator.world,
        channel.phone_number_id,
        data,
        mime_type=mime_type,
        filename=file.filename or "",
        days=UPLOAD_DAYS,
    )
    return {"id": media.id}


async def get_media(call: Call) -> JsonObject:
    media = call.media()
    if call.simulator.world.faults.strike(FaultKind.MEDIA_GONE, media.phone_number_id) is not None:
        raise make_missing_object("GET", media.id)
    return view_media(media, url=make_media_url(call.simulator, media.id, base_url=call.base_url))


async def delete_media(call: Call) -> JsonObject:
    call.simulator.world.remove_media(call.media())
    return {"success": True}


def make_media_url(simulator: Simulator, media_id: str, *, base_url: str) -> str:
    """A download URL that holds for some minutes; `base_url` is how the asker calls the simulator."""
    world = simulator.world
    expires_at = int(world.now() + world.settings.media_url_seconds)
    return f"{base_url}/media-files/{media_id}?ext={expires_at}&hash={simulator.media_urls.sign(media_id, expires_at)}"


async def _read_form(call: Call) -> dict[str, UploadFile | str]:
    if not call.content_type.startswith("multipart/form-data"):
        raise GraphError(100, message="(#100) The parameter file is required.")

    async def whole() -> AsyncGenerator[bytes, None]:
        yield call.body

    headers = Headers({"content-type": call.content_type})
    try:
        form = await MultiPartParser(headers, whole(), max_part_size=len(call.body) + 1).parse()
    except (MultiPartException, KeyError) as error:
        raise GraphError(100, f"The multipart body cannot be read: {error}") from error
    return dict(form.items())
