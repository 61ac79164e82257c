"""Fair turns: what one tenant's flood costs the others.

    python -m bench.fair [--others 20] [--each 5] [--times 100] [--seconds 15]

Twenty tenants get a few messages a second each, and each message is answered; measured is the time from posting the
webhook to the provider's taking the answer. First alone, then while one more tenant gets a hundred times as much. Ends
with 1 where the others' 99th percentile beside the flood is both above five times that of before and above a second,
or where any answer is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import cast

import uvloop
from tests.support.tenants import Tenant, make_tenant

from bench.environment import Environment, run_environment
from bench.load import Target, customer_number, make_request, make_text_webhook
from bench.provider import Provider, Tally
from hoopoe.flows.demo.echo import echo_blueprint

MOST_TIMES, MOST_SECONDS = 5.0, 1.0
ANSWER_SECONDS = 60.0
OTHERS_CUSTOMERS, FLOOD_CUSTOMERS = 20, 600
FLOOD_CONNECTIONS = 16
LABEL = re.compile(rb"#([a-z]+\d+)#")


class LabelTally(Tally):
    """When the answer to each labelled message was taken."""

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, float] = {}


class LabelProvider(Provider):
    """Notes the label of each answer, then answers as the stub does."""

    def __init__(self, tally: LabelTally) -> None:
        super().__init__(tally)
        self._labels = tally

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"get /times"):
            answer = json.dumps(self._labels.times).encode()
            assert self._transport is not None
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer))
            return
        if found := LABEL.search(body):
            self._labels.times[found[1].decode()] = time.monotonic()
        super()._answer(head, body)


class Poster(asyncio.Protocol):
    """A connection that is written to at given times, whether or not the answers to what was before have come."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only

    def data_received(self, data: bytes) -> None:
        self.answers += data.count(b"HTTP/1.1 200")


async def serve_provider(port: int) -> None:
    """Run the provider until the process is ended."""
    tally = LabelTally()
    server = await asyncio.get_running_loop().create_server(
        lambda: LabelProvider(tally), "127.0.0.1", port, backlog=1024
    )
    await server.serve_forever()


def read_times(port: int) -> dict[str, float]:
    """When each answer was taken, by the label of its message."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/times", timeout=30) as answer:
        times: dict[str, float] = json.load(answer)
    return times


async def post(
    web_port: int, tenant: Tenant, *, label: str, rate: float, seconds: float, customers: int, connections: int = 1
) -> dict[str, float]:
    """Post so many webhooks a second for a tenant; returns when each was posted, by its label."""
    target = Target(tenant.phone_number_id, tenant.waba_id, tenant.app_secret)
    loop = asyncio.get_running_loop()
    posters = [(await loop.create_connection(Poster, "127.0.0.1", web_port))[1] for _ in range(connections)]
    posted: dict[str, float] = {}
    begun = time.monotonic()
    for n in range(int(rate * seconds)):
        name = f"{label}{n}"
        body = make_text_webhook(
            target, customer=customer_number(n % customers), message_id=f"wamid.{name}", body=f"#{name}#"
        )
        request = make_request(target, body)
        if (wait := begun + n / rate - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        transport = posters[n % connections].transport
        assert transport is not None
        posted[name] = time.monotonic()
        transport.write(request)
    deadline = time.monotonic() + ANSWER_SECONDS
    while sum(poster.answers for poster in posters) < len(posted) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    for poster in posters:
        if poster.transport is not None:
            poster.transport.close()
    return posted


async def wait_for_answers(port: int, labels: Sequence[str]) -> dict[str, float]:
    """When each was answered, once all were. Raises where one is not."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        times = await asyncio.to_thread(read_times, port)
        missing = [label for label in labels if label not in times]
        if not missing:
            return times
        if time.monotonic() > deadline:
            raise RuntimeError(f"{len(missing)} of {len(labels)} were not answered")
        await asyncio.sleep(0.2)


def letters(number: int) -> str:
    """A label of letters, so that the digits behind it stand apart."""
    return chr(ord("a") + number // 26) + chr(ord("a") + number % 26)


async def run_phase(
    environment: Environment, port: int, others: Sequence[Tenant], flood: Tenant | None, options: argparse.Namespace
) -> list[float]:
    """Post for some seconds; returns the others' seconds from webhook to answer, in order."""
    phase = "f" if flood is not None else "a"
    tasks = [
        asyncio.create_task(
            post(
                environment.web_port, tenant, label=phase + letters(n), rate=options.each, seconds=options.seconds,
                customers=OTHERS_CUSTOMERS,
            )
        )
        for n, tenant in enumerate(others)
    ]  # fmt: skip
    flooded = None
    if flood is not None:
        rate = options.each * options.times
        flooded = asyncio.create_task(
            post(
                environment.web_port, flood, label="flood", rate=rate, seconds=options.seconds,
                customers=FLOOD_CUSTOMERS, connections=FLOOD_CONNECTIONS,
            )
        )  # fmt: skip
    posted = {label: at for each in await asyncio.gather(*tasks) for label, at in each.items()}
    times = await wait_for_answers(port, list(posted))
    if flooded is not None:
        begun = await flooded
        answered = await wait_for_answers(port, list(begun))
        took = sorted(answered[label] - at for label, at in begun.items())
        print(f"the flood: {len(took):,} messages, p50 {_at(took, 0.5):.0f} ms, p99 {_at(took, 0.99):.0f} ms")
    return sorted(times[label] - at for label, at in posted.items())


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def measure(options: argparse.Namespace) -> bool:
    """Both phases; prints them and returns whether it was fair."""
    async with run_environment(has_provider=False) as environment:
        port = environment.provider_port
        environment.start("-m", "bench.fair", "--provide", str(port))
        await environment.wait_for(f"http://127.0.0.1:{port}/count")
        tenants = [
            await make_tenant(environment.dsn, environment.keyring, blueprint=echo_blueprint())
            for _ in range(options.others + 1)
        ]
        flood, *others = tenants
        environment.start_hoopoe()
        await environment.wait_for(f"http://127.0.0.1:{environment.web_port}/health")
        warm = await post(environment.web_port, flood, label="warm", rate=50, seconds=3, customers=FLOOD_CUSTOMERS)
        await wait_for_answers(port, list(warm))
        alone = await run_phase(environment, port, others, None, options)
        beside = await run_phase(environment, port, others, flood, options)
    each, rate = options.each, options.each * options.times
    print(f"{options.others} tenants at {each:g}/s each, one at {rate:g}/s, {options.seconds:g} s")
    print(f"{'':16}{'p50 ms':>9}{'p99 ms':>9}{'longest':>9}")
    for name, took in (("alone", alone), ("beside the flood", beside)):
        print(f"{name:16}{_at(took, 0.5):>9.0f}{_at(took, 0.99):>9.0f}{took[-1] * 1000:>9.0f}")
    ratio = _at(beside, 0.99) / _at(alone, 0.99)
    print(f"p99 beside the flood: {ratio:.1f} times that alone")
    return ratio <= MOST_TIMES or _at(beside, 0.99) <= MOST_SECONDS * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--each", type=float, default=5.0)
    parser.add_argument("--times", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--provide", type=int, metavar="PORT", help="be the provider: for the benchmark's own use")
    options = parser.parse_args()
    if options.provide is not None:
        uvloop.run(serve_provider(options.provide))
        return
    sys.exit(0 if uvloop.run(measure(options)) else 1)


if __name__ == "__main__":
    main()
