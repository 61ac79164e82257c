"""What publishing asks of a bot's tests."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request

from hoopoe.flows.rehearsals.actions import change_test
from hoopoe.flows.rehearsals.errors import TestsDiffer
from hoopoe.flows.rehearsals.playing import play_tests
from hoopoe.flows.rehearsals.queries import list_tests, load_tests, read_test
from hoopoe.flows.rehearsals.schemas import BotTestRun
from hoopoe.flows.rehearsals.script import MAX_EXPECTED, Script, Step
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.http.work import Work


async def check_tests(
    request: Request, work: Work, scope: WorkspaceScope, bot_id: UUID, *, accepts: bool
) -> Sequence[BotTestRun]:
    """Play the bot's tests on the draft: those that fail. Raises `TestsDiffer` for them, unless that is accepted.

    A draft with errors is not played: publishing refuses it, with every fault. No connection is held while they are
    played, so the draft may be another one afterwards.
    """
    if not await list_tests(work.conn, scope, bot_id, after=None, limit=1):
        return ()
    try:
        loaded = await load_tests(work.conn, scope, bot_id, version="draft", ids=None)
    except FlowInvalid:
        return ()
    report = await play_tests(request, work, scope, loaded)
    failed = [run for run in report.data if not run.has_passed]
    if failed and not accepts:
        shown = report.model_copy(update={"data": failed})
        raise TestsDiffer(details={"report": shown.model_dump(mode="json")})
    return failed


async def accept_differences(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, differing: Sequence[BotTestRun]
) -> None:
    """Each test expects from now on what the draft said to it. The bot's row is held.

    One stays as it is that was not played to its end, that says more than a test can hold, or that was changed or
    deleted while it was played.
    """
    for run in differing:
        if not run.is_complete or any(len(step.got) > MAX_EXPECTED for step in run.steps):
            continue
        try:
            script = (await read_test(conn, scope, bot_id, run.id)).script
        except NotFound:
            continue
        if [step.expected for step in script.steps] == [step.expected for step in run.steps]:
            steps = [
                Step(act=step.act, expected=played.got) for step, played in zip(script.steps, run.steps, strict=True)
            ]
            await change_test(conn, scope, bot_id, run.id, script=Script(setting=script.setting, steps=steps))
