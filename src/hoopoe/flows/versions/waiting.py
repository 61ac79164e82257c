"""Who waits where in a bot's versions, and which of those places a draft has no more.

One rule for the linter's warning and for the dialog that publishes: a place is gone where the draft has no node of its
id, or one of another type (`flows.engine.steering` holds sessions to the same).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.flows.definition import Blueprint, Fault, NamedStep, name_step
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

PLACES: Final = """
select version.id as version_id, version.number, waiting.node_id, waiting.count, node.spec ->> 'type' as type,
       node.spec ->> 'name' as name
from bot_versions as version
cross join lateral (
    select node_id, count(*) as count from flow_sessions
    where workspace_id = $1 and version_id = version.id and status = 'waiting' and node_id is not null
    group by node_id
) as waiting
left join lateral (
    select spec from jsonb_array_elements(version.blueprint -> 'nodes') as spec where spec ->> 'id' = waiting.node_id
    limit 1
) as node on true
where version.workspace_id = $1 and version.bot_id = $2 and version.number >= 0
    and ($3::uuid is null or version.id = $3)
order by version.number desc, waiting.count desc, waiting.node_id
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a version, and how many wait there. `type` and `name` are what they were in that version."""

    version_id: UUID
    number: int
    node_id: str
    count: int
    type: str | None
    name: str | None


async def read_places(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, version_id: UUID | None = None
) -> list[Place]:
    """Where people wait who started on this bot, the newest version first; in one version where that is given."""
    rows = await conn.fetch(PLACES, scope.workspace_id, bot_id, version_id)
    return [Place(**row) for row in rows]


def is_gone(place: Place, blueprint: Blueprint) -> bool:
    """Whether who waits there cannot go on in this flow."""
    return not any(node.id == place.node_id and node.type == place.type for node in blueprint.nodes)


def find_parked(places: Iterable[Place], blueprint: Blueprint) -> Iterator[Fault]:
    """A warning for each node at which people wait, and which is gone from the draft."""
    gone: dict[str, tuple[NamedStep, int]] = {}
    for place in places:
        if is_gone(place, blueprint):
            # As the newest version that has somebody there called it.
            step, count = gone.get(place.node_id, (NamedStep(place.node_id, place.name, place.type), 0))
            gone[place.node_id] = step, count + place.count
    for step, count in gone.values():
        who = "1 person waits" if count == 1 else f"{count} people wait"
        message = f"{who} at '{name_step(step)}', which is gone here. They finish on the version they are in."
        yield Fault(None, "nodes", "parked_nowhere", message, "warning", steps=(step,), count=count)
