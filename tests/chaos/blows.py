"""What happens to the processes, the provider and the store while people write. Each lasts about so many seconds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TypeAlias

import aiohttp

from tests.chaos.ground import Ground
from tests.support.simulator import wait_until

Blow: TypeAlias = Callable[[Ground, float], Awaitable[None]]
Fault: TypeAlias = Mapping[str, object]

DAY = 25 * 3600
# Longer than a send's lease and shorter than what a doubt is given: see docs/subsystems/proof.md.
PAUSE_SECONDS = 4.0

SLOW_SENDS: Fault = {"kind": "delay", "probability": 0.4, "seconds": 0.3}
NEVER_ANSWERED: Fault = {"kind": "accept_and_never_answer", "probability": 0.04, "seconds": 3}
STORM_429: Fault = {"kind": "refuse_429", "probability": 0.6}
STORM_PAIR: Fault = {"kind": "refuse_pair_rate", "probability": 0.02}
ERRORS_5XX: Fault = {"kind": "error_5xx", "probability": 0.4}
DUPLICATES: Fault = {"kind": "duplicate", "probability": 0.3}
DISORDER: Fault = {"kind": "reorder", "probability": 0.15, "seconds": 0.5}
LATE_WEBHOOKS: Fault = {"kind": "delay_webhooks", "probability": 0.05, "seconds": 0.4}
# A file itself is away at the provider: it is asked for again.
FILES_AWAY: Fault = {"kind": "media_5xx", "probability": 0.2}
LATE_STATUSES: Fault = {"kind": "slow_statuses", "probability": 0.2, "seconds": 2}


async def kill_web(ground: Ground, seconds: float) -> None:
    """kill -9 of either web process by turns: the other serves meanwhile."""
    await _kill_by_turns(ground, ("web0", "web1"), seconds, every=2.5)


async def kill_workers(ground: Ground, seconds: float) -> None:
    """kill -9 of either worker by turns, sometimes of both at once."""
    await _kill_by_turns(ground, ("worker0", "worker1"), seconds, every=1.5, both=0.2)


async def kill_postgres(ground: Ground, seconds: float) -> None:
    """kill -9 of the database and all of its processes; it is started again at once."""
    await _kill_by_turns(ground, ("postgres",), seconds, every=4.0)


async def _kill_by_turns(
    ground: Ground, names: tuple[str, ...], seconds: float, *, every: float, both: float = 0.0
) -> None:
    """At least once; then never before what was killed last can be back: else nobody is there to kill."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    turn, first = 0, min(every, seconds / 2)
    while loop.time() < until:
        await asyncio.sleep(random.uniform(0.6, 1.4) * (max(every, ground.stack.start_seconds) if turn else first))
        chosen = names if random.random() < both else (names[turn % len(names)],)
        turn += 1
        for name in chosen:
            ground.stack.kill(name)


async def kill_workers_mid_send(ground: Ground, seconds: float) -> None:
    """kill -9 of both workers each time the provider has requests of theirs that it has not answered."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds

    async def is_sending() -> bool:
        rows = await ground.query("select count(*) from outbox where state = 'sending'")
        return bool(rows[0]["count"] >= 2) or loop.time() > until

    while loop.time() < until:
        await wait_until(is_sending, "send under way", within=seconds + 30)
        for name in ("worker0", "worker1"):
            ground.stack.kill(name)
        await asyncio.sleep(max(2.0, ground.stack.start_seconds))


async def pause_workers(ground: Ground, seconds: float) -> None:
    """SIGSTOP of a worker for longer than a lease, again and again: it wakes and knows of nothing."""
    loop = asyncio.get_running_loop()
    until, turn = loop.time() + seconds, 0
    while loop.time() < until:
        await asyncio.sleep(random.uniform(0.3, 0.8))
        await ground.stack.pause(f"worker{turn % 2}", PAUSE_SECONDS)
        turn += 1


async def shut_provider(ground: Ground, seconds: float) -> None:
    """The provider is out of reach: what is under way is cut, nothing connects."""
    relay = ground.stack.provider
    assert relay is not None
    await asyncio.sleep(1.0)
    await relay.shut()
    try:
        await asyncio.sleep(seconds)
    finally:
        await relay.open()


async def pass_a_day(ground: Ground, seconds: float) -> None:
    """Both clocks are moved 25 hours on while messages wait to be handled and answers wait to leave."""
    await asyncio.sleep(seconds / 2)
    stopped = [asyncio.create_task(ground.stack.pause(f"worker{n}", 1.5)) for n in range(2)]
    await asyncio.sleep(1.0)
    desk = ground.lines[0].desk
    ground.moved_seconds += DAY
    await desk.post("/api/dev/clock", {"seconds": DAY})
    await ground.simulator.advance(DAY)
    await asyncio.gather(*stopped)


async def fill_store(ground: Ground, seconds: float) -> None:
    """The store for files is full (507), then away (503), then takes files again."""
    for status in (507, 503):
        ground.store.refuse(status)
        await asyncio.sleep(seconds / 2)
        ground.store.let_in()


async def replay_journal(ground: Ground, seconds: float) -> None:
    """Somebody replays what the journal has of the last minutes, of one workspace after the other."""
    loop = asyncio.get_running_loop()
    until, turn = loop.time() + seconds, 0
    while loop.time() < until:
        await asyncio.sleep(random.uniform(1.0, 2.0))
        desk = ground.lines[turn % len(ground.lines)].desk
        turn += 1
        # A web process may be away just now, and the database too.
        with suppress(aiohttp.ClientError, AssertionError):
            page = await desk.get("/api/webhooks/requests?limit=100")
            ids = [request["id"] for request in page["data"]]
            if ids:
                await desk.post("/api/webhooks/replay", {"ids": ids, "wait_seconds": 0})
                ground.replayed += len(ids)
