"""History: what was said on the owner's phone before this Hoopoe. Handles `history` items, a slice of a thread each.

Imported messages are shown and nothing else: no bot hears them, they open no window and are no news, and the
person has still not written to us. Each has an id made for its own time, so it stands in the thread, and in its
pages, where it was said, although it came late. Slices come in any order, and twice: what is filed is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import MEDIA_TYPES, Address, StatusName
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import speakers_of
from hoopoe.channels.speakers import ImportedMessage, ImportedSlice
from hoopoe.contacts.deciding import PersonKey
from hoopoe.contacts.resolve import Person, person_key, resolve_contacts
from hoopoe.conversations.changes import next_look
from hoopoe.conversations.messages import AuthorKind, Direction, MessageRow, insert_messages
from hoopoe.conversations.status import MessageStatus
from hoopoe.conversations.turns import Opening, open_conversations
from hoopoe.kernel.bus import EventRow, EventType, Topic, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.ids import id_at
from hoopoe.media.files import expect_files, plan_files
from hoopoe.webhooks.dead_inputs import bury_inputs, make_dead_input
from hoopoe.webhooks.inbox import InboxRow, put_off_rows
from hoopoe.webhooks.turns import Handled

# A turn writes so many and leaves the rest to the next ones: it must not last.
MOST_AT_ONCE: Final = 500
# A slice whose conversation somebody holds is tried again then.
AGAIN_AFTER: Final = timedelta(milliseconds=200)
PLACEHOLDER: Final = "media_placeholder"
TOPICS: Final = frozenset({Topic.EVENTS, Topic.MEDIA})

# Whoever holds a conversation is not waited for: this turn may hold others, and an import has time.
HOLD: Final = """
select conversation.id, conversation.contact_id from unnest($1::uuid[], $2::uuid[]) with ordinality
    as asked (workspace_id, id, position)
cross join lateral (
    select id, contact_id from conversations where workspace_id = asked.workspace_id and id = asked.id
    for no key update skip locked
) as conversation
order by asked.position
"""

FIND_FILED: Final = """
select asked.position, message.id, message.conversation_id,
       message.type = 'unsupported' and message.content ->> 'type' = $4 as is_placeholder
from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality
    as asked (workspace_id, channel_id, provider_id, position)
cross join lateral (
    select id, conversation_id, type, content from messages where workspace_id = asked.workspace_id
        and channel_id = asked.channel_id and provider_id = asked.provider_id limit 1
) as message
"""

FILL: Final = """
update messages set type = filled.type, content = filled.content
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[]) as filled (workspace_id, id, type, content)
where messages.workspace_id = filled.workspace_id and messages.id = filled.id
"""

# What was imported may come by itself later: see adoption.
MARK: Final = """
update conversations set has_imported = true from unnest($1::uuid[], $2::uuid[]) as marked (workspace_id, id)
where conversations.workspace_id = marked.workspace_id and conversations.id = marked.id and not has_imported
"""

# The newest message of a thread is its last, unless something newer is there.
SHOW_LAST: Final = """
update conversations set last_at = newest.at, last_message_id = newest.message_id
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) as newest (workspace_id, id, message_id, at)
where conversations.workspace_id = newest.workspace_id and conversations.id = newest.id
  and (conversations.last_message_id is null or conversations.last_at < newest.at)
"""


@dataclass(frozen=True, slots=True)
class _Slice:
    row: InboxRow
    read: ImportedSlice
    conversation_id: UUID | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    part: _Slice
    message: ImportedMessage
    place: int


@dataclass(frozen=True, slots=True)
class _Filed:
    id: UUID
    conversation_id: UUID
    is_placeholder: bool


async def handle_history(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `history` items; leaves those that this turn has no room for, and those that wait."""
    parts, left = await _read(conn, rows)
    known = [part for part in parts if part.read.person is not None]
    held = await _hold(conn, await _open(conn, known))
    left += await _put_off(conn, known, held)
    said = [
        _Said(part, message, part.read.first + place)
        for part in (*held, *(part for part in parts if part.read.person is None))
        for place, message in enumerate(part.read.messages)
    ]
    filed = await _find_filed(conn, said)
    left += await _wait(conn, [each for each in said if each.part.conversation_id is None and _key(each) not in filed])
    await _file(conn, [each for each in said if each.part.conversation_id is not None and _key(each) not in filed])
    await _fill(conn, [(each, filed[_key(each)]) for each in said if _key(each) in filed])
    return Handled(left, TOPICS)


