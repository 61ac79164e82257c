"""From inputs to the conversations that they move: who wrote, who moved, who turned out to be one.

The common turn asks two things, who everybody is and where their conversations are. Only where a message shows that
two contacts are one, or a notice that somebody moved, are conversations locked here already: all that the turn will
touch, in the one order of everybody, so that no two turns wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address, InboundMessage
from hoopoe.contacts.deciding import Pair, PersonKey
from hoopoe.contacts.moving import Move, MovedContact, begin_moves, read_move
from hoopoe.contacts.resolve import Person, Resolution, find_former, person_key, resolve_people
from hoopoe.conversations.joining import follow_conversations, forget_number, list_threads
from hoopoe.conversations.turns import Opening, find_conversations, lock_conversations, open_conversations
from hoopoe.flows.runner.filing import recipient_of
from hoopoe.flows.runner.merging import AGAIN_AFTER, Merged, merge_pairs
from hoopoe.flows.runner.said import SAID, Said, person_of, time_of, words_of
from hoopoe.kernel.db.pool import Connection
from hoopoe.webhooks.inbox import InboxRow, put_off_rows

BY_MESSAGE: Final = "message"


@dataclass(frozen=True, slots=True)
class Input:
    """One inbox row that can be handled: read, and with the conversation that it moves.

    `is_late`: it was written from an address that its sender gave up since. `new_address`: the notice says that the
    person is to be answered there from now on.
    """

    row: InboxRow
    conversation_id: UUID
    said: Said | None = None
    is_late: bool = False
    new_address: Address | None = None


@dataclass(frozen=True, slots=True)
class Located:
    """What the turn can handle, in order, and what waits because two contacts cannot be merged just now."""

    inputs: Sequence[Input]
    put_off: Sequence[InboxRow] = ()


@dataclass(frozen=True, slots=True)
class _Early:
    """An input from before its address changed hands, in one turn with what the next owner says from there."""

    row: InboxRow
    address: Address
    at: datetime
    contact_id: UUID


@dataclass(frozen=True, slots=True)
class _Meeting:
    """What a turn knows of one person before it knows the contact."""

    person: Person
    row: InboxRow
    reason: str = BY_MESSAGE
    phones: tuple[str, ...] = ()


async def locate_inputs(
    conn: Connection, rows: Sequence[InboxRow], messages: Mapping[int, Said], now: datetime
) -> Located:
    """Find each input's conversation, opening it for a person who is new."""
    moves = {
        seq: move
        for seq, said in messages.items()
        if isinstance(said, InboundMessage) and (move := read_move(said)) is not None
    }
    people = await _meet(conn, rows, messages, moves)
    resolved = await resolve_people(conn, [meeting.person for meeting in people.values()])
    early = await _find_early(conn, rows, messages, moves, resolved)
    merged = Merged()
    if resolved.pairs or resolved.passed_on or moves:
        merged = await _settle(conn, rows, people, resolved, early)
    busy = {key for key, id_ in resolved.contacts.items() if merged.contact(id_) in merged.busy}
    met = {key: meeting for key, meeting in people.items() if key not in busy}
    openings = [
        Opening(
            workspace_id=key.workspace_id,
            channel_id=key.channel_id,
            contact_id=merged.contact(resolved.contacts[key]),
            lane=meeting.row.lane,
            recipient=recipient_of(_still_theirs(meeting.person.address, is_late=key in resolved.late)),
            at=meeting.person.at or now,
        )
        for key, meeting in met.items()
    ]
    openings += [
        Opening(
            workspace_id=each.row.workspace_id,
            channel_id=each.row.channel_id,
            contact_id=merged.contact(each.contact_id),
            lane=each.row.lane,
            recipient=recipient_of(_still_theirs(each.address, is_late=True)),
            at=each.at,
        )
        for each in early.values()
    ]
    opened = await open_conversations(conn, openings)
    conversations = dict(zip(met, opened[: len(met)], strict=True))
    earlier = dict(zip(early, opened[len(met) :], strict=True))
    inputs: list[Input] = []
    heads: dict[int, InboxRow] = {}
    waiting: list[InboxRow] = []
    for row in rows:
        message, move = messages.get(row.seq), moves.get(row.seq)
        key = _key(row, message, move) if message is not None else None
        is_busy = row.seq in early and merged.contact(early[row.seq].contact_id) in merged.busy
        if row.lane in heads or key in busy or is_busy:
            heads.setdefault(row.lane, row)
            waiting.append(row)
        elif row.seq in earlier:
            inputs.append(Input(row, earlier[row.seq], message, is_late=True))
        elif key is not None:
            new_address = move.new if move is not None else None
            inputs.append(Input(row, conversations[key], message, key in resolved.late, new_address))
        elif row.kind not in SAID:
            inputs.append(Input(row, merged.conversation(UUID(str(row.item["conversation_id"])))))
    if heads:
        await put_off_rows(conn, [(row, now + AGAIN_AFTER) for row in heads.values()])
    return Located(inputs, waiting)


