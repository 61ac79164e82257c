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
    ContactUpdated,
    ErrorRaised,
    FlowFailed,
    HandedToHuman,
    MessageQueued,
    MessageReacted,
    NodeVisited,
    Session,
    Sprint,
    TagsChanged,
    VariableSet,
    dump_session,
    load_session,
)
from hoopoe.flows.nodes import Build, NodeType, describe_node_type, find_node_type, list_node_types, register
from hoopoe.flows.nodes.fields import WIDGETS
from hoopoe.kernel.json import JsonObject

from .scenarios import describe_content, make_env, take_step

FOLDER = Path(__file__).parent / "nodes"
TABLES = {path.stem: orjson.loads(path.read_bytes()) for path in sorted(FOLDER.glob("*.json"))}
CASES = [(name, index, case) for name, table in TABLES.items() for index, case in enumerate(table["cases"])]


def find_exits_in_stories(node_type: str) -> set[str]:
    """Exits that nodes of this type take in the stories of `golden`: some need other nodes, or flows, behind them."""
    taken = set()
    for path in sorted((Path(__file__).parent / "golden").glob("*.json")):
        story = orjson.loads(path.read_bytes())
        flow = story["blueprint"]
        nodes = {node["id"]: node["type"] for node in flow["nodes"]} if isinstance(flow, dict) else {}
        for step in story["steps"]:
            for event in step["expect"]["events"]:
                if event["type"] == "node_visited" and nodes.get(event["node_id"]) == node_type:
                    taken.add(event["exit"])
    return taken


def blueprint_around(node_type: str, case: JsonObject) -> JsonObject:
    exits = case.get("exits", [])
    return {
        "name": "One node",
        "languages": ["en", "ar"],
        "variables": case.get("variables", {}),
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger"},
            {"id": "node", "type": node_type, "config": case["config"]},
            *({"id": f"to.{index}", "type": "end"} for index in range(len(exits))),
        ],
        "edges": [
            {"id": "start", "source": "start", "target": "node"},
            *(
                {"id": f"e{index}", "source": "node", "source_handle": name, "target": f"to.{index}"}
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
            case ContactUpdated():
                said.setdefault("contact", []).append({event.key: event.value})
            case TagsChanged():
                said["tags"] = {"added": event.added, "removed": event.removed}
            case MessageReacted():
                said["reacts"] = event.emoji
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


@pytest.mark.parametrize("name", TABLES)
def test_every_exit_is_taken_by_a_case(name: str) -> None:
    """Those of an author's own options aside, of which one is like the other."""
    node_type = find_node_type(name)
    assert node_type is not None
    exits, taken = set(), set()
    for case in TABLES[name]["cases"]:
        for each in node_type.config.model_validate(case["config"]).exits():
            if each.covered_by != "selected":
                exits.add(each.name)
        taken |= {step["exit"] for step in case["expect"] if "exit" in step}
    taken |= find_exits_in_stories(name)
    assert exits <= taken


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


def _find_enum(field: JsonObject) -> list[str]:
    """The values of a choice, or of a list of them."""
    inner = field.get("items", field)
    return inner.get("enum", [inner["const"]] if "const" in inner else [])


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_every_field_has_a_label_and_help_in_both_languages_and_names_its_options(node_type: NodeType) -> None:
    described = describe_node_type(node_type)
    schema = described["schema"]
    parts = [schema, *schema.get("$defs", {}).values()]
    for part in parts:
        for name, field in part.get("properties", {}).items():
            assert set(field["ui"]["label"]) == {"en", "ar"}, name
            assert set(field["ui"]["help"]) == {"en", "ar"}, name
            assert field["ui"]["widget"] in WIDGETS
            named = {option["value"] for option in field["ui"].get("options", [])}
            assert named == set(_find_enum(field)), name
            assert set(field["ui"].get("when", {})) <= set(part["properties"]), name
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
