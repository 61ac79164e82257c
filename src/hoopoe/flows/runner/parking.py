"""What becomes of a session when a person takes the conversation, and when the bot gets it back.

By its flow's rule (`settings.on_human`) it ends, or is parked. Only a question can be parked: what a delay or a request
of another system would lead to is nothing to come back to. A conversation that is closed ends it either way.
"""

from __future__ import annotations

from typing import Final

from hoopoe.conversations.events import BotResumed, BotStopped
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id

STOP: Final = """
with ended as (
    update flow_sessions set status = 'interrupted', wait_kind = null, updated_at = $3, parked_at = case
        when not $4 and wait_kind = 'message' and exists (
            select from bot_versions as version
            where version.workspace_id = $1 and version.id = flow_sessions.version_id
                and version.blueprint -> 'settings' ->> 'on_human' = 'park'
        ) then $3::timestamptz end
    where workspace_id = $1 and conversation_id = $2 and status = 'waiting'
    returning id, version_id, node_id, parked_at
), counted as (
    insert into flow_count_deltas (workspace_id, id, version_id, day, counts)
    select $1, gen_random_uuid(), version_id, $3::date, jsonb_build_array(
        jsonb_build_array(coalesce(node_id, ''), 'interrupted', '', 1))
    from ended where parked_at is null
)
update effects set state = 'done' from ended
where effects.workspace_id = $1 and effects.session_id = ended.id and effects.state = 'queued'
"""
# Closing it also ends what was parked.
UNPARK: Final = """
update flow_sessions set parked_at = null
where workspace_id = $1 and conversation_id = $2 and status = 'interrupted' and parked_at is not null
"""
REVIVE: Final = """
update flow_sessions as session
set status = 'waiting', wait_kind = state -> 'wait' ->> 'type', parked_at = null, updated_at = $3
where session.workspace_id = $1 and session.id = (
    select id from flow_sessions where workspace_id = $1 and conversation_id = $2 and parked_at is not null
    order by parked_at desc, id desc limit 1
) and not exists (
    select from flow_sessions as other
    where other.workspace_id = $1 and other.conversation_id = $2 and other.status = 'waiting'
)
returning session.id, session.sprint, (state -> 'wait' ->> 'timeout_seconds')::int as seconds
"""
# A question whose time was up while a person had the conversation gets all of it anew.
WAIT_AGAIN: Final = """
insert into timers (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, due_at)
select $1, $2, channel_id, id, $4, $5, lane, 'timeout', $6::timestamptz + make_interval(secs => $7)
from conversations where workspace_id = $1 and id = $3 and not exists (
    select from timers where workspace_id = $1 and session_id = $4 and sprint = $5 and state = 'waiting'
)
"""


async def stop_session(conn: Connection, event: BotStopped) -> None:
    """End or park what the bot was doing in a conversation that a person took, and drop what it was about to ask of
    others. The conversation's row is held.
    """
    if event.is_closed:
        await conn.execute(UNPARK, event.workspace_id, event.conversation_id)
    await conn.execute(STOP, event.workspace_id, event.conversation_id, event.at, event.is_closed)


async def unpark_session(conn: Connection, event: BotResumed) -> None:
    """Let a parked question wait again. The conversation's row is held."""
    row = await conn.fetchrow(REVIVE, event.workspace_id, event.conversation_id, event.at)
    if row is not None and row["seconds"] is not None:
        await conn.execute(
            WAIT_AGAIN,
            event.workspace_id,
            new_id(),
            event.conversation_id,
            row["id"],
            row["sprint"],
            event.at,
            float(row["seconds"]),
        )