def _key(row: InboxRow, said: Said, move: Move | None) -> PersonKey:
    return person_key(row.workspace_id, row.channel_id, move.new if move is not None else person_of(said))


async def _meet(
    conn: Connection, rows: Sequence[InboxRow], messages: Mapping[int, Said], moves: Mapping[int, Move]
) -> dict[PersonKey, _Meeting]:
    """Everybody in the turn, once. Who moved is known already, by what they left."""
    moving = [row for row in rows if row.seq in moves]
    begun = await begin_moves(conn, [(row.workspace_id, row.channel_id, moves[row.seq]) for row in moving])
    moved = dict(zip((row.seq for row in moving), begun, strict=True))
    people: dict[PersonKey, _Meeting] = {}
    for row in rows:
        message = messages.get(row.seq)
        if message is None:
            continue
        move = moves.get(row.seq)
        key = _key(row, message, move)
        address = move.new if move is not None else person_of(message)
        met = people.get(key)
        if met is None:
            met = people[key] = _Meeting(Person(key, address, words_of(message), time_of(message)), row)
        else:
            at, last = time_of(message), met.person.at or time_of(message)
            since = min(at, met.person.since or last)
            met = people[key] = replace(met, person=replace(met.person, at=max(at, last), since=since))
        if move is not None:
            gone: MovedContact = moved[row.seq]
            person = replace(met.person, known=gone.contact_id or met.person.known)
            people[key] = replace(met, person=person, reason=move.reason, phones=met.phones + gone.phones)
    return people


async def _find_early(
    conn: Connection,
    rows: Sequence[InboxRow],
    messages: Mapping[int, Said],
    moves: Mapping[int, Move],
    resolved: Resolution,
) -> dict[int, _Early]:
    """What the former owners of addresses said, by its place in the inbox. Asks nothing where none changed hands."""
    asked: list[tuple[InboxRow, Person]] = []
    for row in rows:
        message = messages.get(row.seq)
        if message is None or row.seq in moves:
            continue
        key = _key(row, message, None)
        if key in resolved.changed_hands and key not in resolved.late:
            asked.append((row, Person(key, person_of(message), at=time_of(message))))
    former = await find_former(conn, [person for _, person in asked])
    return {
        row.seq: _Early(row, person.address, person.at, contact_id)
        for (row, person), contact_id in zip(asked, former, strict=True)
        if contact_id is not None and person.at is not None
    }


def _still_theirs(address: Address, *, is_late: bool) -> Address:
    """What of an address a person can be answered at: not at a number that is somebody else's by now."""
    return replace(address, phone=None) if is_late else address


async def _settle(
    conn: Connection,
    rows: Sequence[InboxRow],
    people: Mapping[PersonKey, _Meeting],
    resolved: Resolution,
    early: Mapping[int, _Early],
) -> Merged:
    """Merge who is one, and let conversations forget numbers that their people gave up."""
    reasons = {
        resolved.contacts[key]: meeting.reason for key, meeting in people.items() if meeting.reason != BY_MESSAGE
    }
    touched = {
        *chain.from_iterable(
            ((pair.workspace_id, pair.kept), (pair.workspace_id, pair.merged)) for pair in resolved.pairs
        ),
        *((each.workspace_id, each.holder_id) for each in resolved.passed_on),
        *((key.workspace_id, resolved.contacts[key]) for key, meeting in people.items() if meeting.phones),
    }
    keys = {(row.workspace_id, UUID(str(row.item["conversation_id"]))) for row in rows if row.kind not in SAID}
    for workspace_id in {workspace_id for workspace_id, _ in touched}:
        contacts = [contact_id for owner, contact_id in touched if owner == workspace_id]
        keys |= {(workspace_id, id_) for id_ in await list_threads(conn, workspace_id, contacts)}
    owners = {(key.workspace_id, key.channel_id, contact_id) for key, contact_id in resolved.contacts.items()}
    owners |= {(each.row.workspace_id, each.row.channel_id, each.contact_id) for each in early.values()}
    wanted = sorted(owners)
    found = await find_conversations(conn, wanted)
    keys |= {(owner[0], id_) for owner, id_ in zip(wanted, found, strict=True) if id_ is not None}
    held = await lock_conversations(conn, keys)
    for each in resolved.passed_on:
        await forget_number(conn, each.workspace_id, each.holder_id, each.spellings, None)
    for key, meeting in people.items():
        if meeting.phones:
            new = meeting.person.address.phone
            await forget_number(conn, key.workspace_id, resolved.contacts[key], meeting.phones, new)
    pairs: list[tuple[Pair, str]] = [
        (pair, reasons.get(pair.kept, reasons.get(pair.merged, BY_MESSAGE))) for pair in resolved.pairs
    ]
    return await merge_pairs(conn, pairs, held.keys())


async def follow_inputs(conn: Connection, inputs: Sequence[Input], lost: set[tuple[UUID, UUID]]) -> Sequence[Input]:
    """The inputs of conversations that were merged into another, with that one."""
    led = await follow_conversations(conn, sorted(lost))
    return [replace(given, conversation_id=led.get(given.conversation_id, given.conversation_id)) for given in inputs]
