"""Whatever a node sends can be waited for until it is on the phone, and is not unless the node says so."""

from __future__ import annotations

import pytest

from hoopoe.flows.engine import MessageQueued
from hoopoe.flows.nodes import NodeType, list_node_types
from hoopoe.kernel.json import JsonObject

from .scenarios import load_flow, make_env, take_step
from .test_nodes import blueprint_around


def says(node_type: NodeType, config: JsonObject) -> list[MessageQueued]:
    flow = load_flow(blueprint_around(node_type.name, {"config": config}))
    sprint = take_step(flow, None, {"message": "hello"}, make_env({}))
    return [event for event in sprint.events if isinstance(event, MessageQueued) and event.node_id == "node"]


SENDING = [each for each in list_node_types() if not each.is_trigger and says(each, each.example)]


@pytest.mark.parametrize("node_type", SENDING, ids=lambda node_type: node_type.name)
def test_what_a_node_sends_can_be_waited_for(node_type: NodeType) -> None:
    assert [said.waits_for_delivery for said in says(node_type, node_type.example)] == [False]
    waiting = says(node_type, {**node_type.example, "wait_for_delivery": True})
    assert [said.waits_for_delivery for said in waiting] == [True]


def test_these_send() -> None:
    assert {"whatsapp_reply", "ask_question", "buttons", "list"} <= {each.name for each in SENDING}
