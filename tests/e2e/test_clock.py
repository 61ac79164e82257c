"""The development clock, as the simulator and the pages see it."""

from __future__ import annotations

from datetime import UTC, datetime

import aiohttp

from tests.e2e.house import House
from tests.support.simulator import wait_until

DAY = 86_400.0
SLACK = 5.0


async def test_the_clock_goes_on_and_back_and_pages_hear_of_it(house: House) -> None:
    shop = await house.open_shop(None)

    async def lead() -> float:
        async with aiohttp.ClientSession() as session, session.get(f"{house.stack.url}/health") as answer:
            return (datetime.fromisoformat(answer.headers["X-Hoopoe-Now"]) - datetime.now(UTC)).total_seconds()

    async def wait_for_lead(seconds: float) -> None:
        async def look() -> bool:
            return abs(await lead() - seconds) < SLACK

        await wait_until(look, f"answer that is {seconds:g} s ahead")

    before = (await shop.desk.post("/api/dev/clock", {"seconds": 0}))["shift_seconds"]
    await wait_for_lead(before)
    try:
        moved = await shop.desk.post("/api/dev/clock", {"seconds": DAY})
        assert moved["shift_seconds"] == before + DAY
        await wait_for_lead(before + DAY)
        back = await shop.desk.post("/api/dev/clock", {"seconds": -DAY})
        assert back["shift_seconds"] == before
        await wait_for_lead(before)
        never_behind = await shop.desk.post("/api/dev/clock", {"seconds": -400 * DAY})
        assert never_behind["shift_seconds"] == 0
    finally:
        await shop.desk.call("DELETE", "/api/dev/clock")
        await shop.desk.post("/api/dev/clock", {"seconds": before})
