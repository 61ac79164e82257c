"""What each process of ours took at most is printed by every benchmark, and bounded."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable

from bench.usage import MOST_MB, read_usage


class TooMuchMemoryError(Exception):
    """A web process or a worker took more than it may."""


def check_memory(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Print the peak of each process of ours that runs. Raises `TooMuchMemoryError` for one over the bound."""
    peaks: list[tuple[str, float]] = []
    for process in processes:
        command = [str(part) for part in process.args] if isinstance(process.args, (list, tuple)) else []
        if "hoopoe.main.cli" in command and process.poll() is None:
            peaks.append((command[-1], read_usage(process.pid).peak_mb))
    if peaks:
        print("peak memory: " + ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks))
    fat = [name for name, peak in peaks if peak > MOST_MB]
    if fat:
        raise TooMuchMemoryError(f"{', '.join(fat)}: more than {MOST_MB:g} MB")
