"""Writing a blueprint while a foreign flow is read: nodes, ways, notes.

A foreign step becomes a `Strand`: a run of our nodes with one beginning and loose ends. Ways to foreign steps are
kept by their foreign id until all are written, so the order does not matter. A node that this Hoopoe does not have, or
that its own checks refuse, becomes a placeholder: whatever is in the file, the result has no fault that forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError

from hoopoe.flows.definition.blueprint import MAX_NODES
from hoopoe.flows.exchange.contract import ExchangeError, Missing, Note, Outcome
from hoopoe.flows.exchange.secrets import hide
from hoopoe.flows.nodes import Look, NodeConfig, find_node_type
from hoopoe.flows.nodes.placeholder import MAX_WAYS
from hoopoe.kernel.json import Json, JsonObject, dump_json

MAX_ORIGINAL_BYTES: Final = 24 * 1024
_COLUMN: Final = 320
_ROW: Final = 140


@dataclass(slots=True)
class Strand:
    """Some of our nodes that stand for one foreign step. `first` None: it does nothing and is passed through."""

    first: str | None = None
    ends: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where in the file a step stands, what it is called there, and all of it. `name`: what people call it."""

    place: str
    kind: str
    original: Json
    x: float = 0
    y: float = 0
    name: str = ""


class Writer:
    """One blueprint on its way."""

    def __init__(self, came_from: str, *, languages: Sequence[str], default_language: str) -> None:
        self.came_from = came_from
        self.languages = list(languages)
        self.default_language = default_language
        self.nodes: list[JsonObject] = []
        self.notes: list[Note] = []
        self.missing: dict[Missing, None] = {}
        self._exits: dict[str, list[str]] = {}
        self._ways: list[tuple[str, str, str]] = []
        self._entries: dict[str, str] = {}
        self._aliases: dict[str, str | None] = {}

    # --- Nodes ---------------------------------------------------------------------------------------

    def put(
        self,
        strand: Strand,
        origin: Origin,
        node_type: str,
        config: JsonObject,
        *,
        onwards: Sequence[str] = ("next",),
        reason: str | None = None,
        detail: str = "",
    ) -> str | None:
        """Add a node to the end of a strand, which goes on at the first of `onwards` that is an exit of it.

        A placeholder is written where the node is not known here or would have an error.
        Returns the node's id, or None for a placeholder.
        """
        exits, fault = self._check(node_type, config)
        if exits is None:
            why = ("node_unknown_here", node_type) if fault is None else ("not_valid_here", fault)
            self.placeholder(strand, origin, *why)
            return None
        node_id = self._add(node_type, config, origin)
        self._exits[node_id] = exits
        outcome = Outcome.MAPPED if reason is None else Outcome.CHANGED
        self.notes.append(Note(origin.place, origin.kind, outcome, node_id, reason, detail))
        self._append(strand, node_id, next((each for each in onwards if each in exits), None))
        return node_id

    def placeholder(self, strand: Strand, origin: Origin, reason: str, detail: str = "") -> str:
        """Add what keeps the foreign step as it was and passes on."""
        original = hide(origin.original)
        if len(dump_json(original)) > MAX_ORIGINAL_BYTES:
            original = {"too_large": dump_json(original)[:MAX_ORIGINAL_BYTES]}
        config: JsonObject = {"came_from": self.came_from, "kind": origin.kind[:100] or "?", "original": original}
        node_id = self._add("placeholder", config, origin)
        self.notes.append(Note(origin.place, origin.kind, Outcome.PLACEHOLDER, node_id, reason, detail[:300]))
        self._append(strand, node_id, "next")
        return node_id

    def note(self, origin: Origin, outcome: Outcome, reason: str, detail: str = "", node_id: str | None = None) -> None:
        self.notes.append(Note(origin.place, origin.kind, outcome, node_id, reason, detail[:300]))

    def miss(self, kind: str, name: str) -> None:
        """The bot needs something that the file does not bring."""
        self.missing[Missing(kind, name[:120])] = None

    def _check(self, node_type: str, config: JsonObject) -> tuple[list[str] | None, str | None]:
        """The exits of a node, or why it cannot stand here: no words where its type is not known."""
        known = find_node_type(node_type)
        if known is None:
            return None, None
        try:
            read: NodeConfig = known.config.model_validate(config)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            return None, f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
        look = Look("node", languages=self.languages, default_language=self.default_language)
        read.inspect(look)
        for fault in look.faults:
            if fault.severity == "error":
                return None, fault.message
        return [each.name for each in read.exits()], None

    def accepts(self, node_type: str, config: JsonObject) -> bool:
        """Whether such a node could be put."""
        return self._check(node_type, config)[0] is not None

    def knows(self, node_type: str, field_name: str | None = None) -> bool:
        """Whether this Hoopoe has a node type (with such a field)."""
        known = find_node_type(node_type)
        return known is not None and (field_name is None or field_name in known.config.model_fields)

    def _add(self, node_type: str, config: JsonObject, origin: Origin) -> str:
        if len(self.nodes) >= MAX_NODES:
            message = f"This flow has more than {MAX_NODES} steps."
            raise ExchangeError("too_many", message, place=origin.place)
        node_id = f"n{len(self.nodes) + 1}"
        position: JsonObject = {"x": _bound(origin.x), "y": _bound(origin.y)}
        node: JsonObject = {"id": node_id, "type": node_type, "config": config, "position": position}
        self.nodes.append({**node, "name": origin.name[:120]} if origin.name else node)
        return node_id

    def _append(self, strand: Strand, node_id: str, onwards: str | None) -> None:
        for source, exit_name in strand.ends:
            self._ways.append((source, exit_name, node_id))
        if strand.first is None:
            strand.first = node_id
        strand.ends = [] if onwards is None else [(node_id, onwards)]

    def type_of(self, node_id: str) -> str:
        return next((str(node["type"]) for node in self.nodes if node["id"] == node_id), "")

    def before(self, node_id: str) -> str:
        """The node itself, or the one that it only keeps the answer of."""
        if self.type_of(node_id) != "store_variable":
            return node_id
        return next((source for source, _, aim in self._ways if aim == node_id), node_id)

    # --- Ways ----------------------------------------------------------------------------------------

    def enter(self, key: str, strand: Strand, onwards: str | None = None) -> None:
        """The foreign step `key` begins with this strand, whose loose ends lead to the foreign step `onwards`."""
        if strand.first is None:
            self._aliases[key] = onwards
        else:
            self._entries[key] = strand.first
        if onwards is not None:
            self.lead(strand.ends, onwards)

    def lead(self, ends: Iterable[tuple[str, str]], key: str) -> None:
        """From these exits to a foreign step."""
        self._ways.extend((source, exit_name, f"={key}") for source, exit_name in ends)

    def join(self, ends: Iterable[tuple[str, str]], node_id: str) -> None:
        """From these exits to one of our nodes."""
        self._ways.extend((source, exit_name, node_id) for source, exit_name in ends)

    def resolve(self, key: str | None) -> str | None:
        """The node that a foreign step begins with, or None where it is not in the file or does nothing."""
        seen: set[str] = set()
        while key is not None and key not in self._entries:
            if key in seen:
                return None
            seen.add(key)
            key = self._aliases.get(key)
        return None if key is None else self._entries[key]

    def _has_exit(self, node_id: str, name: str) -> bool:
        known = self._exits.setdefault(node_id, ["next"])
        if name in known:
            return True
        node = next((node for node in self.nodes if node["id"] == node_id), {})
        config = node.get("config")
        if node.get("type") != "placeholder" or not isinstance(config, dict) or not _name_way(config, name):
            return False
        known.append(name)
        return True

    def edges(self) -> list[JsonObject]:
        """All ways whose ends are known; of two from one exit the first. A placeholder keeps every way that it had."""
        edges: list[JsonObject] = []
        taken: set[tuple[str, str]] = set()
        for source, exit_name, aim in self._ways:
            target = self.resolve(aim[1:]) if aim.startswith("=") else aim
            if target is None or (source, exit_name) in taken or not self._has_exit(source, exit_name):
                continue
            taken.add((source, exit_name))
            edge: JsonObject = {"id": f"e{len(edges) + 1}", "source": source, "target": target}
            if exit_name != "next":
                edge["source_handle"] = exit_name
            edges.append(edge)
        return edges


def _name_way(config: JsonObject, name: str) -> bool:
    ways = config.setdefault("ways", [])
    if not isinstance(ways, list) or len(ways) >= MAX_WAYS or not 0 < len(name) <= 100:
        return False
    ways.append(name)
    return True


def _bound(value: float) -> float:
    return max(-900_000.0, min(900_000.0, float(value)))


def spread(nodes: Sequence[JsonObject]) -> None:
    """Give nodes that stand on one another a place of their own: below the one before."""
    taken: set[tuple[int, int]] = set()
    for node in nodes:
        position = node["position"]
        if not isinstance(position, dict):
            continue
        x, y = _number(position.get("x")), _number(position.get("y"))
        while (round(x / _COLUMN), round(y / _ROW)) in taken:
            y += _ROW
        taken.add((round(x / _COLUMN), round(y / _ROW)))
        node["position"] = {"x": x, "y": y}


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
