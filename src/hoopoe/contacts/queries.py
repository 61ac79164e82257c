"""Finding contacts by what somebody types; one contact with its identities."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from hoopoe.contacts import schemas
from hoopoe.contacts.identities import prefix_end, search_prefixes
from hoopoe.contacts.merging import follow_contact
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
        select merge.merged_id as id, merge.reason, merge.at from contact_aliases as alias
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
