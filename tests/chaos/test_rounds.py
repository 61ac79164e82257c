"""Promise one under fire: nothing acknowledged is lost, doubled or out of order, and all of it settles by itself.

`make test` plays few and short rounds; `make chaos` all of them with 20,000 messages. See docs/subsystems/proof.md.
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.chaos.ground import open_ground
from tests.chaos.rounds import Outcome, draw_table, judge_all, plan_rounds, play
from tests.chaos.wire import fetch_answers

MESSAGES = int(os.environ.get("CHAOS_MESSAGES", "600"))
IS_FULL = MESSAGES >= 5_000
# The more there is to do at once, the later a status may come.
PATIENT = {"SEND_UNKNOWN_AFTER_SECONDS": "60"} if IS_FULL else {}

# A file whose worker was killed while fetching it comes when its lease of four minutes ends: once in a round at most.
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3_600 if IS_FULL else 1_200)]


async def test_nothing_is_lost_doubled_or_out_of_order(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: list[Outcome] = []
    async with open_ground(variables=PATIENT) as ground:
        for story in plan_rounds(MESSAGES):
            outcomes.append(await play(ground, story))
            with capsys.disabled():
                sys.stdout.write(f"\n  {story.name}: {outcomes[-1].verdict}, settled in {outcomes[-1].seconds:.0f} s")
                sys.stdout.flush()
        everything = judge_all(outcomes, await fetch_answers(ground.simulator, after=0))
        logs = ground.stack.read_logs()
    with capsys.disabled():
        sys.stdout.write(f"\n\n{draw_table(outcomes)}\n\nall together: {everything}\n")
    for outcome in outcomes:
        assert outcome.is_kept, f"{outcome}\n{logs}"
    assert everything.is_kept, f"{everything}\n{logs}"
    # Of the few kills of a short run each may fall between two transactions.
    assert not IS_FULL or sum(outcome.cut for outcome in outcomes) > 0, "no kill hit a transaction"
    assert sum(outcome.replayed for outcome in outcomes) > 0, "nothing was replayed"
    assert everything.changes > 0
    assert everything.takeovers > 0
    assert everything.acknowledged >= MESSAGES
