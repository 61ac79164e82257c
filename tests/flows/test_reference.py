"""The pages about flows say what the code does: the node reference is generated, the tutorial is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hoopoe.flows.engine import contract
from hoopoe.flows.expressions import FILTERS
from hoopoe.flows.nodes import list_node_types
from hoopoe.flows.nodes.reference import render_reference

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference" / "nodes.md"
TUTORIAL = (DOCS / "tutorials" / "add-a-node.md").read_text()
SUBSYSTEM = (DOCS / "subsystems" / "flow-engine.md").read_text()

RUN_TUTORIAL = """
import json, sys
from pathlib import Path

folder = Path(sys.argv[1])
exec(compile((folder / "counter_hours.py").read_text(), "counter_hours.py", "exec"), {"__name__": "counter_hours"})
from tests.flows.test_nodes import blueprint_around, play_case
from hoopoe.flows.definition import parse_blueprint, validate_blueprint

table = json.loads((folder / "counter_hours.json").read_text())
for case in table["cases"]:
    assert play_case("counter_hours", case) == case["expect"], case["name"]
wrong = {"config": {"opens": "9", "closes": "25:00"}, "exits": ["open", "closed"]}
print([(f.field, f.code) for f in validate_blueprint(parse_blueprint(blueprint_around("counter_hours", wrong)))])
print(len(table["cases"]), "cases")
"""


def test_the_reference_is_in_step(is_updating: bool) -> None:
    if is_updating:
        REFERENCE.write_text(render_reference())
    assert REFERENCE.read_text() == render_reference()


def test_every_node_type_is_in_the_reference() -> None:
    headings = re.findall(r"^## `(\w+)`$", REFERENCE.read_text(), re.MULTILINE)
    assert headings == [node_type.name for node_type in list_node_types()]


def test_the_tutorial_works(tmp_path: Path) -> None:
    """Its node is written to a file, registered in a process of its own, and its table is played."""
    blocks = dict(re.findall(r"```(python|json) counter_hours\n(.*?)```", TUTORIAL, re.DOTALL))
    (tmp_path / "counter_hours.py").write_text(blocks["python"])
    (tmp_path / "counter_hours.json").write_text(blocks["json"])
    command = [sys.executable, "-c", RUN_TUTORIAL, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["[('opens', 'bad_time'), ('closes', 'bad_time')]", "4 cases"]


def test_the_tutorial_names_files_that_exist() -> None:
    for name in re.findall(r"`((?:src|tests|docs)/[\w/.-]+)`", TUTORIAL + SUBSYSTEM):
        if "counter_hours" not in name:
            assert (ROOT / name).exists(), name


def test_the_page_names_every_limit_filter_and_namespace() -> None:
    limits = [name for name in vars(contract) if name.startswith(("MAX_", "MIN_"))]
    for name in (*limits, *FILTERS, *contract.NAMESPACES):
        assert f"`{name}`" in SUBSYSTEM, name
    for name in limits:
        value = getattr(contract, name)
        row = next(line for line in SUBSYSTEM.splitlines() if f"`{name}`" in line)
        assert f"{value:,}" in row, f"{name} is {value:,}"
