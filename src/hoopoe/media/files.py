"""Rows of files: expected, claimed, kept, deleted. A slice of its own writes them, in whoever's transaction it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.media.spool import Facts
from hoopoe.media.types import name_file

PENDING: Final = "pending"
SOURCE_KEYS: Final = ("media_id", "media_url", "sha256", "mime_type", "filename")

INSERT_EXPECTED: Final = """
insert into media_files (workspace_id, id, origin, state, channel_id, message_id, source, name)
select workspace_id, id, 'message', 'pending', channel_id, message_id, source, name
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::text[])
    as expected (workspace_id, id, channel_id, message_id, source, name)
"""

# The one row of a workspace's usage is locked for the moment in which a file becomes one of its files, so two that
# finish at once are counted one after the other.
USE_QUOTA: Final = """
insert into media_usage as usage (workspace_id, bytes, files)
select $1::uuid, $2::bigint, 1 where $2 <= $3::bigint
on conflict (workspace_id) do update set bytes = usage.bytes + excluded.bytes, files = usage.files + 1
where usage.bytes + excluded.bytes <= $3
returning bytes
"""
GIVE_BACK: Final = """
update media_usage set bytes = greatest(0, bytes - $2::bigint), files = greatest(0, files - 1) where workspace_id = $1
"""
QUOTA_MB: Final = "select coalesce((select media_quota_mb from workspaces where id = $1), $2::int)"

KEEP: Final = """
update media_files set state = 'stored', lease_until = null, problem = null, said = null, in_store = true,
    mime_type = $4, name = $5, size = $6, sha256 = $7, width = $8, height = $9, duration_ms = $10,
    audio_channels = $11, is_animated = $12, has_thumbnail = $13
