"""What of a foreign file is not as it should be, and so was not read: each such place gets a note.

The readers take what they can and count the rest as not there (`reading`); this says what that was. A field that is
missing or null is not noted, unless the step means nothing without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from hoopoe.flows.exchange.contract import Note, Outcome
from hoopoe.flows.exchange.reading import as_text
from hoopoe.kernel.json import Json

MOST_NOTES: Final = 100
"""A file of nothing but nonsense says so often enough."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value should be: an object with such fields, a list of such items, or with neither a text."""

    fields: Mapping[str, Shape] | None = None
    items: Shape | None = None
    needed: frozenset[str] = field(default=frozenset())
    by_type: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What is needed besides, by the object's `type`."""
    is_text_too: bool = False

    def fits(self, value: Json) -> bool:
        if isinstance(value, str) and self.is_text_too:
            return True
        if self.fields is not None:
            return isinstance(value, dict)
        return isinstance(value, list) if self.items is not None else isinstance(value, str)

    @property
    def is_text(self) -> bool:
        return self.fields is None and self.items is None


def find_unreadable(value: Json, shape: Shape, place: str = "") -> list[Note]:
    """A note for each place that is not of its shape, the first hundred of them."""
    return list(islice(_find(value, shape, place, "?"), MOST_NOTES))


def _find(value: Json, shape: Shape, place: str, kind: str) -> Iterator[Note]:
    if not shape.fits(value):
        yield _note(value, shape, place, kind)
    elif isinstance(value, list) and shape.items is not None:
        for index, item in enumerate(value):
            yield from _find(item, shape.items, _join(place, str(index)), kind)
    elif isinstance(value, dict) and shape.fields is not None:
        own = as_text(value.get("type"))
        needed = shape.needed | shape.by_type.get(own, frozenset())
        for name, inner in shape.fields.items():
            if value.get(name) is not None:
                yield from _find(value[name], inner, _join(place, name), own or kind)
            elif name in needed:
                yield Note(_join(place, name), own or kind, Outcome.CHANGED, reason="part_missing", detail=name)


def _note(value: Json, shape: Shape, place: str, kind: str) -> Note:
    if shape.is_text and as_text(value):
        return Note(place, kind, Outcome.CHANGED, reason="number_as_text", detail=as_text(value)[:100])
    return Note(place, kind, Outcome.LEFT_OUT, reason="unreadable", detail=place.rpartition(".")[2])


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


TEXT: Final = Shape()
ANYTHING: Final = Shape(fields={})
TEXTS: Final = Shape(items=TEXT)

_COMPARISON: Final = Shape(fields={"variableId": TEXT, "comparisonOperator": TEXT, "value": TEXT})
_COMPARISONS: Final = Shape(items=_COMPARISON)
_ITEM: Final = Shape(
    # The options of a choice are texts, those of a condition are objects.
    fields={"content": Shape(fields={"comparisons": _COMPARISONS}, is_text_too=True), "outgoingEdgeId": TEXT}
)
_BUBBLE: Final = Shape(
    fields={"richText": Shape(items=ANYTHING), "html": TEXT, "plainText": TEXT, "url": TEXT},
)
_BLOCK: Final = Shape(
    fields={
        "id": TEXT,
        "type": TEXT,
        "content": _BUBBLE,
        "options": ANYTHING,
        "items": Shape(items=_ITEM),
        "outgoingEdgeId": TEXT,
    },
    needed=frozenset({"id", "type"}),
    by_type={"text": frozenset({"content"}), "Condition": frozenset({"items"})},
)
TYPEBOT: Final = Shape(
    fields={
        "name": TEXT,
        "groups": Shape(items=Shape(fields={"id": TEXT, "blocks": Shape(items=_BLOCK)}, needed=frozenset({"id"}))),
        "edges": Shape(items=Shape(fields={"id": TEXT, "to": ANYTHING}, needed=frozenset({"id", "to"}))),
        "variables": Shape(items=Shape(fields={"id": TEXT, "name": TEXT})),
        "events": Shape(items=ANYTHING),
    }
)

_CASE: Final = Shape(
    fields={"type": TEXT, "arguments": TEXTS, "category_uuid": TEXT}, needed=frozenset({"type", "category_uuid"})
)
_ROUTER: Final = Shape(
    fields={
        "type": TEXT,
        "operand": TEXT,
        "result_name": TEXT,
        "cases": Shape(items=_CASE),
        "categories": Shape(items=Shape(fields={"uuid": TEXT, "name": TEXT, "exit_uuid": TEXT})),
        "wait": ANYTHING,
    }
)
_ACTION: Final = Shape(
    fields={
        "type": TEXT,
        "text": TEXT,
        "quick_replies": Shape(items=Shape(fields={"text": TEXT}, is_text_too=True)),
        "attachments": TEXTS,
        "groups": Shape(items=ANYTHING),
        "field": ANYTHING,
        "flow": ANYTHING,
        "headers": ANYTHING,
        "url": TEXT,
        "body": TEXT,
    },
    needed=frozenset({"type"}),
    by_type={"send_msg": frozenset({"text"})},
)
RAPIDPRO: Final = Shape(
    fields={
        "name": TEXT,
        "localization": ANYTHING,
        "nodes": Shape(
            items=Shape(
                fields={
                    "uuid": TEXT,
                    "actions": Shape(items=_ACTION),
                    "router": _ROUTER,
                    "exits": Shape(items=Shape(fields={"uuid": TEXT, "destination_uuid": TEXT})),
                },
                needed=frozenset({"uuid"}),
            )
        ),
    }
)
RAPIDPRO_FILE: Final = Shape(fields={"flows": Shape(items=ANYTHING), "triggers": Shape(items=ANYTHING)})
