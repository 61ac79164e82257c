"""Bots whose flows run each other: is what a draft runs there, and who is in what another one runs?"""

from __future__ import annotations

from uuid import UUID

from hoopoe.flows.definition import Fault, inspect_flow, parse_blueprint
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject

MISSING = """
select asked.place from unnest($2::uuid[], $3::int[]) with ordinality as asked (bot_id, number, place)
where not exists (
    select from bots
    left join bot_versions on bot_versions.workspace_id = bots.workspace_id
        and bot_versions.bot_id = bots.id and bot_versions.number = asked.number
    where bots.workspace_id = $1 and bots.id = asked.bot_id
        and case when asked.number is null then bots.published_version_id else bot_versions.id end is not null
)
"""

# Who started on another bot's flow and stands in one of this bot's, or in what that runs. Looked for only where a
# flow runs another one.
INSIDE = """
select count(*) from flow_sessions as session
where session.workspace_id = $1 and session.status = 'waiting' and session.bot_id <> $2
    and session.version_id in (
        select id from bot_versions where workspace_id = $1 and blueprint @> '{"nodes": [{"type": "run_flow"}]}'
    )
    and jsonb_array_length(coalesce(session.state -> 'callers', '[]')) > 0
    and exists (
        select from bot_versions as version
        where version.workspace_id = $1 and version.bot_id = $2
            and (version.id::text = session.state ->> 'flow_version_id'
                or session.state -> 'callers' @> jsonb_build_array(jsonb_build_object('flow_version_id', version.id)))
    )
"""


async def count_inside(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> int:
    """How many people are in the middle of a bot's flow because another bot's runs it."""
    count: int = await conn.fetchval(INSIDE, scope.workspace_id, bot_id)
    return count


async def find_missing_flows(conn: Connection, scope: WorkspaceScope, bot_id: UUID, draft: JsonObject) -> list[Fault]:
    """A fault for each node that runs what this workspace has not published. A flow may run itself."""
    mentions = [
        mention
        for mention in inspect_flow(parse_blueprint(draft)).flows
        if UUID(mention.bot_id) != bot_id or mention.version is not None
    ]
    if not mentions:
        return []
    rows = await conn.fetch(
        MISSING,
        scope.workspace_id,
        [UUID(mention.bot_id) for mention in mentions],
        [mention.version for mention in mentions],
    )
    message = "This workspace has no such flow that is published."
    missing = [mentions[row["place"] - 1] for row in rows]
    return [Fault(mention.node_id, mention.field, "flow_missing", message) for mention in missing]
