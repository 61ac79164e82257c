"""Previews over HTTP. Nothing is kept here: whoever plays keeps the state, and may go back to an earlier one."""

from __future__ import annotations

from typing import Annotated

from hoopoe.flows.preview.errors import ActNotPossible
from hoopoe.flows.preview.loading import compile_preview, load_blueprint, load_stage
from hoopoe.flows.preview.schemas import Simulated, Simulation, show_stage
from hoopoe.flows.preview.stage import Happened, NotNowError
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.http import Conn, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals

router = make_router("/api", tag="bots")

MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


@router.post("/flows/simulate", responses=refusals(FlowInvalid, ActNotPossible))
async def simulate_flow(conn: Conn, scope: MayWrite, given: Simulation) -> Simulated:
    """Play a flow, with the engine and the rules of production: nothing is sent, stored or asked of others."""
    blueprint = await load_blueprint(conn, scope, blueprint=given.blueprint, bot_id=given.bot_id, version=given.version)
    stage = await load_stage(conn, scope, compile_preview(blueprint), given.setting, given.state)
    played: list[Happened] = []
    for place, act in enumerate(given.acts):
        try:
            played.append(stage.act(act))
        except NotNowError as error:
            raise ActNotPossible(error.words, details={"act": place, "reason": error.code}) from error
    return show_stage(stage, played)
