"""Processes of ours under test: started, looked at, and certainly ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

# What the tests run in may carry settings of its own; a process under test gets only what is given to it.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "PIP_FIND_LINKS")
RUN_SECONDS = 60.0


def wait_for(look: Callable[[], T | None], what: str, *, within: float = 60.0) -> T:
    """The first value that `look` finds (anything but None and False)."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < deadline, f"waited {within:g} s for {what}"
        time.sleep(0.02)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def clean_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that shall see these settings and no others."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ} | dict(variables)


def run_hoopoe(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `hoopoe` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "hoopoe.main.cli", *arguments],
        env=clean_environment(variables),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


@contextmanager
def start_hoopoe(*arguments: str, output: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of `hoopoe` for the length of the block, in a session of its own."""
    with output.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "hoopoe.main.cli", *arguments],
            env=clean_environment(variables),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def children_of(pid: int) -> dict[str, int]:
    """The processes that a process started: by the last word of their command line that has no dash."""
    found = {}
    listing = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    for line in listing.splitlines():
        child, parent, command = line.split(maxsplit=2)
        if int(parent) == pid:
            name = "postgres" if "/postgres " in command else command.split()[-1]
            found[name] = int(child)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that ended and was not waited for does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.strip().startswith("Z")


def kill_tree(pid: int) -> None:
    """kill -9 of a process and of what it started, the parent first."""
    children = children_pids(pid)
    for number in (pid, *children):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue


def children_pids(pid: int) -> list[int]:
    """The processes that a process started."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]
