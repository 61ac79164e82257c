"""From what was written to a bot: its triggers, its circles, its blueprint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.flows.definition import BlueprintError, dump_blueprint, parse_blueprint, validate_blueprint
from hoopoe.flows.definition.blueprint import MAX_COMMENTS
from hoopoe.flows.exchange.contract import ExchangeError, ImportedBot, Note, Outcome
from hoopoe.flows.exchange.reading import as_text
from hoopoe.flows.exchange.writing import Origin, Strand, Writer, spread
from hoopoe.kernel.json import Json, JsonObject

_MAX_CIRCLES: Final = 50
MAX_COMMENT_CHARS: Final = 2_000


def finish(
    writer: Writer,
    *,
    place: str,
    key: str,
    name: str,
    first: str | None,
    triggers: Sequence[JsonObject],
    variables: JsonObject,
    comments: Sequence[JsonObject] = (),
    x: float = 0,
    y: float = 0,
) -> ImportedBot:
    """The bot that begins at the foreign step `first`. Raises `ExchangeError` where it is too large."""
    start = writer.resolve(first)
    if start is None:
        strand = Strand()
        writer.put(strand, Origin(place, "end", None, x, y), "end", {}, onwards=())
        writer.notes.pop()
        start = strand.first
    nodes: list[JsonObject] = [
        {"id": f"start{number or ''}", "type": "whatsapp_trigger", "config": config, "position": {"x": x - 320, "y": y}}
        for number, config in enumerate(triggers)
    ]
    edges = writer.edges()
    edges += [{"id": f"t{number}", "source": node["id"], "target": start} for number, node in enumerate(nodes)]
    _drop_idle_waits(writer, edges)
    blueprint: JsonObject = {
        "name": name.strip()[:120] or "Imported",
        "languages": list[Json](writer.languages),
        "default_language": writer.default_language,
        "nodes": list[Json]([*nodes, *writer.nodes]),
        "edges": list[Json](edges),
        "variables": variables,
    }
    if comments:
        blueprint["comments"] = [
            {
                "id": f"c{number}",
                "text": as_text(comment.get("text"))[:MAX_COMMENT_CHARS],
                "position": comment["position"],
            }
            for number, comment in enumerate(comments[:MAX_COMMENTS], start=1)
        ]
    spread([*nodes, *writer.nodes])
    notes = list(writer.notes)
    try:
        _let_circles_wait(blueprint, notes, place)
        stored = dump_blueprint(parse_blueprint(blueprint))
    except BlueprintError as error:
        fault = error.faults[0]
        raise ExchangeError(fault.code, f"{fault.field or 'flow'}: {fault.message}", place=place) from error
    return ImportedBot(key, str(blueprint["name"]), stored, tuple(notes), tuple(writer.missing))


def _drop_idle_waits(writer: Writer, edges: list[JsonObject]) -> None:
    """A wait that buttons have taken over, so that nothing leads to it any more."""
    reached = {edge["target"] for edge in edges}
    idle = {node["id"] for node in writer.nodes if node["type"] == "wait_for_reply" and node["id"] not in reached}
    writer.nodes[:] = [node for node in writer.nodes if node["id"] not in idle]
    edges[:] = [edge for edge in edges if edge["source"] not in idle]
    writer.notes[:] = [note for note in writer.notes if note.node_id not in idle]


def _let_circles_wait(blueprint: JsonObject, notes: list[Note], place: str) -> None:
    """A circle that never waits may not be published: where there is one, it waits for a reply."""
    for count in range(_MAX_CIRCLES):
        faults = validate_blueprint(parse_blueprint(blueprint))
        found = next((fault for fault in faults if fault.code == "infinite_loop"), None)
        if found is None or found.node_id is None:
            return
        nodes, edges = blueprint["nodes"], blueprint["edges"]
        if not isinstance(nodes, list) or not isinstance(edges, list):
            return
        wait = f"wait{count + 1}"
        for edge in edges:
            if (
                isinstance(edge, dict)
                and edge["target"] == found.node_id
                and not str(edge["source"]).startswith("start")
            ):
                edge["target"] = wait
        nodes.append(
            {"id": wait, "type": "wait_for_reply", "config": {}, "position": {"x": 0, "y": -140 * (count + 1)}}
        )
        edges.append({"id": f"w{count + 1}", "source": wait, "source_handle": "answered", "target": found.node_id})
        notes.append(Note(place, "loop", Outcome.CHANGED, wait, "wait_added"))
