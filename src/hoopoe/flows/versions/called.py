"""The flows of other bots that a draft runs: are they there?"""

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
