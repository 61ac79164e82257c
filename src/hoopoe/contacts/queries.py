"""Finding contacts by what somebody types."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from hoopoe.contacts.identities import prefix_end, search_prefixes
from hoopoe.contacts.tables import contact_terms
from hoopoe.identity.scope import WorkspaceScope


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
