"""Promise one under kill -9: nothing acknowledged is lost, doubled or out of order.

The last two tests switch on known faults and require the harness to notice: a judge that cannot fail proves
nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from tests.chaos.story import (
    QUICK,
    QUICK_WORLD,
    Verdict,
    is_all_done,
    judge,
    killing,
    wait_until_quiet,
    write_messages,
)
from tests.support.simulator import wait_until
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


def count_cut_transactions(stack: Stack) -> int:
    """How many transactions a kill of their process ended, by PostgreSQL's own log."""
    log = (stack.home / "logs" / "postgres.log").read_text(errors="replace")
    return log.count("unexpected EOF on client connection with an open transaction")


async def test_kills_lose_nothing_double_nothing_and_keep_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    faults: list[dict[str, object]] = [
        {"kind": "delay", "probability": 0.3, "seconds": 0.2},
        {"kind": "accept_and_never_answer", "probability": 0.02},
        {"kind": "refuse_429", "probability": 0.03},
        {"kind": "duplicate", "probability": 0.2},
    ]
    async with run_stack(workers=2, variables=QUICK, simulator=QUICK_WORLD) as stack:
        verdict = await tell_story(stack, kills=KILLS, faults=faults, pause=0.4)
        cut = count_cut_transactions(stack)
        with capsys.disabled():
            sys.stdout.write(f"\n  kills {stack.kills}, {cut} of them in the middle of a transaction: {verdict}\n")
        assert cut > 0, "no kill hit a turn"
        assert verdict.acknowledged == CUSTOMERS * EACH, stack.read_logs()
        assert (verdict.lost, verdict.doubled, verdict.out_of_order) == ([], [], []), stack.read_logs()


async def test_the_judge_notices_turns_without_a_lane_lock() -> None:
    variables = QUICK | {"HOOPOE_FAULT": "no_lane_lock"}
    async with run_stack(workers=2, variables=variables, simulator=QUICK_WORLD) as stack:
        verdict = await tell_story(stack, pause=0.0, customers=3, each=100)
        assert verdict.out_of_order, f"{verdict}\n{stack.read_logs()}"


@pytest.mark.parametrize("fault", ["", "expired_lease_requeues"])
async def test_the_judge_notices_leases_that_go_back_to_the_queue(fault: str) -> None:
    """Both workers die while the provider has every message and has answered none: the leases run out.

    As it is, each becomes a doubt that its status settles; with the fault, each is sent again.
    """
    slow: dict[str, object] = {"kind": "slow_statuses", "probability": 1.0, "seconds": 6}
    async with run_stack(workers=2, variables=QUICK | {"HOOPOE_FAULT": fault}, simulator=QUICK_WORLD) as stack:
        tenant, channel = await stack.add_tenant(echo_blueprint())
        await stack.simulator.set_faults({"kind": "accept_and_never_answer", "probability": 1.0, "seconds": 20}, slow)

        async def has_been_accepted() -> bool:
            return len(await stack.simulator.accepted(channel)) > 0

        writing = asyncio.create_task(write_messages(stack, channel, customers=CUSTOMERS, each=1, pause=0.0))
        await wait_until(has_been_accepted, "send under way")
        stack.kill("worker0")
        stack.kill("worker1")
        await stack.simulator.set_faults(slow)
        await writing
        await wait_until_quiet(stack, tenant, answers=CUSTOMERS, channel=channel)
        await wait_until(partial(is_all_done, stack, tenant), "outbox with everything done", within=40)
        verdict = await judge(stack, channel, customers=CUSTOMERS, each=1)
        assert (bool(verdict.doubled), verdict.lost) == (bool(fault), []), f"{verdict}\n{stack.read_logs()}"
