"""The filters that a template may use: our own, on plain JSON values, each with a bound on what it returns.

None of python-liquid's own filters is used: `date` reads the clock, `replace` and `join` can be made to
fill the memory, `map` and `sort` walk objects. A value that is not a number counts as 0 in arithmetic, as
in every Liquid.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from inspect import signature
from typing import Final

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.flows.expressions.values import MAX_OUTPUT_CHARS, check_text, to_number, to_text
from hoopoe.flows.expressions.wording import name_part
from hoopoe.kernel.json import dump_json
from hoopoe.kernel.text import first_name

# ISO 4217 currencies whose minor unit is not a hundredth.
_THREE_DECIMALS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_NO_DECIMALS: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_DATE_PART: Final = re.compile(r"%([a-zA-Z%])")
_DATE_PARTS: Final = frozenset("YmdHIMSpBbAajy%")
_URL_SAFE: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MAX_LIST: Final = 1_000
_MAX_DECIMALS: Final = 10


def _default(value: object, fallback: object = "") -> object:
    return fallback if value is None or value is False or value in ("", [], {}) else value


def _upcase(value: object) -> str:
    return to_text(value).upper()


def _downcase(value: object) -> str:
    return to_text(value).lower()


def _capitalize(value: object) -> str:
    return to_text(value).capitalize()


def _title(value: object) -> str:
    """Each word with a capital letter; an apostrophe ends no word."""
    return _WORD.sub(lambda word: word[0].capitalize(), to_text(value))


def _strip(value: object) -> str:
    return to_text(value).strip()


def _truncate(value: object, length: object = 50, end: object = "…") -> str:
    text, tail, limit = to_text(value), to_text(end), max(0, int(to_number(length)))
    return text if len(text) <= limit else text[: max(0, limit - len(tail))] + tail


def _append(value: object, tail: object) -> str:
    return to_text(value) + to_text(tail)


def _prepend(value: object, head: object) -> str:
    return to_text(head) + to_text(value)


def _replace(value: object, old: object, new: object = "") -> str:
    text, before, after = to_text(value), to_text(old), to_text(new)
    growth = text.count(before) * (len(after) - len(before))
    if len(text) + growth > MAX_OUTPUT_CHARS:  # before it is built, not after
        raise ExpressionError("too_much_output", "The text that replace would make is too long.")
    return text.replace(before, after)


def _remove(value: object, old: object) -> str:
    return to_text(value).replace(to_text(old), "")


def _split(value: object, separator: object) -> list[str]:
    text, mark = to_text(value), to_text(separator)
    return text.split(mark, _MAX_LIST) if mark else list(text[:_MAX_LIST])


def _join(value: object, separator: object = ", ") -> str:
    items, mark = value if isinstance(value, list) else [value], to_text(separator)
    if len(items) > _MAX_LIST or len(items) * len(mark) > MAX_OUTPUT_CHARS:
        raise ExpressionError("too_much_output", "The list that join was given is too long.")
    return mark.join(check_text(to_text(item)) for item in items)


def _first(value: object) -> object:
    return value[0] if isinstance(value, list | str) and value else None


def _last(value: object) -> object:
    return value[-1] if isinstance(value, list | str) and value else None


def _at(value: object, place: object) -> object:
    """What stands at a place, counted from 0; before the end with a negative one."""
    index = int(to_number(place))
    return value[index] if isinstance(value, list | str) and -len(value) <= index < len(value) else None


def _size(value: object) -> int:
    return len(value) if isinstance(value, list | str | dict) else 0


def _plus(value: object, other: object) -> int | float:
    return to_number(value) + to_number(other)


def _minus(value: object, other: object) -> int | float:
    return to_number(value) - to_number(other)


def _times(value: object, other: object) -> int | float:
    return to_number(value) * to_number(other)


def _divided_by(value: object, other: object) -> int | float:
    """Whole numbers divide as whole numbers, as in every Liquid; a fraction on either side gives a fraction."""
    left, right = to_number(value), to_number(other)
    if right == 0:
        raise ExpressionError("bad_value", "Cannot divide by zero.")
    return left // right if isinstance(left, int) and isinstance(right, int) else left / right


def _modulo(value: object, other: object) -> int | float:
    right = to_number(other)
    if right == 0:
        raise ExpressionError("bad_value", "Cannot divide by zero.")
    return to_number(value) % right


def _round(value: object, digits: object = 0) -> int | float:
    places = min(max(int(to_number(digits)), 0), _MAX_DECIMALS)
    number = to_number(value)
    return round(number, places) if places else round(number)


def _floor(value: object) -> int:
    return math.floor(to_number(value))


def _ceil(value: object) -> int:
    return math.ceil(to_number(value))


def _abs(value: object) -> int | float:
    return abs(to_number(value))


def _json(value: object) -> str:
    return dump_json(value)


def _url_encode(value: object) -> str:
    """A value for the path or query of an address: all but letters, digits and `-._~` as %XX."""
    encoded = to_text(value).encode()
    if len(encoded) > MAX_OUTPUT_CHARS // 3:
        raise ExpressionError("too_much_output", "The text is too long for an address.")
    return "".join(chr(byte) if byte in _URL_SAFE else f"%{byte:02X}" for byte in encoded)


def _first_name(value: object) -> str:
    """What a person is called by."""
    return first_name(to_text(value))


def _money(value: object, currency: object = "") -> str:
    """Minor units as an amount: `1850 | money: 'SAR'` is `18.50 SAR`. Decimals by ISO 4217."""
    code = to_text(currency).upper()
    decimals = 3 if code in _THREE_DECIMALS else 0 if code in _NO_DECIMALS else 2
    minor = round(to_number(value))
    whole, rest = divmod(abs(minor), 10**decimals)
    amount = f"{'-' if minor < 0 else ''}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"{amount} {code}".strip()


def format_date(value: object, pattern: object = "%d.%m.%Y", *, language: str = "en") -> str:
    """An ISO 8601 time in the words of a pattern; what is not a time stays as it is."""
    text = to_text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text

    def part(match: re.Match[str]) -> str:
        # One directive at a time: the C library's own widths (`%9999d`) would fill the memory.
        if match[1] not in _DATE_PARTS:
            return match[0]
        return name_part(moment, match[1], language) or moment.strftime(match[0])

    return _DATE_PART.sub(part, to_text(pattern))


FILTERS: Final[dict[str, Callable[..., object]]] = {
    "abs": _abs,
    "append": _append,
    "at": _at,
    "capitalize": _capitalize,
    "ceil": _ceil,
    "date": format_date,
    "default": _default,
    "divided_by": _divided_by,
    "downcase": _downcase,
    "first": _first,
    "first_name": _first_name,
    "floor": _floor,
    "join": _join,
    "json": _json,
    "last": _last,
    "minus": _minus,
    "modulo": _modulo,
    "money": _money,
    "plus": _plus,
    "prepend": _prepend,
    "remove": _remove,
    "replace": _replace,
    "round": _round,
    "size": _size,
    "split": _split,
    "strip": _strip,
    "times": _times,
    "title": _title,
    "truncate": _truncate,
    "upcase": _upcase,
    "url_encode": _url_encode,
}


def _count_arguments(function: Callable[..., object]) -> tuple[int, int]:
    parameters = [each for each in signature(function).parameters.values() if each.kind is not each.KEYWORD_ONLY][1:]
    return sum(each.default is each.empty for each in parameters), len(parameters)


FILTER_ARGUMENTS: Final = {name: _count_arguments(function) for name, function in FILTERS.items()}
"""How many values each filter takes after its name: (at least, at most)."""
