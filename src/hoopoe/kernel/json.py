"""JSON as a type, and its one encoder.

`Json` is what may cross a module border when a shape is somebody else's (a provider's payload, a
flow's variables). Our own shapes have types of their own.
"""

from __future__ import annotations

from typing import TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]


def dump_json(value: object) -> str:
    """Encode to compact JSON text (UTF-8, UUIDs and datetimes as strings)."""
    return orjson.dumps(value).decode()


def load_json(text: str | bytes) -> Json:
    """Decode JSON text. Raises ValueError when it is not JSON."""
    decoded: Json = orjson.loads(text)
    return decoded
