"""One file per node type: everything that the type does, case by case.

A case is a config, an environment and the person's steps. The node stands behind a trigger, and each exit
that the case connects leads to an end. What is expected of each step is short: what was said, which way
the node was left, what it waits for, what it set, which errors its author sees.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from hoopoe.flows.definition import compile_flow, parse_blueprint, validate_blueprint
from hoopoe.flows.engine import (
    ErrorRaised,
    FlowFailed,
    HandedToHuman,
    MessageQueued,
    NodeVisited,
    Session,
    Sprint,
    VariableSet,
    dump_session,
    load_session,
)
from hoopoe.flows.nodes import Build, NodeType, describe_node_type, find_node_type, list_node_types, register
from hoopoe.kernel.json import JsonObject

from .scenarios import describe_content, make_env, take_step

FOLDER = Path(__file__).parent / "nodes"
TABLES = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
CASES = [(name, index, case) for name, table in TABLES.items() for index, case in enumerate(table["cases"])]


def blueprint_around(node_type: str, case: JsonObject) -> JsonObject:
    exits = case.get("exits", [])
    return {
        "name": "One node",
        "languages": ["en", "ar"],
        "variables": case.get("variables", {}),
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger"},
            {"id": "node", "type": node_type, "config": case["config"]},
            *({"id": f"to.{name}", "type": "end"} for name in exits),
        ],
        "edges": [
            {"id": "start", "source": "start", "target": "node"},
            *(
                {"id": f"e{index}", "source": "node", "source_handle": name, "target": f"to.{name}"}
                for index, name in enumerate(exits)
            ),
        ],
    }


def summarize(sprint: Sprint) -> JsonObject:
    said: JsonObject = {}
    for event in sprint.events:
        match event:
            case MessageQueued():
                said.setdefault("says", []).append(describe_content(event.content))
            case VariableSet():
                said.setdefault("sets", {})[event.name] = event.value
                if event.scope != "session":
                    said["scope"] = event.scope
            case NodeVisited(node_id="node"):
                said["exit"] = event.exit
            case HandedToHuman():
                said["handed_over"] = {"reason": event.reason, "note": event.note}
            case ErrorRaised() | FlowFailed():
                said.setdefault("errors", []).append(event.code)
    if sprint.wait is not None:
        said["waits"] = orjson.loads(dump_session(sprint.session))["wait"]
    return orjson.loads(orjson.dumps(said))


def play_case(node_type: str, case: JsonObject) -> list[JsonObject]:
    blueprint = parse_blueprint(blueprint_around(node_type, case))
    flow = compile_flow(blueprint, version_id="version-1")
    session: Session | None = None
    results = []
    for step in [{"message": "hello"}, *case.get("steps", [])]:
        env = make_env({**case.get("env", {}), **step.get("env", {})})
        sprint = take_step(flow, session, step, env)
        session = load_session(dump_session(sprint.session))
        assert session == sprint.session
        results.append(summarize(sprint))
    return results


@pytest.mark.parametrize(("node_type", "index", "case"), CASES, ids=[f"{n}-{c['name']}" for n, _, c in CASES])
def test_case(node_type: str, index: int, case: JsonObject, is_updating: bool) -> None:
    results = play_case(node_type, case)
    if is_updating:
        table = orjson.loads((FOLDER / f"{node_type}.json").read_bytes())
        table["cases"][index]["expect"] = results
        (FOLDER / f"{node_type}.json").write_bytes(orjson.dumps(table, option=orjson.OPT_INDENT_2) + b"\n")
        return
    assert results == case["expect"]


def test_every_node_type_has_a_table() -> None:
    assert {each.name for each in list_node_types()} - {"whatsapp_trigger"} == set(TABLES)


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_the_example_is_without_a_fault(node_type: NodeType) -> None:
    described = describe_node_type(node_type)
    case = {
        "config": described["example"],
        "exits": described["exits"],
        "variables": {"quantity": 1, "order_number": ""},
    }
    assert validate_blueprint(parse_blueprint(blueprint_around(described["type"], case))) == []


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_every_field_has_a_label_in_both_languages(node_type: NodeType) -> None:
    described = describe_node_type(node_type)
    schema = described["schema"]
    parts = [schema, *schema.get("$defs", {}).values()]
    for part in parts:
        for name, field in part.get("properties", {}).items():
            assert set(field["ui"]["label"]) == {"en", "ar"}, name
            assert field["ui"]["widget"]
    assert set(described["label"]) == set(described["description"]) == {"en", "ar"}
    assert orjson.loads(orjson.dumps(described)) == described


def test_a_node_that_pauses_says_so() -> None:
    """Loop checking relies on `pauses`: it must be true of exactly the types whose behaviour can be resumed."""
    for node_type in list_node_types():
        build = Build(node_id="node", languages=("en", "ar"), default_language="en")
        behaviour = node_type.config.model_validate(node_type.example).build(build)
        assert (behaviour.resume is not None) == node_type.config.pauses, node_type.name


def test_a_node_that_something_comes_back_to_says_so() -> None:
    """Scopes and the library of flows rely on `opens_scope` and `calls`."""
    for node_type in list_node_types():
        build = Build(node_id="node", languages=("en", "ar"), default_language="en")
        config = node_type.config.model_validate(node_type.example)
        says_so = config.opens_scope is not None or config.calls() is not None
        assert (config.build(build).back is not None) == says_so, node_type.name


def test_a_name_is_registered_once() -> None:
    existing = find_node_type("end")
    assert existing is not None
    with pytest.raises(ValueError, match="already"):
        register(existing)
