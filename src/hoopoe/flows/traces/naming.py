"""What the nodes of a path are called: read from the versions that it led through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from hoopoe.flows.traces import schemas
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

# A node has its id, name and type in every shape that a blueprint ever had.
NAMES: Final = """
select version.id, case when version.number >= 0 then version.number end as number, bots.id as bot_id, bots.name,
       (select coalesce(jsonb_object_agg(node ->> 'id', jsonb_build_array(node ->> 'name', node ->> 'type')), '{}')
        from jsonb_array_elements(version.blueprint -> 'nodes') as node
        where node ->> 'id' = any ($3::text[])) as nodes
from bot_versions as version
join bots on bots.workspace_id = version.workspace_id and bots.id = version.bot_id
where version.workspace_id = $1 and version.id = any ($2::uuid[])
"""

Path = Mapping[UUID, frozenset[str]]
"""The nodes that were visited, by version; the one that the session started on comes first."""


def path_of(version_id: UUID, trace: Mapping[str, Any]) -> Path:
    """Through which versions, and which of their nodes, a stored trace leads."""
    visited: defaultdict[UUID, set[str]] = defaultdict(set)
    visited[version_id] = set()
    for node_id, _, _, *other in trace["path"]:
        visited[UUID(other[0]) if other else version_id].add(node_id)
    return {version: frozenset(nodes) for version, nodes in visited.items()}


async def name_flows(conn: Connection, scope: WorkspaceScope, paths: Sequence[Path]) -> dict[UUID, schemas.TracedFlow]:
    """The versions of these paths that are still there, with the names of the visited nodes. One query for all."""
    versions = {version_id for path in paths for version_id in path}
    if not versions:
        return {}
    nodes = sorted({node_id for path in paths for visited in path.values() for node_id in visited})
    rows = await conn.fetch(NAMES, scope.workspace_id, sorted(versions), nodes)
    return {
        row["id"]: schemas.TracedFlow(
            version_id=row["id"],
            version=row["number"],
            bot_id=row["bot_id"],
            bot_name=row["name"],
            nodes={
                node_id: schemas.TracedNode(name=name or None, type=kind)
                for node_id, (name, kind) in row["nodes"].items()
            },
        )
        for row in rows
    }
