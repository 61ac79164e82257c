"""What people do to messages that are there already: react, edit, delete, hang up. Handles `change` items.

No flow hears of them. A change lies in the lane of the message that it changes (channels.contract), so those of one
message are in order among themselves. One that comes before its message waits in the inbox, and holds up nothing
but later changes of the same message.

A message that we sent is the senders' row: they lock many, in an order of their own. So this handler is the last to
lock messages in its turn, and waits for none: a change of one that is held at this moment is put off for a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

import structlog

from hoopoe.channels.contract import CallProgress, Deletion, Edit, MessageChange, Reaction
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.versions import Stored, apply_call_progress, apply_deletion, apply_edit
from hoopoe.kernel.bus import EventRow, EventType, Topic, record_events
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.json import dump_json
from hoopoe.media.files import Expected, expect_files, plan_files
from hoopoe.webhooks.dead_inputs import DeadInput, bury_inputs, make_dead_input
from hoopoe.webhooks.inbox import InboxRow, put_off_rows
from hoopoe.webhooks.turns import Handled

log = structlog.get_logger()

# A provider sends a webhook again for a week: so long a message may come after its own edit.
PATIENCE: Final = timedelta(days=7)
# How long after its arrival a change looks how often.
STEPS: Final = (
    (timedelta(seconds=10), timedelta(seconds=1)),
    (timedelta(minutes=2), timedelta(seconds=10)),
    (timedelta(hours=1), timedelta(minutes=1)),
    (PATIENCE, timedelta(minutes=10)),
)

# Whoever holds a message writes a status into it, or merges its conversation.
HELD_SECONDS: Final = 0.2

TOPICS: Final = frozenset({Topic.EVENTS, Topic.MEDIA})

FIND = """
select asked.position, message.id, message.author_kind, message.conversation_id,
       conversation.last_message_id = message.id as is_last
from unnest($1::uuid[], $2::uuid[], $3::text[])
    with ordinality as asked (workspace_id, channel_id, provider_id, position)
cross join lateral (
    select workspace_id, id, author_kind, conversation_id from messages
    where workspace_id = asked.workspace_id and channel_id = asked.channel_id and provider_id = asked.provider_id
    limit 1
) as message
cross join lateral (
    select last_message_id from conversations
    where workspace_id = message.workspace_id and id = message.conversation_id limit 1
) as conversation
"""

LOCK = """
select message.* from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, position)
cross join lateral (
    select id, channel_id, type, content, at, versions, edited_at, deleted_at
    from messages where workspace_id = asked.workspace_id and id = asked.id for no key update skip locked
) as message
order by asked.position
"""

SAVE = """
update messages set type = changed.type, content = changed.content, versions = changed.versions::jsonb,
    edited_at = changed.edited_at, deleted_at = changed.deleted_at
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    as changed (workspace_id, id, type, content, versions, edited_at, deleted_at)
where messages.workspace_id = changed.workspace_id and messages.id = changed.id
"""

# Of two at the same second the one that came later holds.
REACT = """
insert into message_reactions (workspace_id, message_id, author, emoji, provider_id, at)
values ($1, $2, $3, $4, $5, $6)
on conflict (workspace_id, message_id, author) do update
    set emoji = excluded.emoji, provider_id = excluded.provider_id, at = excluded.at
    where message_reactions.at <= excluded.at
"""


@dataclass(frozen=True, slots=True)
class _Change:
    row: InboxRow
    change: MessageChange


@dataclass(frozen=True, slots=True)
class _Target:
    workspace_id: UUID
    id: UUID
    conversation_id: UUID
    author_kind: AuthorKind
    is_last: bool


async def handle_changes(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `change` items; puts off those whose message is not there yet."""
    changes = await _read(conn, rows)
    targets = await _find_targets(conn, changes)
    found = [(change, targets[place]) for place, change in enumerate(changes) if place in targets]
    await _react(conn, found)
    held = await _rewrite(conn, found)
    await _tell(conn, [target for each, target in found if each.row not in held])
    waiting = await _wait(conn, [change for place, change in enumerate(changes) if place not in targets])
    await _put_off_held(conn, held)
    return Handled([*waiting, *held], TOPICS if found else frozenset())


async def _read(conn: Connection, rows: Sequence[InboxRow]) -> list[_Change]:
    changes = []
    for row in rows:
        try:
            changes.append(_Change(row, adapter_for(row.provider).parse_change(row.item)))
        except UnreadableItem as error:
            await bury_inputs(conn, [make_dead_input(row, "unreadable", str(error))])
    return changes


async def _find_targets(conn: Connection, changes: Sequence[_Change]) -> dict[int, _Target]:
    if not changes:
        return {}
    found = await conn.fetch(
        FIND,
        [each.row.workspace_id for each in changes],
        [each.row.channel_id for each in changes],
        [each.change.target_id for each in changes],
    )
    return {
        row["position"] - 1: _Target(
            workspace_id=changes[row["position"] - 1].row.workspace_id,
            id=row["id"],
            conversation_id=row["conversation_id"],
            author_kind=AuthorKind(row["author_kind"]),
            is_last=bool(row["is_last"]),
        )
        for row in found
    }


