"""A path of ten nodes with four texts to fill in and two conditions; and the same by hand, without an engine."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson

from hoopoe.flows.engine import Env


def path_blueprint() -> dict[str, Any]:
    """An order: a number is answered, and nine nodes later the next question waits."""
    nodes: list[tuple[str, str, dict[str, Any], str | None]] = [
        ("start", "whatsapp_trigger", {}, None),
        (
            "count",
            "ask_question",
            {"question": "How many?", "variable_name": "n", "validation": {"type": "number"}},
            "answered",
        ),
        ("many", "if_condition", {"expression": "n > 20"}, "false"),
        ("total", "store_variable", {"variable_name": "total", "value": "{{ n | times: 1500 }}"}, None),
        ("thanks", "whatsapp_reply", {"message": "Thank you, {{ contact.first_name | default: 'friend' }}!"}, None),
        ("vip", "if_condition", {"expression": "contact.tags contains 'vip'"}, "true"),
        ("state", "store_variable", {"variable_name": "state", "value": "confirmed"}, None),
        ("sum", "whatsapp_reply", {"message": "{{ n }} cups make {{ total }} {{ workspace.currency }}."}, None),
        ("gift", "whatsapp_reply", {"message": "A biscuit is on the house."}, None),
        ("where", "whatsapp_reply", {"message": "From {{ channel.name }}, by {{ now | date: '%H:%M' }}."}, None),
        ("last", "ask_question", {"question": "Anything else?", "variable_name": "more", "timeout": 600}, None),
    ]
    return {
        "name": "Path",
        "nodes": [{"id": node_id, "type": kind, "config": config} for node_id, kind, config, _ in nodes],
        "edges": [
            {"id": f"e{n}", "source": before[0], "target": after[0], "sourceHandle": before[3]}
            for n, (before, after) in enumerate(pairwise(nodes))
        ],
        "variables": {"n": 0, "total": 0},
    }


def run_by_hand(stored: bytes, text: str, env: Env) -> dict[str, Any]:
    """The session, the events and the trace of that path, as somebody would write it who needs nothing else."""
    session = orjson.loads(stored)
    variables: dict[str, Any] = dict(session["variables"])
    events: list[dict[str, Any]] = []
    values: list[list[Any]] = []
    path: list[list[Any]] = []
    scope: dict[str, Any] = {
        **variables,
        "contact": env.contact,
        "channel": env.channel,
        "workspace": env.workspace,
        "now": env.now,
    }

    def leave(node_id: str, name: str) -> None:
        events.append({"type": "node_visited", "node_id": node_id, "exit": name})
        path.append([node_id, name, True])

    def say(node_id: str, body: str) -> None:
        values.append([node_id, "text", body])
        events.append({"type": "message_queued", "node_id": node_id, "body": body})

    def keep(node_id: str, name: str, value: object) -> None:
        scope[name] = variables[name] = value
        events.append({"type": "variable_set", "node_id": node_id, "name": name, "value": value})

    number = int(text)
    keep("count", "n", number)
    leave("count", "answered")
    leave("many", "true" if number > 20 else "false")
    keep("total", "total", number * 1500)
    leave("total", "next")
    say("thanks", f"Thank you, {scope['contact'].get('first_name') or 'friend'}!")
    leave("thanks", "next")
    leave("vip", "true" if "vip" in scope["contact"]["tags"] else "false")
    keep("state", "state", "confirmed")
    leave("state", "next")
    say("sum", f"{scope['n']} cups make {scope['total']} {scope['workspace']['currency']}.")
    leave("sum", "next")
    say("gift", "A biscuit is on the house.")
    leave("gift", "next")
    say("where", f"From {scope['channel']['name']}, by {scope['now']:%H:%M}.")
    leave("where", "next")
    say("last", "Anything else?")
    session |= {"variables": variables, "node_id": "last", "sprint": session["sprint"] + 1}
    return {"session": session, "events": events, "trace": {"path": path, "values": values}}
