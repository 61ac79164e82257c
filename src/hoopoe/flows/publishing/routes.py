"""Publishing over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request

from hoopoe.flows.people.schemas import Published, PublishRequest
from hoopoe.flows.people.transitions import begin_transition, read_transition
from hoopoe.flows.preview.errors import PlayTooLong, TooManyPlays
from hoopoe.flows.publishing.checking import accept_differences, check_tests
from hoopoe.flows.rehearsals.errors import TestsDiffer
from hoopoe.flows.versions import actions, queries
from hoopoe.flows.versions.errors import DraftChanged, FlowInvalid, NothingChanged
from hoopoe.identity.http import CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]
Given = Annotated[
    PublishRequest | None,
    Body(
        openapi_examples={
            "a note": {"value": {"note": "The Friday menu", "base_revision": 7}},
            "taking people along": {"value": {"people": {"choice": "move", "lost": "restart"}}},
        }
    ),
]


@router.post(
    "/bots/{bot_id}/publish",
    dependencies=[Idempotent],
    responses=refusals(
        FlowInvalid, NothingChanged, DraftChanged, TestsDiffer, TooManyPlays, PlayTooLong, IdempotencyKeyReused
    ),
)
async def publish_bot(
    request: Request, work: CurrentWork, scope: MayWrite, bot_id: UUID, given: Given = None
) -> Published:
    """Make the draft a version. Conversations that start from now on run on it.

    A draft that says what is published already makes none: 409 `nothing_changed`, with the version's number. So of two
    that publish at once one does.

    Who is in the middle of an older one finishes there, or is taken along as `people` says: in order with what they
    write meanwhile, a slice at a time. The bot's tests are played first: where one fails, nothing is published unless
    the differences are accepted. What is published is what was tested and, with `base_revision`, what was looked at: a
    draft that was saved meanwhile is refused.
    """
    given = given or PublishRequest()
    revision = await actions.find_revision(work.conn, scope, bot_id, expected=given.base_revision)
    await actions.refuse_unchanged(work.conn, scope, bot_id)
    differing = await check_tests(request, work, scope, bot_id, accepts=given.accepts_differences)
    conn = work.conn
    await queries.hold_bot(conn, scope, bot_id)
    await actions.find_revision(conn, scope, bot_id, expected=revision)
    await accept_differences(conn, scope, bot_id, differing)
    number = await actions.publish_bot(conn, scope, bot_id, note=given.note)
    [version] = await queries.list_versions(conn, scope, bot_id, below=number + 1, limit=1)
    transition_id = await begin_transition(conn, scope, bot_id, version.id, given.people)
    return Published(
        bot=await queries.access_bot(conn, scope, bot_id),
        version=version,
        transition=await read_transition(conn, scope, bot_id, transition_id) if transition_id is not None else None,
    )
