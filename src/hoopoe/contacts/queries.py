"""Finding contacts by what somebody types; one contact with its identities."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from hoopoe.contacts import schemas
from hoopoe.contacts.absorbing import follow_contact
from hoopoe.contacts.identities import prefix_end, search_prefixes
from hoopoe.contacts.resolve import terms_of
from hoopoe.contacts.tables import contact_terms
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound


def select_matching_contacts(scope: WorkspaceScope, text: str) -> list[Select[tuple[UUID]]]:
    """One subquery of contact ids per word: who matches is in all of them. Empty for text without words.

    Plain comparisons, which are leakproof: under row-level security `like` would not use the index.
    """
    term = contact_terms.c.term
    return [
        select(contact_terms.c.contact_id).where(
            contact_terms.c.workspace_id == scope.workspace_id,
            or_(*(and_(term >= prefix, term < prefix_end(prefix)) for prefix in dict.fromkeys(prefixes))),
        )
        for prefixes in search_prefixes(text)
    ]


FORMER: Final = """
select contact_id, value, kind, until is null as is_held from (
    select contact_id, value, kind, null as until from identities
    where workspace_id = $1 and contact_id = any ($2::uuid[])
    union all
    select contact_id, value, kind, until from former_identities
    where workspace_id = $1 and contact_id = any ($2::uuid[])
) as known order by until desc nulls first, value
"""


async def find_former(
    conn: Connection, scope: WorkspaceScope, contact_ids: Sequence[UUID], text: str
) -> dict[UUID, str]:
    """Of contacts that a search found, those that it found by what they were: the number or user id of then.

    A number with its plus. Nobody is here whom what is held now explains as well.
    """
    groups = search_prefixes(text)
    # Digits, or a user id: the words of a name are nobody's former ones.
    if not any(character.isdigit() for character in text):
        return {}
    held: dict[UUID, set[str]] = {}
    former: dict[UUID, str] = {}
    for row in await conn.fetch(FORMER, scope.workspace_id, list(contact_ids)):
        terms = terms_of(row["kind"], row["value"])
        if row["is_held"]:
            held.setdefault(row["contact_id"], set()).update(terms)
        elif any(_has(terms, group) and not _has(held.get(row["contact_id"], set()), group) for group in groups):
            value = row["value"]
            former.setdefault(row["contact_id"], f"+{value}" if row["kind"] == "wa_id" else value)
    return former


def _has(terms: Collection[str], prefixes: Collection[str]) -> bool:
    return any(term.startswith(prefix) for term in terms for prefix in prefixes)


async def read_contact(conn: Connection, scope: WorkspaceScope, contact_id: UUID) -> schemas.Contact:
    """One contact; the id of one that was merged into another gives that one. Raises `NotFound`."""
    contact_id = await follow_contact(conn, scope.workspace_id, contact_id)
    row = await conn.fetchrow(
        "select id, name, username, language, tags, fields, created_at from contacts "
        "where workspace_id = $1 and id = $2",
        scope.workspace_id,
        contact_id,
    )
    if row is None:
        raise NotFound
    known = await conn.fetch(
        "select kind, scope, value, since from identities where workspace_id = $1 and contact_id = $2 "
        "order by since, kind, scope, value",
        scope.workspace_id,
        contact_id,
    )
    former = await conn.fetch(
        "select kind, scope, value, since, until, reason from former_identities "
        "where workspace_id = $1 and contact_id = $2 order by until, kind, scope, value",
        scope.workspace_id,
        contact_id,
    )
    merges = await conn.fetch(
        """
        select merge.merged_id as id, merge.moved -> 'contact' ->> 'name' as name,
               merge.moved -> 'contact' ->> 'username' as username, merge.moved #>> '{identities,0,value}' as address,
               merge.reason, merge.at
        from contact_aliases as alias
        join contact_merges as merge on merge.workspace_id = $1 and merge.merged_id = alias.id
        where alias.workspace_id = $1 and alias.contact_id = $2 order by merge.at, merge.merged_id
        """,
        scope.workspace_id,
        contact_id,
    )
    return schemas.Contact(
        **row,
        identities=[schemas.Identity(**each) for each in known],
        former_identities=[schemas.FormerIdentity(**each) for each in former],
        merged=[schemas.MergedContact(**each) for each in merges],
    )
