"""Taking a file in from people and programs: looked at, stored, and only then there.

The row comes first, so that whatever dies meanwhile leaves a row that a sweep finds, and no bytes that nobody knows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.http.work import Work
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.storage import Store, StoreAwayError, StoreError, StoreFullError
from hoopoe.media.errors import (
    FileTypeMismatch,
    FileTypeNotTaken,
    MediaQuotaReached,
    StoreFull,
    StoreUnavailable,
    VoiceNotTaken,
)
from hoopoe.media.files import (
    MEGABYTE,
    QUOTA_MB,
    FileRow,
    LostClaimError,
    QuotaReachedError,
    file_key,
    find_files,
    keep_file,
    thumbnail_key,
)
from hoopoe.media.spool import Facts, Spooled
from hoopoe.media.types import TAKEN, UNKNOWN, FileKind, kind_of, plain_type

log = structlog.get_logger()

# How long a file may take from its row to its place in the store; longer means that whoever did it is dead.
STORING_SECONDS: Final = 600.0
VOICE_TYPE: Final = "audio/ogg"
# Types that programs say when they do not know.
_SAYS_NOTHING: Final = frozenset({UNKNOWN, "binary/octet-stream", "application/x-download", "multipart/form-data"})

BEGIN: Final = """
insert into media_files (workspace_id, id, origin, state, attempt, lease_until, name, size, mime_type, created_by)
values ($1, $2, $3, 'storing', 1, now() + make_interval(secs => $4), $5, $6, $7, $8)
"""
FORGET: Final = "delete from media_files where workspace_id = $1 and id = $2 and state = 'storing'"


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a file, and how it came (`upload` or `link`)."""

    origin: str
    name: str | None
    told: str | None
    is_voice: bool = False


def check_taken(facts: Facts, given: Given) -> None:
    """Raises `FileTypeMismatch`, `FileTypeNotTaken`, `VoiceNotTaken`: nothing of such a file is kept."""
    told = plain_type(given.told)
    is_guess = told is None or told in _SAYS_NOTHING
    if not is_guess and told is not None and not _agrees(told, facts.mime_type):
        raise FileTypeMismatch(
            f"It says that it is {told}, and it is {facts.mime_type}.", details={"said": told, "found": facts.mime_type}
        )
    if facts.mime_type not in TAKEN:
        raise FileTypeNotTaken(
            f"WhatsApp does not carry files of the type {facts.mime_type}.", details={"type": facts.mime_type}
        )
    if given.is_voice and (facts.mime_type != VOICE_TYPE or facts.audio_channels != 1):
        raise VoiceNotTaken(details={"type": facts.mime_type, "channels": facts.audio_channels})


def _agrees(told: str, found: str) -> bool:
    """Whether a picture is a picture and a film a film; among pictures the bytes decide, and documents say little.

    A recording of a browser is told as WebM and was wrapped anew.
    """
    if kind_of(told) is FileKind.DOCUMENT:
        return found != "text/html" or told == "text/html"
    sounds = (FileKind.AUDIO, FileKind.VIDEO)
    return kind_of(told) is kind_of(found) or (kind_of(told) in sounds and kind_of(found) in sounds)


async def keep_upload(
    work: Work, scope: WorkspaceScope, store: Store, *, spooled: Spooled, facts: Facts, given: Given, quota_mb: int
) -> FileRow:
    """Keep a file that was looked at. It is there from the request's commit on; after any refusal nothing is kept.

    Raises as `check_taken` does, and `MediaQuotaReached`, `StoreFull`, `StoreUnavailable`.
    """
    check_taken(facts, given)
    await _check_quota(work.conn, scope, facts.size, quota_mb)
    file_id = new_id()
    await work.conn.execute(
        BEGIN,
        scope.workspace_id,
        file_id,
        given.origin,
        STORING_SECONDS,
        given.name,
        facts.size,
        facts.mime_type,
        scope.user_id,
    )
    async with work.released():
        failure = await _store(store, scope.workspace_id, file_id, spooled, facts)
    if failure is None:
        try:
            await keep_file(
                work.conn, scope.workspace_id, file_id, facts, attempt=1, name=given.name, quota_mb=quota_mb
            )
            return (await find_files(work.conn, scope.workspace_id, [file_id]))[file_id]
        except QuotaReachedError:
            failure = None
        except LostClaimError:
            failure = StoreAwayError("it took too long")
    await work.conn.execute(FORGET, scope.workspace_id, file_id)
    await work.commit()
    await remove_bytes(store, scope.workspace_id, file_id)
    if failure is not None:
        raise _refuse(failure)
    raise MediaQuotaReached


async def _check_quota(conn: Connection, scope: WorkspaceScope, size: int, quota_mb: int) -> None:
    """The words come before the work. What counts is asked once more, at the end and by one at a time."""
    most = await conn.fetchval(QUOTA_MB, scope.workspace_id, quota_mb) * MEGABYTE
    used = await conn.fetchval("select bytes from media_usage where workspace_id = $1", scope.workspace_id) or 0
    if used + size > most:
        raise MediaQuotaReached(details={"used_bytes": used, "quota_bytes": most})


async def _store(store: Store, workspace_id: UUID, file_id: UUID, spooled: Spooled, facts: Facts) -> StoreError | None:
    try:
        if facts.thumbnail is not None:
            await store.put(thumbnail_key(workspace_id, file_id), facts.thumbnail)
        await store.put(file_key(workspace_id, file_id), spooled.path)
    except StoreError as error:
        log.warning("file_not_stored", file_id=str(file_id), error=str(error)[:300])
        return error
    return None


async def remove_bytes(store: Store, workspace_id: UUID, file_id: UUID) -> bool:
    """Empty the store of a file; returns whether it could be done. What could not is left to the sweep."""
    try:
        await store.delete(file_key(workspace_id, file_id))
        await store.delete(thumbnail_key(workspace_id, file_id))
    except StoreError as error:
        log.warning("file_not_removed", file_id=str(file_id), error=str(error)[:300])
        return False
    return True


def _refuse(error: StoreError) -> StoreFull | StoreUnavailable:
    return StoreFull() if isinstance(error, StoreFullError) else StoreUnavailable()


@contextlib.contextmanager
def refusing_store_errors() -> Iterator[None]:
    """What the store or the spool cannot do is a refusal in words."""
    try:
        yield
    except StoreError as error:
        log.warning("store_refused", error=str(error)[:300])
        raise _refuse(error) from error
