"""From addresses to contacts, for a whole turn at once.

A contact is a set of identities; the phone is one of them and may be missing. The business-scoped user id is asked
first (it survives a hidden number), then what linked portfolios share, then the channel's own WhatsApp id, then the
phone in any of its spellings. A message that is older than a move is its sender's from before the move. What one
address shows of several contacts is decided in `contacts.deciding`: they are one, or a number was passed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address
from hoopoe.contacts.apart import find_apart
from hoopoe.contacts.book import find_book_names
from hoopoe.contacts.deciding import Decision, Found, Pair, PersonKey, decide, is_plain, phone_of
from hoopoe.contacts.identities import phone_candidates
from hoopoe.contacts.passing_on import PassedOn, load_user_ids, pass_on
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.text import detect_language, search_terms

# `phones`: the spellings of the number, with commas between them; the given one is the best.
FIND = """
select asked.position, by_user.contact_id as by_user, by_former.contact_id as by_former,
       by_parent.contact_id as by_parent, by_wa.contact_id as by_wa, by_phone.contact_id as by_phone,
       by_phone.value as phone, channel.portfolio,
       asked.since < asked.at and (
           exists (select from former_identities where workspace_id = asked.workspace_id and kind = 'user_id'
               and scope = channel.portfolio and value = asked.user_id and until >= asked.since and until < asked.at)
           or exists (select from former_identities where workspace_id = asked.workspace_id and kind = 'phone'
               and scope = '' and value = '+' || asked.wa_id and until >= asked.since and until < asked.at)
       ) as has_changed_hands
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
            $8::timestamptz[])
    with ordinality as asked (workspace_id, channel_id, user_id, parent_id, wa_id, phones, at, since, position)
left join lateral (
    select coalesce(waba_id, account_sid) as portfolio from channels
    where workspace_id = asked.workspace_id and id = asked.channel_id limit 1
) as channel on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'user_id'
        and scope = channel.portfolio and value = asked.user_id limit 1
) as by_user on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'parent_user_id'
        and scope = '' and value = asked.parent_id limit 1
) as by_parent on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'wa_id'
        and scope = asked.channel_id::text and value = asked.wa_id limit 1
) as by_wa on true
left join lateral (
    select contact_id, value from identities where workspace_id = asked.workspace_id and kind = 'phone'
        and scope = '' and value = any (string_to_array(asked.phones, ','))
    order by value <> '+' || asked.wa_id limit 1
) as by_phone on true
left join lateral (
    select contact_id from (
        select contact_id, until from former_identities where workspace_id = asked.workspace_id and kind = 'user_id'
            and scope = channel.portfolio and value = asked.user_id and until >= asked.at
        union all
        select contact_id, until from former_identities where workspace_id = asked.workspace_id and kind = 'phone'
            and scope = '' and value = '+' || asked.wa_id and until >= asked.at
    ) as former order by until limit 1
) as by_former on true
order by asked.position
"""

ADD_CONTACTS = """
insert into contacts (workspace_id, id, name, username, language)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
"""

# An identity that somebody else filed meanwhile stays theirs; who lost is told by the missing row.
ADD_IDENTITIES = """
insert into identities (workspace_id, kind, scope, value, contact_id)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[])
    as added (workspace_id, kind, scope, value, contact_id)
