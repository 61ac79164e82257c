"""Publishing over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Body

from hoopoe.flows.publishing.checking import check_tests
from hoopoe.flows.rehearsals.errors import TestsDiffer
from hoopoe.flows.versions import actions, queries, schemas
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.http import Conn, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]
Note = Annotated[schemas.PublishNote | None, Body(openapi_examples={"a note": {"value": {"note": "The Friday menu"}}})]


@router.post(
    "/bots/{bot_id}/publish",
    dependencies=[Idempotent],
    responses=refusals(FlowInvalid, TestsDiffer, IdempotencyKeyReused),
)
async def publish_bot(conn: Conn, scope: MayWrite, bot_id: UUID, given: Note = None) -> schemas.Published:
    """Make the draft a version. Conversations that start from now on run on it; others stay where they are.

    The bot's tests are played first: where one fails, nothing is published unless the differences are accepted.
    """
    await check_tests(conn, scope, bot_id, accepts=given is not None and given.accepts_differences)
    number = await actions.publish_bot(conn, scope, bot_id, note=given.note if given is not None else None)
    versions = await queries.list_versions(conn, scope, bot_id, below=number + 1, limit=1)
    return schemas.Published(bot=await queries.access_bot(conn, scope, bot_id), version=versions[0])
