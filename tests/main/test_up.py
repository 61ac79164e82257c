"""`hoopoe up` from nothing to its end, and through every kill -9.

One home for the whole file: the tests stand in the order of a day, each goes on where the last one stopped.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hoopoe.kernel.json import Json
from tests.support.processes import children_of, free_ports, is_alive, run_hoopoe, start_hoopoe, wait_for

pytestmark = pytest.mark.xdist_group("up")

PROCESSES = {"postgres", "simulator", "web", "worker"}
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class House:
    """A home, its ports, and what `up` says."""

    home: Path
    port: int
    simulator_port: int

    @property
    def variables(self) -> dict[str, str]:
        return {
            "HOOPOE_HOME": str(self.home),
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
        }

    @property
    def output(self) -> Path:
        return self.home.with_suffix(".out")

    def demo(self) -> dict[str, Json]:
        told: dict[str, Json] = json.loads((self.home / "demo.json").read_text())
        return told

    def get(self, path: str, *, port: int | None = None, token: str = "") -> Json:
        """The JSON of an address; None while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                read: Json = json.load(answer)
                return read
        except (urllib.error.URLError, OSError):
            return None

    @contextmanager
    def run(self) -> Iterator[subprocess.Popen[bytes]]:
        """A running `up`, ready."""
        self.output.write_bytes(b"")
        with start_hoopoe("up", output=self.output, **self.variables) as process:

            def look() -> bool:
                said = self.output.read_text()
                assert process.poll() is None, said
                return "Simulated phone" in said

            wait_for(look, "a ready house")
            yield process


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="hoopoe-up-"))
    folder.chmod(0o700)
    port, simulator_port = free_ports(2)
    yield House(folder / "home", port, simulator_port)
    shutil.rmtree(folder)


def end(process: subprocess.Popen[bytes], number: signal.Signals, children: dict[str, int]) -> None:
    """Stop `up` by a signal: it ends with 0 in time and leaves nothing behind."""
    process.send_signal(number)
    assert process.wait(STOP_SECONDS) == 0
    assert {name for name, pid in children.items() if is_alive(pid)} == set()


def test_from_nothing_it_says_where_to_look_and_ctrl_c_ends_it(house: House) -> None:
    with house.run() as process:
        said = house.output.read_text()
        demo = house.demo()
        owner = demo["owner"]
        assert isinstance(owner, dict)
        for shown in (demo["api_url"], demo["simulator_url"], f"{demo['api_url']}/docs", *owner.values()):
            assert str(shown) in said
        assert demo["api_url"] == f"http://127.0.0.1:{house.port}"
        children = children_of(process.pid)
        assert children.keys() == PROCESSES
        open_to_others = [path for path in house.home.glob("*") if path.stat().st_mode & 0o077]
        assert open_to_others == []
        assert house.get("/api/channels", token=str(demo["personal_access_token"])) is not None
        assert house.get("/phones", port=house.simulator_port) is not None
        end(process, signal.SIGINT, children)
    assert "Stopped." in house.output.read_text()


def test_a_second_up_says_what_runs_and_whatever_is_killed_comes_back(house: House) -> None:
    before = house.demo()
    with house.run() as process:
        assert house.demo() == before, "a later start keeps the secrets"
        second = run_hoopoe("up", **house.variables)
        assert second.returncode == 0
        assert f"pid {process.pid}" in second.stdout
        assert str(before["api_url"]) in second.stdout
        for name in sorted(PROCESSES):
            kill_and_wait(house, process, name)
        children = children_of(process.pid)
        process.kill()
        process.wait(10)
    programs = [pid for name, pid in children.items() if name != "postgres"]
    wait_for(lambda: not any(map(is_alive, programs)), "the end of the programs")
    assert is_alive(children["postgres"]), "the database waits for the next up"
    with house.run() as process:
        assert "was running, taken over" in house.output.read_text()
        assert house.demo() == before
        assert house.get("/api/conversations", token=str(before["personal_access_token"])) is not None
        end(process, signal.SIGTERM, {**children_of(process.pid), "postgres": children["postgres"]})


def kill_and_wait(house: House, process: subprocess.Popen[bytes], name: str) -> None:
    """kill -9 of one process: another takes its place, and the house answers again."""
    killed = children_of(process.pid)[name]
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: children_of(process.pid).get(name, killed) != killed, f"another {name}")
    token = str(house.demo()["personal_access_token"])
    wait_for(lambda: house.get("/api/monitoring/ready"), f"the web process after {name}")
    wait_for(lambda: house.get("/api/conversations", token=token), f"the owner's conversations after {name}")
    wait_for(lambda: house.get("/phones", port=house.simulator_port), f"the simulator after {name}")
