"""Reading a Typebot: groups of blocks, edges, variables (version 6; 3 to 5 where they are alike)."""

from __future__ import annotations

import re
from typing import Final

from hoopoe.flows.exchange.contract import Format, Imported, Note, Outcome
from hoopoe.flows.exchange.finishing import finish
from hoopoe.flows.exchange.reading import as_number, as_object, as_objects, as_text
from hoopoe.flows.exchange.typebot_inputs import INPUTS
from hoopoe.flows.exchange.typebot_steps import STEPS, Step, plain_pattern
from hoopoe.flows.exchange.typebot_texts import Scope, say
from hoopoe.flows.exchange.unreadable import TYPEBOT, find_unreadable
from hoopoe.flows.exchange.writing import Origin, Strand, Writer
from hoopoe.flows.nodes.patterns import find_pattern_fault
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.text import detect_language

CAME_FROM: Final = "Typebot"
_UNNAMED: Final = re.compile(r"\s*(Group #\d+)?\s*")
_LOOKS: Final = ("theme", "settings")
_STARTS: Final = {
    "Equal to": "exact",
    "Contains": "contains",
    "Starts with": "starts_with",
    "Matches regex": "regex",
}


def is_typebot(data: JsonObject) -> bool:
    groups = as_objects(data.get("groups"))
    return (
        isinstance(data.get("edges"), list)
        and bool(groups)
        and all(isinstance(each.get("blocks"), list) for each in groups)
    )


def read_typebot(data: JsonObject) -> Imported:
    """A Typebot as one bot."""
    language = detect_language(" ".join(_texts(data))) or "en"
    writer = Writer(CAME_FROM, languages=[language], default_language=language)
    return _Reader(data, writer).read()


def _texts(data: JsonObject) -> list[str]:
    blocks = [block for group in as_objects(data.get("groups")) for block in as_objects(group.get("blocks"))]
    return [say(as_object(block.get("content"))) for block in blocks if block.get("type") == "text"]


