"""Reading a stretch of a real conversation, to keep it as a test."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from hoopoe.conversations.queries import access_conversation
from hoopoe.flows.rehearsals.recollecting import Past, PastEvent, PastMessage, PastSprint
from hoopoe.flows.rehearsals.script import MAX_STEPS
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed

MOST_MESSAGES: Final = 2 * MAX_STEPS
# The clocks of a worker and of the database may differ.
_NEARBY: Final = timedelta(days=1)

MESSAGES: Final = """
select id, at, direction, type, content, author_kind, author_id from messages
where workspace_id = $1 and conversation_id = $2 and id between $3 and $4 order by id limit $5
"""
SPRINTS: Final = """
select id, at, bot_id, trace from sprint_traces
where workspace_id = $1 and conversation_id = $2 and id >= $3 and created_at between $4 and $5
order by id limit $6
"""
EVENTS: Final = """
select id, at, type from conversation_events
where workspace_id = $1 and conversation_id = $2 and id between $3 and $4 and type in ('taken_over', 'released')
order by id limit 100
"""
PERSON: Final = """
select contacts.name, contacts.language, contacts.tags, contacts.fields <> '{}'::jsonb as has_fields,
       workspaces.timezone, channels.provider
from conversations
join contacts on contacts.workspace_id = conversations.workspace_id and contacts.id = conversations.contact_id
join channels on channels.workspace_id = conversations.workspace_id and channels.id = conversations.channel_id
join workspaces on workspaces.id = conversations.workspace_id
where conversations.workspace_id = $1 and conversations.id = $2
"""


async def read_past(conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, first: UUID, last: UUID) -> Past:
    """What happened from one message to another. Raises `NotFound`, or `ValidationFailed` for too long a stretch."""
    conversation_id = await access_conversation(conn, scope, conversation_id)
    rows = await conn.fetch(MESSAGES, scope.workspace_id, conversation_id, first, last, MOST_MESSAGES + 1)
    if not rows or rows[0]["id"] != first or (rows[-1]["id"] != last and len(rows) <= MOST_MESSAGES):
        raise NotFound("These are no messages of this conversation, or the last comes before the first.")
    if len(rows) > MOST_MESSAGES:
        fault = FieldFault("to_message_id", f"A test holds {MOST_MESSAGES} messages at most.", "too_many")
        raise ValidationFailed(fault)
    traces = await conn.fetch(
        SPRINTS,
        scope.workspace_id,
        conversation_id,
        first,
        _time_of(first) - _NEARBY,
        _time_of(last) + _NEARBY,
        MOST_MESSAGES,
    )
    sprints = [PastSprint(row["id"], row["at"], row["bot_id"], row["trace"]) for row in traces]
    events = await conn.fetch(EVENTS, scope.workspace_id, conversation_id, first, last)
    person = await conn.fetchrow(PERSON, scope.workspace_id, conversation_id)
    if person is None:
        raise NotFound
    return Past(
        messages=[
            PastMessage(
                row["id"], row["at"], row["direction"] == "in", row["type"], row["content"], row["author_kind"],
                row["author_id"],
            )
            for row in rows
        ],
        sprints=[sprint for sprint in sprints if first <= sprint.place <= last],
        events=[PastEvent(row["id"], row["at"], row["type"]) for row in events],
        name=person["name"],
        language=person["language"],
        tags=person["tags"],
        has_fields=person["has_fields"],
        timezone=person["timezone"],
        provider=person["provider"],
    )  # fmt: skip


def find_bot(past: Past) -> UUID | None:
    """The bot that said most, else the one that did most."""
    said = Counter(message.author_id for message in past.messages if message.author == "bot" and message.author_id)
    did = Counter(sprint.bot_id for sprint in past.sprints)
    return next((bot_id for bot_id, _ in (said or did).most_common(1)), None)


def _time_of(made_id: UUID) -> datetime:
    """When an id was made, as a UUIDv7 says."""
    return datetime.fromtimestamp((made_id.int >> 80) / 1000, UTC)
