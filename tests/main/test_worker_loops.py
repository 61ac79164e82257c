"""A worker's loops: one that a bug ends begins anew, and the others go on meanwhile."""

from __future__ import annotations

import asyncio

from hoopoe.main.worker import keep_going


async def test_a_loop_that_fails_begins_anew_beside_the_others() -> None:
    begun: list[str] = []
    is_back = asyncio.Event()

    async def fails() -> None:
        begun.append("fails")
        if begun.count("fails") == 3:
            is_back.set()
            await asyncio.Event().wait()
        raise RuntimeError("a bug of ours")

    async def goes_on() -> None:
        begun.append("goes on")
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(keep_going(work, pause=0.01)) for work in (fails, goes_on)]
        await asyncio.wait_for(is_back.wait(), 5)
        assert (begun.count("fails"), begun.count("goes on")) == (3, 1)
        assert not any(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
