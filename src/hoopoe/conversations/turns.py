"""A turn's view of conversations: opened where there are none, locked in one order, read, written back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hoopoe.channels.contract import Provider
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

FIND = """
select asked.position, conversation.id
from unnest($1::uuid[], $2::uuid[], $3::uuid[])
    with ordinality as asked (workspace_id, channel_id, contact_id, position)
left join lateral (
    select id from conversations where workspace_id = asked.workspace_id and channel_id = asked.channel_id
        and contact_id = asked.contact_id limit 1
) as conversation on true
order by asked.position
"""

OPEN = """
insert into conversations (workspace_id, id, channel_id, contact_id, lane, recipient, last_at)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::jsonb[], $7::timestamptz[])
on conflict (workspace_id, channel_id, contact_id) do nothing
"""

# One order for everybody who locks several conversations: by workspace, then id. The arrays come sorted
# and the nested loop keeps their order. Agents' sends hold the same lock.
LOCK = """
select conversation.*, contact.name, contact.username, contact.language, contact.fields,
       phone.value as phone, channel.name as channel_name, channel.number as channel_number,
       channel.provider as channel_provider, channel.bot_id as channel_bot_id
from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, position)
cross join lateral (
    select * from conversations where workspace_id = asked.workspace_id and id = asked.id for no key update
) as conversation
left join lateral (
    select name, username, language, fields from contacts
    where workspace_id = conversation.workspace_id and id = conversation.contact_id limit 1
) as contact on true
left join lateral (
    select value from identities where workspace_id = conversation.workspace_id
        and contact_id = conversation.contact_id and kind = 'phone' order by since desc limit 1
) as phone on true
left join lateral (
    select name, number, provider, bot_id from channels
    where workspace_id = conversation.workspace_id and id = conversation.channel_id limit 1
) as channel on true
order by asked.position
"""

SAVE = """
update conversations set
    mode = saved.mode, assignee_id = saved.assignee_id, unread = saved.unread, lane = saved.lane,
    recipient = saved.recipient, variables = saved.variables, last_at = saved.last_at,
    last_message_id = saved.last_message_id, last_inbound_id = saved.last_inbound_id,
    window_expires_at = saved.window_expires_at, other_app = saved.other_app
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::bigint[], $7::jsonb[], $8::jsonb[],
            $9::timestamptz[], $10::uuid[], $11::text[], $12::timestamptz[], $13::text[])
    as saved (workspace_id, id, mode, assignee_id, unread, lane, recipient, variables, last_at, last_message_id,
              last_inbound_id, window_expires_at, other_app)
where conversations.workspace_id = saved.workspace_id and conversations.id = saved.id
"""


class Mode(StrEnum):
    """Who answers: the bot, a person, or nobody until the next message opens it again."""

    BOT = "bot"
    HUMAN = "human"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Opening:
    """A conversation that a message asks for: found, or opened with these values."""

    workspace_id: UUID
    channel_id: UUID
    contact_id: UUID
    lane: int
    recipient: JsonObject
    at: datetime


@dataclass(slots=True)
class ConversationState:
    """A locked conversation while a turn works on it. What may change is written back by `save`."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID
    contact_id: UUID
    mode: Mode
    assignee_id: UUID | None
    unread: int
    lane: int
    recipient: JsonObject
    variables: JsonObject
    last_at: datetime
    last_message_id: UUID | None
    last_inbound_id: str | None
    window_expires_at: datetime | None
    bot_after_seq: int
    other_app: str | None
    has_imported: bool
    contact_name: str | None
    contact_username: str | None
    contact_language: str | None
    contact_fields: JsonObject
    contact_phone: str | None
    channel_name: str
    channel_number: str
    channel_provider: Provider
    channel_bot_id: UUID | None

    @property
    def is_new(self) -> bool:
        """Whether the person has not written in it yet: a call or a notice does not count."""
        return self.last_inbound_id is None


async def open_conversations(conn: Connection, openings: Sequence[Opening]) -> list[UUID]:
    """The id of each conversation, opened where it is missing."""
    if not openings:
        return []
    wanted = [(opening.workspace_id, opening.channel_id, opening.contact_id) for opening in openings]
    ids = await find_conversations(conn, wanted)
    missing = [opening for opening, id_ in zip(openings, ids, strict=True) if id_ is None]
    if not missing:
        return [id_ for id_ in ids if id_ is not None]
    ordered = sorted(missing, key=lambda opening: (opening.workspace_id, opening.channel_id, opening.contact_id))
    await conn.execute(
        OPEN,
        [opening.workspace_id for opening in ordered],
        [new_id() for _ in ordered],
        [opening.channel_id for opening in ordered],
        [opening.contact_id for opening in ordered],
        [opening.lane for opening in ordered],
        [opening.recipient for opening in ordered],
        [opening.at for opening in ordered],
    )
    opened = [id_ for id_ in await find_conversations(conn, wanted) if id_ is not None]
    if len(opened) != len(openings):
        raise RuntimeError("a conversation could not be opened")
    return opened


async def find_conversations(conn: Connection, wanted: Sequence[tuple[UUID, UUID, UUID]]) -> list[UUID | None]:
    """The id of each conversation, given as (workspace, channel, contact); None where there is none."""
    rows = await conn.fetch(
        FIND,
        [workspace_id for workspace_id, _, _ in wanted],
        [channel_id for _, channel_id, _ in wanted],
        [contact_id for _, _, contact_id in wanted],
    )
    return [row["id"] for row in rows]


async def lock_conversations(conn: Connection, ids: set[tuple[UUID, UUID]]) -> dict[UUID, ConversationState]:
    """Lock conversations, given as (workspace, id), and read them with their contact and channel."""
    ordered = sorted(ids)
    rows = await conn.fetch(LOCK, [workspace for workspace, _ in ordered], [id_ for _, id_ in ordered])
    return {row["id"]: _read(row) for row in rows}


def _read(row: Record) -> ConversationState:
    return ConversationState(
        workspace_id=row["workspace_id"],
        id=row["id"],
        channel_id=row["channel_id"],
        contact_id=row["contact_id"],
        mode=Mode(row["mode"]),
        assignee_id=row["assignee_id"],
        unread=row["unread"],
        lane=row["lane"],
        recipient=row["recipient"],
        variables=row["variables"],
        last_at=row["last_at"],
        last_message_id=row["last_message_id"],
        last_inbound_id=row["last_inbound_id"],
        window_expires_at=row["window_expires_at"],
        bot_after_seq=row["bot_after_seq"],
        other_app=row["other_app"],
        has_imported=row["has_imported"],
        contact_name=row["name"],
        contact_username=row["username"],
        contact_language=row["language"],
        contact_fields=row["fields"] or {},
        contact_phone=row["phone"],
        channel_name=row["channel_name"],
        channel_number=row["channel_number"],
        channel_provider=Provider(row["channel_provider"]),
        channel_bot_id=row["channel_bot_id"],
    )


def add_conversations(writes: Writes, states: Sequence[ConversationState]) -> None:
    """Write locked conversations back, among other writes."""
    if not states:
        return
    writes.add(
        SAVE,
        [state.workspace_id for state in states],
        [state.id for state in states],
        [state.mode for state in states],
        [state.assignee_id for state in states],
        [state.unread for state in states],
        [state.lane for state in states],
        [state.recipient for state in states],
        [state.variables for state in states],
        [state.last_at for state in states],
        [state.last_message_id for state in states],
        [state.last_inbound_id for state in states],
        [state.window_expires_at for state in states],
        [state.other_app for state in states],
    )
