"""Webhook in, reply accepted by a stub provider: replies per second with one web process and one worker.

    python -m bench.reply [--count 8000] [--rounds 3] [--only NAME …] [--history 1000000]

A fresh database for every run; signatures, row-level security, foreign keys, journal and events are on, and
their rows are counted afterwards. A turn is open from its webhook to the accepted reply; the load keeps so many
open at once. Each line says what all processes of ours, PostgreSQL included, cost per message.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass

import uvloop
from tests.support.tenants import Tenant, count_rows, make_tenant

from bench.environment import Environment, free_port, run_environment
from bench.history import fill_history
from bench.load import Target, customer_number, make_request, make_text_webhook
from bench.turns import Turns, serve_provider
from bench.usage import MOST_MB, Usage, read_tree, read_usage
from hoopoe.flows.demo.echo import echo_blueprint

CUSTOMERS = 600
# As many as make every connection plan its statements, and give the planner its statistics.
WARM_UP = 1_000
TABLES = ("journal", "journal_items", "inbox", "messages", "flow_sessions", "outbox", "events")


@dataclass(frozen=True)
class Scenario:
    """What is measured. `has_new_people`: every message is somebody's first one."""

    name: str
    tenants: int = 1
    open_turns: int = 64
    delay: float = 0.0
    has_statuses: bool = False
    has_new_people: bool = False


SCENARIOS = (
    Scenario("64 open, 1 tenant"),
    Scenario("64 open, 100 tenants", tenants=100),
    Scenario("64 open, new people", has_new_people=True),
    Scenario("1,000 open, 300 ms", open_turns=1000, delay=0.3),
    Scenario("64 open, 3 statuses", has_statuses=True),
)


@dataclass(frozen=True)
class Run:
    """One run's figures. Costs are CPU milliseconds per message, by process."""

    per_second: float
    p50_ms: float
    p99_ms: float
    costs: dict[str, float]
    peaks: dict[str, float]
    counts: dict[str, int]

    @property
    def cost(self) -> float:
        return sum(self.costs.values())


def make_requests(scenario: Scenario, targets: list[Target], first: int, last: int) -> list[tuple[int, bytes]]:
    """The signed webhooks of messages `first` to `last`."""
    requests = []
    for n in range(first, last):
        customer = n if scenario.has_new_people else n % CUSTOMERS
        target = targets[customer % len(targets)]
        body = make_text_webhook(target, customer=customer_number(customer), message_id=f"wamid.{n}", body=f"#{n}#")
        requests.append((n, make_request(target, body)))
    return requests


def read_usages(environment: Environment) -> dict[str, Usage]:
    """Web, worker, and all of PostgreSQL."""
    web, worker = (process.pid for process in environment.processes)
    return {"web": read_usage(web), "worker": read_usage(worker), "PostgreSQL": read_tree(environment.database_pid)}


