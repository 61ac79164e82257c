"""Rate limits: what is over one waits its turn in order, and nothing is lost."""

from __future__ import annotations

import asyncio

from hoopoe.flows.demo.echo import echo_blueprint
from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.rows import fetch
from tests.support.simulator import wait_until

PER_CUSTOMER, PER_WORKSPACE = 20, 60
DEFERRED = "select count(*) from inbox where state = 'waiting' and not_before > domain_now()"


async def write(shop: Shop, phone: str, count: int) -> None:
    for n in range(count):
        await shop.say(phone, f"#{n}")


async def wait_for_deferred(house: House, shop: Shop) -> None:
    async def look() -> bool:
        [row] = await fetch(house, shop, DEFERRED)
        return int(row["count"]) > 0

    await wait_until(look, "deferred message")


def numbers(texts: list[str]) -> list[int]:
    """What was answered; that somebody waits is told beside it."""
    return [int(text.rpartition("#")[2]) for text in texts if "#" in text]


async def wait_for_all(house: House, shop: Shop, phones: list[str], count: int) -> None:
    """Move the clock on until everything was answered, and look at the order."""

    async def look() -> bool:
        await house.advance(shop, 20)
        return all([len(numbers(await shop.heard(phone))) >= count for phone in phones])

    await wait_until(look, "all answers", within=45)
    for phone in phones:
        assert numbers(await shop.heard(phone)) == list(range(count))
        assert len([text for text in await shop.heard(phone) if "#" not in text]) <= 1, "told once"


async def test_one_customer_has_twenty_a_minute(house: House) -> None:
    shop, phone, other = await house.open_shop(echo_blueprint(), has_limits=True), new_phone(), new_phone()
    count = 2 * PER_CUSTOMER
    await write(shop, phone, count)
    await wait_for_deferred(house, shop)
    assert len(numbers(await shop.heard(phone))) < count
    assert len(await shop.thread(phone)) > count, "the desk sees all of them meanwhile"
    assert (await shop.ask(other, "#0")).endswith("#0"), "another customer does not wait"
    await wait_for_all(house, shop, [phone], count)


async def test_one_workspace_has_sixty_a_minute(house: House) -> None:
    shop = await house.open_shop(echo_blueprint(), has_limits=True)
    neighbour = await house.open_shop(echo_blueprint(), has_limits=True)
    phones = [new_phone() for _ in range(8)]
    each = 15
    assert len(phones) * each == 2 * PER_WORKSPACE
    await asyncio.gather(*(write(shop, phone, each) for phone in phones))
    await wait_for_deferred(house, shop)
    assert (await neighbour.ask(new_phone(), "#0")).endswith("#0"), "another workspace does not wait"
    await wait_for_all(house, shop, phones, each)
