"""Arrivals, duplicates, crashes and statuses in any order: a search for one in which the promise breaks.

`make chaos` searches longer, and elsewhere each time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from hoopoe.kernel.secrets import Keyring, new_master_key
from tests.chaos.faulty import MISTAKES, Fault, drop_guards
from tests.chaos.property.core import open_core
from tests.chaos.property.crowd import CrowdedMachine
from tests.chaos.property.machine import CrashMachine
from tests.chaos.property.violations import Violation, ViolationError
from tests.support.database import Cluster

IS_LONG = int(os.environ.get("CHAOS_MESSAGES", "0")) >= 5_000
SEARCH = settings(
    max_examples=400 if IS_LONG else 60,
    stateful_step_count=50 if IS_LONG else 30,
    derandomize=not IS_LONG,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
# It need only be found, not made small.
FIND = settings(SEARCH, max_examples=400, phases=[Phase.generate], derandomize=False, report_multiple_bugs=False)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3_600 if IS_LONG else 600)]


# What each mistake comes to, which is also what docs/subsystems/proof.md says of it.
COMES_TO = {
    Fault.LEASED_TURNS: Violation.OUT_OF_ORDER,
    Fault.HEAD_ROW_LOCK: Violation.OUT_OF_ORDER,
    Fault.EXPIRED_LEASE_REQUEUES: Violation.DOUBLED,
    Fault.NO_UNIQUE_KEY: Violation.DOUBLED,
    Fault.NO_LINE: Violation.OUT_OF_ORDER,
    Fault.NO_BARRIER: Violation.BARRIER,
    Fault.DEAF_TO_OWNER: Violation.UNCALLED,
    Fault.HISTORY_HIDES: Violation.LOST,
}
CROWDED = {Fault.NO_BARRIER, Fault.DEAF_TO_OWNER, Fault.HISTORY_HIDES}


@contextmanager
def machine_over(
    cluster: Cluster, kind: type[CrashMachine], fault: Fault | None = None, **changes: object
) -> Iterator[type[CrashMachine]]:
    """A machine over a database of its own, without the guards that would hide the mistake."""
    with asyncio.Runner() as runner:
        dsn = runner.run(cluster.clone())

        async def prepare() -> None:
            conn = await asyncpg.connect(dsn)
            try:
                if fault is not None:
                    await drop_guards(conn, fault)
            finally:
                await conn.close()

        runner.run(prepare())
        opened = open_core(dsn, Keyring([new_master_key()]))
        core = runner.run(opened.__aenter__())
        try:
            yield type("Machine", (kind,), {"core": core, "runner": runner, "found": [], **changes})
        finally:
            runner.run(opened.__aexit__(None, None, None))


@pytest.mark.parametrize("kind", [CrashMachine, CrowdedMachine])
def test_no_order_of_events_breaks_the_promise(cluster: Cluster, kind: type[CrashMachine]) -> None:
    with machine_over(cluster, kind) as machine:
        run_state_machine_as_test(machine, settings=SEARCH)


def find_violation(machine: type[CrashMachine]) -> Violation | None:
    """What the search finds. A race need not come twice: having been there once is enough."""
    try:
        run_state_machine_as_test(machine, settings=FIND)
    except (ViolationError, Flaky):
        if not machine.found:
            raise
    return machine.found[0] if machine.found else None


@pytest.mark.parametrize("fault", Fault)
def test_the_search_finds_a_known_mistake(cluster: Cluster, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the mistake comes to. That the search breaks in another way proves nothing."""
    for module, name, make in MISTAKES[fault].parts:
        monkeypatch.setattr(module, name, make())
    expected, kind = COMES_TO[fault], CrowdedMachine if fault in CROWDED else CrashMachine
    with machine_over(cluster, kind, fault, looked_for=frozenset({expected})) as machine:
        assert find_violation(machine) is expected
