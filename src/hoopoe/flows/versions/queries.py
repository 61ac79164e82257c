"""Reads of bots, drafts and versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hoopoe.flows.definition import (
    Blueprint,
    Elsewhere,
    Fault,
    NodeFacts,
    find_fix,
    parse_blueprint,
    read_facts,
    validate_blueprint,
)
from hoopoe.flows.versions import schemas
from hoopoe.flows.versions.around import find_faults_around
from hoopoe.flows.versions.waiting import Place, find_parked, read_places
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.json import JsonObject

BOTS = """
select bots.id, bots.name, bots.status, bots.draft_updated_at, bots.created_at,
       version.id as version_id, version.number, version.published_at,
       version.id is null or version.blueprint <> bots.draft as has_unpublished_changes,
       (select count(*) from flow_sessions
        join bot_versions on bot_versions.workspace_id = flow_sessions.workspace_id
            and bot_versions.id = flow_sessions.version_id
        where flow_sessions.workspace_id = bots.workspace_id and flow_sessions.status = 'waiting'
            and bot_versions.bot_id = bots.id and bot_versions.number >= 0) as waiting
from bots
left join bot_versions as version
    on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1 and ($2::uuid is null or bots.id = $2) and ($3::uuid is null or bots.id < $3)
order by bots.id desc limit $4
"""

DRAFT = """
select bots.draft, version.id is null or version.blueprint <> bots.draft as has_unpublished_changes
from bots
left join bot_versions as version
    on version.workspace_id = bots.workspace_id and version.id = bots.published_version_id
where bots.workspace_id = $1 and bots.id = $2
"""

VERSIONS = """
select version.id, version.number, version.published_at, version.published_by, version.note, users.name as publisher
from bot_versions as version left join users on users.id = version.published_by
where version.workspace_id = $1 and version.bot_id = $2 and version.number >= 0
    and ($3::int is null or version.number < $3)
order by version.number desc limit $4
"""


async def list_bots(conn: Connection, scope: WorkspaceScope, *, before: UUID | None, limit: int) -> list[schemas.Bot]:
    """Bots, the newest first."""
    rows = await conn.fetch(BOTS, scope.workspace_id, None, before, limit)
    return [_read_bot(row) for row in rows]


async def require_bot(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> None:
    """Raises `NotFound` where the workspace has no such bot. Counts nobody: for what is asked for every few seconds."""
    if not await conn.fetchval(
        "select exists (select from bots where workspace_id = $1 and id = $2)", scope.workspace_id, bot_id
    ):
        raise NotFound


async def access_bot(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> schemas.Bot:
    """A bot as it is shown, with the count of those who are in it. Raises `NotFound`."""
    row = await conn.fetchrow(BOTS, scope.workspace_id, bot_id, None, 1)
    if row is None:
        raise NotFound
    return _read_bot(row)


async def hold_bot(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> None:
    """Hold the bot's row until the end of the transaction. Raises `NotFound`."""
    found = await conn.fetchval(
        "select id from bots where workspace_id = $1 and id = $2 for no key update", scope.workspace_id, bot_id
    )
    if found is None:
        raise NotFound


async def read_draft(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, counts_people: bool = True
) -> schemas.Flow:
    """The draft, with its faults; `waiting` counts over all versions. Raises `NotFound`.

    Without counting people it says nothing of them, and reads no session: for what is asked for while somebody types.
    """
    state = await read_draft_state(conn, scope, bot_id)
    row = await conn.fetchrow(DRAFT, scope.workspace_id, bot_id)
    if row is None:
        raise NotFound
    stored: JsonObject = row["draft"]
    return _make_flow(
        bot_id,
        None,
        stored,
        state.updated_at,
        await read_places(conn, scope, bot_id) if counts_people else None,
        revision=state.revision,
        updated_by=state.updated_by,
        has_unpublished_changes=row["has_unpublished_changes"],
        around=await find_faults_around(conn, scope, bot_id, stored),
    )