def _key(said: _Said) -> tuple[UUID, UUID, str]:
    return said.part.row.workspace_id, said.part.row.channel_id, said.message.provider_id


async def _read(conn: Connection, rows: Sequence[InboxRow]) -> tuple[list[_Slice], list[InboxRow]]:
    """As many slices as a turn has room for, one at least; and the rows that it has none for."""
    parts: list[_Slice] = []
    left: list[InboxRow] = []
    count = 0
    for row in rows:
        if count >= MOST_AT_ONCE:
            left.append(row)
            continue
        try:
            part = _Slice(row, speakers_of(row.provider).parse_imported(row.item))
        except UnreadableItem as error:
            await bury_inputs(conn, [make_dead_input(row, "unreadable", str(error))])
            continue
        parts.append(part)
        count += len(part.read.messages)
    return parts, left


async def _open(conn: Connection, parts: Sequence[_Slice]) -> list[_Slice]:
    """The conversation of each slice, opened for a person who is new."""
    people: dict[PersonKey, tuple[Address, _Slice]] = {}
    for part in parts:
        if part.read.person is not None and part.read.messages:
            key = person_key(part.row.workspace_id, part.row.channel_id, part.read.person)
            people.setdefault(key, (part.read.person, part))
    resolved = await resolve_contacts(
        conn, [Person(key, person, at=part.read.messages[-1].sent_at) for key, (person, part) in people.items()]
    )
    openings = [
        Opening(
            workspace_id=key.workspace_id,
            channel_id=key.channel_id,
            contact_id=resolved.contacts[key],
            lane=part.row.lane,
            recipient={"phone": None if key in resolved.late else person.phone, "user_id": person.user_id},
            at=part.read.messages[-1].sent_at,
        )
        for key, (person, part) in people.items()
    ]
    opened = dict(zip(people, await open_conversations(conn, openings), strict=True))
    return [
        _Slice(part.row, part.read, opened[key])
        for part in parts
        if part.read.person is not None
        and (key := person_key(part.row.workspace_id, part.row.channel_id, part.read.person)) in opened
    ]


async def _hold(conn: Connection, parts: Sequence[_Slice]) -> list[_Slice]:
    keys = sorted({(part.row.workspace_id, part.conversation_id) for part in parts if part.conversation_id is not None})
    rows = await conn.fetch(HOLD, [workspace for workspace, _ in keys], [id_ for _, id_ in keys])
    held = {row["id"]: row["contact_id"] for row in rows}
    return [
        _Slice(part.row, part.read, part.conversation_id, held[part.conversation_id])
        for part in parts
        if part.conversation_id in held
    ]


async def _put_off(conn: Connection, parts: Sequence[_Slice], held: Sequence[_Slice]) -> list[InboxRow]:
    """Put off the slices of conversations that somebody else holds."""
    ready = {part.row.seq for part in held}
    rows = [part.row for part in parts if part.row.seq not in ready]
    if rows:
        until = await read_domain_now(conn) + AGAIN_AFTER
        await put_off_rows(conn, [(row, until) for row in rows])
    return rows


async def _find_filed(conn: Connection, said: Sequence[_Said]) -> dict[tuple[UUID, UUID, str], _Filed]:
    rows = await conn.fetch(
        FIND_FILED,
        [each.part.row.workspace_id for each in said],
        [each.part.row.channel_id for each in said],
        [each.message.provider_id for each in said],
        PLACEHOLDER,
    )
    return {
        _key(said[row["position"] - 1]): _Filed(row["id"], row["conversation_id"], bool(row["is_placeholder"]))
        for row in rows
    }


