"""Starting and stopping: every reason not to start is one clear line."""

from __future__ import annotations

import json
import signal
import socket
from pathlib import Path

import pytest

from simulator.main import main
from tests.support.simulator import start_simulator


def refuse(capsys: pytest.CaptureFixture[str]) -> str:
    """What a simulator that cannot start says."""
    assert main(["--port", "0"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


async def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with pytest.raises(AssertionError, match="ended with 2"):
            async with start_simulator(tmp_path, environment={"SIMULATOR_PORT": port}):
                pass
    said = (tmp_path / "simulator.log").read_text()
    assert "SIMULATOR_PORT" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot read"),
        ("{", "Invalid JSON"),
        ('{"channels": [{"name": "x"}]}', "channels.0.number"),
        ('{"people": [{"name": "x"}]}', "people.0"),
        ('{"planets": []}', "planets"),
    ],
)
def test_a_wrong_configuration(
    content: str | None,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = tmp_path / "config.json"
    if content is not None:
        config.write_text(content)
    monkeypatch.setenv("SIMULATOR_CONFIG", str(config))
    assert reason in refuse(capsys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIMULATOR_LIMITS", "maybe"),
        ("SIMULATOR_STATUS_DELAYS", "3,2,1"),
        ("SIMULATOR_STATUS_DELAYS", "soon"),
        ("SIMULATOR_WEBHOOK_BATCH", "0"),
    ],
)
def test_a_wrong_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert refuse(capsys).startswith(name)


def test_a_broken_store_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.jsonl").write_text("nonsense\n")
    monkeypatch.setenv("SIMULATOR_DATA", str(tmp_path))
    assert "world.jsonl, line 1" in refuse(capsys)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_a_stop_is_quick_and_quiet_even_with_an_open_stream(how: signal.Signals, tmp_path: Path) -> None:
    async with (
        start_simulator(tmp_path) as simulator,
        simulator.session.get(f"{simulator.url}/world/stream") as response,
    ):
        assert response.status == 200
        await simulator.stop(how)
        assert b"hello" in await response.content.read()
    log = (tmp_path / "simulator.log").read_text()
    assert "Traceback" not in log
    assert log.startswith("Simulated WhatsApp on http://127.0.0.1:")


async def test_the_ready_file(tmp_path: Path) -> None:
    async with start_simulator(tmp_path) as simulator:
        ready = json.loads((tmp_path / "ready.json").read_text())
        assert (ready["url"], ready["pid"]) == (simulator.url, simulator.pid)
