"""Sessions of bots that were deleted: ended where a turn comes upon them, before a worker has removed them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from hoopoe.flows.runner.reviving import revive_sessions
from hoopoe.kernel.db.pool import Connection, Record

END: Final = """
with ended as (
    update flow_sessions as session set status = 'interrupted', wait_kind = null, updated_at = $3
    from unnest($1::uuid[], $2::uuid[]) as left_behind (workspace_id, id)
    where session.workspace_id = left_behind.workspace_id and session.id = left_behind.id
    returning session.workspace_id, session.id
)
update effects set state = 'done' from ended
where effects.workspace_id = ended.workspace_id and effects.session_id = ended.id and effects.state = 'queued'
"""


async def end_left_behind(conn: Connection, rows: Collection[Record], now: datetime) -> None:
    """End these waiting sessions, and let what stood aside for them go on. Their conversations are held."""
    await conn.execute(END, [row["workspace_id"] for row in rows], [row["id"] for row in rows], now)
    await revive_sessions(conn, [(row["workspace_id"], row["conversation_id"]) for row in rows], now)
