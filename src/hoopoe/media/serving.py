"""The bytes of a file, for whoever holds a signed address: whole, in ranges, shown only where that is safe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote

import structlog
from fastapi import Response
from fastapi.responses import StreamingResponse

from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.storage import Chunks, NotStoredError, Store, StoreError
from hoopoe.media.addresses import Variant
from hoopoe.media.errors import RangeNotThere
from hoopoe.media.files import FileRow, FileState, file_key, thumbnail_key
from hoopoe.media.pictures import THUMBNAIL_TYPE
from hoopoe.media.ranges import ByteRange, UnsatisfiableError, read_range
from hoopoe.media.taking import refusing_store_errors
from hoopoe.media.types import INLINE, UNKNOWN

log = structlog.get_logger()

# Nothing that a file might hold runs, wherever it is opened, and it is shown in no frame of anybody's.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; sandbox"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for beside the address: its headers, as they came."""

    is_head: bool = False
    range: str | None = None
    if_range: str | None = None
    if_none_match: str | None = None


async def serve_file(
    store: Store, file: FileRow, variant: Variant, *, wanted: Wanted, expires_at: datetime, now: datetime
) -> Response:
    """Answer a request for a file. Raises `NotFound`, `RangeNotThere`, and `StoreUnavailable` before a byte left."""
    if file.state is not FileState.STORED or file.size is None or file.mime_type is None:
        raise NotFound
    seconds = max(0, int((expires_at - now).total_seconds()))
    headers = {
        "cache-control": f"private, max-age={seconds}, immutable",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
    }
    if variant is Variant.THUMBNAIL:
        return await _serve_thumbnail(store, file, headers)
    headers |= {
        "etag": f'"{(file.sha256 or b"").hex()}"',
        "accept-ranges": "bytes",
        "content-disposition": _disposition(file, is_shown=variant is Variant.VIEW and file.mime_type in INLINE),
    }
    if headers["etag"] in {each.strip() for each in (wanted.if_none_match or "").split(",")}:
        return Response(status_code=304, headers=headers)
    part = _read_part(wanted, file.size, headers["etag"])
    start, end = (part.start, part.end) if part is not None else (0, file.size)
    headers["content-length"] = str(end - start)
    if part is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    media_type = file.mime_type if file.mime_type in INLINE or variant is Variant.SAVE else UNKNOWN
    status = 206 if part is not None else 200
    if wanted.is_head:
        return Response(status_code=status, headers=headers, media_type=media_type)
    with refusing_store_errors():
        try:
            chunks = await store.open(file_key(file.workspace_id, file.id), start=start, end=end)
        except NotStoredError:
            log.error("file_lost", file_id=str(file.id), workspace_id=str(file.workspace_id))
            raise NotFound from None
    return StreamingResponse(_say_when_broken(chunks, file), status, headers=headers, media_type=media_type)


def _read_part(wanted: Wanted, size: int, etag: str) -> ByteRange | None:
    if wanted.if_range is not None and wanted.if_range != etag:
        return None
    try:
        return read_range(wanted.range, size)
    except UnsatisfiableError:
        raise RangeNotThere(headers={"Content-Range": f"bytes */{size}"}) from None


async def _serve_thumbnail(store: Store, file: FileRow, headers: dict[str, str]) -> Response:
    if not file.has_thumbnail:
        raise NotFound
    with refusing_store_errors():
        try:
            data = await store.read(thumbnail_key(file.workspace_id, file.id))
        except NotStoredError:
            raise NotFound from None
    return Response(data, headers=headers | {"content-disposition": "inline"}, media_type=THUMBNAIL_TYPE)


def _disposition(file: FileRow, *, is_shown: bool) -> str:
    """Shown, or saved by its name. Source: RFC 6266."""
    name = file.name or "file"
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in name
    )
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _say_when_broken(chunks: Chunks, file: FileRow) -> AsyncIterator[bytes]:
    """The answer has begun, so a store that goes away can only cut it off: the reader sees that it is too short."""
    try:
        async for chunk in chunks:
            yield chunk
    except StoreError as error:
        log.warning("file_broke_off", file_id=str(file.id), error=str(error)[:300])
        raise
