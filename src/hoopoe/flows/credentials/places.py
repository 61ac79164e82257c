"""Where credentials are used: which steps of which bots name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from hoopoe.flows.credentials.schemas import CredentialPlace
from hoopoe.flows.definition import BlueprintError, inspect_flow, parse_blueprint
from hoopoe.flows.in_use import list_flows_in_use
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

SENDING: Final = "$.nodes[*].config.**.credential ? (@ != null)"


async def find_places(conn: Connection, scope: WorkspaceScope) -> dict[str, list[CredentialPlace]]:
    """By the name of the credential: every step that sends it, each once, however many versions it stands in."""
    found: dict[str, dict[tuple[UUID, str], CredentialPlace]] = {}
    for row in await list_flows_in_use(conn, scope, SENDING):
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
