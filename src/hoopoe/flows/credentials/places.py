"""Where credentials are used: which steps of which bots name them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from hoopoe.flows.credentials.schemas import CredentialPlace
from hoopoe.flows.definition import BlueprintError, inspect_flow, parse_blueprint
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

# Drafts, what is published, and older versions that people are still in; of these only what names a credential at all.
FLOWS = """
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
where bots.workspace_id = $1 and flow.blueprint @? '$.nodes[*].config.**.credential ? (@ != null)'
order by bots.name, bots.id, flow.place
"""


async def find_places(conn: Connection, scope: WorkspaceScope) -> dict[str, list[CredentialPlace]]:
    """By the name of the credential: every step that sends it, each once, however many versions it stands in."""
    found: dict[str, dict[tuple[UUID, str], CredentialPlace]] = {}
    for row in await conn.fetch(FLOWS, scope.workspace_id):
        for name, place in _read_places(row):
            found.setdefault(name, {}).setdefault((place.bot_id, place.node_id), place)
    return {name: [*places.values()] for name, places in found.items()}


def _read_places(row: Record) -> Iterator[tuple[str, CredentialPlace]]:
    try:
        blueprint = parse_blueprint(row["blueprint"])
    except BlueprintError:
        return  # written by another program: whoever opens it is told
    names = {node.id: node.name for node in blueprint.nodes}
    for mention in inspect_flow(blueprint).credentials_read:
        yield (
            mention.name,
            CredentialPlace(
                bot_id=row["bot_id"],
                bot_name=row["bot_name"],
                node_id=mention.node_id,
                node_name=names[mention.node_id],
                version=row["version"],
            ),
        )
