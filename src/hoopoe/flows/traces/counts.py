"""Reads of counts."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from hoopoe.flows.traces import schemas
from hoopoe.flows.versions.queries import read_draft, read_version
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

COUNTS: Final = """
select node_id, kind, exit, sum(count)::bigint as count from flow_counts
where workspace_id = $1 and version_id = any ($2::uuid[]) and day >= $3
group by node_id, kind, exit order by node_id, kind, exit
"""


async def read_counts(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, number: int | None, since: date, of_all: bool = False
) -> schemas.FlowCounts:
    """How often each node and edge of a version was taken, or of all versions together: nodes are the same by their id.

    Raises `NotFound`.
    """
    flow = await (read_draft(conn, scope, bot_id) if of_all else read_version(conn, scope, bot_id, number=number))
    versions = await conn.fetchval(
        """
        select coalesce(array_agg(id), '{}') from bot_versions
        where workspace_id = $1 and bot_id = $2 and number >= 0 and ($3::int is null or number = $3)
        """,
        scope.workspace_id,
        bot_id,
        flow.version,
    )
    kinds: dict[str, dict[str, int]] = {node_id: {"waiting": count} for node_id, count in (flow.waiting or {}).items()}
    edges = []
    for row in await conn.fetch(COUNTS, scope.workspace_id, versions, since):
        counted = kinds.setdefault(row["node_id"], {})
        counted[row["kind"]] = counted.get(row["kind"], 0) + row["count"]
        if row["kind"] == "left":
            edges.append(schemas.EdgeCount(node_id=row["node_id"], exit=row["exit"], count=row["count"]))
    return schemas.FlowCounts(
        bot_id=bot_id,
        version=flow.version,
        since=since,
        nodes={node_id: schemas.NodeCounts(**counted) for node_id, counted in sorted(kinds.items())},
        edges=edges,
    )
