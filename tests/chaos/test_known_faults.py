"""The harness fails when a known mistake is built in: each of these is red if the judge is silent.

The same story without the mistake is every round of test_rounds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.chaos import blows
from tests.chaos.blows import Fault as WorldFault
from tests.chaos.faulty import Fault, drop_guards
from tests.chaos.ground import Ground, Load, open_ground
from tests.chaos.judge import Verdict, judge
from tests.chaos.wire import fetch_answers, fetch_told
from tests.support.simulator import wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]

NOTICED_SECONDS = 90.0
BURSTS = Load(customers=4, each=60, seconds=6, bursts=0.9)
FEW = Load(customers=12, each=1, seconds=0)


@asynccontextmanager
async def open_faulty(fault: Fault) -> AsyncIterator[Ground]:
    variables = {"CHAOS_FAULT": fault.value}
    async with open_ground(workspaces=1, webs=1, variables=variables, program="tests.chaos.faulty") as ground:
        conn = await asyncpg.connect(ground.stack.database.dsn)
        try:
            await drop_guards(conn, fault)
        finally:
            await conn.close()
        yield ground


async def find_out(ground: Ground, what: Callable[[Verdict], Sequence[object]]) -> None:
    """Judge again and again until the verdict names such a violation. AssertionError when it never does."""

    async def look() -> bool:
        answers = await fetch_answers(ground.simulator, after=0)
        await asyncio.sleep(0.2)
        return bool(what(judge((await fetch_told(ground.simulator, after=0)).posts, answers)))

    await wait_until(look, "violation that the judge saw", within=NOTICED_SECONDS)


async def write_until(
    fault: Fault, load: Load, *world: WorldFault, what: Callable[[Verdict], Sequence[object]]
) -> None:
    """Write under a mistake until the judge notices."""
    async with open_faulty(fault) as ground:
        await ground.simulator.set_faults(*world)
        writing = asyncio.create_task(ground.write(load))
        try:
            await find_out(ground, what)
        finally:
            writing.cancel()


async def test_turns_that_are_claimed_by_a_lease_lose_the_order() -> None:
    """Claiming in a transaction of its own: what stands behind a claimed row is claimed by another."""
    await write_until(Fault.LEASED_TURNS, BURSTS, what=lambda verdict: verdict.out_of_order)


async def test_locking_the_head_row_loses_the_order() -> None:
    """`for update skip locked` on rows instead of a lock on the lane lets two workers into one conversation."""
    await write_until(Fault.HEAD_ROW_LOCK, BURSTS, what=lambda verdict: verdict.out_of_order)


async def test_without_its_unique_keys_what_comes_twice_is_answered_twice() -> None:
    """The inbox's key, and the messages' key behind it."""
    twice = {**blows.DUPLICATES, "probability": 1}
    await write_until(Fault.NO_UNIQUE_KEY, FEW, twice, what=lambda verdict: verdict.doubled)


async def test_without_a_line_answers_overtake_each_other() -> None:
    """Several of one conversation under way at once, and no index that forbids it."""
    await write_until(Fault.NO_LINE, BURSTS, blows.SLOW_SENDS, what=lambda verdict: verdict.out_of_order)


async def test_a_lease_that_goes_back_to_the_queue_sends_twice() -> None:
    """Both workers die while the provider has every answer and has confirmed none."""
    slow: WorldFault = {"kind": "slow_statuses", "probability": 1.0, "seconds": 40}
    async with open_faulty(Fault.EXPIRED_LEASE_REQUEUES) as ground:
        await ground.simulator.set_faults({"kind": "accept_and_never_answer", "probability": 1.0, "seconds": 20}, slow)

        async def has_been_accepted() -> bool:
            return len(await ground.simulator.accepted()) > 0

        writing = asyncio.create_task(ground.write(FEW))
        await wait_until(has_been_accepted, "send under way", within=NOTICED_SECONDS)
        for name in ("worker0", "worker1"):
            ground.stack.kill(name)
        await ground.simulator.set_faults(slow)
        await writing
        await find_out(ground, lambda verdict: verdict.doubled)
