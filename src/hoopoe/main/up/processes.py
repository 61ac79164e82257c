"""Child processes: started on a leash, their output kept, started again when they die."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hoopoe.main.up.screen import Screen

# A worker lets its sends end: some seconds, where a provider is slow.
STOP_SECONDS: Final = 12.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0
CALM_SECONDS: Final = 20.0
MOST_QUICK_ENDS: Final = 5
LONGEST_LINE: Final = 1024 * 1024


class ChildFailedError(Exception):
    """A child ends again and again as soon as it was started."""

    def __init__(self, child: Child) -> None:
        said = "\n".join(f"    {line}" for line in child.last_lines)
        super().__init__(
            f"{child.name} ended at once {MOST_QUICK_ENDS} times in a row. It last said:\n{said}\n"
            f"All of it: {child.log}"
        )
        self.child = child


@dataclass(slots=True)
class Child:
    """One process that shall always run. `ready_line` is what it logs once it works, where it says so."""

    name: str
    module: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    ready_line: str = ""
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: int = 0
    process: asyncio.subprocess.Process | None = None
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=15))

    @property
    def pid(self) -> int | None:
        """The running process, if it runs."""
        return self.process.pid if self.process is not None and self.process.returncode is None else None


async def keep_running(child: Child, screen: Screen, *, may_start: asyncio.Event) -> None:
    """Run a child and start it again whenever it ends, after a pause that grows while it keeps ending.

    Cancel it to stop the child: SIGTERM first, SIGKILL after `STOP_SECONDS`. Raises `ChildFailedError` when it ended
    by itself soon after each of five starts in a row; being killed does not count. A start waits for `may_start`.
    """
    pause = FIRST_PAUSE
    quick_ends = 0
    while True:
        await may_start.wait()
        started = time.monotonic()
        code = await _run_once(child, screen)
        child.deaths += 1
        was_calm = time.monotonic() - started > CALM_SECONDS
        quick_ends = 0 if was_calm or code < 0 else quick_ends + 1
        if quick_ends == MOST_QUICK_ENDS:
            raise ChildFailedError(child)
        pause = FIRST_PAUSE if was_calm else min(pause * 2, LONGEST_PAUSE)
        screen.tell(child.name, f"{describe_end(code)}; it starts again in {pause:g} s. See {child.log}")
        await asyncio.sleep(pause)


async def _run_once(child: Child, screen: Screen) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "hoopoe.main.up.leash", str(os.getpid()), child.module, *child.arguments),
        env=dict(child.environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C in the terminal is for us: we stop the children in order
        limit=LONGEST_LINE,
    )
    child.process = process
    child.last_lines.clear()
    try:
        if process.stdout is not None:
            await _keep_output(child, process.stdout, screen)
        return await process.wait()
    except asyncio.CancelledError:
        await _stop(process, child.log)
        raise


async def _keep_output(child: Child, output: asyncio.StreamReader, screen: Screen) -> None:
    with child.log.open("ab", buffering=0) as file:
        while True:
            try:
                raw = await output.readline()
            except ValueError:  # a line longer than the limit: its beginning is dropped
                continue
            if not raw:
                return
            file.write(raw)
            line = raw.decode(errors="replace").rstrip()
            child.last_lines.append(line)
            screen.tell_loud_line(child.name, line)
            if child.ready_line and child.ready_line in line:
                child.is_ready.set()


async def _stop(process: asyncio.subprocess.Process, log: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            # Its output is read on, so that it cannot hang on a full pipe.
            last_words, _ = await asyncio.wait_for(process.communicate(), STOP_SECONDS)
            with log.open("ab") as file:
                file.write(last_words)
            return


def describe_end(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