async def read_draft_state(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> schemas.DraftState:
    """Where the draft stands, without asking who else has it open. Raises `NotFound`."""
    row = await conn.fetchrow(
        """
        select draft_revision, draft_updated_at, draft_updated_by, users.name as editor
        from bots left join users on users.id = bots.draft_updated_by
        where bots.workspace_id = $1 and bots.id = $2
        """,
        scope.workspace_id,
        bot_id,
    )
    if row is None:
        raise NotFound
    editor = _read_person(row["draft_updated_by"], row["editor"])
    return schemas.DraftState(
        revision=row["draft_revision"], updated_at=row["draft_updated_at"], updated_by=editor, others=[]
    )


async def read_version(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, number: int | None) -> schemas.Flow:
    """A published version: the one that starts conversations, or the one with this number. Raises `NotFound`."""
    row = await conn.fetchrow(
        """
        select version.id, version.number, version.blueprint, version.published_at, version.published_by,
            users.name as publisher
        from bot_versions as version
        join bots on bots.workspace_id = version.workspace_id and bots.id = version.bot_id
        left join users on users.id = version.published_by
        where version.workspace_id = $1 and version.bot_id = $2
            and case when $3::int is null then version.id = bots.published_version_id else version.number = $3 end
        """,
        scope.workspace_id,
        bot_id,
        number,
    )
    if row is None:
        raise NotFound("There is no such version.")
    places = await read_places(conn, scope, bot_id, version_id=row["id"])
    publisher = _read_person(row["published_by"], row["publisher"])
    return _make_flow(bot_id, row["number"], row["blueprint"], row["published_at"], places, updated_by=publisher)


async def read_stored(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, version: str) -> JsonObject:
    """What is stored of a flow, without its faults: the `draft`, the `published` version, or one by its number.

    Raises `NotFound`.
    """
    stored: JsonObject | None = await conn.fetchval(
        """
        select case when $3 = 'draft' then bots.draft else version.blueprint end
        from bots
        left join bot_versions as version on version.workspace_id = bots.workspace_id and version.bot_id = bots.id
            and case when $4::int is null then version.id = bots.published_version_id else version.number = $4 end
        where bots.workspace_id = $1 and bots.id = $2
        """,
        scope.workspace_id,
        bot_id,
        version,
        int(version) if version.isdecimal() else None,
    )
    if stored is None:
        raise NotFound("There is no such version.")
    return stored


async def list_versions(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, below: int | None, limit: int
) -> list[schemas.FlowVersion]:
    """Published versions, the newest first. Raises `NotFound` for another workspace's bot."""
    await require_bot(conn, scope, bot_id)
    rows = await conn.fetch(VERSIONS, scope.workspace_id, bot_id, below, limit)
    return [
        schemas.FlowVersion(
            id=row["id"],
            number=row["number"],
            published_at=row["published_at"],
            published_by=_read_person(row["published_by"], row["publisher"]),
            note=row["note"],
        )
        for row in rows
    ]


def _make_flow(
    bot_id: UUID,
    number: int | None,
    stored: JsonObject,
    updated_at: datetime,
    places: Sequence[Place] | None,
    *,
    revision: int | None = None,
    updated_by: schemas.Publisher | None = None,
    has_unpublished_changes: bool | None = None,
    around: Sequence[Fault] = (),
) -> schemas.Flow:
    blueprint = parse_blueprint({**stored, "bot_id": str(bot_id)})
    parked = find_parked(places or (), blueprint) if number is None else ()
    waiting: dict[str, int] = {}
    for place in places or ():
        waiting[place.node_id] = waiting.get(place.node_id, 0) + place.count
    faults = [*validate_blueprint(blueprint), *around, *parked]
    return schemas.Flow(
        bot_id=bot_id,
        version=number,
        state="draft" if number is None else "published",
        blueprint=blueprint,
        faults=show_faults(blueprint, faults),
        waiting=None if places is None else waiting,
        updated_at=updated_at,
        revision=revision,
        updated_by=updated_by,
        has_unpublished_changes=has_unpublished_changes,
        facts={node_id: _show_facts(facts) for node_id, facts in read_facts(blueprint).items()},
    )


def _show_facts(facts: NodeFacts) -> schemas.NodeFacts:
    exits = [
        schemas.NodeExit(
            name=each.name, label=each.label, ending_is_fine=each.ending_is_fine, covered_by=each.covered_by
        )
        for each in facts.exits
    ]
    return schemas.NodeFacts(
        exits=exits,
        limits=dict(facts.limits),
        defaults={field: dict(words) for field, words in facts.defaults.items()},
        known=list(facts.known),
    )


def show_faults(blueprint: Blueprint, faults: Sequence[Fault]) -> list[schemas.Fault]:
    """Faults on the wire, each with what mends it."""
    return [
        schemas.Fault(
            node_id=fault.node_id,
            field=fault.field,
            code=fault.code,
            message=fault.message,
            severity=fault.severity,
            subject=fault.subject,
            elsewhere=_show_elsewhere(fault.elsewhere),
            steps=[schemas.NamedStep(id=step.id, name=step.name, type=step.type) for step in fault.steps],
            count=fault.count,
            fix=[
                schemas.Change(kind=change.kind, id=change.id, field=change.field, value=change.value)
                for change in find_fix(blueprint, fault)
            ],
        )
        for fault in faults
    ]


def _show_elsewhere(elsewhere: Elsewhere | None) -> schemas.Elsewhere | None:
    if elsewhere is None:
        return None
    return schemas.Elsewhere.model_validate(
        {
            "bot_id": elsewhere.bot_id,
            "bot_name": elsewhere.bot_name,
            "node_id": elsewhere.node_id,
            "because": elsewhere.because,
        }
    )


def _read_person(user_id: UUID | None, name: str | None) -> schemas.Publisher | None:
    return None if user_id is None or name is None else schemas.Publisher(id=user_id, name=name)


def _read_bot(row: Record) -> schemas.Bot:
    published = None
    if row["version_id"] is not None:
        published = schemas.PublishedVersion(
            id=row["version_id"], number=row["number"], published_at=row["published_at"]
        )
    return schemas.Bot(
        id=row["id"],
        name=row["name"],
        status=schemas.BotStatus(row["status"]),
        published=published,
        draft_updated_at=row["draft_updated_at"],
        has_unpublished_changes=row["has_unpublished_changes"],
        waiting=row["waiting"],
        created_at=row["created_at"],
    )
