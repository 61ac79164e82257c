"""Previews over HTTP. Nothing is kept here: whoever plays keeps the state, and may go back to an earlier one."""

from __future__ import annotations

from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from hoopoe.flows.preview.acts import Perform as PerformAct
from hoopoe.flows.preview.errors import ActNotPossible, TooManyRealRequests
from hoopoe.flows.preview.loading import compile_preview, load_blueprint, load_stage
from hoopoe.flows.preview.performing import (
    DATABASE_QUERY,
    REAL_REQUESTS,
    Performed,
    ask_table,
    check_performable,
    describe_effect,
    find_effect,
    make_example,
    perform,
)
from hoopoe.flows.preview.schemas import Simulated, Simulation, show_stage
from hoopoe.flows.preview.stage import Happened, NotNowError, Stage
from hoopoe.flows.runner.effects import Perform
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.actions.audit import record
from hoopoe.identity.http import CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import refuse_over, spend
from hoopoe.kernel.errors import NotPermitted
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.work import Work
from hoopoe.tables.views import limits_of

router = make_router("/api", tag="bots")

MayWrite = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]


def _read_perform(request: Request) -> Perform:
    return cast(Perform, request.app.state.perform_effect)


PerformEffect = Annotated[Perform, Depends(_read_perform)]


@router.post("/flows/simulate", responses=refusals(FlowInvalid, ActNotPossible, TooManyRealRequests))
async def simulate_flow(
    request: Request, work: CurrentWork, scope: MayWrite, perform_effect: PerformEffect, given: Simulation
) -> Simulated:
    """Play a flow, with the engine and the rules of production: nothing is sent or stored.

    Other systems are asked only by an act `perform` with `real`: 60 a minute of a workspace, each in the audit log.
    A data table answers such an act too; what the flow would write there is undone at once.
    """
    blueprint = await load_blueprint(
        work.conn, scope, blueprint=given.blueprint, bot_id=given.bot_id, version=given.version
    )
    stage = await load_stage(work.conn, scope, compile_preview(blueprint), given.setting, given.state)
    played: list[tuple[Happened, Performed | None]] = []
    for place, act in enumerate(given.acts):
        try:
            if not isinstance(act, PerformAct):
                played.append((stage.act(act), None))
                continue
            if act.by == "real" and find_effect(stage).kind == DATABASE_QUERY:
                if not scope.allows(Permission.TABLES_READ):
                    raise NotPermitted
                performed = await ask_table(work.conn, scope, find_effect(stage), limits=limits_of(request))
            elif act.by == "real":
                performed = await _perform(work, scope, stage, perform_effect, bot_id=given.bot_id)
            else:
                performed = await make_example(work.conn, scope, stage, bot_id=given.bot_id, blueprint=blueprint)
            played.append((stage.act(performed.answer), performed))
        except NotNowError as error:
            raise ActNotPossible(error.words, details={"act": place, "reason": error.code}) from error
    return show_stage(stage, played)


async def _perform(
    work: Work, scope: WorkspaceScope, stage: Stage, perform_effect: Perform, *, bot_id: UUID | None
) -> Performed:
    """Do it for real. The log tells of it before the request is made, and no connection is held meanwhile."""
    effect = find_effect(stage)
    check_performable(effect)
    refuse_over(await spend(work.conn, REAL_REQUESTS.of(scope.workspace_id)), TooManyRealRequests)
    after = describe_effect(effect)
    await record(work.conn, scope, "preview.performed", target_kind="bot", target_id=bot_id, after=after)
    async with work.released():
        return await perform(perform_effect, scope, effect)
