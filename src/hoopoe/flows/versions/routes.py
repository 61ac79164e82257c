"""Bots and their flows over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import JsonValue

from hoopoe.flows.definition import blueprint_schema
from hoopoe.flows.definition.samples import KNOWN_VALUES, try_expression
from hoopoe.flows.expressions import Wording
from hoopoe.flows.nodes import describe_node_type, list_node_types
from hoopoe.flows.versions import actions, answering_schemas, editors, queries, schemas
from hoopoe.flows.versions.answering import read_answers
from hoopoe.flows.versions.errors import BotInUse, BotNotPublished, DraftChanged
from hoopoe.identity.http import Conn, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page, decode_cursor, decode_id
from hoopoe.kernel.http.pagination import encode_cursor as encode
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]

Version = Annotated[
    str,
    Query(
        pattern=r"^(draft|published|[1-9][0-9]{0,8})$",
        max_length=9,
        description="`draft`, `published`, or a version's number.",
        examples=["draft", "published", "3"],
    ),
]


@router.get("/bots", responses=refusals())
async def list_bots(
    conn: Conn, scope: MayRead, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.BotPage:
    """Bots, the newest first."""
    found = await queries.list_bots(conn, scope, before=decode_id(cursor), limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode(each.id))
    return schemas.BotPage(data=list(page), next_cursor=next_cursor)


@router.post("/bots", status_code=201, dependencies=[Idempotent], responses=refusals(IdempotencyKeyReused))
async def create_bot(conn: Conn, scope: MayWrite, given: schemas.BotCreate) -> schemas.Bot:
    """Create a bot with a draft of its flow."""
    bot_id = await actions.create_bot(conn, scope, name=given.name, blueprint=given.blueprint)
    return await queries.access_bot(conn, scope, bot_id)


@router.get("/bots/{bot_id}", responses=refusals())
async def read_bot(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.Bot:
    """One bot."""
    return await queries.access_bot(conn, scope, bot_id)


@router.patch("/bots/{bot_id}", responses=refusals(BotNotPublished))
async def update_bot(conn: Conn, scope: MayWrite, bot_id: UUID, given: schemas.BotUpdate) -> schemas.Bot:
    """Rename a bot, let it answer, or let it rest."""
    await actions.update_bot(conn, scope, bot_id, name=given.name, status=given.status)
    return await queries.access_bot(conn, scope, bot_id)


@router.delete("/bots/{bot_id}", status_code=204, responses=refusals(BotInUse))
async def delete_bot(
    conn: Conn,
    scope: MayWrite,
    bot_id: UUID,
    *,
    force: Annotated[bool, Query(description="Also when people are in the middle of its flow.")] = False,
) -> None:
    """Delete a bot with its versions: nobody goes on in its flow from now on. The messages that it wrote stay."""
    await actions.delete_bot(conn, scope, bot_id, is_forced=force)


@router.get("/bots/{bot_id}/flow", responses=refusals())
async def read_flow(conn: Conn, scope: MayRead, bot_id: UUID, version: Version = "draft") -> schemas.Flow:
    """The draft with its faults, or a published version."""
    match version:
        case "draft":
            return await queries.read_draft(conn, scope, bot_id)
        case "published":
            return await queries.read_version(conn, scope, bot_id, number=None)
        case _:
            return await queries.read_version(conn, scope, bot_id, number=int(version))


@router.put("/bots/{bot_id}/flow", responses=refusals(DraftChanged))
async def save_flow(conn: Conn, scope: MayWrite, bot_id: UUID, given: schemas.FlowDraft) -> schemas.Flow:
    """Save the draft. It may have faults, which the answer lists; what is not a blueprint at all is refused."""
    await actions.save_draft(conn, scope, bot_id, given.blueprint, base_revision=given.base_revision)
    return await queries.read_draft(conn, scope, bot_id)


@router.get("/bots/{bot_id}/flow/versions", responses=refusals())
async def list_flow_versions(
    conn: Conn, scope: MayRead, bot_id: UUID, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> schemas.FlowVersionPage:
    """Published versions, the newest first."""
    key = decode_cursor(cursor, int)
    below = key[0] if key is not None and isinstance(key[0], int) else None
    found = await queries.list_versions(conn, scope, bot_id, below=below, limit=limit + 1)
    page, next_cursor = cut_page(found, limit, lambda each: encode(each.number))
    return schemas.FlowVersionPage(data=list(page), next_cursor=next_cursor)


@router.get("/flow-triggers", responses=refusals())
async def list_flow_triggers(
    conn: Conn,
    scope: MayRead,
    text: Annotated[
        str | None, Query(max_length=1_000, description="Who would answer this?", examples=["menu"])
    ] = None,
    channel_id: Annotated[UUID | None, Query(description="The channel on which it is written.")] = None,
    *,
    is_first: Annotated[bool, Query(description="It is the first that its person writes.")] = False,
) -> answering_schemas.FlowTriggers:
    """Which flow answers what: every trigger of a published bot, in the order in which they are tried."""
    return await read_answers(conn, scope, text=text, channel_id=channel_id, is_first=is_first)


@router.post("/bots/{bot_id}/editors", responses=refusals())
async def tell_editor(conn: Conn, scope: MayWrite, bot_id: UUID, given: schemas.EditorSeen) -> schemas.DraftState:
    """Say that an editor is open (again every few seconds), and learn who else edits and where the draft stands."""
    return await editors.tell_editor(conn, scope, bot_id, tab=given.tab, is_leaving=given.is_leaving)


@router.get("/flow-nodes", responses=refusals())
async def list_flow_nodes(_: MayRead) -> schemas.FlowNodeTypes:
    """Every node type: what it is called, its form, its exits, an example; and what every flow may read."""
    described = [describe_node_type(each) for each in list_node_types()]
    values = [schemas.KnownValue(name=each.name, label=each.label, sample=each.sample) for each in KNOWN_VALUES]
    return schemas.FlowNodeTypes(data=[schemas.FlowNodeType.model_validate(each) for each in described], values=values)


@router.post("/flow-expressions/check", responses=refusals())
async def check_expression(_: MayWrite, given: schemas.ExpressionCheck) -> schemas.ExpressionChecked:
    """Read an expression as the engine would, and try it on samples."""
    wording = None if given.language is None else Wording(given.language, is_brief=given.is_brief)
    found = try_expression(given.source, is_condition=given.kind == "condition", values=given.values, wording=wording)
    error = found.fault
    fault = (
        None
        if error is None
        else schemas.ExpressionFault(code=error.code, message=error.message, position=error.position)
    )
    return schemas.ExpressionChecked(fault=fault, value=found.value, reads=sorted(found.reads))


@router.get("/blueprint-schema", responses=refusals(is_public=True))
async def read_blueprint_schema() -> dict[str, JsonValue]:
    """The JSON Schema of a blueprint, for editors and for programs that write one."""
    return blueprint_schema()
