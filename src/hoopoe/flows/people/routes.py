"""People in flows over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hoopoe.flows.people import actions, queries, schemas
from hoopoe.flows.people.errors import (
    NodeMissing,
    NothingToResume,
    SessionEnded,
    SessionMovedOn,
    VariablesTooLarge,
)
from hoopoe.flows.people.transitions import read_transition
from hoopoe.flows.people.waiting import read_people
from hoopoe.flows.versions.queries import require_bot
from hoopoe.identity.http import Conn, CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, decode_id, encode_cursor
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayRead = Annotated[WorkspaceScope, requires(Permission.BOTS_READ)]
# Who is where, and what they said, is read by whoever may read what they wrote.
MayReadThreads = Annotated[WorkspaceScope, requires(Permission.CONVERSATIONS_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]

Search = Annotated[
    str | None,
    Query(min_length=1, max_length=100, description="Words of a name, digits of a number, a user id."),
]
Node = Annotated[str | None, Query(max_length=64, description="A step's id.")]
Number = Annotated[int | None, Query(ge=1, le=999_999_999, description="A version's number.")]


@router.get("/bots/{bot_id}/people", responses=refusals())
async def read_people_waiting(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.PeopleWaiting:
    """How many people wait where, and what publishing the draft could do with them."""
    return await read_people(conn, scope, bot_id)


@router.get("/bots/{bot_id}/transition", responses=refusals())
async def read_flow_transition(conn: Conn, scope: MayRead, bot_id: UUID) -> schemas.Transition:
    """How far the people are whom the last publishing took along. 404: none did."""
    await require_bot(conn, scope, bot_id)
    return await read_transition(conn, scope, bot_id)


@router.get("/bots/{bot_id}/sessions", responses=refusals())
async def list_flow_sessions(
    conn: Conn,
    scope: MayReadThreads,
    bot_id: UUID,
    *,
    state: Annotated[
        schemas.SessionState, Query(description="Not heeded with `conversation_id`.")
    ] = schemas.SessionState.WAITING,
    q: Search = None,
    node_id: Node = None,
    version: Number = None,
    conversation_id: Annotated[UUID | None, Query(description="All sessions of this conversation.")] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.FlowSessionPage:
    """Who is in a bot's flow, those that began last first."""
    await require_bot(conn, scope, bot_id)
    version_id = await queries.find_version(conn, scope, bot_id, version) if version is not None else None
    wanted = queries.Wanted(state, node_id, version_id, q, conversation_id)
    found = await queries.list_sessions(conn, scope, bot_id, wanted, before=decode_id(cursor), limit=limit)
    next_cursor = encode_cursor(found.next_before) if found.next_before is not None else None
    return schemas.FlowSessionPage(data=found.sessions, next_cursor=next_cursor)


@router.get("/flow-sessions/{flow_session_id}", responses=refusals())
async def read_flow_session(conn: Conn, scope: MayReadThreads, flow_session_id: UUID) -> schemas.FlowSessionDetail:
    """One session: where it is, what it waits for, what it knows, what was done to it by hand."""
    return await queries.read_session(conn, scope, flow_session_id)


@router.post(
    "/flow-sessions/{flow_session_id}/move",
    status_code=202,
    dependencies=[Idempotent],
    responses=refusals(SessionEnded, SessionMovedOn, NodeMissing, IdempotencyKeyReused),
)
async def move_flow_session(
    conn: Conn, work: CurrentWork, scope: MayWrite, flow_session_id: UUID, given: schemas.SessionMove
) -> schemas.ActTaken:
    """Let a person go on at another step, as if a connection led there."""
    work.hint(Topic.INBOX)
    return schemas.ActTaken(id=await actions.move_session(conn, scope, flow_session_id, given))


@router.post(
    "/flow-sessions/{flow_session_id}/resume",
    status_code=202,
    dependencies=[Idempotent],
    responses=refusals(SessionEnded, SessionMovedOn, NothingToResume, IdempotencyKeyReused),
)
async def resume_flow_session(
    conn: Conn, work: CurrentWork, scope: MayWrite, flow_session_id: UUID, given: schemas.SessionResume
) -> schemas.ActTaken:
    """End the wait now: the delay is over, the question timed out, the request came to what you say."""
    work.hint(Topic.INBOX)
    return schemas.ActTaken(id=await actions.resume_session(conn, scope, flow_session_id, given))


@router.post(
    "/flow-sessions/{flow_session_id}/variables",
    status_code=202,
    dependencies=[Idempotent],
    responses=refusals(SessionEnded, SessionMovedOn, VariablesTooLarge, IdempotencyKeyReused),
)
async def set_flow_session_variable(
    conn: Conn, work: CurrentWork, scope: MayWrite, flow_session_id: UUID, given: schemas.SessionVariable
) -> schemas.ActTaken:
    """Give one variable another value, in the flow that the person stands in."""
    work.hint(Topic.INBOX)
    return schemas.ActTaken(id=await actions.set_session_variable(conn, scope, flow_session_id, given))


@router.post(
    "/flow-sessions/{flow_session_id}/end",
    status_code=202,
    dependencies=[Idempotent],
    responses=refusals(SessionEnded, SessionMovedOn, IdempotencyKeyReused),
)
async def end_flow_session(
    conn: Conn, work: CurrentWork, scope: MayWrite, flow_session_id: UUID, given: schemas.SessionEnd
) -> schemas.ActTaken:
    """End the session where it stands. The next message of the person may start a flow again."""
    work.hint(Topic.INBOX)
    return schemas.ActTaken(id=await actions.end_session(conn, scope, flow_session_id, given))
