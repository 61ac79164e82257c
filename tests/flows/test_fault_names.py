"""Faults speak of steps by the names that people gave them, and every fault has words in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from hoopoe.flows.definition import BlueprintError, Fault, parse_blueprint, validate_blueprint
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import PROJECT

from .test_engine import flow_of, node

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.json"))
# Found around a draft (flows.versions), in a file that is no flow at all, or in an import.
AROUND = {
    "answered_elsewhere", "answers_for_other", "bad_character", "column_missing", "column_renamed",
    "credential_missing", "credential_renamed", "flow_missing", "invalid", "parked_nowhere", "placeholder",
    "table_missing", "table_renamed", "too_large",
}  # fmt: skip


def find(blueprint: JsonObject, code: str) -> Fault:
    [fault] = [each for each in validate_blueprint(parse_blueprint(blueprint)) if each.code == code]
    return fault


def test_a_step_is_called_by_its_name_or_by_its_kind() -> None:
    circle = flow_of(
        {**node("n-1", "whatsapp_reply", message="Hi"), "name": "Greeting"},
        node("n-2", "if_condition", left_value="{{ contact.name }}", operator="is_empty"),
        edges=[("start", None, "n-1"), ("n-1", None, "n-2"), ("n-2", "true", "n-1"), ("n-2", "false", "n-1")],
    )
    fault = find(circle, "infinite_loop")
    assert fault.message == "This circle never waits and never ends: 'Greeting', 'If'."
    assert [(step.id, step.name, step.type) for step in fault.steps] == [
        ("n-1", "Greeting", "whatsapp_reply"),
        ("n-2", None, "if_condition"),
    ]


def test_a_way_out_is_called_as_its_author_calls_it() -> None:
    options = [{"id": "opt-7f3a", "title": "Delivery"}, {"id": "opt-9c01", "title": "Pickup"}]
    blueprint = flow_of(
        node("ask", "buttons", message="How?", buttons=options),
        node("hi", "whatsapp_reply", message="Hi"),
        edges=[("start", None, "ask"), ("ask", "opt-7f3a", "hi"), ("ask", "opt-7f3a", "hi"), ("ask", "opt-9c01", "x")],
    )
    assert find(blueprint, "two_edges").message == "Two connections leave by 'Delivery'."
    assert find(blueprint, "unknown_target").message == "The way 'Pickup' leads to a step that does not exist."


def test_a_field_that_cannot_be_read_hides_no_other() -> None:
    config = {"left_value": "", "operator": "looks like", "right_value": "{{ "}
    blueprint = parse_blueprint(flow_of(node("if", "if_condition", **config)))
    found = {(fault.field, fault.code) for fault in validate_blueprint(blueprint) if fault.node_id == "if"}
    assert {("operator", "not_allowed"), ("left_value", "missing"), ("right_value", "bad_expression")} <= found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_fault_has_words_in_both_languages(language: str) -> None:
    words = json.loads((PROJECT / "web" / "src" / "i18n" / language / "editor.json").read_text())["fault"]
    known = {key.split("_")[0].replace("-", "_") for key in words}
    assert {fault.code for path in BROKEN for fault in _faults(path)} | AROUND <= known


def _faults(path: Path) -> list[Fault]:
    try:
        return validate_blueprint(parse_blueprint(orjson.loads(path.read_bytes())["blueprint"]))
    except BlueprintError as error:
        return list(error.faults)
