"""What publishing asks of a bot's tests."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.flows.rehearsals.actions import change_test
from hoopoe.flows.rehearsals.errors import TestsDiffer
from hoopoe.flows.rehearsals.queries import list_tests, run_tests
from hoopoe.flows.rehearsals.schemas import BotTestChange, BotTestRun
from hoopoe.flows.versions.errors import FlowInvalid
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection


async def check_tests(conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, accepts: bool) -> Sequence[BotTestRun]:
    """Play the bot's tests on the draft: those that fail. Raises `TestsDiffer` for them, unless that is accepted.

    A draft with errors is not played: publishing refuses it, with every fault.
    """
    if not await list_tests(conn, scope, bot_id, after=None, limit=1):
        return ()
    try:
        report = await run_tests(conn, scope, bot_id, version="draft", ids=None)
    except FlowInvalid:
        return ()
    failed = [run for run in report.data if not run.has_passed]
    if failed and not accepts:
        shown = report.model_copy(update={"data": failed})
        raise TestsDiffer(details={"report": shown.model_dump(mode="json")})
    return failed


async def accept_differences(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, differing: Sequence[BotTestRun]
) -> None:
    """Each test expects from now on what the draft said; one that was not played to its end stays as it is."""
    for run in differing:
        if run.is_complete:
            await change_test(conn, scope, bot_id, run.id, BotTestChange(accepts=True))
