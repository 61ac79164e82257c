"""A file on its way in: written to the local disk, counted and hashed while it comes, looked at when it is there.

Nothing of it is in the store before it is whole and known. What a killed process leaves in the spool nobody can
reach, and a sweep removes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final
from uuid import uuid4

from hoopoe.kernel.storage import Store, StoreAwayError, StoreFullError
from hoopoe.media import ogg, types
from hoopoe.media.pictures import draw_thumbnail
from hoopoe.media.webm import NotOpusError, rewrap_opus

# What WhatsApp takes at most, of any kind, in both directions.
MOST_BYTES: Final = 100 * 1024 * 1024
# Longer recordings than WhatsApp takes need not be wrapped anew.
MOST_RECORDED_BYTES: Final = 16 * 1024 * 1024
_WRITE_BYTES: Final = 512 * 1024


class TooManyBytesError(Exception):
    """The file is larger than `MOST_BYTES`. Nothing more of it is taken."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file that was looked at. `thumbnail` is a file beside it, where one could be drawn."""

    mime_type: str
    size: int
    sha256: bytes
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    audio_channels: int | None = None
    is_animated: bool = False
    thumbnail: Path | None = None


class Spooled:
    """A file being written. Made by `open_spool`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.size = 0
        self._file = file
        self._hash = hashlib.sha256()
        self._waiting = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Take some bytes. Raises `TooManyBytesError`, `StoreFullError`, `StoreAwayError`."""
        self.size += len(chunk)
        if self.size > MOST_BYTES:
            raise TooManyBytesError
        self._waiting += chunk
        if len(self._waiting) >= _WRITE_BYTES:
            await self._flush()

    async def look(self, *, told: str | None, name: str | None, is_voice: bool = False) -> Facts:
        """End the file and look at it. `told` and `name` came with it; `is_voice`: what a browser recorded becomes
        the Ogg that WhatsApp takes. Raises as `write` does."""
        await self._flush()
        facts = await self._read_facts(told, name)
        if is_voice and facts.mime_type in ("audio/webm", "video/webm") and self.size <= MOST_RECORDED_BYTES:
            facts = await self._rewrap(facts)
        picture = await draw_thumbnail(self.path, facts.mime_type, self._thumbnail)
        if picture is not None:
            thumbnail = self._thumbnail if picture.has_thumbnail else None
            facts = replace(facts, width=picture.width, height=picture.height, thumbnail=thumbnail)
        return facts

    @property
    def _thumbnail(self) -> Path:
        return self.path.with_name(f"{self.path.name}-thumb")

    async def _flush(self) -> None:
        waiting, self._waiting = bytes(self._waiting), bytearray()

        def write() -> None:
            self._hash.update(waiting)
            self._file.write(waiting)
            self._file.flush()

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise (StoreFullError if full else StoreAwayError)(f"the spool: {error}") from error

    async def _read_facts(self, told: str | None, name: str | None) -> Facts:
        head, tail = await asyncio.to_thread(self._read_ends)
        mime_type = types.sniff(head, tail, told=told, name=name)
        opus = ogg.read_opus(head) if mime_type == "audio/ogg" else None
        return Facts(
            mime_type=mime_type,
            size=self.size,
            sha256=self._hash.digest(),
            duration_ms=ogg.read_duration_ms(head, tail) if opus is not None else None,
            audio_channels=opus.channels if opus is not None else None,
            is_animated=mime_type == "image/webp" and types.is_animated(head),
        )

    def _read_ends(self) -> tuple[bytes, bytes]:
        with self.path.open("rb") as file:
            head = file.read(types.HEAD_BYTES)
            file.seek(max(0, self.size - types.TAIL_BYTES))
            return head, file.read(types.TAIL_BYTES)

    async def _rewrap(self, facts: Facts) -> Facts:
        """The same sound in Ogg. What is no Opus stays what it is."""
        try:
            wrapped = await asyncio.to_thread(lambda: rewrap_opus(self.path.read_bytes()))
        except NotOpusError:
            return facts
        self._file.seek(0)
        self._file.truncate()
        self._hash, self.size = hashlib.sha256(), len(wrapped)
        self._waiting += wrapped
        await self._flush()
        return await self._read_facts("audio/ogg", None)


@contextlib.asynccontextmanager
async def open_spool(store: Store) -> AsyncIterator[Spooled]:
    """A new file in the spool for the length of the block; it and its thumbnail are gone afterwards.

    Raises `StoreAwayError` or `StoreFullError` where the spool cannot be written.
    """
    try:
        path = store.spool / uuid4().hex
        file = path.open("xb")
    except OSError as error:
        raise (StoreFullError if error.errno == errno.ENOSPC else StoreAwayError)(f"the spool: {error}") from error
    spooled = Spooled(path, file)
    try:
        yield spooled
    finally:
        with contextlib.suppress(OSError):
            file.close()
        for left in (path, spooled._thumbnail):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
