"""Sessions that stood aside wait again: for a person who had the conversation, or for a draft that was tried.

Both leave a row with the time at which it stood aside (`parked_at`); the newest of a conversation goes on first.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hoopoe.flows.engine import DelayWait
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.ids import new_id

WHOLE_SESSION: Final = 0
"""The sprint of a timer that ends a session and not a wait of it: sprints count from 1."""
TRIAL_MINUTES: Final = 60

# What stood aside goes on where it was, unless something else has begun there meanwhile.
REVIVE: Final = """
update flow_sessions as session
set status = 'waiting', wait_kind = state -> 'wait' ->> 'type', parked_at = null, updated_at = $3
from (
    select aside.workspace_id, aside.id, aside.is_trial
    from unnest($1::uuid[], $2::uuid[]) as ended (workspace_id, conversation_id)
    cross join lateral (
        select stood.workspace_id, stood.id, version.number < 0 as is_trial
        from flow_sessions as stood
        join bot_versions as version on version.workspace_id = stood.workspace_id and version.id = stood.version_id
            and version.bot_id is not null
        where stood.workspace_id = ended.workspace_id and stood.conversation_id = ended.conversation_id
            and stood.parked_at is not null
        order by stood.parked_at desc, stood.id desc limit 1
    ) as aside
    where not exists (
        select from flow_sessions as other where other.workspace_id = ended.workspace_id
            and other.conversation_id = ended.conversation_id and other.status = 'waiting'
    )
) as found
where session.workspace_id = found.workspace_id and session.id = found.id
returning session.workspace_id, session.id, session.conversation_id, session.sprint, found.is_trial,
          session.state -> 'wait' ->> 'type' as wait,
          (session.state -> 'wait' ->> 'timeout_seconds')::int as timeout_seconds
"""
WAIT_AGAIN: Final = """
insert into timers (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, due_at)
select $1, $2, channel_id, id, $4, $5, lane, $6, $7
from conversations where workspace_id = $1 and id = $3 and not exists (
    select from timers where workspace_id = $1 and session_id = $4 and sprint = $5 and state = 'waiting'
)
"""
DROP: Final = """
update flow_sessions as session set parked_at = null
from unnest($1::uuid[], $2::uuid[]) as taken (workspace_id, conversation_id)
where session.workspace_id = taken.workspace_id and session.conversation_id = taken.conversation_id
  and session.status = 'interrupted' and session.parked_at is not null
"""


async def revive_sessions(
    conn: Connection, conversations: Collection[tuple[UUID, UUID]], now: datetime
) -> set[tuple[UUID, UUID]]:
    """Let what stood aside wait again, unless another session waits there. Returns where, of these conversations.

    A question whose time was up meanwhile gets all of it anew, as does a trial; a delay that was over is over now.
    The conversations' rows are held.
    """
    rows = await conn.fetch(
        REVIVE, [workspace for workspace, _ in conversations], [id_ for _, id_ in conversations], now
    )
    for row in rows:
        is_delay = row["wait"] == DelayWait.type
        if is_delay or row["timeout_seconds"] is not None:
            due_at = now + timedelta(seconds=row["timeout_seconds"] or 0)
            await _wait_again(conn, row, row["sprint"], "delay" if is_delay else "timeout", due_at)
        if row["is_trial"]:
            await _wait_again(conn, row, WHOLE_SESSION, "timeout", now + timedelta(minutes=TRIAL_MINUTES))
    return {(row["workspace_id"], row["conversation_id"]) for row in rows}


async def drop_aside(conn: Connection, conversations: Collection[tuple[UUID, UUID]]) -> None:
    """End what stands aside for good: the conversation was closed, or something else has begun there."""
    if conversations:
        await conn.execute(DROP, [workspace for workspace, _ in conversations], [id_ for _, id_ in conversations])


async def _wait_again(conn: Connection, row: Record, sprint: int, kind: str, due_at: datetime) -> None:
    await conn.execute(
        WAIT_AGAIN, row["workspace_id"], new_id(), row["conversation_id"], row["id"], sprint, kind, due_at
    )
