"""What a request to the provider costs this process: our thin client (channels/wire.py), and aiohttp beside it.

    python -m bench.requests [--count 6000] [--rounds 3]

CPU microseconds per request and answer, 32 at once, against the stub provider in a process of its own. The stub's time
is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing

import aiohttp
import orjson
import uvloop

from bench.environment import ROOT, free_port
from hoopoe.channels.wire import Wire

AT_ONCE = 32
BODY = orjson.dumps(
    {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+966500000101",
        "type": "text",
        "text": {"preview_url": False, "body": "Yes, the branch is open until eleven."},
        "biz_opaque_callback_data": "01a2230d-fe5d-7f63-9e32-fe626b2fad14.1",
    }
)
HEADERS = {"Authorization": f"Bearer {'x' * 200}", "Content-Type": "application/json"}


async def measure(post: Callable[[], Awaitable[bytes]], count: int) -> float:
    """Microseconds of CPU for each of `count` requests."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            assert b"messages" in await post()

    begun = time.process_time()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return (time.process_time() - begun) / count * 1e6


async def compare(url: str, *, count: int, rounds: int) -> None:
    """Print the median of each client, and its rounds."""
    figures: dict[str, list[float]] = {"wire": [], "aiohttp": []}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=400)) as session:
        with closing(Wire(seconds=10)) as wire:

            async def by_wire() -> bytes:
                return (await wire.post(url, BODY, HEADERS)).body

            async def by_aiohttp() -> bytes:
                async with session.post(url, data=BODY, headers=HEADERS, allow_redirects=False) as answer:
                    return await answer.read()

            await _wait_for(by_aiohttp)
            for _ in range(rounds):
                figures["wire"].append(await measure(by_wire, count))
                figures["aiohttp"].append(await measure(by_aiohttp, count))
    for name, each in figures.items():
        print(f"{name:10}{statistics.median(each):>8.0f} us  " + ", ".join(f"{figure:.0f}" for figure in each))


async def _wait_for(post: Callable[[], Awaitable[bytes]]) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await post()
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
            else:
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    port = free_port()
    stub = subprocess.Popen([sys.executable, "-m", "bench.provider", str(port)], cwd=ROOT)
    try:
        uvloop.run(compare(f"http://127.0.0.1:{port}/v25.0/555/messages", count=options.count, rounds=options.rounds))
    finally:
        stub.terminate()
        stub.wait()


if __name__ == "__main__":
    main()
