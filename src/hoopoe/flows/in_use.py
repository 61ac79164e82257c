"""The flows of a workspace that matter now: drafts, what is published, and older versions that people are still in."""

from __future__ import annotations

from typing import Final

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

# Of these only what has a certain thing in it at all: a JSON path that the caller's code writes, never a tenant.
FLOWS: Final = """
select bots.id as bot_id, bots.name as bot_name, flow.version, flow.blueprint
from bots cross join lateral (
    select 0 as place, 'draft' as version, bots.draft as blueprint
    union all
    select case when id = bots.published_version_id then 1 else 2 end,
           case when id = bots.published_version_id then 'published' else 'older' end, blueprint
    from bot_versions
    where workspace_id = $1 and bot_id = bots.id and (id = bots.published_version_id or exists (
        select from flow_sessions
        where workspace_id = $1 and flow_sessions.version_id = bot_versions.id and status = 'waiting'
    ))
) as flow
where bots.workspace_id = $1 and flow.blueprint @? $2::jsonpath
order by bots.name, bots.id, flow.place
"""


async def list_flows_in_use(conn: Connection, scope: WorkspaceScope, path: str) -> list[Record]:
    """`bot_id`, `bot_name`, `version` (`draft`, `published` or `older`) and `blueprint` of those that have `path`."""
    return list(await conn.fetch(FLOWS, scope.workspace_id, path))
