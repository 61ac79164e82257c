"""Who waits where when a draft is about to be published, and what each choice would do with them."""

from __future__ import annotations

from itertools import groupby
from typing import Final
from uuid import UUID

from hoopoe.flows.definition import list_triggers, parse_blueprint
from hoopoe.flows.people import schemas
from hoopoe.flows.versions.queries import require_bot
from hoopoe.flows.versions.waiting import Place, is_gone, read_places
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection

MOST_COUNTED: Final = 10_000
SHUT: Final = """
select count(*) from (
    select conversation_id from flow_sessions
    where workspace_id = $1 and bot_id = $2 and status = 'waiting'
        and version_id in (select id from bot_versions where workspace_id = $1 and bot_id = $2 and number >= 0)
    limit $3
) as session
cross join lateral (
    select from conversations where workspace_id = $1 and id = session.conversation_id
        and (window_expires_at is null or window_expires_at <= domain_now())
    limit 1
) as shut
"""


async def read_people(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> schemas.PeopleWaiting:
    """Where people wait, seen from the draft. Raises `NotFound`."""
    await require_bot(conn, scope, bot_id)
    draft = parse_blueprint(
        await conn.fetchval("select draft from bots where workspace_id = $1 and id = $2", scope.workspace_id, bot_id)
    )
    places = await read_places(conn, scope, bot_id)
    waiting = sum(place.count for place in places)
    lost = sum(place.count for place in places if is_gone(place, draft))
    shut = None
    if waiting <= MOST_COUNTED:
        shut = await conn.fetchval(SHUT, scope.workspace_id, bot_id, MOST_COUNTED)

    def show(place: Place) -> schemas.WaitingPlace:
        return schemas.WaitingPlace(
            node_id=place.node_id,
            name=place.name,
            type=place.type,
            waiting=place.count,
            is_gone=is_gone(place, draft),
        )

    versions = [
        schemas.WaitingVersion(number=number, waiting=sum(each.waiting for each in shown), places=shown)
        for number, group in groupby(places, lambda place: place.number)
        if (shown := [show(place) for place in group])
    ]
    return schemas.PeopleWaiting(
        waiting=waiting,
        can_move=waiting - lost,
        cannot_move=lost,
        window_shut=shut,
        versions=versions,
        triggers=[
            schemas.FlowTriggerName(node_id=step.id, name=step.name, type=step.type) for step in list_triggers(draft)
        ],
    )
