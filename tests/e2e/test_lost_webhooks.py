"""The web process is killed while a customer at Twilio writes: afterwards nothing is lost, and nothing is doubled."""

from __future__ import annotations

import asyncio

from hoopoe.channels.contract import Provider
from tests.e2e.house import House, new_phone
from tests.support.simulator import wait_until
from tests.support.stack import run_stack

# Longer than a webhook may be on its way, after which the lists are believed.
A_WHILE = 90.0


async def test_what_was_written_while_the_web_process_was_away_is_caught_up() -> None:
    async with run_stack(variables={"CATCH_UP_SECONDS": "1"}) as stack:
        house, phone = House(stack, Provider.TWILIO), new_phone()
        shop = await house.open_shop(None)
        said = [f"#{n}# رسالة" for n in range(12)]
        for n, text in enumerate(said):
            if n == 3:
                stack.kill("web")
            await shop.say(phone, text)
            await asyncio.sleep(0.05)
        await stack.wait_until_ready()
        before = [message["content"]["body"] for message in await shop.thread(phone)]
        await house.advance(shop, A_WHILE)

        async def look() -> bool | None:
            return len(await shop.thread(phone)) >= len(said) or None

        await wait_until(look, f"all messages\n{stack.read_logs()}", within=30)
        await asyncio.sleep(2.5)
        bodies = [message["content"]["body"] for message in await shop.thread(phone)]
        assert sorted(bodies) == sorted(said)
        assert len(before) < len(said), "some had been lost, or this shows nothing"
