"""Waiting for work: until somebody says that there is some, or a moment that makes a lost word harmless."""

from __future__ import annotations

import asyncio
import contextlib


async def wait_for_work(wake: asyncio.Event, seconds: float) -> None:
    """Return when `wake` is set, at the latest after `seconds`; it is then not set any more.

    Not by `asyncio.wait_for`: before Python 3.12 that loses a cancellation that comes as the event is set, and whoever
    waits in a loop then never ends.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
    wake.clear()
