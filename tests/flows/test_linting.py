"""Warnings that look over a whole flow, what an editor is told of its nodes, and fixes that mend."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
import pytest

from hoopoe.flows.definition import Change, Fault, find_fix, parse_blueprint, read_facts, validate_blueprint
from hoopoe.kernel.json import JsonObject

from .test_engine import flow_of, node

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.json"))
ASK = node("ask", "ask_question", question="Your name?", variable_name="name")
HUMAN = node("human", "assign_to_human")


def codes(blueprint: JsonObject) -> set[tuple[str | None, str]]:
    return {(fault.node_id, fault.code) for fault in validate_blueprint(parse_blueprint(blueprint))}


def test_who_asks_has_somebody_to_turn_to() -> None:
    edges: list[tuple[str, str | None, str]] = [("start", None, "ask"), ("ask", "invalid", "human")]
    assert (None, "no_way_to_human") in codes(flow_of(ASK))
    assert (None, "no_way_to_human") not in codes(flow_of(ASK, HUMAN, edges=edges))
    assert (None, "no_way_to_human") not in codes(flow_of(node("hi", "whatsapp_reply", message="Hi")))


@pytest.mark.parametrize(("hours", "is_late"), [(23, False), (24, True)])
def test_free_text_after_a_day_of_silence_needs_a_template(hours: int, is_late: bool) -> None:
    blueprint = flow_of(
        node("wait", "delay", duration=hours, unit="hours"), node("hi", "whatsapp_reply", message="Still there?")
    )
    assert (("hi", "window_closed") in codes(blueprint)) is is_late


def test_silences_add_up_until_somebody_answers() -> None:
    waits = [node(f"wait{n}", "delay", duration=13, unit="hours") for n in (1, 2)]
    late = flow_of(waits[0], waits[1], node("hi", "whatsapp_reply", message="Hi"))
    assert ("hi", "window_closed") in codes(late)
    heard = flow_of(
        waits[0], ASK, waits[1], node("hi", "whatsapp_reply", message="Hi"), HUMAN,
        edges=[("start", None, "wait1"), ("wait1", None, "ask"), ("ask", "answered", "wait2"), ("wait2", None, "hi")],
    )  # fmt: skip
    assert ("hi", "window_closed") not in codes(heard)
    unheard = flow_of(
        node("ask", "ask_question", question="Your name?", variable_name="name", timeout=90_000),
        node("hi", "whatsapp_reply", message="Hi"),
        edges=[("start", None, "ask"), ("ask", "timeout", "hi")],
    )
    assert ("hi", "window_closed") in codes(unheard)


def test_a_circle_of_delays_is_looked_at_once() -> None:
    blueprint = flow_of(
        node("hi", "whatsapp_reply", message="Hi"),
        node("wait", "delay", duration=1, unit="hours"),
        edges=[("start", None, "hi"), ("hi", None, "wait"), ("wait", None, "hi")],
    )
    assert ("hi", "window_closed") in codes(blueprint)


def test_variables_are_known_where_a_way_brings_them() -> None:
    blueprint = flow_of(
        ASK,
        node("yes", "store_variable", variable_name="liked", value="yes"),
        node("hi", "whatsapp_reply", message="Hi"),
        edges=[("start", None, "ask"), ("ask", "answered", "yes"), ("yes", None, "hi"), ("ask", "invalid", "hi")],
        variables={"shop": "Olaya"},
    )
    facts = read_facts(parse_blueprint(blueprint))
    assert [facts[each].known for each in ("ask", "yes", "hi")] == [
        ("shop",),
        ("name", "shop"),
        ("liked", "name", "shop"),
    ]


def test_comments_are_kept_and_change_nothing() -> None:
    comment = {"id": "note1", "text": "اسأل نورة", "position": {"x": 10.0, "y": 20.0}}
    assert codes(flow_of(HUMAN, comments=[comment])) == codes(flow_of(HUMAN))
    assert parse_blueprint(flow_of(HUMAN, comments=[comment])).comments[0].text == "اسأل نورة"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_fix_takes_its_fault_away(path: Path) -> None:
    blueprint = orjson.loads(path.read_bytes())["blueprint"]
    try:
        parsed = parse_blueprint(blueprint)
    except ValueError:
        return
    for fault in validate_blueprint(parsed):
        if changes := find_fix(parsed, fault):
            mended = validate_blueprint(parse_blueprint(apply(blueprint, changes)))
            assert _key(fault) not in [_key(other) for other in mended], fault


def test_what_can_be_mended_without_a_decision_is() -> None:
    fixed = {
        fault.code
        for path in BROKEN
        if (blueprint := _read(path)) is not None
        for fault in validate_blueprint(blueprint)
        if find_fix(blueprint, fault)
    }
    assert fixed >= {"unknown_exit", "two_edges", "unknown_target", "unreachable", "unknown_field", "unknown_variable"}
    assert fixed >= {"not_used", "missing_translation", "duplicate_keyword"}


def _read(path: Path) -> Any:
    try:
        return parse_blueprint(orjson.loads(path.read_bytes())["blueprint"])
    except ValueError:
        return None


def _key(fault: Fault) -> tuple[object, ...]:
    return fault.node_id, fault.field, fault.code, fault.message


def apply(blueprint: Any, changes: tuple[Change, ...]) -> Any:
    """What an editor does with changes."""
    changed = copy.deepcopy(blueprint)
    for change in changes:
        match change.kind:
            case "remove_node":
                changed["nodes"] = [each for each in changed["nodes"] if each["id"] != change.id]
                changed["edges"] = [
                    each for each in changed["edges"] if change.id not in (each["source"], each["target"])
                ]
            case "remove_edge":
                changed["edges"] = [each for each in changed["edges"] if each["id"] != change.id]
            case "declare_variable":
                changed.setdefault("variables", {})[change.id] = change.value
            case _:
                [found] = [each for each in changed["nodes"] if each["id"] == change.id]
                place, keys = found["config"], (change.field or "").split(".")
                for key in keys[:-1]:
                    place = place[int(key) if isinstance(place, list) else key]
                last: Any = int(keys[-1]) if isinstance(place, list) else keys[-1]
                if change.kind == "set_field":
                    place[last] = change.value
                else:
                    del place[last]
    return changed
