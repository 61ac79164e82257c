"""Write a turn's rows: one statement per table, those of every turn sent together, rows in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence

from hoopoe.contacts.changing import change_contacts
from hoopoe.contacts.resolve import rename_contacts
from hoopoe.conversations.adoption import adopt_messages
from hoopoe.conversations.messages import add_messages
from hoopoe.conversations.outbox.claim import Send
from hoopoe.conversations.outbox.departing import to_sends
from hoopoe.conversations.outbox.queue import NONE_LEAVES, Leaving, add_outbox, note_sent_files
from hoopoe.conversations.outbox.reactions import queue_reactions
from hoopoe.conversations.outbox.silence import silence_bots
from hoopoe.conversations.turns import add_conversations
from hoopoe.flows.runner.acts import insert_acts
from hoopoe.flows.runner.begun import note_calls
from hoopoe.flows.runner.scene import Scene, TurnRows
from hoopoe.flows.runner.sessions import add_new_sessions, save_moved_sessions
from hoopoe.flows.runner.tracing import add_traces
from hoopoe.kernel.bus import EventType, add_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.writes import Writes
from hoopoe.media.files import expect_files
from hoopoe.webhooks.dead_inputs import bury_inputs

INSERT_TIMERS = """
insert into timers (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, due_at)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::bigint[], $8::text[],
                     $9::timestamptz[])
"""
INSERT_EFFECTS = """
insert into effects (workspace_id, id, channel_id, conversation_id, session_id, sprint, lane, kind, request, is_safe)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::bigint[], $8::text[],
                     $9::jsonb[], $10::bool[])
"""
INSERT_THREAD_EVENTS = """
insert into conversation_events (workspace_id, id, conversation_id, type, actor_kind, actor_id, note, at, actor_name)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[],
                     $8::timestamptz[], $9::text[])
"""
# Locked in one order: two numbers of one workspace may learn of the same people at once.
SET_LANGUAGES = """
with locked as (
    select contact.workspace_id, contact.id, learned.language
    from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality as learned (workspace_id, id, language, position)
    cross join lateral (
        select workspace_id, id from contacts
        where workspace_id = learned.workspace_id and id = learned.id for no key update
    ) as contact
    order by learned.position
)
update contacts set language = locked.language from locked
where contacts.workspace_id = locked.workspace_id and contacts.id = locked.id
"""


async def commit_rows(
    conn: Connection, rows: TurnRows, scenes: list[Scene], leaving: Leaving = NONE_LEAVES
) -> list[Send]:
    """Write everything that the turn decided; what leaves at once once it is committed, by the caller."""
    changed = [scene for scene in scenes if scene.is_changed]
    for scene in changed:
        rows.tell(scene.conversation.workspace_id, EventType.CONVERSATION_UPDATED, scene.conversation.id)
    await save_moved_sessions(conn, rows.sessions.values(), rows.now)
    writes = Writes()
    files = add_messages(writes, rows.messages)
    add_outbox(writes, rows.outgoing, leaving)
    add_new_sessions(writes, rows.sessions.values(), rows.now)
    add_traces(writes, rows.traces)
    rows.counts.save(writes, rows.now.date())
    add_conversations(writes, [scene.conversation for scene in changed])
    add_events(writes, rows.events)
    filed = await writes.run(conn)
    await expect_files(conn, files)
    await note_sent_files(conn, rows.outgoing)
    await rename_contacts(conn, sorted(rows.names.values(), key=lambda name: (name.workspace_id, name.contact_id)))
    await change_contacts(conn, rows.contacts.values())
    await queue_reactions(conn, rows.reactions.values())
    await _insert_rare(conn, rows)
    return to_sends(leaving, rows.outgoing, filed)


async def _insert_rare(conn: Connection, rows: TurnRows) -> None:
    if rows.timers:
        await conn.execute(
            INSERT_TIMERS,
            *_columns(rows.timers, "workspace_id id channel_id conversation_id session_id sprint lane kind due_at"),
        )
    if rows.effects:
        await conn.execute(
            INSERT_EFFECTS,
            *_columns(
                rows.effects, "workspace_id id channel_id conversation_id session_id sprint lane kind request is_safe"
            ),
        )
    if rows.thread_events:
        await conn.execute(
            INSERT_THREAD_EVENTS,
            *_columns(
                rows.thread_events, "workspace_id id conversation_id type actor_kind actor_id note at actor_name"
            ),
        )
    await insert_acts(conn, rows.acts)
    await note_calls(conn, rows.calls)
    await adopt_messages(conn, rows.adopted)
    await silence_bots(conn, list(rows.silenced.values()))
    await bury_inputs(conn, rows.dead_letters)
    if rows.languages:
        languages = sorted(rows.languages, key=lambda learned: (learned.workspace_id, learned.contact_id))
        await conn.execute(SET_LANGUAGES, *_columns(languages, "workspace_id contact_id language"))


def _columns(rows: Sequence[object], names: str) -> list[list[object]]:
    """The rows' fields as the statement's arrays, in the statement's order."""
    return [[getattr(row, name) for row in rows] for name in names.split()]
