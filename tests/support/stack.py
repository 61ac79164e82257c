"""Hoopoe as processes, to be killed: a durable PostgreSQL, web, workers, and the simulator as the world.

Whatever dies is started again, as a supervisor would. What came of it is judged by the simulator's own log.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from hoopoe.kernel.db.embedded import EmbeddedDatabase, start_embedded
from hoopoe.kernel.db.migrate import migrate
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, new_master_key
from tests.support.database import VERSION
from tests.support.simulator import SimulatedChannel, SimulatorProcess, start_simulator, wait_until
from tests.support.tenants import Tenant, make_tenant

READY_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass
class Stack:
    """The processes of one Hoopoe. `kill_*` ends one without a chance to clean up; it comes back by itself."""

    home: Path
    port: int
    key: str
    database: EmbeddedDatabase
    simulator: SimulatorProcess
    variables: dict[str, str]
    workers: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    is_stopping: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keyring(self) -> Keyring:
        return Keyring([self.key])

    def start_process(self, name: str) -> None:
        """Start `web` or `worker<n>`."""
        command = "web" if name == "web" else "worker"
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "hoopoe.main.cli", command],
                env={**os.environ, **self.variables},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def wait_until_ready(self) -> None:
        """Wait until the web process answers."""

        async def look() -> bool | None:
            try:
                async with self.simulator.session.get(f"{self.url}/health") as answer:
                    return answer.status == 200 or None
            except aiohttp.ClientError:
                return None

        await wait_until(look, f"ready web process\n{self.read_logs()}", within=READY_SECONDS)

    def read_logs(self) -> str:
        """The ends of all logs, for a failure's message."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.home.glob("*.log")))

    def kill(self, name: str) -> None:
        """kill -9 of `web`, `worker<n>` or `postgres` (all of its processes)."""
        self.kills[name] = self.kills.get(name, 0) + 1
        if name == "postgres":
            children = subprocess.run(
                ["pgrep", "-P", str(self.database.pid)], capture_output=True, text=True, check=False
            ).stdout.split()
            for pid in (self.database.pid, *map(int, children)):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        else:
            self.processes[name].kill()

    async def keep_alive(self) -> None:
        """Start again whatever died, until cancelled."""
        while not self.is_stopping:
            if self.database.process is not None and self.database.process.poll() is not None:
                self.database = await asyncio.to_thread(start_embedded, self.home, version=VERSION)
            for name, process in list(self.processes.items()):
                if process.poll() is not None:
                    self.start_process(name)
            await asyncio.sleep(0.05)

    async def add_tenant(self, blueprint: JsonObject | None) -> tuple[Tenant, SimulatedChannel]:
        """A workspace whose channel the simulator knows too."""
        channel = await self.simulator.add_channel(f"{self.url}/api/whatsapp/webhook")
        tenant = await make_tenant(
            self.database.dsn,
            self.keyring,
            blueprint=blueprint,
            number=channel.number,
            phone_number_id=channel.phone_number_id,
            waba_id=channel.waba_id,
            app_secret=channel.app_secret,
            access_token=channel.access_token,
            verify_token=channel.verify_token,
        )
        return tenant, channel

    def stop(self) -> None:
        """End everything; AssertionError when one does not end by itself."""
        self.is_stopping = True
        for process in self.processes.values():
            process.terminate()
        stuck = []
        for name, process in self.processes.items():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                stuck.append(name)
                process.kill()
                process.wait()
        self.database.stop()
        assert not stuck, f"did not end within {STOP_SECONDS:g} s: {stuck}\n{self.read_logs()}"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def run_stack(
    *, workers: int = 1, variables: Mapping[str, str] | None = None, simulator: Mapping[str, str] | None = None
) -> AsyncIterator[Stack]:
    """A running Hoopoe with its own durable database, and a simulator beside it."""
    home = Path(tempfile.mkdtemp(prefix="hoopoe-stack-"))
    try:
        database = await asyncio.to_thread(start_embedded, home, version=VERSION)
        await asyncio.to_thread(migrate, database.dsn)
        async with start_simulator(home / "simulator", environment=simulator) as world:
            port, key = free_port(), new_master_key()
            settings = {
                "HOOPOE_HOME": str(home),
                "DATABASE_URL": database.dsn,
                "HOOPOE_KEYS": key,
                "PORT": str(port),
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "META_GRAPH_URL": world.url,
                "TWILIO_API_URL": world.url,
                "HOOPOE_DEV_CLOCK": "on",
                "LOG_LEVEL": "warning",
                **(variables or {}),
            }
            stack = Stack(home, port, key, database, world, settings, workers)
            try:
                for name in ("web", *(f"worker{n}" for n in range(workers))):
                    stack.start_process(name)
                await stack.wait_until_ready()
                alive = asyncio.create_task(stack.keep_alive())
                try:
                    yield stack
                finally:
                    stack.is_stopping = True
                    await alive
            finally:
                await asyncio.to_thread(stack.stop)
    finally:
        shutil.rmtree(home, ignore_errors=True)
