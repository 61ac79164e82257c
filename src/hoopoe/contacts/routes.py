"""Contacts over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.contacts import queries, schemas
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api/contacts", tag="contacts")

MayRead = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]


@router.get("/{contact_id}", responses=refusals())
async def get_contact(conn: Conn, scope: MayRead, contact_id: UUID) -> schemas.Contact:
    """One contact with all that the person is, and was, known by. The id of one that was merged gives the other."""
    return await queries.read_contact(conn, scope, contact_id)
