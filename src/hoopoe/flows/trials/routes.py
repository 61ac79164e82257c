"""Drafts on one's own phone over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from hoopoe.flows.trials import passes, schemas
from hoopoe.flows.trials.errors import NotTriableOnChannel, TooManyPasses
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.http import Conn, CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


@router.get("/bots/{bot_id}/passes", responses=refusals())
async def list_draft_passes(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.DraftPasses:
    """Who may try this bot's draft on their own phone: the newest 20 passes, without their words."""
    return schemas.DraftPasses(data=await passes.list_passes(conn, scope, bot_id))


@router.post(
    "/bots/{bot_id}/passes", status_code=201, responses=refusals(FlowInvalid, NotTriableOnChannel, TooManyPasses)
)
async def create_draft_pass(
    conn: Conn, scope: MayWrite, bot_id: UUID, given: schemas.PassCreate
) -> schemas.DraftPassCreated:
    """Make a word that opens the draft, as it stands now, to the one number that sends it first.

    For everybody else nothing changes. Sent again by that number it begins anew, until it expires or is revoked; a
    trial ends by itself, or when the person writes STOP, and what the person was in before goes on then.
    """
    created = await passes.create_pass(conn, scope, bot_id, given)
    return schemas.DraftPassCreated(
        **created.shown.model_dump(), word=created.word, number=created.number, link=created.link
    )


@router.delete("/bots/{bot_id}/passes/{pass_id}", status_code=204, responses=refusals())
async def revoke_draft_pass(work: CurrentWork, scope: MayWrite, bot_id: UUID, pass_id: UUID) -> None:
    """Let nobody in by this word any more, and end the trial that is under way by it."""
    await passes.revoke_pass(work.conn, scope, bot_id, pass_id)
    work.hint(Topic.INBOX)
