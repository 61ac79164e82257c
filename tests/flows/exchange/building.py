"""Small foreign flows of our own making: a node or a block in as few words as its format takes."""

from __future__ import annotations

from typing import Any

from hoopoe.flows.exchange import Imported, ImportedBot, Note, read_file
from hoopoe.kernel.json import JsonObject


def rapidpro(*nodes: JsonObject, **more: Any) -> JsonObject:
    return {"uuid": "flow", "name": "Mill", "spec_version": "13.1.0", "language": "eng", "nodes": list(nodes), **more}


def acts(uuid: str, *actions: JsonObject, to: str | None = None) -> JsonObject:
    """A node that does something and goes on."""
    made = [{"uuid": f"{uuid}{place}", **action} for place, action in enumerate(actions)]
    return {"uuid": uuid, "actions": made, "exits": [{"uuid": f"{uuid}-exit", "destination_uuid": to}]}


def says(uuid: str, text: str, *, to: str | None = None, **more: Any) -> JsonObject:
    return acts(uuid, {"type": "send_msg", "text": text, **more}, to=to)


Case = tuple[str, list[str], str, str | None]


def sorts(uuid: str, *cases: Case, other: str | None = None, **more: Any) -> JsonObject:
    """A node with a router; a case is its test, its arguments, its category and where that leads."""
    names = list(dict.fromkeys([*(name for _, _, name, _ in cases), "Other"]))
    aims = {**{name: aim for _, _, name, aim in cases}, "Other": other}
    actions = more.pop("actions", [])
    router = {
        "type": "switch",
        "operand": "@input.text",
        "cases": [
            {"uuid": f"{uuid}-case{place}", "type": test, "arguments": given, "category_uuid": name}
            for place, (test, given, name, _) in enumerate(cases)
        ],
        "categories": [{"uuid": name, "name": name, "exit_uuid": f"{uuid}-{name}"} for name in names],
        "default_category_uuid": "Other",
        **more,
    }
    exits = [{"uuid": f"{uuid}-{name}", "destination_uuid": aims[name]} for name in names]
    return {"uuid": uuid, "actions": actions, "router": router, "exits": exits}


WAIT: JsonObject = {"type": "msg"}


def typebot(*groups: list[JsonObject], edges: dict[str, str] | None = None, **more: Any) -> JsonObject:
    """Groups `g0`, `g1`, … of blocks; `edges`: from an edge's id to a group or a block, where `start` is the first."""
    aims = {"start": "g0", **(edges or {})}
    return {
        "version": "6.1",
        "id": "mill",
        "name": "Mill",
        "events": [{"id": "event", "type": "start", "outgoingEdgeId": "start"}],
        "groups": [{"id": f"g{place}", "title": "", "blocks": blocks} for place, blocks in enumerate(groups)],
        "edges": [
            {"id": edge, "to": {"groupId": aim} if aim.startswith("g") else {"groupId": "?", "blockId": aim}}
            for edge, aim in aims.items()
        ],
        **more,
    }


def block(name: str, kind: str, **more: Any) -> JsonObject:
    return {"id": name, "type": kind, **more}


def bubble(name: str, text: str, **more: Any) -> JsonObject:
    return block(name, "text", content={"richText": [{"type": "p", "children": [{"text": text}]}]}, **more)


def read(data: JsonObject) -> ImportedBot:
    return read_whole(data).bots[0]


def read_whole(data: JsonObject) -> Imported:
    return read_file(data)


def nodes(bot: ImportedBot, node_type: str) -> list[JsonObject]:
    """The configs of all nodes of a type."""
    return [node["config"] for node in bot.blueprint["nodes"] if node["type"] == node_type]


def told(bot: ImportedBot) -> list[tuple[str | None, str]]:
    """The reasons of a report, with their details, of all that is not as it was."""
    return [(note.reason, note.detail) for note in bot.notes if note.reason is not None]


def reasons(notes: tuple[Note, ...]) -> list[str]:
    return [note.reason for note in notes if note.reason is not None]