async def _react(conn: Connection, found: Sequence[tuple[_Change, _Target]]) -> None:
    for each, target in found:
        change = each.change
        if isinstance(change, Reaction):
            author = "business" if change.is_ours else "contact"
            await conn.execute(
                REACT, target.workspace_id, target.id, author, change.emoji, change.provider_id, change.at
            )


async def _rewrite(conn: Connection, found: Sequence[tuple[_Change, _Target]]) -> Sequence[InboxRow]:
    """Fold what changes messages themselves. Returns the changes of those that somebody holds: nothing was done."""
    rewrites = [(each, target) for each, target in found if not isinstance(each.change, Reaction)]
    keys = sorted({(target.workspace_id, target.id) for _, target in rewrites})
    if not keys:
        return ()
    rows = await conn.fetch(LOCK, [workspace for workspace, _ in keys], [id_ for _, id_ in keys])
    stored = {row["id"]: _read_stored(row) for row in rows}
    channels: dict[UUID, UUID] = {row["id"]: row["channel_id"] for row in rows}
    files: list[Expected] = []
    for each, target in rewrites:
        if target.id not in stored:
            continue
        if not _may_change(each.change, target):
            # Whoever wrote it can change it; a provider that says otherwise speaks of another message.
            log.warning("change_by_somebody_else", key=each.row.key)
        else:
            message = stored[target.id]
            _fold(message, each.change)
            # At once, so that the next edit finds the file named: those that are known stay as they are.
            message.content, new = plan_files(target.workspace_id, channels[target.id], target.id, message.content)
            files += new
    changed = [(workspace, id_, stored[id_]) for workspace, id_ in keys if id_ in stored and stored[id_].is_changed]
    if changed:
        await conn.execute(
            SAVE,
            [workspace for workspace, _, _ in changed],
            [id_ for _, id_, _ in changed],
            [message.type for _, _, message in changed],
            [message.content for _, _, message in changed],
            # As text: a list among the elements of an array would be taken for another dimension of it.
            [dump_json(message.versions) if message.versions else None for _, _, message in changed],
            [message.edited_at for _, _, message in changed],
            [message.deleted_at for _, _, message in changed],
        )
        await expect_files(conn, files)
    return [each.row for each, target in rewrites if target.id not in stored]


async def _put_off_held(conn: Connection, rows: Sequence[InboxRow]) -> None:
    if rows:
        until = await read_domain_now(conn) + timedelta(seconds=HELD_SECONDS)
        await put_off_rows(conn, [(row, until) for row in rows])


def _may_change(change: MessageChange, target: _Target) -> bool:
    """Whether it is by the side that wrote the message: on the phone, the owner has what we sent in hand too."""
    if isinstance(change, CallProgress):
        return True
    return change.is_ours is (target.author_kind is not AuthorKind.CONTACT)


def _fold(stored: Stored, change: MessageChange) -> None:
    match change:
        case Edit():
            apply_edit(stored, type_=change.type, content=change.content, at=change.at)
        case Deletion():
            apply_deletion(stored, change.at)
        case CallProgress():
            apply_call_progress(stored, change.content)
        case Reaction():
            pass
        case _:
            assert_never(change)


def _read_stored(row: Record) -> Stored:
    return Stored(
        type=row["type"],
        content=row["content"],
        at=row["at"],
        versions=row["versions"] or [],
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
    )


async def _tell(conn: Connection, targets: Sequence[_Target]) -> None:
    events = dict.fromkeys(EventRow(each.workspace_id, EventType.MESSAGE_CHANGED, each.id) for each in targets)
    last = dict.fromkeys(
        EventRow(each.workspace_id, EventType.CONVERSATION_UPDATED, each.conversation_id)
        for each in targets
        if each.is_last
    )
    await record_events(conn, [*events, *last])


async def _wait(conn: Connection, changes: Sequence[_Change]) -> Sequence[InboxRow]:
    """Put off what has no message yet, and give up what has waited for longer than any message is late."""
    if not changes:
        return ()
    now = await read_domain_now(conn)
    machine_now: datetime = await conn.fetchval("select now()")
    waiting: list[tuple[InboxRow, datetime]] = []
    dead: list[DeadInput] = []
    for each in changes:
        pause = next_look(machine_now - each.row.received_at)
        if pause is not None:
            waiting.append((each.row, now + pause))
        elif isinstance(each.change, Reaction):
            # To something from before this Hoopoe: nobody misses it.
            log.info("reaction_to_nothing", key=each.row.key)
        else:
            dead.append(make_dead_input(each.row, "no_message", "The message that this changes never came."))
    await bury_inputs(conn, dead)
    await put_off_rows(conn, waiting)
    return [row for row, _ in waiting]


def next_look(age: timedelta) -> timedelta | None:
    """How long something that came so long ago, before its message, waits until the next look; None: no longer."""
    return next((pause for until, pause in STEPS if age < until), None)
