"""The inbox's reads. Lists find ids by one index each; `views.py` loads what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy import literal as value

from hoopoe.contacts.queries import find_former, select_matching_contacts
from hoopoe.conversations import schemas
from hoopoe.conversations.joining import follow_conversation
from hoopoe.conversations.tables import conversations
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.views import load_conversations, load_messages
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.core import fetch_all
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.media.addresses import Addresses


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What a list of conversations shows. `assigned` "none" means waiting for a person, and none has it."""

    mode: Mode | None = None
    is_unread: bool = False
    assigned: Literal["me", "none"] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class InboxKey:
    """The place of a conversation in the list."""

    last_at: datetime
    id: UUID


def select_conversations(
    scope: WorkspaceScope, wanted: InboxFilter, *, after: InboxKey | None, limit: int
) -> Select[tuple[UUID]]:
    """The statement behind a list: newest `last_at` first, `limit` ids behind `after`."""
    table = conversations.c
    statement = select(table.id).where(table.workspace_id == scope.workspace_id)
    mode = wanted.mode
    match wanted.assigned:
        case "me":
            statement = statement.where(table.assignee_id == scope.user_id)
        case "none":
            statement = statement.where(table.assignee_id.is_(None))
            mode = mode or Mode.HUMAN
        case None:
            pass
    if mode is not None:
        statement = statement.where(table.mode == mode.value)
    if wanted.is_unread:
        statement = statement.where(table.unread > 0)
    if wanted.text is not None:
        for contacts in select_matching_contacts(scope, wanted.text):
            statement = statement.where(table.contact_id.in_(contacts))
    if after is not None:
        statement = statement.where(tuple_(table.last_at, table.id) < tuple_(value(after.last_at), value(after.id)))
    return statement.order_by(table.last_at.desc(), table.id.desc()).limit(limit)


async def list_conversations(
    conn: Connection, scope: WorkspaceScope, wanted: InboxFilter, *, after: InboxKey | None, limit: int
) -> list[schemas.Conversation]:
    """Conversations, newest `last_at` first. A search for nothing but punctuation finds nothing."""
    if wanted.text is not None and not select_matching_contacts(scope, wanted.text):
        return []
    rows = await fetch_all(conn, select_conversations(scope, wanted, after=after, limit=limit))
    ids = [row["id"] for row in rows]
    found = await load_conversations(conn, scope.workspace_id, ids)
    listed = [found[id_] for id_ in ids if id_ in found]
    if wanted.text is None or not listed:
        return listed
    former = await find_former(conn, scope, [each.contact.id for each in listed], wanted.text)
    return [each.model_copy(update={"found_by": former.get(each.contact.id)}) for each in listed]


MOST_COUNTED = 10_000
COUNTS = """
select (select count(*) from (select from conversations where workspace_id = $1 and mode = 'bot' limit $3) as found)
           as bot,
       (select count(*) from (select from conversations where workspace_id = $1 and mode = 'human' limit $3) as found)
           as human,
       (select count(*) from (
           select from conversations where workspace_id = $1 and assignee_id = $2 and mode = 'human' limit $3
       ) as found) as mine,
       (select count(*) from (
           select from conversations where workspace_id = $1 and mode = 'human' and assignee_id is null limit $3
       ) as found) as unassigned,
       (select count(*) from (select from conversations where workspace_id = $1 and mode = 'closed' limit $3) as found)
           as closed,
       (select count(*) from (
           select from conversations where workspace_id = $1 and unread > 0 and mode <> 'closed' limit $3
       ) as found) as unread
"""


async def count_conversations(conn: Connection, scope: WorkspaceScope) -> schemas.ConversationCounts:
    """How many there are of each kind, counted up to `MOST_COUNTED`; `unread` leaves out what is closed."""
    row = await conn.fetchrow(COUNTS, scope.workspace_id, scope.user_id, MOST_COUNTED)
    return schemas.ConversationCounts.model_validate(dict(row or {}))


