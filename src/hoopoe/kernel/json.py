"""JSON as a type, and its one encoder.

`Json` is what may cross a module border when a shape is somebody else's (a provider's payload, a
flow's variables). Our own shapes have types of their own.
"""

from __future__ import annotations

import json
import re
from typing import Final, TypeAlias

import orjson

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


# Half of what the encoder takes: what holds somebody else's JSON adds levels of its own.
MAX_DEPTH: Final = 120
TOO_DEEP: Final = "(nested too deeply)"


def bound_depth(value: Json, most: int = MAX_DEPTH) -> Json:
    """The value with `TOO_DEEP` instead of what lies deeper than `most` levels: such can be read, and not written."""
    match value:
        case dict():
            return {key: bound_depth(item, most - 1) for key, item in value.items()} if most > 0 else TOO_DEEP
        case list():
            return [bound_depth(item, most - 1) for item in value] if most > 0 else TOO_DEEP
        case _:
            return value


def dump_json(value: object) -> str:
    """Encode to compact JSON text (UTF-8, UUIDs and datetimes as strings)."""
    return orjson.dumps(value).decode()


def load_json(text: str | bytes) -> Json:
    """Decode JSON text. Raises ValueError when it is not JSON."""
    decoded: Json = orjson.loads(text)
    return decoded


def load_leniently(raw: bytes) -> Json:
    """Decode somebody else's JSON; None when it is not JSON (a body of `null` says nothing either).

    Legal JSON that nothing can hold costs its own field, not the whole body: half an emoji (texts get cut)
    becomes U+FFFD, and a number without end its digits as text.
    """
    try:
        decoded: Json = orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:
            lenient = json.loads(raw, parse_constant=_refuse_constant, parse_int=_read_number, parse_float=_read_number)
            decoded = orjson.loads(LONE_SURROGATE.sub("\ufffd", json.dumps(lenient, ensure_ascii=False)))
        except (ValueError, RecursionError):
            return None
    return decoded


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_number(digits: str) -> Json:
    try:
        number: Json = orjson.loads(digits)
    except orjson.JSONDecodeError:
        return digits
    return number
