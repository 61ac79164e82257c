"""Webhook in, reply accepted by a stub provider: replies per second with one web process and one worker.

    python -m bench.reply [--count 8000] [--tenants 1 100] [--rounds 3]

A fresh database for every run; signatures, row-level security, foreign keys, journal and events are on, and
their rows are counted afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
import urllib.request
from dataclasses import dataclass

import uvloop
from tests.support.tenants import count_rows, make_tenant

from bench.environment import Environment, run_environment
from bench.load import Target, customer_number, make_request, make_text_webhook, run_load
from hoopoe.flows.demo.echo import echo_blueprint

CUSTOMERS = 600
WARM_UP = 200


@dataclass
class Run:
    """One run's figures."""

    replies_per_second: float
    ingest_per_second: float
    counts: dict[str, int]


def read_tally(port: int) -> tuple[int, float]:
    """How many sends the provider accepted, and when the last one was."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count", timeout=5) as answer:
        tally = json.load(answer)
    return int(tally["accepted"]), float(tally["last_at"])


async def wait_for_accepted(environment: Environment, count: int, *, seconds: float = 120.0) -> float:
    """Wait until the provider has accepted so many; returns when the last one was."""
    deadline = time.monotonic() + seconds
    while True:
        accepted, last_at = await asyncio.to_thread(read_tally, environment.provider_port)
        if accepted >= count:
            assert accepted == count, f"{accepted} sends for {count} messages: something was doubled"
            return last_at
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {accepted} of {count} replies left")
        await asyncio.sleep(0.05)


async def measure(count: int, tenants: int) -> Run:
    """One run on a fresh database."""
    async with run_environment() as environment:
        made = [
            await make_tenant(environment.dsn, environment.keyring, blueprint=echo_blueprint()) for _ in range(tenants)
        ]
        environment.start_hoopoe()
        await environment.wait_for(f"http://127.0.0.1:{environment.web_port}/health")
        targets = [Target(tenant.phone_number_id, tenant.waba_id, tenant.app_secret) for tenant in made]

        def make(first: int, last: int) -> list[bytes]:
            requests = []
            for n in range(first, last):
                customer = n % CUSTOMERS
                target = targets[customer % tenants]
                body = make_text_webhook(
                    target, customer=customer_number(customer), message_id=f"wamid.{n}", body=f"#{n}#"
                )
                requests.append(make_request(target, body))
            return requests

        await run_load("127.0.0.1", environment.web_port, make(0, WARM_UP))
        await wait_for_accepted(environment, WARM_UP)
        requests = make(WARM_UP, WARM_UP + count)
        begun = time.monotonic()
        outcome = await run_load("127.0.0.1", environment.web_port, requests)
        assert outcome.statuses == {200: count}, outcome.statuses
        ended = await wait_for_accepted(environment, WARM_UP + count)
        workspaces = [tenant.workspace_id for tenant in made]
        counts = {}
        for table in ("journal", "journal_items", "inbox", "messages", "flow_sessions", "outbox", "events"):
            counts[table] = await count_rows(environment.dsn, table, workspaces)
        assert counts["journal"] == counts["inbox"] == WARM_UP + count, counts
        assert counts["messages"] == 2 * (WARM_UP + count), counts
        return Run(count / (ended - begun), outcome.per_second, counts)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=8_000)
    parser.add_argument("--tenants", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    runs: dict[int, list[Run]] = {tenants: [] for tenants in options.tenants}
    for _ in range(options.rounds):
        for tenants in options.tenants:
            runs[tenants].append(await measure(options.count, tenants))
    medians = {tenants: statistics.median(run.replies_per_second for run in done) for tenants, done in runs.items()}
    print(f"{'tenants':>8}{'replies/s':>11}{'each round':>32}")
    for tenants, done in runs.items():
        each = ", ".join(f"{run.replies_per_second:,.0f}" for run in done)
        print(f"{tenants:>8}{medians[tenants]:>11,.0f}{each:>32}")
    first, last = options.tenants[0], options.tenants[-1]
    if first != last:
        print(f"{last} tenants against {first}: {medians[last] / medians[first]:.0%}")
    print("rows of the last run:", runs[last][-1].counts)


if __name__ == "__main__":
    uvloop.run(main())
