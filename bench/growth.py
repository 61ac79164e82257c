"""What a message costs the database with nothing behind it, ten thousand messages, and a million.

    python -m bench.growth [--sizes 0 10000 1000000]

Messages walk through the real code, in batches: ingest, turn, claim, look, acknowledge, statuses, events, and the polls
that find nothing. Every statement is explained as it is run (bench/cost.py). Printed are the buffers that each touches
per message, and how they grow from the last size but one to the last. Ends with 1 where all of them together grow by
more than a fifth, or any reads a growing table from end to end.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import uvloop

from bench.cost import Recorder
from bench.environment import run_environment
from bench.history import MEAN_LENGTH, fill_history
from bench.walk import PEOPLE, STRANGERS, Walk, open_walk

MOST_GROWTH = 0.20
ROUNDS = 5
TENANTS = 16
# On an empty database the walk's own people come again.
LEAST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class Costs:
    """Buffers per message, by statement; and what was read from end to end."""

    by_statement: dict[str, float]
    scans: dict[str, set[str]]

    @property
    def total(self) -> float:
        return sum(self.by_statement.values())


async def measure(size: int) -> Costs:
    """One size, on a database of its own."""
    async with (
        run_environment(has_provider=False) as environment,
        open_walk(environment.dsn, environment.keyring, tenants=TENANTS) as walk,
    ):
        if size:
            made = await fill_history(environment.dsn, messages=size)
            print(f"  {made.messages:,} messages in {made.seconds:.0f} s", flush=True)
        return await walk_rounds(walk, conversations=max(LEAST_PEOPLE, size // MEAN_LENGTH), rounds=ROUNDS)


async def walk_rounds(walk: Walk, *, conversations: int, rounds: int) -> Costs:
    """Walk once to warm up, then so many rounds that count. The people are those of the history, and some new ones."""
    await walk.round(0, conversations=conversations, recorder=None)
    async with asyncpg.create_pool(walk.dsn, min_size=1, max_size=1) as pool:
        await pool.execute("vacuum (analyze)")
    recorder = Recorder()
    for number in range(1, rounds + 1):
        await walk.round(number, conversations=conversations, recorder=recorder)
    messages = rounds * (PEOPLE + STRANGERS)
    found = recorder.statements
    return Costs(
        {name: statement.buffers / messages for name, statement in found.items()},
        {name: statement.scans for name, statement in found.items() if statement.scans},
    )


def print_costs(sizes: Sequence[int], costs: Sequence[Costs]) -> None:
    """The table: dearest first."""
    names = sorted(costs[-1].by_statement, key=lambda name: -costs[-1].by_statement[name])
    print(f"{'buffers per message, behind it':58}" + "".join(f"{size:>11,}" for size in sizes) + f"{'growth':>9}")
    for name in names:
        each = [cost.by_statement.get(name, 0.0) for cost in costs]
        print(f"{name[:57]:58}" + "".join(f"{figure:>11.2f}" for figure in each) + f"{_growth(each):>9.0%}")
    totals = [cost.total for cost in costs]
    print(f"{'all':58}" + "".join(f"{figure:>11.2f}" for figure in totals) + f"{_growth(totals):>9.1%}")


def _growth(figures: Sequence[float]) -> float:
    return figures[-1] / figures[-2] - 1 if len(figures) > 1 and figures[-2] else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 10_000, 1_000_000])
    options = parser.parse_args()
    costs = [uvloop.run(measure(size)) for size in options.sizes]
    print_costs(options.sizes, costs)
    scans = {name: tables for cost in costs for name, tables in cost.scans.items()}
    for name, tables in scans.items():
        print(f"read from end to end: {', '.join(sorted(tables))} by {name}")
    sys.exit(1 if scans or _growth([cost.total for cost in costs]) > MOST_GROWTH else 0)


if __name__ == "__main__":
    main()
