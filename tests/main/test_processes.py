"""Children of `up`: started again when they die, given up when they cannot live, ended when asked."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from hoopoe.main.up.processes import Child, ChildFailedError, describe_end, keep_running
from hoopoe.main.up.screen import Screen
from tests.support.processes import is_alive

SCREEN = Screen(is_coloured=False, started=0)
WAIT_SECONDS = 30.0


def make_child(folder: Path, code: str) -> Child:
    """A child that runs this code."""
    (folder / "play.py").write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUNBUFFERED": "1"}
    return Child("play", "play", (), environment, folder / "play.log", ready_line="play_ready")


def may_start() -> asyncio.Event:
    allowed = asyncio.Event()
    allowed.set()
    return allowed


async def wait_ready(child: Child) -> int:
    """The process number of a child that has said that it is ready."""
    async with asyncio.timeout(WAIT_SECONDS):
        await child.is_ready.wait()
    child.is_ready.clear()
    assert child.pid is not None
    return child.pid


async def end(life: asyncio.Task[None]) -> None:
    life.cancel()
    with pytest.raises(asyncio.CancelledError):
        await life


RUNS = "import time\nprint('play_ready')\ntime.sleep(60)\n"


async def test_a_killed_child_is_replaced_however_often(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = make_child(tmp_path, RUNS)
    life = asyncio.create_task(keep_running(child, SCREEN, may_start=may_start()))
    first = await wait_ready(child)
    os.kill(first, signal.SIGKILL)
    second = await wait_ready(child)
    assert first != second
    assert "was ended by SIGKILL; it starts again in 0.2 s" in capsys.readouterr().out
    await end(life)
    assert not is_alive(second)


async def test_one_that_cannot_live_is_given_up_with_its_last_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = make_child(tmp_path, "import sys\nsys.exit('Port 8000 is taken by “nginx”.')\n")
    with pytest.raises(ChildFailedError) as caught:
        await asyncio.wait_for(keep_running(child, SCREEN, may_start=may_start()), WAIT_SECONDS)
    assert child.deaths == 5
    assert str(caught.value).startswith("play ended at once 5 times in a row.")
    assert "    Port 8000 is taken by “nginx”." in str(caught.value)
    assert str(child.log) in str(caught.value)
    assert capsys.readouterr().out.count("ended with code 1; it starts again") == 4


async def test_one_that_will_not_end_is_killed(tmp_path: Path) -> None:
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('play_ready')\ntime.sleep(60)\n"
    child = make_child(tmp_path, code)
    life = asyncio.create_task(keep_running(child, SCREEN, may_start=may_start()))
    pid = await wait_ready(child)
    await end(life)
    assert not is_alive(pid)


async def test_it_waits_for_the_database(tmp_path: Path) -> None:
    child = make_child(tmp_path, RUNS)
    database = asyncio.Event()
    life = asyncio.create_task(keep_running(child, SCREEN, may_start=database))
    await asyncio.sleep(0)
    assert child.process is None
    database.set()
    await wait_ready(child)
    await end(life)


async def test_all_that_it_says_is_in_its_log(tmp_path: Path) -> None:
    child = make_child(tmp_path, "print('x' * 3_000_000)\nprint('after')\n" + RUNS)
    life = asyncio.create_task(keep_running(child, SCREEN, may_start=may_start()))
    await wait_ready(child)
    await end(life)
    assert "after\nplay_ready\n" in child.log.read_text()


def test_an_end_in_words() -> None:
    assert describe_end(-9) == "was ended by SIGKILL"
    assert describe_end(2) == "ended with code 2"