async def _file(conn: Connection, said: Sequence[_Said]) -> None:
    """File what is new. Of one id the first counts, unless that one lacks the file which a later one has."""
    new: dict[tuple[UUID, UUID, str], _Said] = {}
    for each in said:
        known = new.get(_key(each))
        if known is None or (known.message.content.get("type") == PLACEHOLDER and each.message.type in MEDIA_TYPES):
            new[_key(each)] = each
    rows = [_make_row(each) for each in new.values()]
    await insert_messages(conn, rows)
    newest: dict[UUID, MessageRow] = {}
    for row in rows:
        if row.conversation_id not in newest or newest[row.conversation_id].id < row.id:
            newest[row.conversation_id] = row
    last = sorted(newest.values(), key=lambda row: (row.workspace_id, row.conversation_id))
    await conn.execute(MARK, [row.workspace_id for row in last], [row.conversation_id for row in last])
    await conn.execute(
        SHOW_LAST,
        [row.workspace_id for row in last],
        [row.conversation_id for row in last],
        [row.id for row in last],
        [row.at for row in last],
    )
    received = [EventRow(row.workspace_id, EventType.MESSAGE_RECEIVED, row.id) for row in rows]
    updated = [EventRow(row.workspace_id, EventType.CONVERSATION_UPDATED, row.conversation_id) for row in last]
    await record_events(conn, [*received, *updated])


def _make_row(said: _Said) -> MessageRow:
    part, message = said.part, said.message
    if part.conversation_id is None:
        raise ValueError("a message of nobody's cannot be filed")
    return MessageRow(
        workspace_id=part.row.workspace_id,
        id=id_at(message.sent_at, said.place),
        channel_id=part.row.channel_id,
        conversation_id=part.conversation_id,
        direction=Direction.OUT if message.is_out else Direction.IN,
        type=message.type,
        content=message.content,
        status=MessageStatus(message.status or StatusName.SENT) if message.is_out else MessageStatus.RECEIVED,
        author_kind=AuthorKind.PHONE if message.is_out else AuthorKind.CONTACT,
        author_id=None if message.is_out else part.contact_id,
        provider_id=message.provider_id,
        reply_to=message.reply_to,
        is_stale=False,
        at=message.sent_at,
        is_imported=True,
    )


async def _fill(conn: Connection, found: Iterable[tuple[_Said, _Filed]]) -> None:
    """Give messages that came without their files the files."""
    filled = {}
    for said, filed in found:
        if filed.is_placeholder and said.message.type in MEDIA_TYPES:
            filled[said.part.row.workspace_id, filed.id] = said
    if not filled:
        return
    keys = sorted(filled)
    planned = [plan_files(key[0], filled[key].part.row.channel_id, key[1], filled[key].message.content) for key in keys]
    await conn.execute(
        FILL,
        [workspace for workspace, _ in keys],
        [id_ for _, id_ in keys],
        [filled[key].message.type for key in keys],
        [content for content, _ in planned],
    )
    await expect_files(conn, [file for _, files in planned for file in files])
    await record_events(conn, [EventRow(workspace, EventType.MESSAGE_CHANGED, id_) for workspace, id_ in keys])


async def _wait(conn: Connection, said: Sequence[_Said]) -> list[InboxRow]:
    """Put off files of messages that are not there yet, and give up those that never came."""
    if not said:
        return []
    now, machine_now = await read_domain_now(conn), await conn.fetchval("select now()")
    waiting = []
    for each in said:
        row = each.part.row
        pause = next_look(machine_now - row.received_at)
        if pause is None:
            await bury_inputs(conn, [make_dead_input(row, "no_message", "The message of this file never came.")])
        else:
            waiting.append((row, now + pause))
    await put_off_rows(conn, waiting)
    return [row for row, _ in waiting]
