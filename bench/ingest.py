"""Durable acknowledged webhooks per second, against the plain handler, run in the same minute.

    python -m bench.ingest [--count 20000] [--plain-count 2000] [--connections 64] [--rounds 3]

Prints both rates (median of the rounds), their ratio, and the latencies of ours at that load.
"""

from __future__ import annotations

import argparse
import statistics

import uvloop
from tests.support.tenants import make_tenant

from bench.environment import Environment, free_port, run_environment
from bench.load import Outcome, Target, customer_number, make_request, make_text_webhook, run_load

PLAIN_SECRET = "plain"


def make_requests(target: Target, count: int, *, label: str) -> list[bytes]:
    """So many signed webhooks of one text each, from 500 customers."""
    return [
        make_request(
            target,
            make_text_webhook(
                target, customer=customer_number(n % 500), message_id=f"wamid.{label}.{n}", body=f"message {n}"
            ),
        )
        for n in range(count)
    ]


async def measure_plain(environment: Environment, count: int, connections: int, label: str) -> Outcome:
    """The plain handler under the same load."""
    port = free_port()
    url = environment.dsn.replace("postgresql://", "postgresql+asyncpg://")
    process = environment.start(
        "-m", "uvicorn", "bench.plain:app", "--port", str(port), "--log-level", "warning", "--no-access-log",
        PLAIN_DATABASE_URL=url, PLAIN_SECRET=PLAIN_SECRET,
    )  # fmt: skip
    await environment.wait_for(f"http://127.0.0.1:{port}/openapi.json")
    requests = make_requests(Target("1", "1", PLAIN_SECRET), count, label=label)
    outcome = await run_load("127.0.0.1", port, requests, connections=connections)
    process.terminate()
    process.wait(10)
    return outcome


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--plain-count", type=int, default=2_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    async with run_environment() as environment:
        tenant = await make_tenant(environment.dsn, environment.keyring)
        environment.start_web()
        await environment.wait_for(f"http://127.0.0.1:{environment.web_port}/health")
        target = Target(tenant.phone_number_id, tenant.waba_id, tenant.app_secret)
        ours: list[Outcome] = []
        plain: list[Outcome] = []
        for round_ in range(options.rounds):
            requests = make_requests(target, options.count, label=f"o{round_}")
            ours.append(await run_load("127.0.0.1", environment.web_port, requests, connections=options.connections))
            plain.append(await measure_plain(environment, options.plain_count, options.connections, label=f"p{round_}"))
            assert ours[-1].statuses == {200: options.count}, ours[-1].statuses
            assert plain[-1].statuses == {200: options.plain_count}, plain[-1].statuses
        ratios = [one.per_second / other.per_second for one, other in zip(ours, plain, strict=True)]
        print(f"{'':24}{'webhooks/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
        for name, outcomes in (("group commit", ours), ("plain handler", plain)):
            rate = statistics.median(outcome.per_second for outcome in outcomes)
            p50, p99 = (statistics.median(o.percentile(share) for o in outcomes) * 1000 for share in (0.5, 0.99))
            print(f"{name:24}{rate:>12,.0f}{p50:>9.1f}{p99:>9.1f}")
        shown = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        print(f"ratio, round by round: {shown}; median {statistics.median(ratios):.1f}")


if __name__ == "__main__":
    uvloop.run(main())
