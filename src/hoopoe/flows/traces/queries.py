"""Reads of traces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hoopoe.flows.runner.redacting import shorten
from hoopoe.flows.traces import schemas
from hoopoe.flows.traces.naming import name_flows, path_of
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.json import JsonObject

# A turn writes a trace right behind its messages. The clocks of a worker and of the database may differ.
NEARBY: Final = timedelta(days=1)
LOOKED_AT: Final = 20

TRACES: Final = """
select traced.*, bots.name as bot_name, session.parked_at, before.wait as asked, users.name as mover,
    case when bot_versions.number >= 0 then bot_versions.number end as version_number
from sprint_traces as traced
left join bots on bots.workspace_id = traced.workspace_id and bots.id = traced.bot_id
left join flow_sessions as session on session.workspace_id = traced.workspace_id and session.id = traced.session_id
    and session.sprint = traced.sprint
left join users on users.id = (traced.trace -> 'given' ->> 'by')::uuid
left join bot_versions on bot_versions.workspace_id = traced.workspace_id and bot_versions.id = traced.version_id
left join lateral (
    select trace -> 'wait' as wait from sprint_traces
    where workspace_id = traced.workspace_id and conversation_id = traced.conversation_id and id < traced.id
        and session_id = traced.session_id and sprint = traced.sprint - 1
        and traced.trace -> 'given' ->> 'type' = 'effect'
    order by id desc limit 1
) as before on true
where traced.workspace_id = $1 and traced.conversation_id = $2
"""
AFTER: Final = f"{TRACES} and traced.id > $3 and traced.created_at between $4 and $5 order by traced.id limit $6"
OF_EVENT: Final = f"""{TRACES} and traced.id > $3 and traced.created_at between $4 and $5
    and traced.bot_id = $6 and traced.at = $7 order by traced.id limit 1
"""
NEWEST: Final = f"{TRACES} and ($3::uuid is null or traced.id < $3) order by traced.id desc limit $4"
# The sprints of a session, in order, up to one of them.
SET_BEFORE: Final = """
select trace -> 'set' as set from sprint_traces
where workspace_id = $1 and conversation_id = $2 and session_id = $3 and sprint <= $4 and id <= $5
order by sprint, id
"""


async def read_message_trace(
    conn: Connection, scope: WorkspaceScope, message_id: UUID, *, days_kept: int
) -> schemas.MessageTrace:
    """The sprint that said a message. Raises `NotFound`."""
    conversation_id = await conn.fetchval(
        "select conversation_id from messages where workspace_id = $1 and id = $2", scope.workspace_id, message_id
    )
    if conversation_id is None:
        raise NotFound
    rows = await conn.fetch(AFTER, scope.workspace_id, conversation_id, message_id, *_near(message_id), LOOKED_AT)
    sprint, known = await _explain(conn, scope, [row for row in rows if _has_said(row, str(message_id))])
    return schemas.MessageTrace(message_id=message_id, sprint=sprint, known=known, days_kept=days_kept)


async def read_event_trace(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, event_id: UUID, *, days_kept: int
) -> schemas.EventTrace:
    """The sprint in which a bot did what stands in the thread. Raises `NotFound`."""
    event = await conn.fetchrow(
        """
        select actor_kind, actor_id, at from conversation_events
        where workspace_id = $1 and conversation_id = $2 and id = $3
        """,
        scope.workspace_id,
        conversation_id,
        event_id,
    )
    if event is None:
        raise NotFound
    rows: list[Record] = []
    if event["actor_kind"] == "bot":
        near = (scope.workspace_id, conversation_id, event_id, *_near(event_id))
        rows = await conn.fetch(OF_EVENT, *near, event["actor_id"], event["at"])
    sprint, known = await _explain(conn, scope, rows)
    return schemas.EventTrace(event_id=event_id, sprint=sprint, known=known, days_kept=days_kept)


async def list_traces(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, before: UUID | None, limit: int
) -> list[schemas.SprintTrace]:
    """Sprints of a conversation, the newest first. Raises `NotFound` for another workspace's conversation."""
    if not await conn.fetchval(
        "select true from conversations where workspace_id = $1 and id = $2", scope.workspace_id, conversation_id
    ):
        raise NotFound
    rows = await conn.fetch(NEWEST, scope.workspace_id, conversation_id, before, limit)
    flows = await name_flows(conn, scope, [path_of(row["version_id"], row["trace"]) for row in rows])
    return [_read_trace(row, flows) for row in rows]


