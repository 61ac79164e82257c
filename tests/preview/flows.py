"""Small flows for previews."""

from __future__ import annotations

from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.engine import Flow
from hoopoe.flows.preview.stage import VERSION
from hoopoe.kernel.json import Json, JsonObject

START: JsonObject = {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}}


def blueprint(*nodes: JsonObject, edges: list[tuple[str, str, str]], name: str = "Preview") -> JsonObject:
    """A flow that anybody's message starts; edges as (node, exit, node)."""
    drawn: list[Json] = [
        {"id": f"e{place}", "source": source, "source_handle": exit_, "target": target}
        for place, (source, exit_, target) in enumerate(edges)
    ]
    return {"spec_version": 2, "name": name, "nodes": [START, *nodes], "edges": drawn}


def reply(node_id: str, message: str) -> JsonObject:
    return {"id": node_id, "type": "whatsapp_reply", "config": {"message": message}}


def later(*, hours: int) -> JsonObject:
    """Says something, waits, says something again."""
    return blueprint(
        reply("now", "Thank you, {{ contact.name }}"),
        {"id": "pause", "type": "delay", "config": {"duration": hours, "unit": "hours"}},
        reply("then", "How was it?"),
        edges=[("start", "next", "now"), ("now", "next", "pause"), ("pause", "next", "then")],
    )


def asks(*, timeout: int) -> JsonObject:
    """Asks for a number, and says so when nobody answers."""
    return blueprint(
        {
            "id": "ask",
            "type": "ask_question",
            "config": {
                "question": "How many?",
                "variable_name": "count",
                "validation": {"type": "number", "min": 1, "max": 9, "whole_number": True},
                "timeout": timeout,
            },
        },
        reply("good", "{{ count }} it is"),
        reply("late", "Too late"),
        edges=[("start", "next", "ask"), ("ask", "answered", "good"), ("ask", "timeout", "late")],
    )


def looks_up() -> JsonObject:
    """Asks another system, then asks the person."""
    return blueprint(
        {"id": "ask_other", "type": "http_request", "config": {"url": "https://menu.example/dish", "save_as": "dish"}},
        {
            "id": "ask",
            "type": "ask_question",
            "config": {"question": "{{ dish.body.name }}?", "variable_name": "answer", "timeout": 600},
        },
        reply("done", "Noted: {{ answer }}"),
        reply("broken", "The kitchen does not answer"),
        edges=[
            ("start", "next", "ask_other"),
            ("ask_other", "ok", "ask"),
            ("ask_other", "error", "broken"),
            ("ask", "answered", "done"),
        ],
    )


def compiled(given: JsonObject) -> Flow:
    return compile_flow(parse_blueprint(given), version_id=str(VERSION))
