"""Bots and their flows: create, change, save the draft, publish, delete."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from hoopoe.flows import definition
from hoopoe.flows.beginning.schedules import plan_schedules
from hoopoe.flows.definition import (
    Blueprint,
    BlueprintError,
    Fault,
    compile_flow,
    dump_blueprint,
    inspect_flow,
    list_credentials,
    parse_blueprint,
    validate_blueprint,
)
from hoopoe.flows.versions.around import find_faults_around
from hoopoe.flows.versions.called import count_inside
from hoopoe.flows.versions.errors import BotInUse, BotNotPublished, DraftChanged, FlowInvalid, NothingChanged
from hoopoe.flows.versions.queries import access_bot, hold_bot, read_draft_state, show_faults
from hoopoe.flows.versions.schemas import BotStatus
from hoopoe.flows.versions.tables import bots
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.core import execute
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.media.files import mark_used


async def create_bot(
    conn: Connection, scope: WorkspaceScope, *, name: str, blueprint: JsonObject | None = None
) -> UUID:
    """Create a bot with a draft: the given one, or an empty flow. Raises `ValidationFailed` for no blueprint."""
    bot_id = new_id()
    draft = read_blueprint(blueprint if blueprint is not None else {"name": name}, bot_id)
    await _keep_files(conn, scope, draft)
    await conn.execute(
        "insert into bots (workspace_id, id, name, draft) values ($1, $2, $3, $4)",
        scope.workspace_id,
        bot_id,
        name,
        draft,
    )
    await record(conn, scope, "bot.created", target_kind="bot", target_id=bot_id, after={"name": name})
    return bot_id


async def update_bot(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, name: str | None = None, status: BotStatus | None = None
) -> None:
    """Change what is given. Raises `NotFound`, or `BotNotPublished` when a bot without a version shall answer."""
    await hold_bot(conn, scope, bot_id)
    changes: dict[str, str] = {}
    if name is not None:
        changes["name"] = name
    if status is not None:
        if (await access_bot(conn, scope, bot_id)).published is None:
            raise BotNotPublished
        changes["status"] = status.value
    if changes:
        await execute(
            conn,
            update(bots).where(bots.c.workspace_id == scope.workspace_id, bots.c.id == bot_id).values(**changes),
        )
        await record(conn, scope, "bot.updated", target_kind="bot", target_id=bot_id, after={**changes})


async def save_draft(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, blueprint: JsonObject, *, base_revision: int | None = None
) -> None:
    """Store a draft, faults and all. Raises `NotFound`, or `ValidationFailed` when it is not a blueprint at all.

    With `base_revision` it also raises `DraftChanged`, when the draft is not the one that was edited any more.
    """
    await hold_bot(conn, scope, bot_id)
    await find_revision(conn, scope, bot_id, expected=base_revision)
    await conn.execute(
        """
        update bots set draft = $3, draft_updated_at = now(), draft_revision = draft_revision + 1, draft_updated_by = $4
        where workspace_id = $1 and id = $2
        """,
        scope.workspace_id,
        bot_id,
        read_blueprint(blueprint, bot_id),
        scope.user_id,
    )
    await _keep_files(conn, scope, blueprint)


async def _keep_files(conn: Connection, scope: WorkspaceScope, blueprint: JsonObject) -> None:
    """What a flow sends is used from now on: no sweep takes it for forgotten."""
    files = {UUID(mention.name) for mention in inspect_flow(parse_blueprint(blueprint)).files}
    if files:
        await mark_used(conn, [(scope.workspace_id, file_id) for file_id in files])


async def publish_bot(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, note: str | None = None) -> int:
    """Make the draft a version, which starts all conversations from now on; returns its number.

    Who is in the middle of an older version stays on that. Raises `NotFound`, `NothingChanged` for a draft that is
    published already (also by somebody else, while this one waited), or `FlowInvalid` with every fault when one of
    them is an error.
    """
    await hold_bot(conn, scope, bot_id)
    await refuse_unchanged(conn, scope, bot_id)
    draft: JsonObject = await conn.fetchval(
        "select draft from bots where workspace_id = $1 and id = $2", scope.workspace_id, bot_id
    )
    version_id = new_id()
    _check_publishable(draft, version_id, await find_faults_around(conn, scope, bot_id, draft))
    number: int = await conn.fetchval(
        """
        insert into bot_versions (workspace_id, id, bot_id, number, blueprint, published_by, note)
        select $1, $2, $3, greatest(coalesce(max(number), 0), 0) + 1, $4, $5, $6
        from bot_versions where workspace_id = $1 and bot_id = $3
        returning number
        """,
        scope.workspace_id,
        version_id,
        bot_id,
        draft,
        scope.user_id,
        note or None,
    )
    await conn.execute(
        """
        update bots set published_version_id = $3, status = case status when 'draft' then 'active' else status end
        where workspace_id = $1 and id = $2
        """,
        scope.workspace_id,
        bot_id,
        version_id,
    )
    await plan_schedules(conn, scope.workspace_id, bot_id, version_id=version_id, blueprint=parse_blueprint(draft))
    await record(conn, scope, "bot.published", target_kind="bot", target_id=bot_id, after={"version": number})
    return number


async def find_revision(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, expected: int | None = None) -> int:
    """Which revision the draft is. Raises `NotFound`, or `DraftChanged` where it is not the one that is expected."""
    state = await read_draft_state(conn, scope, bot_id)
    if expected is not None and expected != state.revision:
        raise DraftChanged(details=state.model_dump(mode="json", exclude={"others"}))
    return state.revision


async def refuse_unchanged(conn: Connection, scope: WorkspaceScope, bot_id: UUID) -> None:
    """Raises `NothingChanged` where the draft says what is published, and `NotFound`."""
    bot = await access_bot(conn, scope, bot_id)
    if bot.published is not None and not bot.has_unpublished_changes:
        raise NothingChanged(details={"version": bot.published.number})


def _check_publishable(draft: JsonObject, version_id: UUID, around: Sequence[definition.Fault]) -> None:
    blueprint = parse_blueprint(draft)
    faults = [*validate_blueprint(blueprint), *around]
    if any(fault.severity == "error" for fault in faults):
        raise _refuse(blueprint, faults)
    try:
        compile_flow(blueprint, version_id=str(version_id))
    except definition.FlowInvalid as error:
        raise _refuse(blueprint, error.faults) from None


def _refuse(blueprint: Blueprint, faults: Sequence[Fault]) -> FlowInvalid:
    return FlowInvalid(details={"faults": [fault.model_dump(mode="json") for fault in show_faults(blueprint, faults)]})


async def delete_bot(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, is_forced: bool = False) -> None:
    """Delete a bot: it is gone at once for everybody, whoever is in its flow; the messages stay.

    Its versions and their flow sessions are removed afterwards, in slices (`forgetting.forget_bots`). Raises
    `NotFound`, or `BotInUse` while people are in the middle of its flow and nobody forces it.
    """
    await hold_bot(conn, scope, bot_id)
    if not is_forced:
        waiting = (await access_bot(conn, scope, bot_id)).waiting + await count_inside(conn, scope, bot_id)
        if waiting:
            raise BotInUse(f"{waiting} people are in the middle of this bot's flow.", details={"waiting": waiting})
    name: str = await conn.fetchval(
        "delete from bots where workspace_id = $1 and id = $2 returning name", scope.workspace_id, bot_id
    )
    await record(conn, scope, "bot.deleted", target_kind="bot", target_id=bot_id, before={"name": name})


def read_blueprint(data: JsonObject, bot_id: UUID) -> JsonObject:
    """A blueprint in the one form in which it is stored, as this bot's, wherever it was exported.

    Raises `ValidationFailed` with the path of each fault.
    """
    try:
        return {**dump_blueprint(list_credentials(parse_blueprint(data))), "bot_id": str(bot_id)}
    except BlueprintError as error:
        faults = (
            FieldFault(f"blueprint.{fault.field}" if fault.field else "blueprint", fault.message, fault.code)
            for fault in error.faults
        )
        raise ValidationFailed(*faults) from None
