"""Two contacts that turned out to be one: what is the contacts' own of it, and the record.

The conversations are moved by their slice, between `hold_contacts` and `absorb_contact`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from hoopoe.contacts.deciding import Pair
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

# Whoever opens a conversation of one of them, or files an identity, holds a weaker lock of it: then it is not now.
HOLD: Final = """
select id from contacts where workspace_id = $1 and id = any ($2::uuid[]) order by id for update skip locked
"""

DESCRIBE: Final = """
select jsonb_build_object(
    'contact', (select to_jsonb(contact) - 'workspace_id' from contacts as contact
                where workspace_id = $1 and id = $2),
    'identities', (select coalesce(jsonb_agg(to_jsonb(known) - 'workspace_id' - 'contact_id'), '[]')
                   from identities as known where workspace_id = $1 and contact_id = $2),
    'former_identities', (select coalesce(jsonb_agg(to_jsonb(known) - 'workspace_id' - 'contact_id'), '[]')
                          from former_identities as known where workspace_id = $1 and contact_id = $2)
)
"""

# What both know of the person is the kept contact's; what only the other knows is added.
ABSORB: Final = (
    """
    update contacts set
        name = coalesce(contacts.name, other.name), username = coalesce(contacts.username, other.username),
        language = coalesce(contacts.language, other.language), fields = other.fields || contacts.fields,
        has_given_name = case when contacts.name is null then other.has_given_name else contacts.has_given_name end,
        tags = contacts.tags || array(select unnest(other.tags) except select unnest(contacts.tags)),
        created_at = least(contacts.created_at, other.created_at)
    from contacts as other
    where contacts.workspace_id = $1 and contacts.id = $2 and other.workspace_id = $1 and other.id = $3
    """,
    "update identities set contact_id = $2 where workspace_id = $1 and contact_id = $3",
    "update former_identities set contact_id = $2 where workspace_id = $1 and contact_id = $3",
    "update contact_aliases set contact_id = $2 where workspace_id = $1 and contact_id = $3",
    """
    insert into contact_terms (workspace_id, contact_id, term)
    select $1::uuid, $2::uuid, term from contact_terms where workspace_id = $1 and contact_id = $3
    on conflict do nothing
    """,
    # Of two opinions about one thing the newer counts; the other stays among what was said.
    """
    insert into consents (workspace_id, contact_id, category, state, method, detail, at)
    select workspace_id, $2::uuid, category, state, method, detail, at from consents
    where workspace_id = $1 and contact_id = $3
    on conflict (workspace_id, contact_id, category) do update
        set state = excluded.state, method = excluded.method, detail = excluded.detail, at = excluded.at
        where consents.at < excluded.at
    """,
    "update consent_changes set contact_id = $2 where workspace_id = $1 and contact_id = $3",
    "update account_events set contact_id = $2 where workspace_id = $1 and contact_id = $3",
    # Who is kept apart from the one is so from both; not from oneself.
    """
    insert into contacts_apart (workspace_id, one_id, other_id, at, user_id)
    select $1::uuid, least($2::uuid, third), greatest($2::uuid, third), at, user_id from (
        select case when one_id = $3 then other_id else one_id end as third, at, user_id from contacts_apart
        where workspace_id = $1 and (one_id = $3 or other_id = $3)
    ) as theirs
    where third <> $2 on conflict do nothing
    """,
    # Takes the terms, the consents and who it was kept apart from along.
    "delete from contacts where workspace_id = $1 and id = $3 and id <> $2",
    "insert into contact_aliases (workspace_id, id, contact_id) values ($1, $3, $2)",
)

# Tables with a `contact_id` that `ABSORB` moves, or that go with the contact's row. A test knows all there are.
MOVED_TABLES: Final = frozenset(
    {
        "identities",
        "former_identities",
        "contact_aliases",
        "contact_terms",
        "consents",
        "consent_changes",
        "account_events",
    }
)

RECORD: Final = """
insert into contact_merges (workspace_id, id, kept_id, merged_id, reason, shown, moved, at)
values ($1, $2, $3, $4, $5, $6, $7, domain_now())
"""


async def hold_contacts(conn: Connection, pair: Pair) -> bool:
    """Lock both contacts, without waiting. False: one is gone, or somebody is just adding something to it."""
    rows = await conn.fetch(HOLD, pair.workspace_id, [pair.kept, pair.merged])
    return len(rows) == len({pair.kept, pair.merged})


async def absorb_contact(conn: Connection, pair: Pair, *, reason: str, conversations: list[JsonObject]) -> None:
    """Make one contact of two whose rows are held, and record it with all that would be needed to part them.

    `conversations` is what `conversations.joining` moved.
    """
    described: JsonObject = await conn.fetchval(DESCRIBE, pair.workspace_id, pair.merged)
    shown: JsonObject = {
        "user_id": pair.shown.user_id,
        "parent_user_id": pair.shown.parent_user_id,
        "phone": f"+{pair.shown.phone}" if pair.shown.phone is not None else None,
    }
    await conn.execute(
        RECORD,
        pair.workspace_id,
        new_id(),
        pair.kept,
        pair.merged,
        reason,
        shown,
        {**described, "conversations": conversations},
    )
    for statement in ABSORB:
        await conn.execute(statement, pair.workspace_id, pair.kept, pair.merged)


async def follow_contact(conn: Connection, workspace_id: UUID, contact_id: UUID) -> UUID:
    """The contact that an id leads to: itself, unless it was merged into another."""
    found: UUID | None = await conn.fetchval(
        "select contact_id from contact_aliases where workspace_id = $1 and id = $2", workspace_id, contact_id
    )
    return found or contact_id
