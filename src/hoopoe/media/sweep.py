"""What nobody needs any more: bytes of deleted files, uploads that were never sent, what died on its way, the old.

Every worker may sweep at once: rows are taken with their locks, and deleting twice is deleting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import narrow, transaction
from hoopoe.kernel.storage import Store, StoreError, sweep_spool
from hoopoe.media.files import GIVE_BACK
from hoopoe.media.taking import remove_bytes
from hoopoe.media.telling import tell_of_file

log = structlog.get_logger()

SLICE: Final = 200
# What was uploaded and not sent within this time was thought better of.
UNUSED_DAYS: Final = 7

# Whoever was storing these is dead: their lease is long over.
DEAD: Final = """
with dead as (
    select workspace_id, id from media_files
    where state = 'storing' and lease_until < now() - interval '10 minutes'
    order by lease_until limit $1 for update skip locked
)
update media_files set state = 'deleted', in_store = true from dead
where media_files.workspace_id = dead.workspace_id and media_files.id = dead.id
returning media_files.workspace_id, media_files.id
"""

_DELETE: Final = """
with old as (
    select workspace_id, id from media_files where {condition} and created_at < now() - make_interval(days => $2)
    order by created_at limit $1 for update skip locked
)
update media_files set state = 'deleted' from old
where media_files.workspace_id = old.workspace_id and media_files.id = old.id
returning media_files.workspace_id, media_files.id, media_files.size, media_files.message_id
"""
# Uploads that nobody sent, and whatever is too old. Each has an index of its own.
UNUSED: Final = _DELETE.replace("{condition}", "state = 'stored' and origin <> 'message' and used_at is null")
OLD: Final = _DELETE.replace("{condition}", "state = 'stored'")

# A lease may still be running on a file that was deleted while it was fetched: its bytes may come yet.
EMPTY: Final = """
select workspace_id, id from media_files
where state = 'deleted' and in_store and (lease_until is null or lease_until < now())
order by workspace_id, id limit $1
"""
EMPTIED: Final = "update media_files set in_store = false where workspace_id = $1 and id = any ($2::uuid[])"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were taken out of sight, and of how many the store was emptied."""

    deleted: int
    emptied: int


async def sweep_files(pool: Pool, store: Store, *, kept_days: int | None) -> Swept:
    """One round. What the store does not let go of now is left to the next one."""
    deleted = await _delete(pool, UNUSED, days=UNUSED_DAYS)
    if kept_days is not None:
        deleted += await _delete(pool, OLD, days=kept_days)
    async with transaction(pool, role=tenancy.PIPE) as conn:
        await conn.fetch(DEAD, SLICE)
    emptied = await _empty(pool, store)
    sweep_spool(store)
    if deleted or emptied:
        log.info("files_swept", deleted=deleted, emptied=emptied)
    return Swept(deleted, emptied)


async def _delete(pool: Pool, statement: str, *, days: int) -> int:
    count, found = 0, SLICE
    while found == SLICE:
        async with transaction(pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(statement, SLICE, days)
            found = len(rows)
            if rows:
                await narrow(conn, {row["workspace_id"] for row in rows})
            for row in sorted(rows, key=lambda row: row["workspace_id"]):
                await conn.execute(GIVE_BACK, row["workspace_id"], row["size"])
                await tell_of_file(conn, row["workspace_id"], row["message_id"])
        count += found
    return count


async def _empty(pool: Pool, store: Store) -> int:
    count, found = 0, SLICE
    while found == SLICE:
        async with transaction(pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(EMPTY, SLICE)
        gone: dict[UUID, list[UUID]] = {}
        for row in rows:
            if await remove_bytes(store, row["workspace_id"], row["id"]):
                gone.setdefault(row["workspace_id"], []).append(row["id"])
        async with transaction(pool, role=tenancy.PIPE) as conn:
            for workspace_id, ids in gone.items():
                await conn.execute(EMPTIED, workspace_id, ids)
        emptied = sum(map(len, gone.values()))
        count += emptied
        # A store that is away would be asked for the same rows for ever.
        found = len(rows) if emptied == len(rows) else 0
    return count


async def forget_workspace(store: Store, workspace_id: UUID) -> bool:
    """Remove every byte that a workspace ever kept; returns whether it could be done."""
    try:
        await store.delete_all(str(workspace_id))
    except StoreError as error:
        log.warning("workspace_not_forgotten", workspace_id=str(workspace_id), error=str(error)[:300])
        return False
    return True
