"""The numbers of the walking skeleton: a thousand messages each answered once in order, and how quick it is."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from tests.chaos.ground import number_of
from tests.chaos.judge import judge
from tests.chaos.wire import fetch_answers, fetch_told, read_place
from tests.e2e.house import House, Shop, new_phone
from tests.realtime.screens import open_screen
from tests.support.simulator import wait_until

CUSTOMERS = 50
EACH = 20
ROUNDS = 20
# What an idle machine is promised (milliseconds). A shared one may be slower by far, but not by any amount.
ANSWER_MS, SCREEN_MS = 300, 500
PATIENCE = 10


async def test_from_phone_to_answer_and_to_the_agents_screen(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    answered, shown = [], []
    async with open_screen(shop.desk) as screen:
        await screen.subscribe("messages")
        await shop.ask(phone, "warm")
        for n in range(ROUNDS):
            begun = time.perf_counter()

            async def see(n: int = n, begun: float = begun) -> float:
                await screen.until(
                    lambda frames: any(
                        frame["type"] == "message.received"
                        and frame["data"]["message"]["content"] == {"body": f"text {n}"}
                        for frame in frames
                    )
                )
                return time.perf_counter() - begun

            async def answer(n: int = n, begun: float = begun) -> float:
                assert (await shop.ask(phone, f"text {n}")).endswith(f"text {n}")
                return time.perf_counter() - begun

            to_screen, to_phone = await asyncio.gather(see(), answer())
            shown.append(to_screen * 1000)
            answered.append(to_phone * 1000)
    medians = (statistics.median(answered), statistics.median(shown))
    with capsys.disabled():
        sys.stdout.write(
            f"\n  medians of {ROUNDS}: phone to answer {medians[0]:.0f} ms (promised {ANSWER_MS}), "
            f"to the agent's screen {medians[1]:.0f} ms (promised {SCREEN_MS})\n"
        )
    assert medians[0] < ANSWER_MS * PATIENCE
    assert medians[1] < SCREEN_MS * PATIENCE


async def count_accepted(shop: Shop) -> int:
    """How many messages the provider has accepted, of everybody."""
    return int((await shop.simulator.call("GET", "/world/accepted?limit=1"))["total"])


async def write_numbered(shop: Shop) -> None:
    """Each customer writes numbered texts, one after the other; all customers at once."""

    async def write(customer: int) -> None:
        for n in range(EACH):
            await shop.simulator.say(number_of(customer), shop.channel, f"#{n}#")

    await asyncio.gather(*(write(customer) for customer in range(CUSTOMERS)))


async def test_a_thousand_messages_partly_doubled_are_each_answered_once_in_order(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = await house.open_shop(echo_blueprint())
    await shop.simulator.set_faults({"kind": "duplicate", "probability": 0.3})
    before = await count_accepted(shop)
    log_place, accepted_place = await read_place(shop.simulator)

    async def look() -> bool:
        return await count_accepted(shop) >= before + CUSTOMERS * EACH

    begun = time.perf_counter()
    try:
        await write_numbered(shop)
        await wait_until(look, "answer to each message", within=60)
        took = time.perf_counter() - begun
        await shop.simulator.wait_until_settled(within=30)
    finally:
        await shop.simulator.set_faults()
    told = await fetch_told(shop.simulator, after=log_place)
    verdict = judge(told.posts, await fetch_answers(shop.simulator, after=accepted_place))
    posts = [row for row in await shop.simulator.log(kind="message") if row["fault"] == "duplicate"]
    with capsys.disabled():
        sys.stdout.write(f"\n  {CUSTOMERS * EACH} messages, {len(posts)} of them doubled, in {took:.1f} s: {verdict}\n")
    assert len(posts) > CUSTOMERS * EACH / 10
    assert verdict.acknowledged == CUSTOMERS * EACH
    assert verdict.is_kept, (verdict.lost, verdict.doubled, verdict.out_of_order)
