"""What becomes of a session when a person takes the conversation, and when the bot gets it back.

By its flow's rule (`settings.on_human`) it ends, or is parked. Only a question is parked for a person: what a delay or
a request of another system would lead to is nothing to come back to. A delay that already stood aside, for a draft
that was tried, comes back all the same (`reviving`). A conversation that is closed ends it either way.
"""

from __future__ import annotations

from typing import Final

from hoopoe.conversations.events import BotResumed, BotStopped
from hoopoe.flows.runner.reviving import drop_aside, revive_sessions
from hoopoe.kernel.db.pool import Connection

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


async def stop_session(conn: Connection, event: BotStopped) -> None:
    """End or park what the bot was doing in a conversation that a person took, and drop what it was about to ask of
    others. The conversation's row is held.
    """
    if event.is_closed:
        await drop_aside(conn, [(event.workspace_id, event.conversation_id)])
    await conn.execute(STOP, event.workspace_id, event.conversation_id, event.at, event.is_closed)


async def unpark_session(conn: Connection, event: BotResumed) -> None:
    """Let what stood aside wait again: a parked question, or what a draft that was tried came before. The
    conversation's row is held.
    """
    await revive_sessions(conn, [(event.workspace_id, event.conversation_id)], event.at)
