"""Which trigger a message starts."""

from __future__ import annotations

import pytest

from hoopoe.flows.engine import Incoming, TriggerInput, TriggerMismatch, find_trigger, start
from hoopoe.kernel.json import JsonObject

from .scenarios import load_flow, make_message
from .test_engine import ENV, node


def triggers(*configs: JsonObject) -> JsonObject:
    nodes = [{"id": f"t{i}", "type": "whatsapp_trigger", "config": config} for i, config in enumerate(configs)]
    edges = [{"id": f"e{i}", "source": f"t{i}", "target": "say"} for i in range(len(configs))]
    return {"name": "x", "nodes": [*nodes, node("say", "whatsapp_reply", message="Hi")], "edges": edges}


@pytest.mark.parametrize(
    ("text", "is_new", "found"),
    [
        ("menu", False, "t2"),
        ("MENU!", True, "t2"),
        ("the menu please", False, "t3"),
        ("submenu", False, "t0"),
        ("order 12", False, "t4"),
        ("order", False, "t4"),
        ("reorder", False, "t0"),
        ("hello", True, "t1"),
        ("hello", False, "t0"),
        ("", False, "t0"),
        ("طَلَب جديد", False, "t4"),
    ],
)
def test_the_most_specific_trigger_wins_whatever_the_order(text: str, is_new: bool, found: str) -> None:
    flow = load_flow(
        triggers(
            {"trigger_type": "any_message"},
            {"trigger_type": "new_conversation"},
            {"trigger_type": "keyword", "keywords": ["menu"]},
            {"trigger_type": "keyword", "keywords": ["menu please"], "match": "contains"},
            {"trigger_type": "keyword", "keywords": ["order", "طلب"], "match": "starts_with"},
        )
    )
    trigger = find_trigger(flow, TriggerInput(make_message(text), is_new))
    assert trigger is not None
    assert trigger.node_id == found
    assert start(flow, TriggerInput(make_message(text), is_new), ENV).events[0].node_id == found


def test_only_interrupting_triggers_break_into_a_session_and_never_for_a_tap() -> None:
    flow = load_flow(
        triggers(
            {"trigger_type": "keyword", "keywords": ["stop"], "interrupts": True},
            {"trigger_type": "keyword", "keywords": ["menu"]},
        )
    )
    tap = Incoming("button_reply", "stop", payload_id="x", title="stop")
    assert find_trigger(flow, TriggerInput(make_message("stop")), interrupts_only=True) is not None
    assert find_trigger(flow, TriggerInput(make_message("menu")), interrupts_only=True) is None
    assert find_trigger(flow, TriggerInput(tap), interrupts_only=True) is None
    assert find_trigger(flow, TriggerInput(tap)) is not None


def test_a_message_that_starts_nothing_is_refused() -> None:
    flow = load_flow(triggers({"trigger_type": "new_conversation"}))
    with pytest.raises(TriggerMismatch):
        start(flow, TriggerInput(make_message("hi")), ENV)
