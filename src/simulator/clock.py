"""Moving the clock, here and wherever it was asked to be told."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import orjson

from simulator.jsontypes import JsonObject
from simulator.simulator import Simulator
from simulator.views import say_time

_TIMEOUT = 30.0


async def advance_clock(simulator: Simulator, seconds: float) -> JsonObject:
    """Move world time forward, tell all listeners, and answer once all have answered."""
    simulator.world.move_clock(simulator.world.state.clock_offset + seconds)
    return await _tell_listeners(simulator, seconds)


async def reset_clock(simulator: Simulator) -> JsonObject:
    """Go back to real time; listeners are told the negative difference."""
    moved = -simulator.world.state.clock_offset
    simulator.world.move_clock(0.0)
    return await _tell_listeners(simulator, moved)


async def _tell_listeners(simulator: Simulator, seconds: float) -> JsonObject:
    world = simulator.world
    urls = world.settings.clock_listeners
    answers = await asyncio.gather(*(_tell_listener(simulator, url, seconds) for url in urls))
    return {
        "now": say_time(world.now()),
        "offset_seconds": world.state.clock_offset,
        "moved_seconds": seconds,
        "listeners": [*answers],
    }


async def _tell_listener(simulator: Simulator, url: str, seconds: float) -> JsonObject:
    world = simulator.world
    headers = {"Content-Type": "application/json"}
    if world.settings.clock_token:
        headers["Authorization"] = f"Bearer {world.settings.clock_token}"
    started = time.perf_counter()
    status: int | None = None
    problem: str | None = None
    body = orjson.dumps({"seconds": seconds})
    try:
        async with simulator.deliverer.open_session().post(
            url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=_TIMEOUT)
        ) as response:
            status = response.status
            if status >= 300:
                problem = f"It answered {status}."
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        problem = f"No answer: {type(error).__name__}: {error}"
    ms = (time.perf_counter() - started) * 1000
    world.log.add(
        at=world.now(),
        direction="to_app",
        kind="clock",
        method="POST",
        path=url,
        summary=f"clock moved by {seconds:g} s",
        status=status,
        ms=ms,
        body=body,
        error=problem,
    )
    return {"url": url, "ok": problem is None, "status": status, "ms": round(ms, 1), "error": problem}
