"""Promise one under kill -9: nothing acknowledged is lost, doubled or out of order.

The last two tests switch on known faults and require the harness to notice: a judge that cannot fail proves
nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from tests.chaos.story import (
    QUICK,
    QUICK_WORLD,
    Verdict,
    judge,
    killing,
    wait_until_quiet,
    write_messages,
)
from tests.support.stack import Stack, run_stack

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]

CUSTOMERS = 16
EACH = 20
KILLS = ("worker0", "web", "worker1", "worker0", "postgres", "worker1", "web", "worker0")


async def tell_story(
    stack: Stack,
    *,
    kills: tuple[str, ...] = (),
    faults: Sequence[Mapping[str, object]] = (),
    pause: float,
    customers: int = CUSTOMERS,
    each: int = EACH,
) -> Verdict:
    """Write under kills and faults, let everything settle, judge."""
    tenant, channel = await stack.add_tenant(echo_blueprint())
    await stack.simulator.set_faults(*faults)
    async with killing(stack, kills, every=1.2):
        await write_messages(stack, channel, customers=customers, each=each, pause=pause)
    await wait_until_quiet(stack, tenant, answers=customers * each, channel=channel)
    return await judge(stack, channel, customers=customers, each=each)


async def test_kills_lose_nothing_double_nothing_and_keep_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    faults: list[dict[str, object]] = [
        {"kind": "delay", "probability": 0.3, "seconds": 0.2},
        {"kind": "accept_and_never_answer", "probability": 0.02},
        {"kind": "refuse_429", "probability": 0.03},
        {"kind": "duplicate", "probability": 0.2},
    ]
    async with run_stack(workers=2, variables=QUICK, simulator=QUICK_WORLD) as stack:
        verdict = await tell_story(stack, kills=KILLS, faults=faults, pause=0.4)
        with capsys.disabled():
            sys.stdout.write(f"\n  kills {stack.kills}: {verdict}\n")
        assert verdict.acknowledged == CUSTOMERS * EACH, stack.read_logs()
        assert (verdict.lost, verdict.doubled, verdict.out_of_order) == ([], [], []), stack.read_logs()


async def test_the_judge_notices_turns_without_a_lane_lock() -> None:
    variables = QUICK | {"HOOPOE_FAULT": "no_lane_lock"}
    async with run_stack(workers=2, variables=variables, simulator=QUICK_WORLD) as stack:
        verdict = await tell_story(stack, pause=0.0, customers=3, each=100)
        assert verdict.out_of_order, f"{verdict}\n{stack.read_logs()}"


async def test_the_judge_notices_leases_that_go_back_to_the_queue() -> None:
    variables = QUICK | {"HOOPOE_FAULT": "expired_lease_requeues"}
    # Statuses come after the lease has run out: only then does it matter what an expired lease becomes.
    faults: list[dict[str, object]] = [
        {"kind": "accept_and_never_answer", "probability": 0.3, "seconds": 20},
        {"kind": "slow_statuses", "probability": 1.0, "seconds": 10},
    ]
    # One worker lives on: it finds the leases of the other, long before the statuses come.
    kills = ("worker0", "worker0", "worker0")
    async with run_stack(workers=2, variables=variables, simulator=QUICK_WORLD) as stack:
        verdict = await tell_story(stack, kills=kills, faults=faults, pause=0.5, each=6)
        assert verdict.doubled, f"{verdict}\n{stack.read_logs()}"
