"""What a preview needs of the database: the flow, the flows that it runs, the workspace's own facts. It only reads."""

from __future__ import annotations

from uuid import UUID

from hoopoe.flows import definition
from hoopoe.flows.definition import compile_flow, dump_blueprint, parse_blueprint, validate_blueprint
from hoopoe.flows.engine import Flow
from hoopoe.flows.preview.acts import Setting
from hoopoe.flows.preview.keeping import StageState, StateUnreadableError, restore_stage
from hoopoe.flows.preview.stage import BOT, NOBODY, VERSION, Stage, open_stage
from hoopoe.flows.runner.bots import ActiveBot, FlowCache
from hoopoe.flows.runner.libraries import Libraries, load_libraries
from hoopoe.flows.versions.actions import read_blueprint
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.flows.versions.queries import read_stored, show_faults
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.json import JsonObject


async def load_blueprint(
    conn: Connection, scope: WorkspaceScope, *, blueprint: JsonObject | None, bot_id: UUID | None, version: str
) -> JsonObject:
    """The blueprint given, or a bot's. Raises `NotFound`, or `ValidationFailed` where there is none."""
    if blueprint is not None:
        return read_blueprint(blueprint, bot_id=bot_id or BOT)
    if bot_id is None:
        raise ValidationFailed(FieldFault("blueprint", "Give a blueprint, or the bot_id of one.", "missing"))
    stored = await read_stored(conn, scope, bot_id, version=version)
    return dump_blueprint(parse_blueprint({**stored, "bot_id": str(bot_id)}))


def compile_preview(blueprint: JsonObject) -> Flow:
    """The flow of a blueprint, for the stage. Raises `FlowInvalid` with every fault where one of them is an error."""
    parsed = parse_blueprint(blueprint)
    try:
        return compile_flow(parsed, version_id=str(VERSION))
    except definition.FlowInvalid:
        faults = show_faults(parsed, validate_blueprint(parsed))
        raise FlowInvalid(
            "The flow has errors. Mend them, then try it.", details={"faults": [fault.model_dump() for fault in faults]}
        ) from None


async def load_stage(
    conn: Connection, scope: WorkspaceScope, flow: Flow, setting: Setting, state: StageState | None
) -> Stage:
    """A stage for the flow, empty or as it was kept. Raises `ValidationFailed` for a state that nobody kept."""
    facts = await conn.fetchrow("select name, timezone, currency from workspaces where id = $1", scope.workspace_id)
    own: dict[str, str] = (
        {}
        if facts is None
        else {"workspace": facts["name"], "timezone": facts["timezone"], "currency": facts["currency"]}
    )
    filled = setting.model_copy(update={name: value for name, value in own.items() if getattr(setting, name) is None})
    if state is None:
        stage = open_stage(flow, filled, now=await read_domain_now(conn))
    else:
        try:
            stage = restore_stage(flow, filled, state)
        except StateUnreadableError as error:
            raise ValidationFailed(FieldFault("state", f"This is no preview of ours: {error}", "unreadable")) from error
    stage.libraries = await _load_libraries(conn, scope, stage)
    return stage


async def _load_libraries(conn: Connection, scope: WorkspaceScope, stage: Stage) -> Libraries:
    """The flows that this one runs, as the workspace has them published. On the stage they are nobody's."""
    cache = FlowCache({VERSION: stage.flow})
    session = stage.scene.session
    if session is not None:
        await cache.load(conn, session.version_ids)
    found = await load_libraries(
        conn, cache, [ActiveBot(scope.workspace_id, BOT, VERSION)], [session] if session is not None else []
    )
    return Libraries({NOBODY: found.of(scope.workspace_id)})
