"""Where files are kept: the local disk, or any store that speaks Amazon's S3.

A key becomes visible with the whole of its bytes or not at all, whatever dies meanwhile. Files come from a
`spool` folder on the local disk, where whoever takes them in has looked at them first. Nothing is held in
memory. What a store cannot do is one of three errors: it is full, it is away, or there is no such key.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, GenericError
from obstore.store import S3Store as ObjectStore

from hoopoe.kernel.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Config

CHUNK_BYTES: Final = 1024 * 1024
PART_BYTES: Final = 8 * 1024 * 1024
PARTS_AT_ONCE: Final = 4
PIECE_BYTES: Final = 4 * 1024 * 1024
S3_SECONDS: Final = 60
S3_RETRIES: Final = 2
S3_RETRY_SECONDS: Final = 10
SPOOL_HOURS: Final = 6
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# The words of S3, MinIO, Ceph and others for a store or a bucket that is full; 507 is WebDAV's number for it.
_FULL: Final = ("status code: 507", "InsufficientStorage", "StorageFull", "QuotaExceeded", "InsufficientCapacity")

Chunks: TypeAlias = AsyncIterator[bytes]
_Get: TypeAlias = Callable[[str, int, int], Awaitable[bytes]]


class StoreError(Exception):
    """The store did not do it. The message is for logs."""


class StoreFullError(StoreError):
    """There is no room for it."""


class StoreAwayError(StoreError):
    """It does not answer, or does not let us in. It may later."""


class NotStoredError(StoreError):
    """There is nothing under this key."""


class Store(Protocol):
    """A place for files. Every method raises `StoreError` and nothing else that a disk or a network does."""

    @property
    def spool(self) -> Path:
        """A folder of this machine for files on their way in."""

    async def put(self, key: str, file: Path) -> None:
        """Keep a file under a key. The file may be moved or stay; it is the caller's to remove."""

    async def open(self, key: str, *, start: int, end: int) -> Chunks:
        """The bytes from `start` up to and without `end`. Raises before the first of them, or in the middle."""

    async def read(self, key: str) -> bytes:
        """All the bytes of what is known to be small."""

    async def delete(self, key: str) -> None:
        """Remove a key. One that is not there is no error."""

    async def delete_all(self, folder: str) -> None:
        """Remove every key that begins with `folder` and a slash."""


def open_store(settings: Settings) -> Store:
    """The store that the settings name. Connects to nothing yet; makes the folders that it needs."""
    if settings.s3_bucket is None:
        return LocalStore(_make_folder(settings.hoopoe_home / "media"))
    config: S3Config = {
        "region": settings.s3_region,
        # With an endpoint of one's own the bucket stands in the path, as every such store understands.
        "virtual_hosted_style_request": settings.s3_endpoint_url is None,
    }
    if settings.s3_endpoint_url is not None:
        config["endpoint"] = settings.s3_endpoint_url
    secret = settings.s3_secret_access_key
    if settings.s3_access_key_id is not None and secret is not None:
        config["access_key_id"] = settings.s3_access_key_id
        config["secret_access_key"] = secret.get_secret_value()
    client = ObjectStore(
        settings.s3_bucket,
        prefix=settings.s3_prefix or None,
        config=config,
        client_options={"allow_http": True, "timeout": timedelta(seconds=S3_SECONDS)},
        retry_config={"max_retries": S3_RETRIES, "retry_timeout": timedelta(seconds=S3_RETRY_SECONDS)},
    )
    return S3Store(client, _make_folder(Path(tempfile.gettempdir()) / f"hoopoe-spool-{os.getuid()}"))


def sweep_spool(store: Store) -> int:
    """Remove what processes that died have left in the spool; returns how many files."""
    before = time.time() - SPOOL_HOURS * 3600
    count = 0
    for file in store.spool.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime < before:
                file.unlink()
                count += 1
    return count


async def _open_pieces(get: _Get, key: str, start: int, end: int, *, size: int) -> Chunks:
    """Piece by piece; the first is read here, so that what is wrong with a key is said before anything is answered."""
    first = await get(key, start, min(end, start + size)) if start < end else b""

    async def read() -> Chunks:
        place, piece = start, first
        while place < end:
            if not piece:
                raise StoreAwayError(f"{key} has fewer bytes than it had")
            yield piece
            place += len(piece)
            piece = await get(key, place, min(end, place + size)) if place < end else b""

    return read()


