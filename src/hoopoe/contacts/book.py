"""Names from the contact book of an owner's phone, kept for those who are nobody's contact yet.

A phone tells its book and its history at once, and whoever comes first waits for nobody: the name of a person whose
messages have not come yet is kept for the contact that they will make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address
from hoopoe.contacts.deciding import PersonKey, phone_of
from hoopoe.contacts.identities import phone_candidates
from hoopoe.kernel.db.pool import Connection

KEEP: Final = """
insert into book_names (workspace_id, kind, scope, value, name)
select named.workspace_id, named.kind, named.scope, named.value, named.name from (
    select distinct on (asked.workspace_id, address.kind, address.scope, address.value)
           asked.workspace_id, address.kind, address.scope, address.value, asked.name
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) with ordinality
        as asked (workspace_id, channel_id, user_id, phone, name, position)
    cross join lateral (
        select coalesce(waba_id, account_sid) as portfolio from channels
        where workspace_id = asked.workspace_id and id = asked.channel_id limit 1
    ) as channel
    cross join lateral (
        values ('user_id', channel.portfolio, asked.user_id), ('phone', '', asked.phone)
    ) as address (kind, scope, value)
    where address.value is not null and address.scope is not null
    order by asked.workspace_id, address.kind, address.scope, address.value, asked.position desc
) as named
on conflict (workspace_id, kind, scope, value) do update set name = excluded.name, at = excluded.at
"""

FIND: Final = """
select asked.position, known.name
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) with ordinality
    as asked (workspace_id, channel_id, user_id, phones, position)
cross join lateral (
    select coalesce(waba_id, account_sid) as portfolio from channels
    where workspace_id = asked.workspace_id and id = asked.channel_id limit 1
) as channel
cross join lateral (
    select name from book_names where workspace_id = asked.workspace_id and (
        kind = 'user_id' and scope = channel.portfolio and value = asked.user_id
        or kind = 'phone' and scope = '' and value = any (string_to_array(asked.phones, ','))
    )
    order by kind desc, at desc limit 1
) as known
"""


@dataclass(frozen=True, slots=True)
class BookName:
    """What the book of a channel's phone calls somebody."""

    workspace_id: UUID
    channel_id: UUID
    person: Address
    name: str


async def keep_book_names(conn: Connection, names: Sequence[BookName]) -> None:
    """Keep names until their people become contacts. Of two names of one person the later counts."""
    if names:
        await conn.execute(
            KEEP,
            [name.workspace_id for name in names],
            [name.channel_id for name in names],
            [name.person.user_id for name in names],
            [f"+{name.person.phone}" if name.person.phone else None for name in names],
            [name.name for name in names],
        )


async def find_book_names(conn: Connection, people: Sequence[PersonKey]) -> Mapping[PersonKey, str]:
    """The kept names of people who are new; those without one are left out."""
    if not people:
        return {}
    rows = await conn.fetch(
        FIND,
        [key.workspace_id for key in people],
        [key.channel_id for key in people],
        [key.user_id for key in people],
        [",".join(phone_candidates(phone_of(key) or "")) for key in people],
    )
    return {people[row["position"] - 1]: row["name"] for row in rows}
