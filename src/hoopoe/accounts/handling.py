"""What providers tell of accounts: filed once, acted on, and told to screens, in one turn.

Handles `account` items. It comes first among the handlers of a turn: it locks channels, which nobody does who holds
a conversation or a message: a status that stops a channel does so after its turn (`webhooks.turns.Afterwards`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from hoopoe.channels.account_events import AccountEvent
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.facts import Told, keep_facts
from hoopoe.channels.registry import adapter_for
from hoopoe.contacts.consents import Consent, ConsentMethod, ConsentState, record_consents
from hoopoe.contacts.deciding import PersonKey
from hoopoe.contacts.resolve import Person, person_key, resolve_contacts
from hoopoe.kernel.bus import EventRow, EventType, Topic, record_events
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.ids import new_id
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.turns import Handled

log = structlog.get_logger()

# All channels of the accounts that the inputs came through, whatever their state.
LINES: Final = """
select asked.id as through, line.id, line.number, line.waba_id
from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, id)
cross join lateral (
    select waba_id from channels where workspace_id = asked.workspace_id and id = asked.id limit 1
) as own
cross join lateral (
    select id, number, waba_id from channels
    where workspace_id = asked.workspace_id and waba_id = own.waba_id
    offset 0
) as line
order by line.id
"""

FILE: Final = """
insert into account_events (workspace_id, id, key, channel_id, account_id, kind, what, about, severity, subject,
                            old_value, new_value, reason, details, contact_id, field, raw, at, received_at)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::uuid[],
                     $16::text[], $17::jsonb[], $18::timestamptz[], $19::timestamptz[])
    as told (workspace_id, id, key)
order by workspace_id, key
on conflict (workspace_id, key) do nothing
returning id
"""


@dataclass(frozen=True, slots=True)
class _Telling:
    """One event of one input, with the channels that it is about. `channel_id` None: about the account."""

    id: UUID
    row: InboxRow
    key: str
    event: AccountEvent
    at: datetime
    account_id: str | None
    channel_id: UUID | None
    lines: tuple[UUID, ...]


async def handle_account_events(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `account` items. What was told before is known by its key, and changes nothing again."""
    tellings = await _read(conn, rows)
    if not tellings:
        return Handled()
    contacts = await _resolve_people(conn, tellings)
    filed = {row["id"] for row in await conn.fetch(FILE, *_columns(tellings, contacts))}
    new = [telling for telling in tellings if telling.id in filed]
    await keep_facts(conn, _list_facts(new))
    await record_consents(conn, _list_consents(new, contacts))
    await record_events(
        conn, [EventRow(telling.row.workspace_id, EventType.ACCOUNT_CHANGED, telling.id) for telling in new]
    )
    return Handled(topics=frozenset({Topic.EVENTS, Topic.CHANNELS}) if new else frozenset())


async def _read(conn: Connection, rows: Sequence[InboxRow]) -> list[_Telling]:
    lines: dict[UUID, list[Record]] = {}
    through = dict.fromkeys((row.workspace_id, row.channel_id) for row in rows)
    for line in await conn.fetch(LINES, [key[0] for key in through], [key[1] for key in through]):
        lines.setdefault(line["through"], []).append(line)
    tellings: list[_Telling] = []
    for row in rows:
        try:
            events = adapter_for(row.provider).parse_account(row.item)
        except UnreadableItem as error:
            log.warning("account_event_unreadable", key=row.key, error=str(error))
            continue
        tellings += [
            _make_telling(row, f"{row.key}#{place}", event, lines.get(row.channel_id, []))
            for place, event in enumerate(events)
        ]
    return tellings


def _make_telling(row: InboxRow, key: str, event: AccountEvent, lines: Sequence[Record]) -> _Telling:
    """An event of a number is that of its channel, if it has one here; of an account, that of all its channels."""
    if event.is_of_channel:
        own = [row.channel_id]
    elif event.number is not None:
        own = [line["id"] for line in lines if line["number"].removeprefix("+") == event.number]
    else:
        own = [line["id"] for line in lines]
    is_of_one = event.is_of_channel or event.number is not None
    return _Telling(
        id=new_id(),
        row=row,
        key=key,
        event=event,
        at=event.at or row.received_at,
        account_id=next((line["waba_id"] for line in lines), None),
        channel_id=own[0] if is_of_one and own else None,
        lines=tuple(own),
    )


async def _resolve_people(conn: Connection, tellings: Sequence[_Telling]) -> dict[UUID, UUID]:
    """The contact of each telling about a person. One whom nobody knew is made one: what is wanted is remembered."""
    keys: dict[UUID, PersonKey] = {}
    people: dict[PersonKey, Person] = {}
    for telling in tellings:
        person = telling.event.person
        if person is not None:
            key = person_key(telling.row.workspace_id, telling.row.channel_id, person)
            keys[telling.id] = key
            people.setdefault(key, Person(key, person, person.name or "", telling.at))
    if not people:
        return {}
    found = await resolve_contacts(conn, list(people.values()))
    return {id_: found.contacts[key] for id_, key in keys.items()}


def _list_facts(tellings: Iterable[_Telling]) -> list[Told]:
    return [
        Told(telling.row.workspace_id, channel_id, telling.at, telling.event.facts, telling.event.standing)
        for telling in tellings
        for channel_id in telling.lines
    ]


def _list_consents(tellings: Iterable[_Telling], contacts: dict[UUID, UUID]) -> list[Consent]:
    return [
        Consent(
            workspace_id=telling.row.workspace_id,
            contact_id=contacts[telling.id],
            category=telling.event.preference.category,
            state=ConsentState.OPTED_IN if telling.event.preference.is_wanted else ConsentState.OPTED_OUT,
            method=ConsentMethod.PROVIDER,
            at=telling.at,
            detail=telling.event.reason,
        )
        for telling in tellings
        if telling.event.preference is not None
    ]


def _columns(tellings: Sequence[_Telling], contacts: dict[UUID, UUID]) -> tuple[list[object], ...]:
    events = [telling.event for telling in tellings]
    return (
        [telling.row.workspace_id for telling in tellings],
        [telling.id for telling in tellings],
        [telling.key for telling in tellings],
        [telling.channel_id for telling in tellings],
        [telling.account_id for telling in tellings],
        [event.kind for event in events],
        [event.what for event in events],
        [event.about for event in events],
        [event.severity for event in events],
        [event.subject for event in events],
        [event.old for event in events],
        [event.new for event in events],
        [event.reason for event in events],
        [event.details for event in events],
        [contacts.get(telling.id) for telling in tellings],
        [telling.row.item["field"] for telling in tellings],
        [telling.row.item["value"] if telling.event.raw is None else telling.event.raw for telling in tellings],
        [telling.at for telling in tellings],
        [telling.row.received_at for telling in tellings],
    )
