"""The engine says the same in every process and place: other hash seeds, zones and languages change no byte.

Run as a program, this file plays every golden scenario and writes what came of it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson

from hoopoe.kernel.settings import PROJECT
from tests.flows.scenarios import play

FILES = sorted((Path(__file__).parent / "golden").glob("*.json"))
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/Adak", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
)


def play_all() -> bytes:
    """Keys stand in the order in which they were written: their order is part of what is compared."""
    return b"".join(orjson.dumps({path.stem: play(orjson.loads(path.read_bytes()))}) + b"\n" for path in FILES)


def test_every_scenario_is_the_same_to_the_byte() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-m", "tests.flows.test_everywhere"],
            env={**os.environ, **place},
            cwd=PROJECT,
            capture_output=True,
            timeout=120,
            check=True,
        ).stdout
        for place in PLACES
    ]
    assert len(told[0].splitlines()) == len(FILES)
    for one, other in zip(told[0].splitlines(), told[1].splitlines(), strict=True):
        assert one == other


if __name__ == "__main__":
    sys.stdout.buffer.write(play_all())
