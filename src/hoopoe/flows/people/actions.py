"""What is done to one session by hand: checked here as it stands now, done in its own turn.

What can be said at once is said at once; what changes until the turn comes is noticed there, and told by the session's
acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never
from uuid import UUID

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.engine import EffectWait, Session, load_session
from hoopoe.flows.engine.steering import end_of_wait, set_variable
from hoopoe.flows.people import schemas
from hoopoe.flows.people.errors import (
    NodeMissing,
    NothingToResume,
    SessionEnded,
    SessionMovedOn,
    VariablesTooLarge,
)
from hoopoe.flows.runner.acts import Act, ActKind, Actor, write_act
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.webhooks.inbox import put_item

FIND: Final = """
select session.status, session.sprint, session.node_id, session.state::text as state,
       conversation.id as conversation_id, conversation.channel_id, conversation.lane, exists (
           select from bot_versions as version
           cross join jsonb_array_elements(version.blueprint -> 'nodes') as node
           where version.workspace_id = $1 and version.id = session.version_id and node ->> 'id' = $3
       ) as has_node
from flow_sessions as session
join conversations as conversation
    on conversation.workspace_id = $1 and conversation.id = session.conversation_id
join bots on bots.workspace_id = $1 and bots.id = session.bot_id
where session.workspace_id = $1 and session.id = $2
"""


@dataclass(frozen=True, slots=True)
class _Standing:
    sprint: int
    session: Session
    has_node: bool
    conversation_id: UUID
    channel_id: UUID
    lane: int


async def move_session(conn: Connection, scope: WorkspaceScope, session_id: UUID, given: schemas.SessionMove) -> UUID:
    """Let a session go on at another node of its version. Raises `NodeMissing` and what `_access` does."""
    standing = await _access(conn, scope, session_id, given.sprint, node_id=given.node_id)
    if not standing.has_node:
        raise NodeMissing
    return await _put(conn, scope, session_id, standing, ActKind.ENTER, node_id=given.node_id)


async def resume_session(
    conn: Connection, scope: WorkspaceScope, session_id: UUID, given: schemas.SessionResume
) -> UUID:
    """End a session's wait now, as it would end by itself.

    Raises `NothingToResume`, `ValidationFailed` for a result of another shape, and what `_access` does.
    """
    standing = await _access(conn, scope, session_id, given.sprint)
    result: JsonObject | None = None
    if given.result is not None and isinstance(standing.session.wait, EffectWait):
        result = _write_result(given.result, standing.session.wait)
    if end_of_wait(standing.session, result) is None:
        raise NothingToResume
    return await _put(conn, scope, session_id, standing, ActKind.RESUME, result=result)


async def set_session_variable(
    conn: Connection, scope: WorkspaceScope, session_id: UUID, given: schemas.SessionVariable
) -> UUID:
    """Give a session's variable another value. Raises `VariablesTooLarge` and what `_access` does."""
    standing = await _access(conn, scope, session_id, given.sprint)
    if set_variable(standing.session, given.name, given.value) is None:
        raise VariablesTooLarge
    return await _put(conn, scope, session_id, standing, ActKind.SET, name=given.name, value=given.value)


async def end_session(conn: Connection, scope: WorkspaceScope, session_id: UUID, given: schemas.SessionEnd) -> UUID:
    """End a session where it stands. Raises what `_access` does."""
    standing = await _access(conn, scope, session_id, given.sprint)
    return await _put(conn, scope, session_id, standing, ActKind.END)


def _write_result(given: schemas.EffectResult, wait: EffectWait) -> JsonObject:
    error = None if given.ok else "Somebody ended this request by hand."
    match wait.effect.kind:
        case "http_request":
            status = given.status if given.status is not None else (200 if given.ok else None)
            return {"ok": given.ok, "status": status, "body": given.body, "error": error}
        case "fetch_file":
            return {"ok": False, "file_id": None, "error": error or "There is no file: the request was ended by hand."}
        case "database_query":
            return _write_rows(given.body) if given.ok else {"ok": False, "row_count": 0, "error": error}
        case _:
            assert_never(wait.effect.kind)


def _write_rows(body: Json) -> JsonObject:
    """What a data table is said to have answered. Raises `ValidationFailed` for what it never answers."""
    given = body if isinstance(body, dict) else {}
    row, rows = given.get("row"), given.get("rows")
    count = given.get("row_count", len(rows) if isinstance(rows, list) else int(row is not None))
    is_count = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    is_row = row is None or isinstance(row, dict)
    are_rows = rows is None or (isinstance(rows, list) and all(isinstance(each, dict) for each in rows))
    if not given or not given.keys() <= {"row", "rows", "row_count"} or not (is_count and is_row and are_rows):
        words = 'A table answers {"row": {…}}, {"rows": [{…}]} or {"row_count": 2}.'
        raise ValidationFailed(FieldFault("result.body", words, "no_answer_of_a_table"))
    return {"ok": True, **given, "row_count": count}


async def _access(
    conn: Connection, scope: WorkspaceScope, session_id: UUID, sprint: int, *, node_id: str = ""
) -> _Standing:
    """Raises `NotFound`, `SessionEnded`, or `SessionMovedOn` where it is not where it was seen."""
    row = await conn.fetchrow(FIND, scope.workspace_id, session_id, node_id)
    if row is None:
        raise NotFound
    if row["status"] != "waiting":
        raise SessionEnded
    if row["sprint"] != sprint:
        raise SessionMovedOn(details={"sprint": row["sprint"], "node_id": row["node_id"]})
    return _Standing(
        sprint, load_session(row["state"]), row["has_node"], row["conversation_id"], row["channel_id"], row["lane"]
    )


async def _put(
    conn: Connection,
    scope: WorkspaceScope,
    session_id: UUID,
    standing: _Standing,
    kind: ActKind,
    *,
    node_id: str = "",
    name: str = "",
    value: Json = None,
    result: JsonObject | None = None,
) -> UUID:
    act = Act(
        id=new_id(),
        kind=kind,
        session_id=session_id,
        actor=Actor(scope.user_id, scope.principal.value, scope.address),
        sprint=standing.sprint,
        node_id=node_id,
        name=name,
        value=value,
        result=result,
    )
    await put_item(
        conn,
        workspace_id=scope.workspace_id,
        channel_id=standing.channel_id,
        lane=standing.lane,
        kind=ItemKind.ACT,
        key=f"a:{act.id}",
        item=write_act(act, standing.conversation_id),
    )
    return act.id
