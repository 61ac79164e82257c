"""Ten flows of ours in each foreign format: imported, without a fault that forbids publishing, and played."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from hoopoe.flows.definition import compile_flow, dump_blueprint, parse_blueprint, validate_blueprint
from hoopoe.flows.exchange import Outcome
from hoopoe.flows.nodes import find_node_type
from hoopoe.kernel.json import JsonObject

from .playing import files, load, play

FILES = [*files("rapidpro"), *files("typebot")]
PLAYS = [
    (path, place, scenario)
    for path in FILES
    for place, scenario in enumerate(orjson.loads(path.with_suffix(".play.json").read_bytes())["scenarios"])
]


def test_there_are_ten_of_each() -> None:
    assert len(files("rapidpro")) == len(files("typebot")) == 10
    assert {path for path, _, _ in PLAYS} == set(FILES), "each of them is played"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_may_be_published(path: Path) -> None:
    for bot in load(path).bots:
        blueprint = parse_blueprint(bot.blueprint)
        assert dump_blueprint(blueprint) == bot.blueprint
        assert [fault for fault in validate_blueprint(blueprint) if fault.severity == "error"] == []
        compile_flow(blueprint, version_id="version-1")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_placeholder_is_in_the_report_with_its_reason(path: Path) -> None:
    for bot in load(path).bots:
        nodes = {node["id"]: node for node in bot.blueprint["nodes"]}
        told = {note.node_id for note in bot.notes if note.outcome == Outcome.PLACEHOLDER}
        assert told == {node_id for node_id, node in nodes.items() if node["type"] == "placeholder"}
        for note in bot.notes:
            assert note.node_id is None or note.node_id in nodes
            assert (note.outcome == Outcome.MAPPED) == (note.words == {})
            assert set(note.words) in (set(), {"en", "ar"})


@pytest.mark.parametrize(
    ("path", "place", "scenario"), PLAYS, ids=[f"{path.stem}-{scenario['name']}" for path, _, scenario in PLAYS]
)
def test_it_plays(path: Path, place: int, scenario: JsonObject, is_updating: bool) -> None:
    for needed in scenario.get("needs", ()):
        if find_node_type(needed) is None:
            pytest.skip(f"there is no node {needed} yet")
    results = play(load(path), scenario)
    if is_updating:
        stored = path.with_suffix(".play.json")
        data = orjson.loads(stored.read_bytes())
        data["scenarios"][place]["expect"] = results
        stored.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
        return
    assert results == scenario["expect"]
