"""Playing what was loaded, at the workspace's turn and beside the event loop. No connection is held meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import Request

from hoopoe.flows.preview.acts import Act, Setting
from hoopoe.flows.preview.bench import PLAYS, TESTS_SECONDS, Meter, Seat, take_seat
from hoopoe.flows.preview.errors import ActNotPossible, TooManyPlays
from hoopoe.flows.preview.stage import NotNowError
from hoopoe.flows.rehearsals import schemas
from hoopoe.flows.rehearsals.queries import Loaded, play_test, report_runs
from hoopoe.flows.rehearsals.rehearse import record
from hoopoe.flows.rehearsals.script import Script
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.identity.throttle import refuse_over, spend
from hoopoe.kernel.http.idempotency import released
from hoopoe.kernel.http.work import Work


async def play_tests(request: Request, work: Work, scope: WorkspaceScope, loaded: Loaded) -> schemas.BotTestReport:
    """Play tests, one after the other. Raises `TooManyPlays`, `PlayTooLong`."""
    if not loaded.tests:
        return report_runs([])
    async with _at_the_bench(request, work, scope) as seat:
        runs = [await seat.play(partial(play_test, loaded, test, seat.meter.pace)) for test in loaded.tests]
        return await seat.play(partial(report_runs, runs))


async def record_script(
    request: Request, work: Work, scope: WorkspaceScope, loaded: Loaded, *, setting: Setting, acts: Sequence[Act]
) -> Script:
    """What the flow says to these acts now. Raises `ActNotPossible`, `TooManyPlays`, `PlayTooLong`."""
    try:
        async with _at_the_bench(request, work, scope) as seat:
            return await seat.play(partial(record, loaded.flow, setting, acts, loaded.libraries, seat.meter.pace))
    except NotNowError as error:
        raise ActNotPossible(error.words, details={"reason": error.code}) from error


@asynccontextmanager
async def _at_the_bench(request: Request, work: Work, scope: WorkspaceScope) -> AsyncIterator[Seat]:
    refuse_over(await spend(work.conn, PLAYS.of(scope.workspace_id)), TooManyPlays)
    async with released(request, work), take_seat(scope.workspace_id, Meter(TESTS_SECONDS)) as seat:
        yield seat