async def read_conversation(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> schemas.Conversation:
    """One conversation; the id of one that was merged into another gives that one. Raises `NotFound`."""
    found = await load_conversations(conn, scope.workspace_id, [conversation_id])
    if conversation_id not in found:
        conversation_id = await access_conversation(conn, scope, conversation_id)
        found = await load_conversations(conn, scope.workspace_id, [conversation_id])
    if conversation_id not in found:
        raise NotFound
    return found[conversation_id]


async def access_conversation(conn: Connection, scope: WorkspaceScope, conversation_id: UUID) -> UUID:
    """The only way from an id to a conversation for reading its parts, also from one that was merged into another.

    Raises `NotFound`.
    """
    found: UUID | None = await conn.fetchval(
        "select id from conversations where workspace_id = $1 and id = $2", scope.workspace_id, conversation_id
    )
    found = found or await follow_conversation(conn, scope.workspace_id, conversation_id)
    if found is None:
        raise NotFound
    return found


async def list_messages(
    conn: Connection,
    scope: WorkspaceScope,
    conversation_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    addresses: Addresses,
) -> list[schemas.Message]:
    """Messages of a conversation, newest first. Raises `NotFound` for another workspace's conversation."""
    conversation_id = await access_conversation(conn, scope, conversation_id)
    rows = await conn.fetch(
        """
        select id from messages
        where workspace_id = $1 and conversation_id = $2 and ($3::uuid is null or id < $3)
        order by id desc limit $4
        """,
        scope.workspace_id,
        conversation_id,
        before,
        limit,
    )
    ids = [row["id"] for row in rows]
    found = await load_messages(conn, scope.workspace_id, ids, addresses=addresses)
    return [found[id_] for id_ in ids if id_ in found]


async def read_message(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, message_id: UUID, *, addresses: Addresses
) -> schemas.Message:
    """One message of a conversation. Raises `NotFound`."""
    found = (await load_messages(conn, scope.workspace_id, [message_id], addresses=addresses)).get(message_id)
    if found is not None and found.conversation_id != conversation_id:
        conversation_id = await access_conversation(conn, scope, conversation_id)
    if found is None or found.conversation_id != conversation_id:
        raise NotFound
    return found


async def find_filed(
    conn: Connection, workspace_id: UUID, messages: Sequence[tuple[UUID, str]]
) -> set[tuple[UUID, str]]:
    """Of messages by (channel, the provider's id), those that are filed."""
    rows = await conn.fetch(
        """
        select asked.channel_id, asked.provider_id
        from unnest($2::uuid[], $3::text[]) as asked (channel_id, provider_id)
        cross join lateral (
            select from messages where workspace_id = $1 and channel_id = asked.channel_id
                and provider_id = asked.provider_id limit 1
        ) as message
        """,
        workspace_id,
        [channel_id for channel_id, _ in messages],
        [provider_id for _, provider_id in messages],
    )
    return {(row["channel_id"], row["provider_id"]) for row in rows}


async def list_events(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, before: UUID | None, limit: int
) -> list[schemas.ConversationEvent]:
    """What happened to a conversation, newest first. Raises `NotFound`."""
    conversation_id = await access_conversation(conn, scope, conversation_id)
    rows = await conn.fetch(
        """
        select event.id, event.type, event.actor_kind, event.actor_id, event.note, event.at,
               coalesce(users.name, bots.name, event.actor_name) as actor_name
        from conversation_events as event
        left join users on event.actor_kind = 'user' and users.id = event.actor_id
        left join bots on event.actor_kind = 'bot' and bots.workspace_id = event.workspace_id
            and bots.id = event.actor_id
        where event.workspace_id = $1 and event.conversation_id = $2 and ($3::uuid is null or event.id < $3)
        order by event.id desc limit $4
        """,
        scope.workspace_id,
        conversation_id,
        before,
        limit,
    )
    return [
        schemas.ConversationEvent(
            id=row["id"],
            type=schemas.ConversationEventType(row["type"]),
            actor=schemas.EventActor(kind=row["actor_kind"], id=row["actor_id"], name=row["actor_name"]),
            note=row["note"],
            at=row["at"],
        )
        for row in rows
    ]
