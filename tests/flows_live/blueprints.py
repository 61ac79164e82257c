"""Small blueprints, written as chains."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

JsonObject = dict[str, Any]
Node = tuple[str, str, JsonObject]
Edge = tuple[str, str, str | None]

ANY_MESSAGE: Node = ("start", "whatsapp_trigger", {"trigger_type": "any_message"})


def say(node_id: str, text: str | dict[str, str]) -> Node:
    return (node_id, "whatsapp_reply", {"message": text})


def blueprint(*nodes: Node, edges: list[Edge] | None = None, languages: tuple[str, ...] = ("en",)) -> JsonObject:
    """A blueprint that begins with any message. Without `edges` each node leads to the next."""
    every = [ANY_MESSAGE, *nodes]
    chain: list[Edge] = [(one[0], other[0], None) for one, other in pairwise(every)]
    return {
        "spec_version": 2,
        "name": "Test",
        "languages": list(languages),
        "default_language": languages[0],
        "nodes": [{"id": id_, "type": type_, "config": config} for id_, type_, config in every],
        "edges": [
            {"id": f"e{n}", "source": source, "target": target, "sourceHandle": handle}
            for n, (source, target, handle) in enumerate(edges if edges is not None else chain)
        ],
        "variables": {},
    }


def question_blueprint(*, answer: str = "You said {{ answer }}", timeout: int | None = 600) -> JsonObject:
    """Asks one question; says something when it is answered, and when it is not."""
    ask = {"question": "What is it?", "variable_name": "answer", "timeout": timeout}
    return blueprint(
        ("ask", "ask_question", ask),
        say("answered", answer),
        say("late", "Too late"),
        edges=[
            ("start", "ask", None),
            ("ask", "answered", "answered"),
            ("ask", "late", "timeout"),
            ("ask", "late", "invalid"),
        ],
    )


def request_blueprint(url: str, *, method: str = "GET", **config: object) -> JsonObject:
    """Makes a request; says what came of it."""
    return blueprint(
        ("call", "http_request", {"method": method, "url": url, "save_as": "found", **config}),
        say("fine", "Found {{ found.body.what }}"),
        say("failed", "Not found"),
        edges=[("start", "call", None), ("call", "fine", "ok"), ("call", "failed", "error")],
    )
