"""Golden scenarios: what the engine says to a flow and a story, file by file."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from .scenarios import play

FOLDER = Path(__file__).parent / "golden"
FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path, is_updating: bool) -> None:
    scenario = orjson.loads(path.read_bytes())
    results = play(scenario)
    if is_updating:
        for step, result in zip(scenario["steps"], results, strict=True):
            step["expect"] = result
        path.write_bytes(orjson.dumps(scenario, option=orjson.OPT_INDENT_2) + b"\n")
    for index, (step, result) in enumerate(zip(scenario["steps"], results, strict=True)):
        assert result == step["expect"], f"step {index} of {path.name}"


def test_there_are_scenarios() -> None:
    assert FILES
