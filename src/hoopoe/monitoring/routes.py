"""Dead letters over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query

from hoopoe.conversations.errors import ChannelNotActive, WindowClosed
from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.identity.http import Conn, CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.times import Moment
from hoopoe.monitoring import actions, queries, schemas
from hoopoe.monitoring.errors import InputGone, LetterSettled, NothingToEdit
from hoopoe.monitoring.schemas import RetryOutcome
from hoopoe.monitoring.words import LetterKind

router = make_router("/api/monitoring/dlq", tag="dead letters")

MayRead = Annotated[WorkspaceScope, requires(Permission.LETTERS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.LETTERS_WRITE)]
MayConfigure = Annotated[WorkspaceScope, requires(Permission.WORKSPACE_WRITE)]

HINTS = (Topic.OUTBOX, Topic.INBOX, Topic.EVENTS)


@router.get("/stats", responses=refusals())
async def read_letter_stats(conn: Conn, scope: MayRead) -> schemas.LetterStats:
    """How many dead letters there are of each state."""
    return await queries.count_letters(conn, scope)


@router.get("/settings", responses=refusals())
async def read_letter_settings(conn: Conn, scope: MayRead) -> schemas.LetterSettings:
    """When dead letters are tried again by themselves."""
    plan = await queries.read_plan(conn, scope.workspace_id)
    return schemas.LetterSettings(steps_seconds=list(plan.steps), max_tries=plan.max_tries)


@router.put("/settings", responses=refusals())
async def save_letter_settings(
    conn: Conn, scope: MayConfigure, given: schemas.LetterSettings
) -> schemas.LetterSettings:
    """Choose when they are. What waits already waits by the new steps."""
    await actions.save_settings(conn, scope, given)
    return given


@router.get("", responses=refusals())
async def list_letters(
    conn: Conn,
    scope: MayRead,
    *,
    state: schemas.LetterState | None = None,
    kind: LetterKind | None = None,
    channel_id: UUID | None = None,
    conversation_id: UUID | None = None,
    code: Annotated[str | None, Query(max_length=64, description="The error's code.")] = None,
    since: Annotated[Moment | None, Query(description="Made then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Made before that.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.DeadLetterPage:
    """What could not be handled or sent, the newest first, each with its error in words."""
    wanted = queries.LetterFilter(
        state=state,
        kind=kind,
        channel_id=channel_id,
        conversation_id=conversation_id,
        code=code,
        since=since,
        until=until,
    )
    found = await queries.list_letters(conn, scope, wanted, before=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode_cursor(each.id))
    return schemas.DeadLetterPage(data=list(page), next_cursor=next_cursor)


@router.get("/{letter_id}", responses=refusals())
async def read_letter(conn: Conn, scope: MayRead, letter_id: UUID) -> schemas.DeadLetterDetails:
    """One dead letter, with its payload and every try to send it."""
    return await queries.read_letter(conn, scope, letter_id)


@router.post(
    "/{letter_id}/retry",
    responses=refusals(LetterSettled, NothingToRetry, NothingToEdit, InputGone, WindowClosed, ChannelNotActive),
)
async def retry_letter(
    work: CurrentWork,
    scope: MayWrite,
    letter_id: UUID,
    given: Annotated[schemas.RetryOne | None, Body(openapi_examples=schemas.RETRY_EXAMPLES)] = None,
) -> schemas.DeadLetterDetails:
    """Try one again now, as it is or with another text. Pressed twice it leaves once."""
    content = given.message.to_content() if given is not None and given.message is not None else None
    await actions.retry_one(work.conn, scope, letter_id, content=content)
    work.hint(*HINTS)
    return await queries.read_letter(work.conn, scope, letter_id)


@router.post("/retry", responses=refusals())
async def retry_letters(work: CurrentWork, scope: MayWrite, given: schemas.Selection) -> schemas.RetriedLetters:
    """Try a selection again. One that is refused says why and stops no other."""
    done = await actions.retry_selection(work.conn, scope, given.ids)
    work.hint(*HINTS)
    counts = {outcome: sum(each.outcome is outcome for each in done) for outcome in RetryOutcome}
    return schemas.RetriedLetters(
        retrying=counts[RetryOutcome.RETRYING],
        already=counts[RetryOutcome.ALREADY],
        refused=counts[RetryOutcome.REFUSED],
        results=[
            schemas.RetriedLetter(
                id=each.letter_id,
                outcome=each.outcome,
                code=each.refusal.code if each.refusal is not None else None,
                reason=each.refusal.words if each.refusal is not None else None,
            )
            for each in done
        ],
    )


@router.post("/archive", responses=refusals())
async def archive_letters(conn: Conn, scope: MayWrite, given: schemas.Selection) -> schemas.ArchivedLetters:
    """Put a selection away: nobody tries it again. It can still be read, and retried by hand."""
    return await actions.archive_selection(conn, scope, given.ids)