class _Reader:
    def __init__(self, data: JsonObject, writer: Writer) -> None:
        self.data = data
        self.writer = writer
        self.scope = Scope(data, writer)
        self.edges = {as_text(edge.get("id")): as_object(edge.get("to")) for edge in as_objects(data.get("edges"))}
        self.aimed_at = {as_text(aim.get("blockId")) for aim in self.edges.values()}
        self.aimed_at |= self._jump_aims()

    def read(self) -> Imported:
        notes: list[Note] = []
        first: str | None = None
        for index, event in enumerate(as_objects(self.data.get("events"))):
            if event.get("type") == "start":
                first = self.target(event.get("outgoingEdgeId"))
            else:
                kind = as_text(event.get("type"))
                notes.append(Note(f"events.{index}", kind, Outcome.LEFT_OUT, reason="trigger", detail=kind))
        for index, group in enumerate(as_objects(self.data.get("groups"))):
            blocks = as_objects(group.get("blocks"))
            if blocks and blocks[0].get("type") == "start":
                first = self.target(blocks[0].get("outgoingEdgeId"))
                continue
            self._read_group(group, blocks, f"groups.{index}")
        looks = [name for name in _LOOKS if set(as_object(self.data.get(name))) - {"whatsApp"}]
        notes += [Note(name, name, Outcome.LEFT_OUT, reason="looks", detail=name) for name in looks]
        self.writer.notes += find_unreadable(self.data, TYPEBOT)
        position = as_object(next(iter(as_objects(self.data.get("groups"))), {}).get("graphCoordinates"))
        bot = finish(
            self.writer,
            place="groups",
            key=as_text(self.data.get("id")) or CAME_FROM,
            name=as_text(self.data.get("name")) or CAME_FROM,
            first=first,
            triggers=self._triggers(notes),
            variables=self.scope.variables,
            x=as_number(position.get("x")) - 320,
            y=as_number(position.get("y")),
        )
        return Imported(Format.TYPEBOT, (bot,), tuple(notes))

    def target(self, edge: Json) -> str | None:
        """The key that an edge leads to: a block, or a group."""
        aim = self.edges.get(as_text(edge))
        if aim is None:
            return None
        return as_text(aim.get("blockId")) or as_text(aim.get("groupId")) or None

    def _read_group(self, group: JsonObject, blocks: list[JsonObject], place: str) -> None:
        position = as_object(group.get("graphCoordinates"))
        x, y = as_number(position.get("x")), as_number(position.get("y"))
        title = as_text(group.get("title")).strip() if not _UNNAMED.fullmatch(as_text(group.get("title"))) else ""
        first = as_text(blocks[0].get("id")) if blocks else None
        self.writer.enter(as_text(group.get("id")), Strand(), first)
        question = ""
        for index, block in enumerate(blocks):
            key, kind = as_text(block.get("id")), as_text(block.get("type")) or "?"
            onwards = self.target(block.get("outgoingEdgeId"))
            if onwards is None and index + 1 < len(blocks):
                onwards = as_text(blocks[index + 1].get("id"))
            origin = Origin(f"{place}.blocks.{index}", kind, block, x, y + 140 * index, title)
            strand = Strand()
            if self._is_question(blocks, index):
                question = self.scope.template(say(as_object(block.get("content"))), origin)
                self.writer.enter(key, strand, onwards)
                continue
            behind = as_text(blocks[index + 1].get("id")) if index + 1 < len(blocks) else None
            step = Step(self.scope, strand, origin, block, onwards, self.target, question, behind)
            question = ""
            rule = INPUTS.get(kind) or STEPS.get(kind)
            if rule is None:
                step.unmapped()
            else:
                rule.take(step)
            if kind not in ("Jump",) and not (kind == "Typebot link" and strand.first is None):
                self.writer.enter(key, strand, onwards)

    def _is_question(self, blocks: list[JsonObject], index: int) -> bool:
        """Whether a text is asked by the input behind it: nothing else leads to that input alone."""
        block = blocks[index]
        if block.get("type") != "text" or index + 1 == len(blocks) or not say(as_object(block.get("content"))):
            return False
        behind = blocks[index + 1]
        if block.get("outgoingEdgeId") and self.target(block.get("outgoingEdgeId")) != behind.get("id"):
            return False
        key = as_text(behind.get("id"))
        return as_text(behind.get("type")) in INPUTS and key not in self.aimed_at

    def _jump_aims(self) -> set[str]:
        return {
            as_text(as_object(block.get("options")).get("blockId"))
            for group in as_objects(self.data.get("groups"))
            for block in as_objects(group.get("blocks"))
            if block.get("type") in ("Jump", "Typebot link")
        }

    def _triggers(self, notes: list[Note]) -> list[JsonObject]:
        """What a Typebot on WhatsApp starts on: words, or every message."""
        settings = as_object(as_object(self.data.get("settings")).get("whatsApp"))
        condition = as_object(settings.get("startCondition"))
        comparisons, place = as_objects(condition.get("comparisons")), "settings.whatsApp.startCondition"
        if len(comparisons) > 1 and condition.get("logicalOperator") == "AND":
            notes.append(Note(place, "startCondition", Outcome.CHANGED, reason="any_of_these"))
        triggers: list[JsonObject] = []
        for index, comparison in enumerate(comparisons):
            operator, word = as_text(comparison.get("comparisonOperator")), as_text(comparison.get("value"))
            match = _STARTS.get(operator)
            said = plain_pattern(word) if match == "regex" else word[:100]
            if match is not None and said.strip() and (match != "regex" or find_pattern_fault(said) is None):
                triggers.append({"trigger_type": "keyword", "keywords": [said], "match": match})
            else:
                where = f"{place}.comparisons.{index}"
                notes.append(Note(where, "startCondition", Outcome.LEFT_OUT, reason="trigger", detail=operator or "?"))
        return triggers or [{"trigger_type": "any_message"}]
