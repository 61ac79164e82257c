"""Simulator processes that are forked from one which has loaded everything already.

To load the simulator takes half a second of a processor, which is more than most tests of it need. What is forked is a
process like any other: it has its own environment, log and signals, can be killed, and is started by the same `main`.
This module is also the program of the process that forks; it ends, and what it forked with it, when its standard input
does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LOOK_SECONDS = 0.01


class Forked:
    """A forked process, to be handled as `subprocess.Popen`."""

    def __init__(self, forker: _Forker, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forker = forker

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._forker.ask({"look": self.pid})
        return self.returncode

    def wait(self, timeout: float) -> int:
        """The exit code, once it has ended. Raises `subprocess.TimeoutExpired`."""
        until = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("simulator", timeout)
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended: until then nobody else has its pid."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Forker:
    """The process that has loaded everything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.forks"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, request: Mapping[str, object]) -> Any:
        with self._lock:
            sending, answering = self._process.stdin, self._process.stdout
            assert sending is not None
            assert answering is not None
            sending.write(json.dumps(request) + "\n")
            sending.flush()
            return json.loads(answering.readline())


@cache
def _forker() -> _Forker:
    return _Forker()


def fork_simulator(environment: Mapping[str, str], log: Path) -> Forked:
    """A running simulator with exactly this environment; what it says is appended to `log`."""
    forker = _forker()
    return Forked(forker, forker.ask({"environment": dict(environment), "log": str(log)}))


def serve() -> None:
    """Fork and look after those who were forked, a line of JSON to a request and to an answer."""
    from simulator.main import main  # noqa: PLC0415  # only this process has to load it

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        answer: int | None = None
        if "look" in request:
            pid, status = os.waitpid(request["look"], os.WNOHANG)
            if pid:
                running.discard(pid)
                answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                _become(request["environment"], request["log"])
                os._exit(_run(main))
            running.add(answer)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _become(environment: Mapping[str, str], log: str) -> None:
    """Take on the environment, the output and the signals that a process of its own would have."""
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as file, open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(main: Any) -> int:
    try:
        code: int = main([])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001  # as the interpreter itself would
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    serve()
