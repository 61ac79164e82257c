"""One file per way in which a blueprint can be wrong: exactly these faults, no more and no fewer."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from hoopoe.flows.definition import (
    BlueprintError,
    FlowInvalid,
    compile_flow,
    dump_blueprint,
    inspect_flow,
    parse_blueprint,
    validate_blueprint,
)
from hoopoe.flows.definition.blueprint import MAX_BYTES, MAX_NODES
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from hoopoe.kernel.json import JsonObject

FOLDER = Path(__file__).parent / "broken"
FILES = sorted(FOLDER.glob("*.json"))


def find_faults(blueprint: object) -> list[JsonObject]:
    """The faults as JSON, without the advice that nobody is there to turn to: so it is in all of these small flows."""
    try:
        faults = validate_blueprint(parse_blueprint(blueprint))
    except BlueprintError as error:
        faults = error.faults
    shown = [asdict(fault) for fault in faults if fault.code != "no_way_to_human"]
    absent = (("subject", None), ("elsewhere", None), ("steps", ()), ("count", None))
    told = [{name: value for name, value in fault.items() if (name, value) not in absent} for fault in shown]
    faults_as_json: list[JsonObject] = orjson.loads(orjson.dumps(told))
    return faults_as_json


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_broken_blueprint(path: Path, is_updating: bool) -> None:
    case = orjson.loads(path.read_bytes())
    faults = find_faults(case["blueprint"])
    if is_updating:
        case["faults"] = faults
        path.write_bytes(orjson.dumps(case, option=orjson.OPT_INDENT_2) + b"\n")
    assert faults == case["faults"]
    assert faults
    for fault in faults:
        assert fault["message"][0].isupper() or fault["message"][0] in "'0123456789"
        assert fault["message"].endswith(".")
    if any(fault["severity"] == "error" for fault in faults):
        with pytest.raises((FlowInvalid, BlueprintError)):
            compile_flow(parse_blueprint(case["blueprint"]), version_id="v")
    else:
        compile_flow(parse_blueprint(case["blueprint"]), version_id="v")


@pytest.mark.parametrize("make", [cafe_blueprint, echo_blueprint])
def test_the_demo_bots_have_no_fault_at_all(make: object) -> None:
    blueprint = parse_blueprint(make())
    assert validate_blueprint(blueprint) == []
    assert parse_blueprint(dump_blueprint(blueprint)) == blueprint


def test_the_size_of_a_blueprint_is_bounded() -> None:
    node = {"type": "end"}
    many = {"name": "x", "nodes": [{"id": f"n{index}", **node} for index in range(MAX_NODES + 1)]}
    assert [fault["code"] for fault in find_faults(many)] == ["too_many"]
    big = {"name": "x", "description": "y" * MAX_BYTES}
    assert [fault["code"] for fault in find_faults(big)] == ["too_large"]


@pytest.mark.parametrize(
    "data", [None, 3, "x", [], {"name": "x", "nodes": {1: 2}}, {"name": object()}, {"name": "\ud800"}]
)
def test_what_is_not_a_blueprint_is_refused(data: object) -> None:
    assert find_faults(data)


def test_a_very_deep_config_is_refused() -> None:
    deep: object = "x"
    for _ in range(300):
        deep = [deep]
    config = {"variable_name": "x", "value": deep}
    assert find_faults({"name": "x", "nodes": [{"id": "n", "type": "store_variable", "config": config}]})


def test_the_largest_flow_is_checked_and_compiled_in_time() -> None:
    """500 nodes in a row of questions: validation is linear, and without recursion."""
    nodes = [{"id": "start", "type": "whatsapp_trigger"}]
    edges = []
    for index in range(MAX_NODES - 1):
        nodes.append({"id": f"n{index}", "type": "whatsapp_reply", "config": {"message": "Hello {{ contact.name }}"}})
        edges.append({"id": f"e{index}", "source": nodes[-2]["id"], "target": f"n{index}"})
    compile_flow(parse_blueprint({"name": "x", "nodes": nodes, "edges": edges}), version_id="v")


def test_inspection_finds_texts_variables_and_effects() -> None:
    blueprint = parse_blueprint(
        {
            "name": "x",
            "languages": ["en", "ar"],
            "credentials": ["shop"],
            "nodes": [
                {"id": "start", "type": "whatsapp_trigger"},
                {
                    "id": "say",
                    "type": "whatsapp_reply",
                    "config": {"message": {"en": "Hi {{ contact.name }}", "ar": "أهلا {{ n }}"}},
                },
                {"id": "get", "type": "http_request", "config": {"url": "https://example.com/", "save_as": "n"}},
                {"id": "odd", "type": "nothing"},
            ],
        }
    )
    found = inspect_flow(blueprint)
    assert [(text.field, text.language, text.text) for text in found.texts] == [
        ("message.en", "en", "Hi {{ contact.name }}"),
        ("message.ar", "ar", "أهلا {{ n }}"),
    ]
    assert [(mention.node_id, mention.name) for mention in found.variables_read] == [("say", "contact"), ("say", "n")]
    assert [(mention.node_id, mention.field, mention.name) for mention in found.variables_set] == [
        ("get", "save_as", "n")
    ]
    assert found.effects == (("get", "http_request"),)
    assert found.credentials == ("shop",)
