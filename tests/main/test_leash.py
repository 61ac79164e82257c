"""A child does not outlive its parent, even one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.processes import is_alive, wait_for

PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-m", "hoopoe.main.up.leash", str(os.getpid()), "http.server", "0"])
print(child.pid, flush=True)
child.wait()
"""


def test_it_is_killed_with_its_parent(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=tmp_path
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_for(lambda: "http.server" in read_command(child), "the child")
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
    wait_for(lambda: not is_alive(child), "the child's end")


def read_command(pid: int) -> str:
    shown = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout


def test_it_does_not_start_for_somebody_else() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hoopoe.main.up.leash", str(os.getppid()), "this"], capture_output=True, check=False
    )
    assert done.returncode == 1
