"""Names from the contact book of the owner's phone. Handles `book` items.

A person whom we know and who has no name gets the one that the owner gave. A name that a person has, the person
chose; and whom we do not know the book does not make a contact of: the name is kept for when something else does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import speakers_of
from hoopoe.channels.speakers import BookEntry
from hoopoe.contacts.book import BookName, keep_book_names
from hoopoe.contacts.identities import phone_candidates
from hoopoe.contacts.resolve import NewName, rename_contacts
from hoopoe.kernel.db.pool import Connection
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.turns import Handled

FIND: Final = """
select asked.position, contact.workspace_id, contact.id, contact.is_nameless
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) with ordinality
    as asked (workspace_id, channel_id, user_id, phones, position)
cross join lateral (
    select coalesce(waba_id, account_sid) as portfolio from channels
    where workspace_id = asked.workspace_id and id = asked.channel_id limit 1
) as channel
cross join lateral (
    select contact_id from identities where workspace_id = asked.workspace_id
        and (kind = 'user_id' and scope = channel.portfolio and value = asked.user_id
             or kind = 'phone' and scope = '' and value = any (string_to_array(asked.phones, ',')))
    order by kind desc limit 1
) as known
cross join lateral (
    select workspace_id, id, name is null as is_nameless from contacts
    where workspace_id = asked.workspace_id and id = known.contact_id
) as contact
"""

# Only whom a name may be given, in the order of the ids: two numbers that know the same people, each in the order of
# its own book, wait for each other and not in a ring. Whoever has a name by now keeps it.
HOLD: Final = """
select contact.workspace_id, contact.id, contact.username, contact.name is null as is_nameless
from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, id)
join contacts as contact on contact.workspace_id = asked.workspace_id and contact.id = asked.id
order by contact.workspace_id, contact.id for no key update of contact
"""


async def handle_book(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `book` items. What cannot be read is left to the journal."""
    entries = [(row, entry) for row in rows if (entry := _read(row)) is not None]
    if not entries:
        return Handled()
    found = await conn.fetch(
        FIND,
        [row.workspace_id for row, _ in entries],
        [row.channel_id for row, _ in entries],
        [entry.person.user_id for _, entry in entries],
        [",".join(phone_candidates(f"+{entry.person.phone}")) if entry.person.phone else "" for _, entry in entries],
    )
    # The last of several names of one person counts.
    nameless = {
        (hit["workspace_id"], hit["id"]): entries[hit["position"] - 1][1] for hit in found if hit["is_nameless"]
    }
    asked = [key[0] for key in nameless], [key[1] for key in nameless]
    held = {(row["workspace_id"], row["id"]): row for row in await conn.fetch(HOLD, *asked)} if nameless else {}
    # Whoever is gone meanwhile is known under another id, or nobody's name yet.
    known = {hit["position"] - 1 for hit in found if not hit["is_nameless"] or (hit["workspace_id"], hit["id"]) in held}
    await keep_book_names(
        conn,
        [
            BookName(row.workspace_id, row.channel_id, entry.person, entry.name)
            for position, (row, entry) in enumerate(entries)
            if position not in known
        ],
    )
    await rename_contacts(
        conn,
        [
            NewName(*key, nameless[key].name, contact["username"])
            for key, contact in held.items()
            if contact["is_nameless"]
        ],
    )
    return Handled()


def _read(row: InboxRow) -> BookEntry | None:
    try:
        return speakers_of(row.provider).parse_book_entry(row.item)
    except UnreadableItem:
        return None
