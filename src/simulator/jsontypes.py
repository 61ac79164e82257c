"""JSON as a type. What comes off the wire is `Json` until a function has looked at it."""

from __future__ import annotations

from typing import TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

_DEEPEST = 100
"""Deeper JSON is refused: it could be read, but not be written again."""


def load_json(raw: bytes) -> Json:
    """Decode JSON. ValueError, in words, when it is none or is nested absurdly deep."""
    value: Json = orjson.loads(raw)
    if raw.count(b"{") + raw.count(b"[") > _DEEPEST and _depth_of(value) > _DEEPEST:
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    return value


def _depth_of(value: Json) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def as_object(value: Json) -> JsonObject:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: Json) -> str:
    """`value` when it is a string, else an empty one."""
    return value if isinstance(value, str) else ""
