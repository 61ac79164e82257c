"""Plain values: what templates read and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.kernel.json import Json, dump_json
from hoopoe.kernel.text import clean, parse_number

MAX_OUTPUT_CHARS: Final = 20_000
MAX_NUMBER: Final = 10**15
_MAX_DEPTH: Final = 20


def to_text(value: object) -> str:  # noqa: PLR0911 - a case per type
    """How a value is shown: None as nothing, true and false in lower case, 12.0 as 12, a list with commas."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < MAX_NUMBER else repr(round(value, 10))
        case list():
            return ", ".join(to_text(item) for item in value)
        case dict():
            return dump_json(value)
        case _:
            return ""  # nothing of Python shows through, not even a name


def to_number(value: object) -> int | float:
    """A value as a number; what is no number counts as 0."""
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case str():
            return parse_number(value) or 0
        case _:
            return 0


def check_text(text: str) -> str:
    """Raise ExpressionError where a text has grown past the bound."""
    if len(text) > MAX_OUTPUT_CHARS:
        raise ExpressionError("too_much_output", f"The text is longer than {MAX_OUTPUT_CHARS} characters.")
    return text


def check_value(value: object) -> object:
    """Raise ExpressionError where a filter's result is past a bound."""
    if isinstance(value, str):
        return check_text(value)
    # `not <=` and not `>`: it holds for NaN as well.
    if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
        raise ExpressionError("bad_value", "The number is too large.")
    return value


def to_json(value: object, *, depth: int = 0) -> Json:  # noqa: PLR0911 - a case per type
    """A value as JSON that every store takes: times, ids and decimals become text, numbers stay in 64 bits,
    texts lose what `kernel.text.clean` takes out (PostgreSQL's jsonb refuses a NUL).

    Raises ExpressionError (`bad_value`) for anything else, and for nesting deeper than 20.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.isprintable() else clean(value)
    if depth > _MAX_DEPTH:
        raise ExpressionError("bad_value", "The value is nested too deeply.")
    match value:
        case int():
            return value if -(2**63) <= value < 2**63 else str(value)
        case float():
            return value if abs(value) < float("inf") else None
        case Mapping():
            return {_clean_key(key): to_json(item, depth=depth + 1) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item, depth=depth + 1) for item in value]
        case date() | UUID() | Decimal():
            return value.isoformat() if isinstance(value, date) else str(value)
        case _:
            raise ExpressionError("bad_value", f"A {type(value).__name__} cannot be used in a flow.")


def _clean_key(key: object) -> str:
    name = str(key)
    return name if name.isprintable() else clean(name)