order by workspace_id, kind, scope, value
on conflict (workspace_id, kind, scope, value) do nothing
"""

ADD_TERMS = """
insert into contact_terms (workspace_id, contact_id, term)
select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict do nothing
"""


def person_key(workspace_id: UUID, channel_id: UUID, address: Address) -> PersonKey:
    """The key under which a turn resolves an address."""
    return PersonKey(workspace_id, channel_id, address.user_id, address.phone)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a turn looks for. `at`: the provider's time of what shows the address; None: now.

    `since`: the time of the first that shows it, where several do; `at` is that of the last.
    `text` is what the person wrote first: it tells the language of a new contact. `known`: the contact, where
    something else than the address says who it is.
    """

    key: PersonKey
    address: Address
    text: str = ""
    at: datetime | None = None
    known: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who everybody is. `late`: those whose address was theirs when they wrote, and is not any more, or whose number
    is somebody else's as long as the caller takes none.

    `changed_hands`: those whose address was another's when the first of what shows it was said: see `find_former`.
    `pairs` are contacts that turned out to be one: until they are merged, each of them stands for both.
    """

    contacts: dict[PersonKey, UUID]
    late: frozenset[PersonKey] = frozenset()
    pairs: tuple[Pair, ...] = ()
    passed_on: tuple[PassedOn, ...] = ()
    changed_hands: frozenset[PersonKey] = frozenset()


# Where a turn looks for a number however it is spelt: no scope of an identity.
SPELLING: Final = "spelling"


@dataclass(slots=True)
class _Learned:
    """What a turn learns of people while it resolves them."""

    contacts: dict[PersonKey, UUID] = field(default_factory=dict)
    added: list[tuple[Person, UUID]] = field(default_factory=list)
    identities: list[tuple[UUID, str, str, str, UUID]] = field(default_factory=list)
    terms: list[tuple[UUID, UUID, str]] = field(default_factory=list)
    late: set[PersonKey] = field(default_factory=set)
    pairs: list[Pair] = field(default_factory=list)
    met: dict[tuple[UUID, str, str], UUID] = field(default_factory=dict)


async def resolve_contacts(conn: Connection, people: Sequence[Person]) -> Resolution:
    """The contact of each person, for callers that hold no conversations: they merge nobody, and take no number.

    A number that one person shows and another has stays where it is until its new owner writes: only then is the
    thread that answers to it changed with it. See `resolve_people`.
    """
    return await resolve_people(conn, people, takes_numbers=False)


async def resolve_people(conn: Connection, people: Sequence[Person], *, takes_numbers: bool = True) -> Resolution:
    """The contact of each person, made where there is none. One entry per person.

    Who takes numbers must let the conversations of those who had them forget them. Two channels, or two turns, that
    meet the same new person at once agree on one contact. Only a person of whom something new is shown costs more
    than one statement.
    """
    if not people:
        return Resolution({})
    found = await find_people(conn, people)
    unclear = [
        (person, hit) for person, hit in zip(people, found, strict=True) if not is_plain(person.key, hit, person.known)
    ]
    user_ids = await load_user_ids(conn, [(person.key.workspace_id, hit.named) for person, hit in unclear])
    apart = await find_apart(
        conn, [(person.key.workspace_id, {*hit.named, *filter(None, [person.known])}) for person, hit in unclear]
    )
    learned = _Learned()
    passed_on: list[PassedOn] = []
    withheld: set[PersonKey] = set()
    for person, hit in zip(people, found, strict=True):
        decision = decide(person.key, hit, user_ids, known=person.known, apart=apart)
        if decision.taken and not takes_numbers:
            decision = replace(decision, taken=())
            withheld.add(person.key)
        _learn(learned, person, hit, decision)
        passed_on += [
            PassedOn(person.key.workspace_id, holder, kind, value, person.at) for holder, kind, value in decision.taken
        ]
    if passed_on:
        await pass_on(conn, passed_on)
    contacts = await _save(conn, people, learned)
    changed = frozenset(person.key for person, hit in zip(people, found, strict=True) if hit.has_changed_hands)
    return Resolution(
        contacts, frozenset(learned.late | withheld), tuple(learned.pairs), tuple(passed_on), changed_hands=changed
    )


async def find_former(conn: Connection, people: Sequence[Person]) -> list[UUID | None]:
    """Who each address was at the time given, where that is nobody's any more or another's."""
    found = await find_people(conn, people) if people else []
    return [hit.by_former if hit.by_user is None else None for hit in found]


def _learn(learned: _Learned, person: Person, hit: Found, decision: Decision) -> None:
    key, address = person.key, person.address
    if decision.is_late:
        learned.late.add(key)
    names = [
        ("user_id", hit.portfolio, key.user_id, hit.by_user),
        ("parent_user_id", "", address.parent_user_id, hit.by_parent),
        ("wa_id", str(key.channel_id), key.wa_id, hit.by_wa),
        ("phone", "", phone_of(key), hit.by_phone if hit.phone == phone_of(key) else None),
    ]
    shown = [(kind, scope, value, holder) for kind, scope, value, holder in names if value is not None]
    known = [(key.workspace_id, scope, value) for kind, scope, value, _ in shown if kind != "wa_id"]
    # Two spellings of a new number may come in one turn. Who shows a user id is known by that.
    phone = phone_of(key)
    spelt = [
        (key.workspace_id, SPELLING, spelling) for spelling in (phone_candidates(phone) if phone is not None else ())
    ]
    names_met = known if key.user_id is not None else [*known, *spelt]
    contact_id = decision.contact_id or next((learned.met[name] for name in names_met if name in learned.met), None)
    is_new = contact_id is None
    if contact_id is None:
        contact_id = new_id()
        learned.added.append((person, contact_id))
    learned.contacts[key] = contact_id
    learned.met.update(dict.fromkeys([*known, *spelt], contact_id))
    learned.pairs += [Pair.of(key, address, contact_id, other) for other in decision.same]
    if decision.is_late:
        return
    taken = {(kind, value) for _, kind, value in decision.taken}
    for kind, scope, value, holder in shown:
        if decision.is_number_withheld and kind in ("wa_id", "phone"):
            continue
        if holder is None or (kind, value) in taken:
            learned.identities.append((key.workspace_id, kind, scope, value, contact_id))
            if not is_new:
                learned.terms += [(key.workspace_id, contact_id, term) for term in terms_of(kind, value)]


async def _save(conn: Connection, people: Sequence[Person], learned: _Learned) -> dict[PersonKey, UUID]:
    if not learned.identities:
        return learned.contacts
    await _add_contacts(conn, learned.added)
    tag = await conn.execute(ADD_IDENTITIES, *map(list, zip(*learned.identities, strict=True)))
    if learned.terms:
        await conn.execute(ADD_TERMS, *map(list, zip(*learned.terms, strict=True)))
    if int(tag.rsplit(" ", 1)[-1]) != len(learned.identities) and learned.added:
        ours = [contact_id for _, contact_id in learned.added]
        return await _yield_to_winners(conn, people, learned.contacts, ours)
    return learned.contacts


async def find_people(conn: Connection, people: Sequence[Person]) -> list[Found]:
    """Whom each address names; nothing is made."""
    rows = await conn.fetch(
        FIND,
        [person.key.workspace_id for person in people],
        [person.key.channel_id for person in people],
        [person.key.user_id for person in people],
        [person.address.parent_user_id for person in people],
        [person.key.wa_id for person in people],
        [",".join(phone_candidates(phone_of(person.key) or "")) for person in people],
        [person.at for person in people],
        [person.since for person in people],
    )
    return [
        Found(
            by_user=row["by_user"],
            by_former=row["by_former"],
            by_parent=row["by_parent"],
            by_wa=row["by_wa"],
            by_phone=row["by_phone"],
            phone=row["phone"],
            portfolio=row["portfolio"] or "",
            has_changed_hands=bool(row["has_changed_hands"]),
        )
        for row in rows
    ]


async def _add_contacts(conn: Connection, added: Sequence[tuple[Person, UUID]]) -> None:
    if not added:
        return
    # Who comes without a name may have one in the owner's contact book.
    booked = await find_book_names(conn, [person.key for person, _ in added if person.address.name is None])
    names = [person.address.name or booked.get(person.key) for person, _ in added]
    await conn.execute(
        ADD_CONTACTS,
        [person.key.workspace_id for person, _ in added],
        [contact_id for _, contact_id in added],
        names,
        [person.address.username for person, _ in added],
        [
            detect_language(person.text) or detect_language(name or "")
            for (person, _), name in zip(added, names, strict=True)
        ],
    )
    terms = [
        (person.key.workspace_id, contact_id, term)
        for (person, contact_id), name in zip(added, names, strict=True)
        for term in contact_terms(name, person.key.wa_id, person.address.username, user_id=person.key.user_id)
    ]
    if terms:
        await conn.execute(ADD_TERMS, *map(list, zip(*terms, strict=True)))


def contact_terms(name: str | None, wa_id: str | None, username: str | None, *, user_id: str | None = None) -> set[str]:
    """What a search finds a contact by: words of the name, ids, the digits of the number, and those reversed.

    A prefix of the reversed digits is an end of the number: people look for "…0142".
    """
    terms = set(search_terms(name or "")) | set(search_terms(username or ""))
    if wa_id:
        terms |= terms_of("wa_id", wa_id)
    if user_id:
        terms |= terms_of("user_id", user_id)
    return terms


def terms_of(kind: str, value: str) -> set[str]:
    """What a search finds a contact by because of one identity, held or former."""
    if kind == "parent_user_id":
        return set()
    digits = value.removeprefix("+")
    return {digits, digits[::-1]} if kind in ("phone", "wa_id") else {value.lower()}


IDENTITIES_OF = """
select workspace_id, contact_id, kind, value from unnest($1::uuid[], $2::uuid[]) as asked (of_workspace, id)
cross join lateral (
    select workspace_id, contact_id, kind, value from identities
    where workspace_id = asked.of_workspace and contact_id = asked.id
    union
    select workspace_id, contact_id, kind, value from former_identities
    where workspace_id = asked.of_workspace and contact_id = asked.id
) as known
"""


@dataclass(frozen=True, slots=True)
class NewName:
    """A contact whose profile says something else than what is filed."""

    workspace_id: UUID
    contact_id: UUID
    name: str | None
    username: str | None


async def rename_contacts(conn: Connection, renamed: Sequence[NewName]) -> None:
    """File new names and usernames, and what a search finds the contacts by. Each contact once."""
    if not renamed:
        return
    keys = ([name.workspace_id for name in renamed], [name.contact_id for name in renamed])
    await conn.execute(
        """
        update contacts set name = told.name, username = told.username
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as told (workspace_id, id, name, username)
        where contacts.workspace_id = told.workspace_id and contacts.id = told.id
        """,
        *keys,
        [name.name for name in renamed],
        [name.username for name in renamed],
    )
    await conn.execute(
        """
        delete from contact_terms using unnest($1::uuid[], $2::uuid[]) as told (workspace_id, id)
        where contact_terms.workspace_id = told.workspace_id and contact_terms.contact_id = told.id
        """,
        *keys,
    )
    known = await conn.fetch(IDENTITIES_OF, *keys)
    terms = {
        (name.workspace_id, name.contact_id, term)
        for name in renamed
        for term in contact_terms(name.name, None, name.username)
    } | {
        (row["workspace_id"], row["contact_id"], term) for row in known for term in terms_of(row["kind"], row["value"])
    }
    if terms:
        await conn.execute(ADD_TERMS, *map(list, zip(*sorted(terms), strict=True)))


async def _yield_to_winners(
    conn: Connection, people: Sequence[Person], contacts: Mapping[PersonKey, UUID], ours: Sequence[UUID]
) -> dict[PersonKey, UUID]:
    """Another turn filed some of these people first: take its contacts and drop our unused ones.

    What we filed of a person beside what the other filed names our contact: the other's counts.
    """
    found = await find_people(conn, people)
    agreed = {}
    for person, hit in zip(people, found, strict=True):
        mine = contacts[person.key]
        others = [id_ for id_ in hit.named if id_ not in ours] if mine in ours else []
        agreed[person.key] = others[0] if others else mine
    unused = set(ours) - set(agreed.values())
    if unused:
        await conn.execute("delete from contacts where id = any ($1::uuid[])", list(unused))
    return agreed
