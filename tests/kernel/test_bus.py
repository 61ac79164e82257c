"""Hints: what one process says another hears, and itself at once, and only once."""

from __future__ import annotations

import asyncio

from hoopoe.kernel.bus import Bus, Topic, open_bus
from hoopoe.kernel.settings import Settings
from tests.support.simulator import wait_until


def listen(bus: Bus) -> list[Topic]:
    heard: list[Topic] = []
    for topic in Topic:
        bus.listen(topic, lambda topic=topic: heard.append(topic))
    return heard


async def wait_for(heard: list[Topic], topic: Topic) -> None:
    async def look() -> bool:
        return topic in heard

    await wait_until(look, f"hint of {topic}")


async def test_a_hint_is_heard_by_others_and_once_by_oneself(settings: Settings) -> None:
    dsn = settings.direct_database_url()
    async with open_bus(dsn) as here, open_bus(dsn) as there:
        told, heard = listen(here), listen(there)
        # Whoever begins to listen tells of everything once: something may have come before.
        await wait_for(told, Topic.MAILS)
        await wait_for(heard, Topic.MAILS)
        told.clear()
        heard.clear()
        here.hint(Topic.INBOX, Topic.EVENTS)
        assert told == [Topic.INBOX, Topic.EVENTS], "without the database"
        await wait_for(heard, Topic.INBOX)
        await wait_for(heard, Topic.EVENTS)
        there.hint(Topic.OUTBOX)
        await wait_for(told, Topic.OUTBOX)
        assert told == [Topic.INBOX, Topic.EVENTS, Topic.OUTBOX], "what one said itself does not come back"


async def test_a_hint_of_nothing_does_no_harm(settings: Settings) -> None:
    dsn = settings.direct_database_url()
    async with open_bus(dsn) as here, open_bus(dsn) as there:
        heard = listen(there)
        await wait_for(heard, Topic.MAILS)
        heard.clear()
        here.hint()
        await asyncio.sleep(0.05)
        here.hint(Topic.CHANNELS)
        await wait_for(heard, Topic.CHANNELS)
