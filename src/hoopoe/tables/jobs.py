"""How a worker does the long work of tables: files that are taken in, changes of columns, deletions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Never

import structlog

from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db.pool import TROUBLE
from hoopoe.kernel.wake import wait_for_work

log = structlog.get_logger()

POLL_SECONDS: Final = 2.0


async def take_forever(bus: Bus, wake: asyncio.Event, take_one: Callable[[], Awaitable[bool]]) -> Never:
    """Take what waits, one after the other, and wait for more. `take_one` returns False where nothing waits.

    What trouble with the database interrupts is taken again once its lease is over.
    """
    bus.listen(Topic.IMPORTS, wake.set)
    while True:
        try:
            while await take_one():
                pass
        except TROUBLE as error:
            log.warning("table_work_interrupted", error=str(error))
        await wait_for_work(wake, POLL_SECONDS)
