"""Reads of traces and counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hoopoe.flows.traces import schemas
from hoopoe.flows.versions.queries import read_version
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound

# A turn writes a trace right behind its messages. The clocks of a worker and of the database may differ.
NEARBY: Final = timedelta(days=1)
LOOKED_AT: Final = 20

TRACES: Final = """
select traced.*, bots.name as bot_name, case when bot_versions.number > 0 then bot_versions.number end as version_number
from sprint_traces as traced
left join bots on bots.workspace_id = traced.workspace_id and bots.id = traced.bot_id
left join bot_versions on bot_versions.workspace_id = traced.workspace_id and bot_versions.id = traced.version_id
where traced.workspace_id = $1 and traced.conversation_id = $2
"""
AFTER: Final = f"{TRACES} and traced.id > $3 and traced.created_at between $4 and $5 order by traced.id limit $6"
NEWEST: Final = f"{TRACES} and ($3::uuid is null or traced.id < $3) order by traced.id desc limit $4"

COUNTS: Final = """
select node_id, kind, exit, sum(count)::bigint as count from flow_counts
where workspace_id = $1 and version_id = $2 and day >= $3
group by node_id, kind, exit order by node_id, kind, exit
"""


async def read_message_trace(conn: Connection, scope: WorkspaceScope, message_id: UUID) -> schemas.MessageTrace:
    """The sprint that said a message. Raises `NotFound`."""
    conversation_id = await conn.fetchval(
        "select conversation_id from messages where workspace_id = $1 and id = $2", scope.workspace_id, message_id
    )
    if conversation_id is None:
        raise NotFound
    made_at = _time_of(message_id)
    rows = await conn.fetch(
        AFTER, scope.workspace_id, conversation_id, message_id, made_at - NEARBY, made_at + NEARBY, LOOKED_AT
    )
    found = next((row for row in rows if _has_said(row, str(message_id))), None)
    return schemas.MessageTrace(message_id=message_id, sprint=_read_trace(found) if found is not None else None)


async def list_traces(
    conn: Connection, scope: WorkspaceScope, conversation_id: UUID, *, before: UUID | None, limit: int
) -> list[schemas.SprintTrace]:
    """Sprints of a conversation, the newest first. Raises `NotFound` for another workspace's conversation."""
    if not await conn.fetchval(
        "select true from conversations where workspace_id = $1 and id = $2", scope.workspace_id, conversation_id
    ):
        raise NotFound
    rows = await conn.fetch(NEWEST, scope.workspace_id, conversation_id, before, limit)
    return [_read_trace(row) for row in rows]


async def read_counts(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, number: int | None, since: date
) -> schemas.FlowCounts:
    """How often each node and edge of a version was taken. Raises `NotFound`."""
    flow = await read_version(conn, scope, bot_id, number=number)
    version_id = await conn.fetchval(
        "select id from bot_versions where workspace_id = $1 and bot_id = $2 and number = $3",
        scope.workspace_id,
        bot_id,
        flow.version,
    )
    kinds: dict[str, dict[str, int]] = {node_id: {"waiting": count} for node_id, count in flow.waiting.items()}
    edges = []
    for row in await conn.fetch(COUNTS, scope.workspace_id, version_id, since):
        counted = kinds.setdefault(row["node_id"], {})
        counted[row["kind"]] = counted.get(row["kind"], 0) + row["count"]
        if row["kind"] == "left":
            edges.append(schemas.EdgeCount(node_id=row["node_id"], exit=row["exit"], count=row["count"]))
    return schemas.FlowCounts(
        bot_id=bot_id,
        version=flow.version or 0,
        since=since,
        nodes={node_id: schemas.NodeCounts(**counted) for node_id, counted in sorted(kinds.items())},
        edges=edges,
    )


def _time_of(message_id: UUID) -> datetime:
    """When an id was made, as a UUIDv7 says."""
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def _has_said(row: Record, message_id: str) -> bool:
    return any(message_id in ids for _, ids in row["trace"].get("said", ()))


def _read_trace(row: Record) -> schemas.SprintTrace:
    trace: dict[str, Any] = row["trace"]
    return schemas.SprintTrace(
        id=row["id"],
        conversation_id=row["conversation_id"],
        session_id=row["session_id"],
        sprint=row["sprint"],
        bot_id=row["bot_id"],
        bot_name=row["bot_name"],
        version=row["version_number"],
        at=row["at"],
        given=trace["given"],
        path=[_read_step(step) for step in trace["path"]],
        said=[schemas.TracedMessages(node_id=node_id, message_ids=ids) for node_id, ids in trace["said"]],
        variables=[
            schemas.TracedVariable(name=name, before=before, after=after)
            for name, (before, after) in trace["set"].items()
        ],
        values=[
            schemas.TracedValue(node_id=node_id, expression=source, value=value)
            for node_id, source, value in trace["values"]
        ],
        errors=[
            schemas.TracedError(node_id=node_id, code=code, message=message)
            for node_id, code, message in trace["errors"]
        ],
        wait=trace["wait"],
        status=trace["status"],
        is_cut=trace.get("is_cut", False),
    )


def _read_step(step: list[Any]) -> schemas.TracedStep:
    node_id, exit_name, is_arrival, *version = step
    return schemas.TracedStep(
        node_id=node_id, exit=exit_name, is_arrival=is_arrival, version_id=version[0] if version else None
    )
