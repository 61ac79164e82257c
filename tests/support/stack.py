"""Hoopoe as processes, to be killed: a durable PostgreSQL, web, workers, and the simulator as the world.

Whatever dies is started again, as a supervisor would. What came of it is judged by the simulator's own log.
With several web processes they stand behind a relay, as behind a load balancer; so does the provider, which can
then be out of reach.
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
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import aiohttp

from hoopoe.kernel.db.embedded import EmbeddedDatabase, start_embedded
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, new_master_key
from tests.support.ready_made import VERSION, start_migrated
from tests.support.relay import Relay, open_relay
from tests.support.simulator import SimulatedChannel, SimulatorProcess, start_simulator, wait_until
from tests.support.tenants import Tenant, add_meta_line, make_tenant

READY_SECONDS = 300.0
STOP_SECONDS = 10.0
PROGRAM = "hoopoe.main.cli"


@dataclass
class Stack:
    """The processes of one Hoopoe. `kill` ends one without a chance to clean up; it comes back by itself.

    `port` is where Hoopoe is reached: the one web process, or the relay before several. `provider` is the relay
    before the provider, where there is one. `start_seconds` is how long they took to be there, on this machine today.
    """

    home: Path
    port: int
    key: str
    database: EmbeddedDatabase
    simulator: SimulatorProcess
    variables: dict[str, str]
    web_ports: dict[str, int]
    workers: int
    program: str = PROGRAM
    provider: Relay | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    pauses: int = 0
    start_seconds: float = 0.0
    is_stopping: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keyring(self) -> Keyring:
        return Keyring([self.key])

    def start_process(self, name: str) -> None:
        """Start `web`, `web<n>` or `worker<n>`."""
        command = name.rstrip("0123456789")
        port = {"PORT": str(self.web_ports[name])} if name in self.web_ports else {}
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", self.program, command],
                env={**os.environ, **self.variables, **port},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    async def wait_until_ready(self) -> None:
        """Wait until every web process answers."""

        async def look(port: int) -> bool | None:
            try:
                async with self.simulator.session.get(f"http://127.0.0.1:{port}/health") as answer:
                    return answer.status == 200 or None
            except aiohttp.ClientError:
                return None

        for port in self.web_ports.values():
            await wait_until(partial(look, port), f"ready web process\n{self.read_logs()}", within=READY_SECONDS)

    def read_logs(self) -> str:
        """The ends of all logs, for a failure's message."""
        return "\n".join(f"--- {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.home.glob("*.log")))

    def kill(self, name: str) -> None:
        """kill -9 of `web`, `web<n>`, `worker<n>` or `postgres` (all of its processes)."""
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

    async def pause(self, name: str, seconds: float) -> None:
        """SIGSTOP of a process, and SIGCONT after so many seconds: it does not know that time has passed."""
        self.pauses += 1
        process = self.processes[name]
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)

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
        tenant = await make_tenant(self.database.dsn, self.keyring, blueprint=blueprint, **_ids_of(channel))
        return tenant, channel

    async def add_line(self, tenant: Tenant) -> tuple[Tenant, SimulatedChannel]:
        """Another number of a workspace."""
        channel = await self.simulator.add_channel(f"{self.url}/api/whatsapp/webhook")
        return await add_meta_line(self.database.dsn, self.keyring, tenant, **_ids_of(channel)), channel

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


def _ids_of(channel: SimulatedChannel) -> dict[str, str]:
    """What a channel of ours needs to be that number of the simulator."""
    names = ("number", "phone_number_id", "waba_id", "app_secret", "access_token", "verify_token")
    return {name: getattr(channel, name) for name in names}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def run_stack(
    *,
    webs: int = 1,
    workers: int = 1,
    variables: Mapping[str, str] | None = None,
    simulator: Mapping[str, str] | None = None,
    program: str = PROGRAM,
) -> AsyncIterator[Stack]:
    """A running Hoopoe with its own durable database, and a simulator beside it.

    `program` is the module whose commands `web` and `worker` are started.
    """
    home = Path(tempfile.mkdtemp(prefix="hoopoe-stack-"))
    try:
        database = await asyncio.to_thread(start_migrated, home)
        async with AsyncExitStack() as held:
            world = await held.enter_async_context(start_simulator(home / "simulator", environment=simulator))
            names = ["web"] if webs == 1 else [f"web{n}" for n in range(webs)]
            web_ports = {name: free_port() for name in names}
            port, provider_url, provider = web_ports[names[0]], world.url, None
            if webs > 1:
                port = (await held.enter_async_context(open_relay(*web_ports.values()))).port
                provider = await held.enter_async_context(open_relay(int(world.url.rpartition(":")[2])))
                provider_url = provider.url
            key = new_master_key()
            settings = {
                "HOOPOE_HOME": str(home),
                "DATABASE_URL": database.dsn,
                "HOOPOE_KEYS": key,
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
                "META_GRAPH_URL": provider_url,
                "TWILIO_API_URL": provider_url,
                "HOOPOE_DEV_CLOCK": "on",
                "LOG_LEVEL": "warning",
                **(variables or {}),
            }
            stack = Stack(home, port, key, database, world, settings, web_ports, workers, program, provider)
            try:
                begun = time.monotonic()
                for name in (*names, *(f"worker{n}" for n in range(workers))):
                    stack.start_process(name)
                await stack.wait_until_ready()
                stack.start_seconds = time.monotonic() - begun
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
