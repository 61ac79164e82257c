"""A fresh Hoopoe for a benchmark: its own database, one web process, one worker, a stub provider.

Everything is as in production: fsync on, row-level security, foreign keys, journal and events. Only the
provider is a stub, because its speed is not ours to measure.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.memory import check_memory
from hoopoe.kernel.db.embedded import start_embedded
from hoopoe.kernel.db.migrate import migrate
from hoopoe.kernel.secrets import Keyring, new_master_key

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0


@dataclass
class Environment:
    """What a benchmark needs to know of the processes it runs against."""

    dsn: str
    keyring: Keyring
    home: Path
    web_port: int
    provider_port: int
    database_pid: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a process with the environment's settings; its output goes to a file in `home`."""
        log = (self.home / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env={**os.environ, **self.variables, **variables},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self.processes.append(process)
        return process

    def start_hoopoe(self) -> None:
        """One web process and one worker."""
        self.start_web()
        self.start("-m", "hoopoe.main.cli", "worker")

    def start_web(self) -> None:
        """One web process."""
        self.start("-m", "hoopoe.main.cli", "web")

    async def wait_for(self, url: str) -> None:
        """Wait until a URL answers 200."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while True:
            try:
                if await asyncio.to_thread(_status, url) == 200:
                    return
            except (urllib.error.URLError, OSError):
                pass
            if asyncio.get_running_loop().time() > deadline:
                logs = "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(self.home.glob("*.log")))
                raise RuntimeError(f"{url} did not answer\n{logs}")
            await asyncio.sleep(0.05)


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=2) as answer:  # our own address
        return int(answer.status)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def run_environment(
    variables: Mapping[str, str] | None = None, *, has_provider: bool = True
) -> AsyncIterator[Environment]:
    """Start a database and, unless the caller serves one, a stub provider; all is stopped and removed at the end.

    What each process of ours took at most is printed before, and is an error above `bench.usage.MOST_MB`.
    """
    home = Path(tempfile.mkdtemp(prefix="hoopoe-bench-"))
    server = None
    environment = None
    try:
        server = await asyncio.to_thread(start_embedded, home)
        await asyncio.to_thread(migrate, server.dsn)
        key = new_master_key()
        environment = Environment(server.dsn, Keyring([key]), home, free_port(), free_port(), server.pid)
        environment.variables = {
            "HOOPOE_HOME": str(home),
            "DATABASE_URL": server.dsn,
            "HOOPOE_KEYS": key,
            "PORT": str(environment.web_port),
            "META_GRAPH_URL": f"http://127.0.0.1:{environment.provider_port}",
            "LOG_LEVEL": "warning",
            **(variables or {}),
        }
        if has_provider:
            environment.start("-m", "bench.provider", str(environment.provider_port))
            await environment.wait_for(f"http://127.0.0.1:{environment.provider_port}/count")
        yield environment
        check_memory(environment.processes)
    finally:
        for process in environment.processes if environment is not None else []:
            process.terminate()
        for process in environment.processes if environment is not None else []:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
        if server is not None:
            await asyncio.to_thread(server.stop)
        shutil.rmtree(home, ignore_errors=True)
