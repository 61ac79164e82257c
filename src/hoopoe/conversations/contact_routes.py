"""What is done with contacts and reaches into their conversations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.contacts.queries import read_contact
from hoopoe.contacts.schemas import Contact
from hoopoe.conversations.errors import ContactBusy
from hoopoe.conversations.parting import part_contact
from hoopoe.conversations.routes import Hooks
from hoopoe.conversations.schemas import ContactParting
from hoopoe.identity.http import CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api/contacts", tag="contacts")


@router.post("/{contact_id}/part", responses=refusals(ContactBusy))
async def part(
    work: CurrentWork,
    scope: Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_WRITE)],
    hooks: Hooks,
    contact_id: UUID,
    given: ContactParting,
) -> Contact:
    """Part a contact from the one that it was made one with: its ids, and what was said until then, go back to it.

    Nothing makes the two one again by itself. The answer is the contact that was parted.
    """
    await part_contact(work.conn, scope, contact_id, given.merged_id, hooks=hooks)
    work.hint(Topic.EVENTS, Topic.OUTBOX)
    return await read_contact(work.conn, scope, given.merged_id)