where workspace_id = $1 and id = $2 and attempt = $3 and state in ('fetching', 'storing')
returning message_id
"""

MEGABYTE: Final = 1024 * 1024


class FileState(StrEnum):
    PENDING = "pending"
    FETCHING = "fetching"
    STORING = "storing"
    STORED = "stored"
    FAILED = "failed"
    DELETED = "deleted"


class QuotaReachedError(Exception):
    """The workspace keeps as many bytes as it may."""


class LostClaimError(Exception):
    """The row is not ours any more: its lease ended, or somebody deleted it."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as it is known. `name` is safe to save it by; what nobody knows yet is None."""

    workspace_id: UUID
    id: UUID
    state: FileState
    attempt: int
    next_at: datetime
    problem: str | None
    mime_type: str | None
    name: str | None
    size: int | None
    sha256: bytes | None
    width: int | None
    height: int | None
    duration_ms: int | None
    audio_channels: int | None
    is_animated: bool
    has_thumbnail: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """A file that a message came with, to be fetched. `source` is what the provider says of it."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    message_id: UUID
    source: JsonObject
    name: str | None


def file_key(workspace_id: UUID, file_id: UUID) -> str:
    """Where the store has a file."""
    return f"{workspace_id}/{file_id}/file"


def thumbnail_key(workspace_id: UUID, file_id: UUID) -> str:
    """Where the store has its thumbnail."""
    return f"{workspace_id}/{file_id}/thumb"


def plan_files(
    workspace_id: UUID, channel_id: UUID, message_id: UUID, content: JsonObject
) -> tuple[JsonObject, list[Expected]]:
    """A message's content with the ids that its files will have, and those files. One without files stays as it is.

    Pure. `expect_files` makes the rows, after the message's own and in the same transaction.
    """
    expected: list[Expected] = []

    def plan(place: JsonObject) -> JsonObject:
        if not _is_awaited(place):
            return place
        source: JsonObject = {key: place[key] for key in SOURCE_KEYS if place.get(key) is not None}
        name = place.get("filename")
        file = Expected(workspace_id, new_id(), channel_id, message_id, source, name if isinstance(name, str) else None)
        expected.append(file)
        return {**place, "file_id": str(file.id)}

    planned, more = plan(content), content.get("more")
    if isinstance(more, list) and any(isinstance(each, dict) and _is_awaited(each) for each in more):
        planned = {**planned, "more": [plan(each) if isinstance(each, dict) else each for each in more]}
    return planned, expected


async def expect_files(conn: Connection, files: Sequence[Expected]) -> None:
    """Make the rows of files that messages came with: they are fetched at once, by whoever is free."""
    if files:
        await conn.execute(
            INSERT_EXPECTED,
            [file.workspace_id for file in files],
            [file.id for file in files],
            [file.channel_id for file in files],
            [file.message_id for file in files],
            [file.source for file in files],
            [file.name for file in files],
        )


def _is_awaited(content: JsonObject) -> bool:
    has_source = any(isinstance(content.get(key), str) for key in ("media_id", "media_url"))
    return has_source and content.get("state") == PENDING and "file_id" not in content


async def keep_file(
    conn: Connection, workspace_id: UUID, file_id: UUID, facts: Facts, *, attempt: int, name: str | None, quota_mb: int
) -> UUID | None:
    """The bytes are in the store: the file is there from this transaction's commit on. Returns its message's id.

    Raises `LostClaimError` where the row is not this attempt's any more, `QuotaReachedError` where the workspace may
    not keep it. After either the caller rolls back.
    """
    most = await conn.fetchval(QUOTA_MB, workspace_id, quota_mb) * MEGABYTE
    if await conn.fetchval(USE_QUOTA, workspace_id, facts.size, most) is None:
        raise QuotaReachedError
    row = await conn.fetchrow(
        KEEP,
        workspace_id,
        file_id,
        attempt,
        facts.mime_type,
        name_file(name, facts.mime_type),
        facts.size,
        facts.sha256,
        facts.width,
        facts.height,
        facts.duration_ms,
        facts.audio_channels,
        facts.is_animated,
        facts.thumbnail is not None,
    )
    if row is None:
        raise LostClaimError
    message_id: UUID | None = row["message_id"]
    return message_id


async def delete_file(conn: Connection, workspace_id: UUID, file_id: UUID) -> UUID | None:
    """Nobody sees the file from this transaction's commit on; the store is emptied afterwards. Returns its message.

    Raises LookupError where there is no such file.
    """
    row = await conn.fetchrow(
        "select state, size, in_store, message_id from media_files where workspace_id = $1 and id = $2 for update",
        workspace_id,
        file_id,
    )
    if row is None or row["state"] == FileState.DELETED:
        raise LookupError
    await conn.execute(
        # What is being fetched or stored at this moment may put its bytes there yet: the lease says until when.
        "update media_files set state = 'deleted', problem = null, said = null, "
        "in_store = in_store or state in ('fetching', 'storing') where workspace_id = $1 and id = $2",
        workspace_id,
        file_id,
    )
    if row["state"] == FileState.STORED:
        await conn.execute(GIVE_BACK, workspace_id, row["size"])
    message_id: UUID | None = row["message_id"]
    return message_id


async def mark_used(conn: Connection, files: Sequence[tuple[UUID, UUID]]) -> None:
    """These files, given as (workspace, id), are in messages now: no sweep takes them for forgotten."""
    ordered = sorted(set(files))
    await conn.execute(
        "update media_files set used_at = now() from unnest($1::uuid[], $2::uuid[]) as used (workspace_id, id) "
        "where media_files.workspace_id = used.workspace_id and media_files.id = used.id and used_at is null",
        [workspace_id for workspace_id, _ in ordered],
        [file_id for _, file_id in ordered],
    )


async def forget_uploads(conn: Connection, uploads: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """Providers have these no more, given as (workspace, file, channel): the next message brings them anew."""
    ordered = sorted(set(uploads))
    await conn.execute(
        "update media_uploads as upload set provider_id = null "
        "from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as gone (workspace_id, file_id, channel_id) "
        "where upload.workspace_id = gone.workspace_id and upload.file_id = gone.file_id "
        "and upload.channel_id = gone.channel_id",
        [workspace_id for workspace_id, _, _ in ordered],
        [file_id for _, file_id, _ in ordered],
        [channel_id for _, _, channel_id in ordered],
    )


FIND: Final = """
select file.* from unnest($2::uuid[]) as asked (id)
cross join lateral (
    select workspace_id, id, state, attempt, next_at, problem, mime_type, name, size, sha256, width, height,
           duration_ms, audio_channels, is_animated, has_thumbnail, created_at
    from media_files where workspace_id = $1 and id = asked.id limit 1
) as file
"""


async def find_files(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, FileRow]:
    """Files by id, also those that are not there yet or not any more."""
    rows = await conn.fetch(FIND, workspace_id, list(ids)) if ids else []
    return {row["id"]: read_file(row) for row in rows}


def read_file(row: Record) -> FileRow:
    """A row of `FIND`."""
    return FileRow(**{**row, "state": FileState(row["state"])})