async def _explain(
    conn: Connection, scope: WorkspaceScope, rows: Sequence[Record]
) -> tuple[schemas.SprintTrace | None, JsonObject]:
    """The first of these sprints, and what its session had set by its end."""
    if not rows:
        return None, {}
    row = rows[0]
    flows = await name_flows(conn, scope, [path_of(row["version_id"], row["trace"])])
    changes = await conn.fetch(
        SET_BEFORE, scope.workspace_id, row["conversation_id"], row["session_id"], row["sprint"], row["id"]
    )
    known = {name: after for change in changes for name, (_, after) in change["set"].items()}
    return _read_trace(row, flows), known


def _near(made_id: UUID) -> tuple[datetime, datetime]:
    """When a trace was written that was made with this id."""
    made_at = _time_of(made_id)
    return made_at - NEARBY, made_at + NEARBY


def _time_of(made_id: UUID) -> datetime:
    """When an id was made, as a UUIDv7 says."""
    return datetime.fromtimestamp((made_id.int >> 80) / 1000, UTC)


def _has_said(row: Record, message_id: str) -> bool:
    return any(message_id in ids for _, ids in row["trace"].get("said", ()))


def _read_trace(row: Record, flows: Mapping[UUID, schemas.TracedFlow]) -> schemas.SprintTrace:
    trace: dict[str, Any] = row["trace"]
    visited = path_of(row["version_id"], trace)
    return schemas.SprintTrace(
        id=row["id"],
        conversation_id=row["conversation_id"],
        session_id=row["session_id"],
        sprint=row["sprint"],
        bot_id=row["bot_id"],
        bot_name=row["bot_name"],
        version_id=row["version_id"],
        version=row["version_number"],
        at=row["at"],
        given=_shorten_given(trace["given"]),
        by=row["mover"],
        asked=row["asked"],
        flows=[flows[version_id] for version_id in visited if version_id in flows],
        path=[_read_step(step) for step in trace["path"]],
        said=[schemas.TracedMessages(node_id=node_id, message_ids=ids) for node_id, ids in trace["said"]],
        variables=[
            schemas.TracedVariable(name=name, before=before, after=after)
            for name, (before, after) in trace["set"].items()
        ],
        values=[_read_value(node_id, source, value) for node_id, source, value in trace["values"]],
        errors=[
            schemas.TracedError(node_id=node_id, code=code, message=message)
            for node_id, code, message in trace["errors"]
        ],
        wait=trace["wait"],
        status=trace["status"],
        parked_at=row["parked_at"],
        is_cut=trace.get("is_cut", False),
    )


def _shorten_given(given: JsonObject) -> JsonObject:
    """What is shown of what a sprint was given: of a large answer its beginning."""
    kept = {name: value for name, value in given.items() if name != "is_whole"}
    return {**kept, "result": shorten(given["result"])} if "result" in given else kept


def _read_value(node_id: str, source: str, value: Any) -> schemas.TracedValue:
    if source or not isinstance(value, dict):
        return schemas.TracedValue(node_id=node_id, expression=source, value=value)
    return schemas.TracedValue(
        node_id=node_id, expression="", value=value["holds"], compared=schemas.Compared.model_validate(value)
    )


def _read_step(step: list[Any]) -> schemas.TracedStep:
    node_id, exit_name, is_arrival, *version = step
    return schemas.TracedStep(
        node_id=node_id, exit=exit_name, is_arrival=is_arrival, version_id=version[0] if version else None
    )