async def measure(scenario: Scenario, count: int, history: int) -> Run:
    """One run on a fresh database, or on one with `history` messages in it."""
    async with run_environment(has_provider=False) as environment:
        made = [
            await make_tenant(environment.dsn, environment.keyring, blueprint=echo_blueprint())
            for _ in range(scenario.tenants)
        ]
        if history:
            await fill_history(environment.dsn, messages=history)
        targets = {t.phone_number_id: Target(t.phone_number_id, t.waba_id, t.app_secret) for t in made}
        warming, turns = Turns(targets), Turns(targets, scenario.delay, scenario.has_statuses)
        current = [warming]
        stop = await serve_provider(environment.provider_port, lambda: current[0])
        environment.start_hoopoe()
        await environment.wait_for(f"http://127.0.0.1:{environment.web_port}/health")
        listed = list(targets.values())
        await asyncio.wait_for(
            warming.run(environment.web_port, make_requests(scenario, listed, 0, WARM_UP), open_turns=64), 60
        )
        await asyncio.sleep(0.5)
        current[0] = turns
        requests = make_requests(scenario, listed, WARM_UP, WARM_UP + count)
        before, begun = read_usages(environment), time.perf_counter()
        await asyncio.wait_for(turns.run(environment.web_port, requests, open_turns=scenario.open_turns), 180)
        seconds = (time.perf_counter() if scenario.has_statuses else turns.last_at) - begun
        assert turns.accepted == count, f"{turns.accepted} sends for {count} messages"
        await _wait_until_handled(environment, made)
        after = read_usages(environment)
        counts = {table: await count_rows(environment.dsn, table, [t.workspace_id for t in made]) for table in TABLES}
        if not history:
            assert counts["messages"] == 2 * (WARM_UP + count), counts
            assert counts["inbox"] == counts["journal"] == WARM_UP + count * (4 if scenario.has_statuses else 1), counts
        await stop()
        latencies = sorted(turns.latencies)
        return Run(
            per_second=count / seconds,
            p50_ms=latencies[len(latencies) // 2] * 1000,
            p99_ms=latencies[int(len(latencies) * 0.99)] * 1000,
            costs={n: (after[n].cpu_seconds - before[n].cpu_seconds) * 1000 / count for n in after},
            peaks={n: after[n].peak_mb for n in ("web", "worker")},
            counts=counts,
        )


async def measure_echo(count: int) -> float:
    """Replies per second of the bare echo under the same load: how quick the machine is in this minute."""
    async with run_environment(has_provider=False) as environment:
        target = Target("1", "1", "echo")
        warming, turns = Turns({"1": target}), Turns({"1": target})
        current = [warming]
        stop = await serve_provider(environment.provider_port, lambda: current[0])
        port = free_port()
        environment.start(
            "-m", "uvicorn", "bench.echo:app", "--port", str(port), "--log-level", "warning", "--no-access-log",
            ECHO_SECRET=target.app_secret, ECHO_PROVIDER=f"http://127.0.0.1:{environment.provider_port}",
        )  # fmt: skip
        await environment.wait_for(f"http://127.0.0.1:{port}/")
        scenario = SCENARIOS[0]
        await asyncio.wait_for(warming.run(port, make_requests(scenario, [target], 0, WARM_UP), open_turns=16), 60)
        current[0] = turns
        requests = make_requests(scenario, [target], WARM_UP, WARM_UP + count)
        begun = time.perf_counter()
        await asyncio.wait_for(turns.run(port, requests, open_turns=scenario.open_turns), 180)
        await stop()
        return count / (turns.last_at - begun)


async def _wait_until_handled(environment: Environment, made: list[Tenant]) -> None:
    """Statuses are answered when they are on disk; their handling belongs to the cost."""
    workspaces = [tenant.workspace_id for tenant in made]
    deadline = time.monotonic() + 60
    while await count_rows(environment.dsn, "inbox", workspaces, where="state = 'waiting'"):
        assert time.monotonic() < deadline, "the inbox does not become empty"
        await asyncio.sleep(0.05)


def describe(scenario: Scenario, runs: list[Run]) -> str:
    """One line: medians of the rounds."""
    middle = statistics.median
    costs = " ".join(f"{name} {middle(run.costs[name] for run in runs):.2f}" for name in runs[0].costs)
    peak = max(max(run.peaks.values()) for run in runs)
    return (
        f"{scenario.name:22}{middle(run.per_second for run in runs):>10,.0f}"
        f"{middle(run.p50_ms for run in runs):>8.1f}{middle(run.p99_ms for run in runs):>8.1f}"
        f"{middle(run.cost for run in runs):>8.3f}  ({costs}){peak:>7.0f} MB  "
        + ", ".join(f"{run.per_second:,.0f}" for run in runs)
    )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--history", type=int, default=0, help="messages that the database has beforehand")
    parser.add_argument("--only", nargs="+", type=int, help="which scenarios, by their place from 0")
    options = parser.parse_args()
    chosen = [SCENARIOS[n] for n in options.only] if options.only else list(SCENARIOS)
    runs: dict[Scenario, list[Run]] = {scenario: [] for scenario in chosen}
    echoes = []
    for _ in range(options.rounds):
        echoes.append(await measure_echo(options.count))
        for scenario in chosen:
            runs[scenario].append(await measure(scenario, options.count, options.history))
    print(f"{'':22}{'replies/s':>10}{'p50 ms':>8}{'p99 ms':>8}{'CPU ms':>8}")
    echo = statistics.median(echoes)
    print(f"{'bare echo, no storage':22}{echo:>10,.0f}  the same load, in the same minutes")
    for scenario, done in runs.items():
        share = statistics.median(run.per_second for run in done) / echo
        print(f"{describe(scenario, done)}  {share:.0%} of the echo")
    print("rows of the last run:", runs[chosen[-1]][-1].counts)
    peaks = {name: max(run.peaks[name] for done in runs.values() for run in done) for name in ("web", "worker")}
    assert max(peaks.values()) < MOST_MB, peaks


if __name__ == "__main__":
    uvloop.run(main())
