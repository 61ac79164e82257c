"""Reads of counts."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from hoopoe.flows.traces import schemas
from hoopoe.flows.versions.queries import read_version
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

COUNTS: Final = """
select node_id, kind, exit, sum(count)::bigint as count from flow_counts
where workspace_id = $1 and version_id = $2 and day >= $3
group by node_id, kind, exit order by node_id, kind, exit
"""


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
