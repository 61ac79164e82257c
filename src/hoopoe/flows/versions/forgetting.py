"""Removing what a deleted bot leaves behind: its versions, with the flow sessions on them, a slice to a transaction.

Deleting a bot takes its row away, and with it all that anybody could see or start. Its versions stay without it
(`bot_id` is null) until here their sessions have gone: those that wait first, so that nothing is asked for them any
more. What a turn holds is passed over and found again; one that came upon such a session has ended it
(`flows.runner.left_behind`).
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
import structlog

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction

log = structlog.get_logger()

SLICE: Final = 1_000
AT_ONCE: Final = 20
"""How many versions one look finds: more than there are workers, each of which takes another one."""

FIND: Final = "select workspace_id, id from bot_versions where bot_id is null limit $1"
HOLD: Final = """
select id from bot_versions where workspace_id = $1 and id = $2 and bot_id is null for no key update skip locked
"""
DELETE_SESSIONS: Final = """
delete from flow_sessions where workspace_id = $1 and id = any (array(
    select id from flow_sessions where workspace_id = $1 and version_id = $2
    order by status desc limit $3 for update skip locked
))
"""
DELETE_COUNTS: Final = "delete from flow_counts where workspace_id = $1 and version_id = $2"
DELETE_VERSION: Final = """
delete from bot_versions as version where workspace_id = $1 and id = $2 and bot_id is null and not exists (
    select from flow_sessions where workspace_id = $1 and version_id = version.id
)
"""


async def forget_bots(pool: Pool) -> bool:
    """Remove one slice of what deleted bots left; whether there was one to go on with."""
    async with transaction(pool, role=tenancy.OPERATOR) as conn:
        found = await conn.fetch(FIND, AT_ONCE)
    for row in found:
        if await _forget(pool, row["workspace_id"], row["id"]):
            return True
    return False


async def _forget(pool: Pool, workspace_id: UUID, version_id: UUID) -> bool:
    try:
        async with transaction(pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
            if await conn.fetchval(HOLD, workspace_id, version_id) is None:
                return False
            return await _remove_slice(conn, workspace_id, version_id)
    except asyncpg.ForeignKeyViolationError:
        # A turn that had read its bots before the deletion began a session there at this moment.
        return False


async def _remove_slice(conn: Connection, workspace_id: UUID, version_id: UUID) -> bool:
    if _count(await conn.execute(DELETE_SESSIONS, workspace_id, version_id, SLICE)):
        return True
    await conn.execute(DELETE_COUNTS, workspace_id, version_id)
    is_gone = _count(await conn.execute(DELETE_VERSION, workspace_id, version_id)) == 1
    if is_gone:
        log.info("version_forgotten", version_id=str(version_id))
    return is_gone


def _count(tag: str) -> int:
    return int(tag.rsplit(" ", 1)[-1])
