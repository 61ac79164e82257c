"""Waiting for work."""

from __future__ import annotations

import asyncio

import pytest

from hoopoe.kernel.wake import wait_for_work


async def test_it_ends_with_the_word_or_with_the_time_and_the_word_is_used_up() -> None:
    wake = asyncio.Event()
    await asyncio.wait_for(wait_for_work(wake, 0.01), 5)
    wake.set()
    await asyncio.wait_for(wait_for_work(wake, 60), 5)
    assert not wake.is_set()


async def test_a_loop_that_is_woken_and_cancelled_in_one_moment_ends() -> None:
    wake = asyncio.Event()

    async def work() -> None:
        while True:
            await wait_for_work(wake, 60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    wake.set()
    await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done == {task}
    with pytest.raises(asyncio.CancelledError):
        await task
