"""Sending at the allowed rate: how much of it is used, and whether any second sees more.

    python -m bench.send [--channels 50] [--rate 80] [--seconds 20] [--workers 2] [--held-up 0.2]

Every channel has more queued than it may send. A stub provider notes when it took what of which channel, by the
machine's clock. Measured is the middle of the run: the share of the allowed rate that each channel used, and the most
that it took within any second, wherever that second begins. Ends with 1 where a channel used less than 95 % or more
than its rate; where all channels together cannot be served by this machine, take fewer. `--held-up`: one worker after
the other is stopped for so long, every few seconds; what that costs of the rate is shown, and may be more than 5 %.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Sequence

import uvloop
from tests.support.tenants import Tenant, make_tenant

from bench.environment import Environment, run_environment
from bench.provider import Provider, Tally
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.db.unit_of_work import transaction

LEAST_SHARE = 0.95
WARM_UP_SECONDS = 3.0
BETWEEN_DELAYS_SECONDS = 2.3
CONVERSATIONS = 200

PEOPLE = """
with people as (
    insert into contacts (workspace_id, id) select $1, gen_random_uuid() from generate_series(1, $3) returning id
)
insert into conversations (workspace_id, id, channel_id, contact_id, lane, recipient, last_at, window_expires_at)
select $1, gen_random_uuid(), $2, id, 1, json_build_object('phone', '966500000000', 'user_id', null), now(),
       now() + interval '1 day'
from people
"""
QUEUE = """
with queued as (
    insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                          author_kind, at)
    select workspace_id, gen_random_uuid(), channel_id, id, 'out', 'text', '{"body": "Hello"}', 'pending', 'bot', now()
    from generate_series(1, $2) cross join conversations where workspace_id = $1
    returning workspace_id, id, channel_id, conversation_id
)
insert into outbox (workspace_id, channel_id, conversation_id, message_id, content, recipient)
select workspace_id, channel_id, conversation_id, id, '{"type": "text", "body": "Hello"}',
       '{"phone": "966500000000", "user_id": null}'
from queued
"""
LIMIT = "update channels set messages_per_second = $2, pair_limit = false where workspace_id = $1"


class NotingTally(Tally):
    """When what of which number was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.times: defaultdict[str, list[float]] = defaultdict(list)


class NotingProvider(Provider):
    """Notes the number and the time of each send, then answers as the stub does."""

    def __init__(self, tally: NotingTally) -> None:
        super().__init__(tally)
        self._notes = tally

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        if path == "/times":
            self._tell(json.dumps(self._notes.times).encode())
            return
        if path.endswith("/messages"):
            self._notes.times[path.split("/")[-2]].append(time.monotonic())
        super()._answer(head, body)

    def _tell(self, answer: bytes) -> None:
        assert self._transport is not None
        self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer))


async def serve_provider(port: int) -> None:
    """Run the noting provider until the process is ended."""
    tally = NotingTally()
    server = await asyncio.get_running_loop().create_server(
        lambda: NotingProvider(tally), "127.0.0.1", port, backlog=1024
    )
    await server.serve_forever()


def read_times(port: int) -> dict[str, list[float]]:
    """What the provider noted: by number, in order."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/times", timeout=30) as answer:
        times: dict[str, list[float]] = json.load(answer)
    return times


def most_in_a_second(times: Sequence[float]) -> int:
    """The most in any second, wherever it begins."""
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


async def wait_for_first(port: int, *, seconds: float = 30.0) -> float:
    """When the first send was taken, once it was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if noted := await asyncio.to_thread(read_times, port):
            return min(times[0] for times in noted.values())
        await asyncio.sleep(0.1)
    raise RuntimeError("nothing was sent")


async def make_backlog(environment: Environment, count: int, *, each: int, rate: float) -> list[Tenant]:
    """So many channels with so many messages queued each; the channels take `rate` a second."""
    tenants = [await make_tenant(environment.dsn, environment.keyring) for _ in range(count)]
    async with open_pool(environment.dsn, size=2) as pool:
        for tenant in tenants:
            async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
                await conn.execute(LIMIT, tenant.workspace_id, rate)
                await conn.execute(PEOPLE, tenant.workspace_id, tenant.channel_id, CONVERSATIONS)
                await conn.execute(QUEUE, tenant.workspace_id, 1 + each // CONVERSATIONS)
        async with pool.acquire() as conn:
            await conn.execute("vacuum (analyze)")
    return tenants


async def hold_up(workers: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Stop one worker after the other for so long, until cancelled."""
    for worker in itertools.cycle(workers):
        await asyncio.sleep(BETWEEN_DELAYS_SECONDS)
        worker.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        worker.send_signal(signal.SIGCONT)


async def measure(channels: int, rate: float, seconds: float, workers: int, held_up: float) -> bool:
    """One run; prints its figures and returns whether they are as promised."""
    async with run_environment(has_provider=False) as environment:
        port = environment.provider_port
        environment.start("-m", "bench.send", "--provide", str(port))
        await environment.wait_for(f"http://127.0.0.1:{port}/count")
        whole = WARM_UP_SECONDS * 3 + seconds
        tenants = await make_backlog(environment, channels, each=int(rate * whole * 1.3), rate=rate)
        started = [environment.start("-m", "hoopoe.main.cli", "worker") for _ in range(workers)]
        begun = await wait_for_first(port)
        delays = asyncio.create_task(hold_up(started if held_up else [], held_up))
        await asyncio.sleep(WARM_UP_SECONDS * 2 + seconds)
        delays.cancel()
        noted = await asyncio.to_thread(read_times, port)
    first, last = begun + WARM_UP_SECONDS, begun + WARM_UP_SECONDS + seconds
    shares, peaks = [], []
    for tenant in tenants:
        times = noted.get(tenant.phone_number_id, [])
        shares.append(sum(first <= at < last for at in times) / (rate * seconds))
        peaks.append(most_in_a_second(times))
    total = sum(shares) * rate
    print(
        f"{channels} channels at {rate:g}/s, {workers} workers, {seconds:g} s: {total:,.0f}/s in all; "
        f"share of the allowed rate {sum(shares) / channels:.1%} (least {min(shares):.1%}); "
        f"most of one channel in any second {max(peaks)}"
    )
    return (held_up > 0 or min(shares) >= LEAST_SHARE) and max(peaks) <= rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, nargs="+", default=[50])
    parser.add_argument("--rate", type=float, default=80.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--held-up", type=float, default=0.0)
    parser.add_argument("--provide", type=int, metavar="PORT", help="be the provider: for the benchmark's own use")
    options = parser.parse_args()
    if options.provide is not None:
        uvloop.run(serve_provider(options.provide))
        return
    kept = [
        uvloop.run(measure(channels, options.rate, options.seconds, options.workers, options.held_up))
        for channels in options.channels
    ]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
