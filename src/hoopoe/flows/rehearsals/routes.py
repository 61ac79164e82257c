"""Tests of bots over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request

from hoopoe.flows.preview.errors import ActNotPossible, PlayTooLong, TooManyPlays
from hoopoe.flows.rehearsals import actions, queries, schemas
from hoopoe.flows.rehearsals.errors import AnswerCut, TooManyTests
from hoopoe.flows.rehearsals.playing import play_tests, record_script
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.flows.versions.queries import require_bot
from hoopoe.identity.http import Conn, CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_id
from hoopoe.kernel.http.pagination import encode_cursor as encode
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


@router.get("/bots/{bot_id}/tests", responses=refusals())
async def list_bot_tests(
    conn: Conn, scope: MayRead, bot_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.BotTestPage:
    """A bot's tests, the oldest first."""
    await require_bot(conn, scope, bot_id)
    found = await queries.list_tests(conn, scope, bot_id, after=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode(each.id))
    return schemas.BotTestPage(data=list(page), next_cursor=next_cursor)


@router.post(
    "/bots/{bot_id}/tests",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(FlowInvalid, ActNotPossible, TooManyTests, TooManyPlays, PlayTooLong, IdempotencyKeyReused),
)
async def record_bot_test(
    request: Request, work: CurrentWork, scope: MayWrite, bot_id: UUID, given: schemas.BotTestRecord
) -> schemas.BotTest:
    """Keep a preview of the draft as a test: what it says now is what it shall say."""
    loaded = await queries.load_tests(work.conn, scope, bot_id, version="draft", ids=())
    script = await record_script(request, work, scope, loaded, setting=given.setting, acts=given.acts)
    test_id = await actions.add_test(work.conn, scope, bot_id, name=given.name, script=script)
    return await queries.read_test(work.conn, scope, bot_id, test_id)


@router.post("/conversations/{conversation_id}/bot-test", status_code=201, responses=refusals(TooManyTests, AnswerCut))
async def keep_conversation_as_test(
    conn: Conn, scope: MayWrite, conversation_id: UUID, given: schemas.ConversationTest
) -> schemas.KeptConversation:
    """Keep a stretch of a real conversation as a test: what the person wrote, the time between, what other systems
    answered, what the bot said. Names, numbers and addresses become placeholders, and `notes` say so.
    """
    bot_id, test_id, notes = await actions.keep_conversation(conn, scope, conversation_id, given)
    return schemas.KeptConversation(test=await queries.read_test(conn, scope, bot_id, test_id), notes=dict(notes))


@router.patch(
    "/bots/{bot_id}/tests/{test_id}", responses=refusals(FlowInvalid, ActNotPossible, TooManyPlays, PlayTooLong)
)
async def change_bot_test(
    request: Request,
    work: CurrentWork,
    scope: MayWrite,
    *,
    bot_id: UUID,
    test_id: UUID,
    given: schemas.BotTestChange,
) -> schemas.BotTest:
    """Rename a test, give it another script, or accept what the draft says now."""
    script = given.script
    if given.accepts:
        script = script or (await queries.read_test(work.conn, scope, bot_id, test_id)).script
        loaded = await queries.load_tests(work.conn, scope, bot_id, version="draft", ids=())
        acts = [step.act for step in script.steps]
        script = await record_script(request, work, scope, loaded, setting=script.setting, acts=acts)
    await actions.change_test(work.conn, scope, bot_id, test_id, name=given.name, script=script)
    return await queries.read_test(work.conn, scope, bot_id, test_id)


@router.delete("/bots/{bot_id}/tests/{test_id}", status_code=204, responses=refusals())
async def delete_bot_test(conn: Conn, scope: MayWrite, bot_id: UUID, test_id: UUID) -> None:
    """Delete a test."""
    await actions.delete_test(conn, scope, bot_id, test_id)


@router.post("/bots/{bot_id}/tests/run", responses=refusals(FlowInvalid, TooManyPlays, PlayTooLong))
async def run_bot_tests(
    request: Request, work: CurrentWork, scope: MayWrite, bot_id: UUID, given: schemas.BotTestRuns
) -> schemas.BotTestReport:
    """Play a bot's tests: what each step was expected to say, and what it says."""
    loaded = await queries.load_tests(work.conn, scope, bot_id, version=given.version, ids=given.ids)
    return await play_tests(request, work, scope, loaded)
