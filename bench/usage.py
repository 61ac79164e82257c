"""What processes cost: CPU seconds and memory, read from the kernel.

PostgreSQL is a tree: a backend that ended has left its time with the postmaster.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MOST_MB = 250.0


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the start, and the most memory that was resident at once in any one process, in MB."""

    cpu_seconds: float
    peak_mb: float


def read_usage(pid: int) -> Usage:
    """One process, without those that it started."""
    fields = _stat(pid)
    return Usage((int(fields[11]) + int(fields[12])) / TICKS, _peak_mb(pid))


def read_tree(pid: int) -> Usage:
    """A process and all below it, also those that ended and were waited for. Shared memory is in every one's peak."""
    fields = _stat(pid)
    own = sum(int(field) for field in fields[11:15]) / TICKS
    below = [read_tree(child) for child in _children(pid)]
    return Usage(own + sum(each.cpu_seconds for each in below), max([_peak_mb(pid), *(each.peak_mb for each in below)]))


def describe_costs(before: Mapping[str, Usage], after: Mapping[str, Usage], count: int) -> str:
    """Milliseconds of CPU per message, of each and of all."""
    each = {name: (after[name].cpu_seconds - before[name].cpu_seconds) * 1000 / count for name in after}
    parts = ", ".join(f"{name} {cost:.3f}" for name, cost in each.items())
    return f"CPU ms per message: {sum(each.values()):.3f} ({parts})"


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on: a name may hold anything, so count from its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 50


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in tasks.read_text().split()]
        except OSError:
            continue
    return found


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
