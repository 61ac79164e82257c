"""Reading foreign JSON that may be anything: what is not as expected counts as not there."""

from __future__ import annotations

from typing import Final

from hoopoe.kernel.json import Json, JsonObject

_MOST: Final = 2**63 - 1


def as_object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def as_objects(value: Json) -> list[JsonObject]:
    return [each for each in as_list(value) if isinstance(each, dict)]


def as_text(value: Json) -> str:
    """A text as it is, a number as its digits; all else is empty."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def as_number(value: Json, default: float = 0) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default


def keep_clean(value: Json, *, depth: int = 0) -> Json:
    """Without NUL characters, which no database stores, and without a depth or a number that no reader follows."""
    if depth > 40:
        return None
    match value:
        case str():
            return value.replace("\x00", "").encode(errors="ignore").decode()
        case int() if not -_MOST <= value <= _MOST:
            return float(str(value)[:300])
        case dict():
            return {str(keep_clean(key)): keep_clean(item, depth=depth + 1) for key, item in value.items()}
        case list():
            return [keep_clean(item, depth=depth + 1) for item in value]
        case _:
            return value
