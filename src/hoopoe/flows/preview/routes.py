"""Previews over HTTP. Nothing is kept here: whoever plays keeps the state, and may go back to an earlier one."""

from __future__ import annotations

from functools import partial
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from hoopoe.flows.preview.acts import Perform as PerformAct
from hoopoe.flows.preview.bench import PLAYS, PREVIEW_SECONDS, Meter, compute, take_seat
from hoopoe.flows.preview.errors import ActNotPossible, PlayTooLong, TooManyPlays, TooManyRealRequests
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
from hoopoe.flows.preview.playing import Played, Ready, believing, no_pace, play, play_out
from hoopoe.flows.preview.schemas import Simulated, Simulation
from hoopoe.flows.preview.stage import Stage
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


@router.post(
    "/flows/simulate", responses=refusals(FlowInvalid, ActNotPossible, TooManyRealRequests, TooManyPlays, PlayTooLong)
)
async def simulate_flow(
    request: Request, work: CurrentWork, scope: MayWrite, perform_effect: PerformEffect, given: Simulation
) -> Simulated:
    """Play a flow, with the engine and the rules of production: nothing is sent or stored.

    Other systems are asked only by an act `perform` with `real`, which is the last one: 60 a minute of a workspace,
    each in the audit log. A data table answers such an act too; what the flow would write there is undone at once.
    """
    blueprint = await load_blueprint(
        work.conn, scope, blueprint=given.blueprint, bot_id=given.bot_id, version=given.version
    )
    flow = await compute(partial(compile_preview, blueprint))
    stage = await load_stage(work.conn, scope, flow, given.setting, given.state)
    refuse_over(await spend(work.conn, PLAYS.of(scope.workspace_id)), TooManyPlays)
    meter = Meter(PREVIEW_SECONDS)
    stage.pace = meter.pace
    played: list[Played] = []
    ready: list[Ready] = []
    for place, act in enumerate(given.acts):
        if not isinstance(act, PerformAct):
            ready.append(Ready(place, act))
            continue
        if ready:
            async with work.released(), take_seat(scope.workspace_id, meter) as seat:
                played += await seat.play(partial(play, stage, ready, given.state))
        with believing(given.state, place):
            if act.by == "example":
                performed = await make_example(work.conn, scope, stage, bot_id=given.bot_id, blueprint=blueprint)
            else:
                performed = await _ask(request, work, scope, stage, perform_effect, bot_id=given.bot_id)
        ready = [Ready(place, performed.answer, performed)]
    await work.commit()
    ending = partial(play_out, stage, played, ready, given.state)
    if ready and ready[-1].performed is not None and ready[-1].performed.source == "real":
        # What was asked for real is answered, whatever it takes: asked again, it might be done twice.
        stage.pace = no_pace
        return await compute(ending)
    async with take_seat(scope.workspace_id, meter) as seat:
        return await seat.play(ending)


async def _ask(
    request: Request,
    work: Work,
    scope: WorkspaceScope,
    stage: Stage,
    perform_effect: Perform,
    *,
    bot_id: UUID | None,
) -> Performed:
    """Do it for real. The log tells of it before a request is made, and no connection is held meanwhile, or after."""
    effect = find_effect(stage)
    if effect.kind == DATABASE_QUERY:
        if not scope.allows(Permission.TABLES_READ):
            raise NotPermitted
        return await ask_table(work.conn, scope, effect, limits=limits_of(request))
    check_performable(effect)
    refuse_over(await spend(work.conn, REAL_REQUESTS.of(scope.workspace_id)), TooManyRealRequests)
    after = describe_effect(effect)
    await record(work.conn, scope, "preview.performed", target_kind="bot", target_id=bot_id, after=after)
    await work.commit()
    return await perform(perform_effect, scope, effect)
