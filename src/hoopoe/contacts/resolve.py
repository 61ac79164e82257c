"""From addresses to contacts, for a whole turn at once.

A contact is a set of identities; the phone is one of them and may be missing. The business-scoped user
id is asked first (it survives a hidden number), then the channel's own WhatsApp id, then the phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.channels.contract import Address
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.text import detect_language, search_terms

FIND = """
select asked.position, by_user.contact_id as by_user, by_wa.contact_id as by_wa, by_phone.contact_id as by_phone,
       channel.portfolio
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
    with ordinality as asked (workspace_id, channel_id, user_id, wa_id, position)
left join lateral (
    select coalesce(waba_id, account_sid) as portfolio from channels
    where workspace_id = asked.workspace_id and id = asked.channel_id limit 1
) as channel on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'user_id'
        and scope = channel.portfolio and value = asked.user_id limit 1
) as by_user on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'wa_id'
        and scope = asked.channel_id::text and value = asked.wa_id limit 1
) as by_wa on true
left join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id and kind = 'phone'
        and scope = '' and value = '+' || asked.wa_id limit 1
) as by_phone on true
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


@dataclass(frozen=True, slots=True)
class PersonKey:
    """One person as one channel knows the person."""

    workspace_id: UUID
    channel_id: UUID
    user_id: str | None
    wa_id: str | None


def person_key(workspace_id: UUID, channel_id: UUID, address: Address) -> PersonKey:
    """The key under which a turn resolves an address."""
    return PersonKey(workspace_id, channel_id, address.user_id, address.phone)


@dataclass(frozen=True, slots=True)
class _Found:
    contact_id: UUID | None
    portfolio: str
    has_user: bool
    has_wa: bool
    has_phone: bool
    named: tuple[UUID, ...]


async def resolve_contacts(
    conn: Connection, people: Sequence[tuple[PersonKey, Address]], texts: Sequence[str]
) -> dict[PersonKey, UUID]:
    """The contact of each person, made where there is none. One entry per person.

    `texts` is what each wrote first in this turn: it tells the language of a new contact. Two channels, or two
    turns, that meet the same new person at once agree on one contact.
    """
    keys = [key for key, _ in people]
    found = await _find(conn, keys)
    added: list[tuple[PersonKey, Address, UUID, str | None]] = []
    identities: list[tuple[UUID, str, str, str, UUID]] = []
    contacts: dict[PersonKey, UUID] = {}
    met: dict[tuple[UUID, str, str], UUID] = {}
    for (key, address), hit, text in zip(people, found, texts, strict=True):
        names = [(key.workspace_id, hit.portfolio, key.user_id), (key.workspace_id, "", key.wa_id)]
        known = [(workspace_id, scope, value) for workspace_id, scope, value in names if value is not None]
        contact_id = hit.contact_id or next((met[name] for name in known if name in met), None)
        if contact_id is None:
            contact_id = new_id()
            added.append((key, address, contact_id, detect_language(text) or detect_language(address.name or "")))
        contacts[key] = contact_id
        met.update(dict.fromkeys(known, contact_id))
        if key.user_id is not None and not hit.has_user:
            identities.append((key.workspace_id, "user_id", hit.portfolio, key.user_id, contact_id))
        if key.wa_id is not None and not hit.has_wa:
            identities.append((key.workspace_id, "wa_id", str(key.channel_id), key.wa_id, contact_id))
        if key.wa_id is not None and not hit.has_phone:
            identities.append((key.workspace_id, "phone", "", f"+{key.wa_id}", contact_id))
    if not identities:
        return contacts
    await _add_contacts(conn, added)
    tag = await conn.execute(ADD_IDENTITIES, *map(list, zip(*identities, strict=True)))
    if int(tag.rsplit(" ", 1)[-1]) != len(identities) and added:
        return await _yield_to_winners(conn, keys, contacts, [contact_id for _, _, contact_id, _ in added])
    return contacts


async def _find(conn: Connection, keys: Sequence[PersonKey]) -> list[_Found]:
    rows = await conn.fetch(
        FIND,
        [key.workspace_id for key in keys],
        [key.channel_id for key in keys],
        [key.user_id for key in keys],
        [key.wa_id for key in keys],
    )
    return [
        _Found(
            contact_id=row["by_user"] or row["by_wa"] or row["by_phone"],
            portfolio=row["portfolio"] or "",
            has_user=row["by_user"] is not None,
            has_wa=row["by_wa"] is not None,
            has_phone=row["by_phone"] is not None,
            named=tuple(id_ for id_ in (row["by_user"], row["by_wa"], row["by_phone"]) if id_ is not None),
        )
        for row in rows
    ]


async def _add_contacts(conn: Connection, added: Sequence[tuple[PersonKey, Address, UUID, str | None]]) -> None:
    if not added:
        return
    await conn.execute(
        ADD_CONTACTS,
        [key.workspace_id for key, _, _, _ in added],
        [contact_id for _, _, contact_id, _ in added],
        [address.name for _, address, _, _ in added],
        [address.username for _, address, _, _ in added],
        [language for _, _, _, language in added],
    )
    terms = [
        (key.workspace_id, contact_id, term)
        for key, address, contact_id, _ in added
        for term in contact_terms(address.name, key.wa_id, address.username)
    ]
    if terms:
        await conn.execute(ADD_TERMS, *map(list, zip(*terms, strict=True)))


def contact_terms(name: str | None, wa_id: str | None, username: str | None) -> set[str]:
    """What a search finds a contact by: words of the name, the digits of the number, and those reversed.

    A prefix of the reversed digits is an end of the number: people look for "…0142".
    """
    terms = set(search_terms(name or "")) | set(search_terms(username or ""))
    if wa_id:
        terms |= {wa_id, wa_id[::-1]}
    return terms


@dataclass(frozen=True, slots=True)
class NewName:
    """A contact whose profile says something else than what is filed."""

    workspace_id: UUID
    contact_id: UUID
    name: str | None
    username: str | None
    phone: str | None


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
    terms = [
        (name.workspace_id, name.contact_id, term)
        for name in renamed
        for term in contact_terms(name.name, name.phone, name.username)
    ]
    if terms:
        await conn.execute(ADD_TERMS, *map(list, zip(*terms, strict=True)))


async def _yield_to_winners(
    conn: Connection, keys: Sequence[PersonKey], contacts: dict[PersonKey, UUID], ours: Sequence[UUID]
) -> dict[PersonKey, UUID]:
    """Another turn filed some of these people first: take its contacts and drop our unused ones.

    What we filed of a person beside what the other filed names our contact: the other's counts.
    """
    found = await _find(conn, keys)
    agreed = {
        key: next((id_ for id_ in hit.named if id_ not in ours), hit.contact_id or contacts[key])
        for key, hit in zip(keys, found, strict=True)
    }
    unused = set(ours) - set(agreed.values())
    if unused:
        await conn.execute("delete from contacts where id = any ($1::uuid[])", list(unused))
    return agreed