# --- The local disk -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LocalStore:
    """Files under a folder that only its owner may read."""

    folder: Path

    @property
    def spool(self) -> Path:
        """Beside the files, so that a file is moved and not copied."""
        return _make_folder(self.folder / "spool")

    async def put(self, key: str, file: Path) -> None:
        """Written to the disk, then renamed into its place."""
        await asyncio.to_thread(self._put, key, file)

    async def open(self, key: str, *, start: int, end: int) -> Chunks:
        """Read a megabyte at a time, beside the event loop; nothing is held open in between."""
        return await _open_pieces(self._get, _check_key(key), start, end, size=CHUNK_BYTES)

    async def read(self, key: str) -> bytes:
        """At once."""
        try:
            return await asyncio.to_thread(self._place(key).read_bytes)
        except OSError as error:
            raise _read_os_error(error) from error

    async def delete(self, key: str) -> None:
        """The folder stays."""
        try:
            await asyncio.to_thread(self._place(key).unlink, missing_ok=True)
        except OSError as error:
            raise _read_os_error(error) from error

    async def delete_all(self, folder: str) -> None:
        """The whole folder."""

        def remove() -> None:
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(self._place(folder))

        try:
            await asyncio.to_thread(remove)
        except OSError as error:
            raise _read_os_error(error) from error

    def _place(self, key: str) -> Path:
        return self.folder / "files" / _check_key(key)

    def _put(self, key: str, file: Path) -> None:
        place = self._place(key)
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _move(file, place)
            _sync(place.parent)
        except OSError as error:
            raise _read_os_error(error) from error

    async def _get(self, key: str, start: int, end: int) -> bytes:
        def read() -> bytes:
            with self._place(key).open("rb") as file:
                return os.pread(file.fileno(), end - start, start)

        try:
            return await asyncio.to_thread(read)
        except OSError as error:
            raise _read_os_error(error) from error


def _move(file: Path, place: Path) -> None:
    """Rename what is on the disk; where the spool is on another disk, copy it beside its place first."""
    with file.open("rb") as given:
        os.fsync(given.fileno())
    try:
        file.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = place.with_name(f"{place.name}.{uuid4().hex}.part")
        try:
            with file.open("rb") as given, part.open("wb") as taken:
                shutil.copyfileobj(given, taken, CHUNK_BYTES)
                taken.flush()
                os.fsync(taken.fileno())
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _make_folder(folder: Path) -> Path:
    """Make a folder that is ours. Raises PermissionError for one that somebody else has made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


def _check_key(key: str) -> str:
    """A key is ours: ids and words between slashes. Raises ValueError for one that could lead elsewhere."""
    parts = key.split("/")
    if not all(part and part.isascii() and part.replace("-", "").isalnum() for part in parts):
        raise ValueError(f"not a key: {key!r}")
    return key


def _read_os_error(error: OSError) -> StoreError:
    if isinstance(error, FileNotFoundError):
        return NotStoredError(str(error))
    return StoreFullError(str(error)) if error.errno in _NO_SPACE else StoreAwayError(str(error))


# --- S3 -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class S3Store:
    """A bucket. Large files go up in parts, and the key appears with the last of them."""

    client: ObjectStore
    spool: Path

    async def put(self, key: str, file: Path) -> None:
        """Up to four parts of 8 MB are under way at once."""
        try:
            await obstore.put_async(
                self.client, _check_key(key), file, chunk_size=PART_BYTES, max_concurrency=PARTS_AT_ONCE
            )
        except (BaseError, OSError) as error:
            raise _read_s3_error(error) from error

    async def open(self, key: str, *, start: int, end: int) -> Chunks:
        """A request for each 4 MB, so that a slow reader holds none open for long."""
        return await _open_pieces(self._get, _check_key(key), start, end, size=PIECE_BYTES)

    async def read(self, key: str) -> bytes:
        """In one request."""
        try:
            answer = await obstore.get_async(self.client, _check_key(key))
            return bytes(await answer.bytes_async())
        except (BaseError, OSError) as error:
            raise _read_s3_error(error) from error

    async def delete(self, key: str) -> None:
        """S3 answers the same whether it was there or not."""
        try:
            await obstore.delete_async(self.client, _check_key(key))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _read_s3_error(error) from error

    async def delete_all(self, folder: str) -> None:
        """Listed a page at a time."""
        try:
            async for page in obstore.list(self.client, _check_key(folder)):
                paths = [entry["path"] for entry in page]
                if paths:
                    await obstore.delete_async(self.client, paths)
        except (BaseError, OSError) as error:
            raise _read_s3_error(error) from error

    async def _get(self, key: str, start: int, end: int) -> bytes:
        try:
            return bytes(await obstore.get_range_async(self.client, key, start=start, end=end))
        except (BaseError, OSError) as error:
            raise _read_s3_error(error) from error


def _read_s3_error(error: Exception) -> StoreError:
    """The library has no class for a full store: it is told by the words."""
    if isinstance(error, FileNotFoundError):
        return NotStoredError("no such key")
    words = str(error)
    # Behind it the client prints its own insides, over many lines.
    told = words.partition("\n")[0]
    if isinstance(error, GenericError) and any(sign in words for sign in _FULL):
        return StoreFullError(told)
    return StoreAwayError(told)
