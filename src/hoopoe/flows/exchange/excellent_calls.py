"""RapidPro's functions and operators as filters of ours, and what an expression becomes on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hoopoe.flows.exchange.names import quote

_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_DATE: Final = (
    ("YYYY", "%Y"), ("YY", "%Y"), ("MMMM", "%B"), ("MMM", "%b"), ("MM", "%m"), ("M", "%m"), ("DD", "%d"), ("D", "%d"),
    ("EEEE", "%A"), ("EEE", "%a"), ("tt", "%H"), ("hh", "%I"), ("h", "%I"), ("mm", "%M"), ("ss", "%S"), ("aa", "%p"),
    ("AA", "%p"),
)  # fmt: skip


class NoCounterpart(Exception):  # noqa: N818 - named after the situation; never leaves this package
    """The expression cannot be said in our templates."""


@dataclass(frozen=True, slots=True)
class Value:
    """`head | filters…`. `condition`: it is true or false, and may only stand in an `if`. `is_number`: what it holds
    is a number, and no text of digits.
    """

    head: str
    filters: tuple[str, ...] = ()
    condition: bool = False
    is_number: bool = False

    def then(self, *filters: str) -> Value:
        if self.condition:
            raise NoCounterpart
        return Value(self.head, (*self.filters, *filters))

    @property
    def simple(self) -> str:
        """As it may stand inside of a filter or a condition."""
        if self.filters or self.condition:
            raise NoCounterpart
        return self.head

    def __str__(self) -> str:
        return " | ".join((self.head, *self.filters))


def make_literal(text: str) -> Value:
    """A text as it may stand in an expression."""
    quoted = quote(text)
    if quoted is None:
        raise NoCounterpart
    return Value(quoted)


def _date(pattern: str) -> str:
    said, at = "", 0
    while at < len(pattern):
        for foreign, ours in _DATE:
            if pattern.startswith(foreign, at):
                said, at = said + ours, at + len(foreign)
                break
        else:
            said, at = said + pattern[at], at + 1
    return said


# Functions of one value that are a filter here.
_FILTERS: Final = {
    "upper": "upcase", "lower": "downcase", "title": "title", "proper": "title", "trim": "strip",
    "clean": "strip", "text_length": "size", "len": "size", "count": "size", "abs": "abs", "round": "round",
    "round_up": "ceil", "round_down": "floor", "url_encode": "url_encode", "json": "json", "text": "append: ''",
    "number": "plus: 0", "format_number": "plus: 0",
}  # fmt: skip
# Functions of a value and others that follow it.
_WITH_VALUES: Final = {
    "default": ("default", 1), "replace": ("replace", 2), "join": ("join", 1), "split": ("split", 1),
    "mod": ("modulo", 1),
}  # fmt: skip
_OPERATORS: Final = {"+": "plus", "-": "minus", "*": "times", "/": "divided_by", "&": "append"}


def combine(mark: str, left: Value, right: Value) -> Value:
    """Two values and the operator between them."""
    if mark == "/":  # theirs is never cut to a whole number
        return left.then("times: 1.0", f"divided_by: {right.simple}")
    if mark in _OPERATORS:
        if right.filters and not left.filters and mark in "+*":
            left, right = right, left
        if right.filters and not left.filters and mark == "&":
            return right.then(f"prepend: {left.simple}")
        return left.then(f"{_OPERATORS[mark]}: {right.simple}")
    return _compare(mark, left, right)


def _compare(mark: str, left: Value, right: Value) -> Value:
    """A comparison. Our templates tell a number from a text of digits, RapidPro's do not."""
    if mark in ("=", "!="):
        sign, joint = ("==", "or") if mark == "=" else ("!=", "and")
        said = f"{left.simple} {sign} {right.simple}"
        if _NUMBER.fullmatch(right.simple) and not left.is_number:
            said = f"({said} {joint} {left.simple} {sign} '{right.simple}')"
        return Value(said, condition=True)
    for side in (left, right):
        if not side.is_number and not _NUMBER.fullmatch(side.simple):
            raise NoCounterpart  # of a text and a number neither is the greater one
    return Value(f"{left.simple} {mark} {right.simple}", condition=True)


def _hold(value: Value) -> str:
    """A condition inside of another."""
    return value.head if value.condition else value.simple


def call(name: str, given: Sequence[Value]) -> Value:
    """A function of RapidPro's with what it was given."""
    for known in (_call_logic, _call_text, _call_number, _call_moment):
        value = known(name, given)
        if value is not None:
            return value
    match given:
        case [value] if name in _FILTERS:
            return value.then(_FILTERS[name])
        case [value, *rest] if name in _WITH_VALUES and len(rest) == _WITH_VALUES[name][1]:
            return value.then(f"{_WITH_VALUES[name][0]}: {', '.join(each.simple for each in rest)}")
        case _:
            raise NoCounterpart


def _call_logic(name: str, given: Sequence[Value]) -> Value | None:
    match name, given:
        case (("and" | "or"), [_, *_]):
            return Value(f"({f' {name} '.join(_hold(each) for each in given)})", condition=True)
        case "not", [value]:
            return Value(f"not ({_hold(value)})", condition=True)
        case "is_error", [value]:
            return Value(f"{value.simple} == nil", condition=True)
        case _:
            return None


def _call_text(name: str, given: Sequence[Value]) -> Value | None:  # noqa: PLR0911 - a case per function
    match name, given:
        case "concatenate", [first, *rest]:
            return first.then(*(f"append: {each.simple}" for each in rest))
        case "word", [text, Value(place, ())] if place.isdecimal():
            return text.then("split: ' '", "first" if place == "0" else f"at: {place}")
        case "text_slice", [text, Value("0", ()), Value(end, ())] if end.isdecimal():
            return text.then(f"truncate: {end}, ''")
        case "word_count", [text]:
            return text.then("strip", "split: ' '", "size")
        case "format_urn", [urn]:
            return urn
        case "field", [text, Value(place, ()), mark] if place.isdecimal():
            return text.then(f"split: {mark.simple}", f"at: {place}", "strip")
        case _:
            return None


def _call_number(name: str, given: Sequence[Value]) -> Value | None:
    match name, given:
        case "round", [number, places]:
            return number.then(f"round: {places.simple}")
        case "format_number", [number, Value("2", ())]:
            return number.then("times: 100", "money")
        case "format_number", [number, places]:
            return number.then(f"round: {places.simple}")
        case "percent", [number]:
            return number.then("times: 100", "round", "append: '%'")
        case "legacy_add", [Value(head), _] if head in ("now", "today"):
            raise NoCounterpart  # days to a date
        case "legacy_add", [first, second]:
            return combine("+", first, second)
        case _:
            return None


def _call_moment(name: str, given: Sequence[Value]) -> Value | None:
    match name, given:
        case (("now" | "today"), []):
            return Value(name)
        case (("format_date" | "format_datetime" | "format_time"), [moment, pattern]):
            return moment.then(f"date: '{_date(pattern.simple[1:-1])}'")
        case (("format_date" | "format_datetime"), [moment]):
            return moment.then("date: '%d-%m-%Y'")
        case _:
            return None
