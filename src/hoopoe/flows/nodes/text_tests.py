"""The tests that `match_text` knows: what of a text fits. Pure; words compare in any case, accents and spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import phonenumbers
import re2

from hoopoe.flows.engine import Env
from hoopoe.flows.engine.contract import Incoming
from hoopoe.flows.nodes.answers import Rules, read_date
from hoopoe.kernel.json import Json
from hoopoe.kernel.text import fold_digits, match_key, parse_number

Test = Literal[
    "any_word",
    "all_words",
    "phrase",
    "only_phrase",
    "beginning",
    "pattern",
    "anything",
    "number",
    "number_between",
    "number_eq",
    "number_lt",
    "number_lte",
    "number_gt",
    "number_gte",
    "email",
    "phone",
    "date",
]
TEST_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "any_word": ("has one of the words", "فيه إحدى الكلمات"),
    "all_words": ("has all the words", "فيه كل الكلمات"),
    "phrase": ("has the phrase", "فيه العبارة"),
    "only_phrase": ("is the phrase", "هو العبارة نفسها"),
    "beginning": ("begins with", "يبدأ بـ"),
    "pattern": ("matches the pattern (RE2)", "يطابق النمط (RE2)"),
    "anything": ("is anything", "أي شيء"),
    "number": ("has a number", "فيه رقم"),
    "number_between": ("has a number between", "فيه رقم بين"),
    "number_eq": ("has the number", "فيه الرقم"),
    "number_lt": ("has a number below", "فيه رقم أصغر من"),
    "number_lte": ("has a number up to", "فيه رقم لا يزيد على"),
    "number_gt": ("has a number above", "فيه رقم أكبر من"),
    "number_gte": ("has a number from", "فيه رقم لا يقل عن"),
    "email": ("has an e-mail address", "فيه بريد إلكتروني"),
    "phone": ("has a phone number", "فيه رقم هاتف"),
    "date": ("is a day", "هو تاريخ"),
}

ALONE: Final = frozenset({"anything", "number", "email", "phone", "date"})
"""Tests that compare with nothing."""

_NUMBER: Final = re.compile(r"(?<![\w.,])[+-]?\d+(?:[.,]\d+)*(?!\w)")
_AROUND: Final = ".,;:!?()[]\"'«»،؛؟…"
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")

Compare = Callable[[float, Sequence[float]], bool]
_NUMBERS: Final[Mapping[str, Compare]] = {
    "number": lambda _number, _bounds: True,
    "number_between": lambda number, bounds: len(bounds) > 1 and bounds[0] <= number <= bounds[1],
    "number_eq": lambda number, bounds: number in bounds,
    "number_lt": lambda number, bounds: bool(bounds) and number < bounds[0],
    "number_lte": lambda number, bounds: bool(bounds) and number <= bounds[0],
    "number_gt": lambda number, bounds: bool(bounds) and number > bounds[0],
    "number_gte": lambda number, bounds: bool(bounds) and number >= bounds[0],
}


def find_match(test: Test, text: str, values: Sequence[str], env: Env) -> Json:  # noqa: PLR0911 - a case per test
    """What of the text passes the test against any of the values; None where nothing does."""
    if test in _NUMBERS:
        return _find_number(text, _NUMBERS[test], values)
    match test:
        case "anything":
            return text.strip() or None
        case "email":
            found = _EMAIL.search(text)
            return found[0] if found else None
        case "phone":
            return _find_phone(text, env)
        case "date":
            return read_date(Incoming("text", text), Rules(), env)
        case "pattern":
            return _find_pattern(text, values)
        case _:
            return _find_words(test, text, values)


def _find_words(test: Test, text: str, values: Sequence[str]) -> str | None:
    key = match_key(text)
    words = key.split()
    for value in values:
        wanted = match_key(value)
        if not wanted:
            continue
        match test:
            case "any_word":
                asked = set(wanted.split())
                found = [word.strip(_AROUND) for word in text.split() if asked & set(match_key(word).split())]
                if found:
                    return " ".join(found)
            case "all_words" if set(wanted.split()) <= set(words):
                return value
            case "phrase" if f" {wanted} " in f" {key} ":
                return value
            case "only_phrase" if wanted == key:
                return text.strip()
            case "beginning" if key.startswith(wanted):
                return text.strip()
            case _:
                pass
    return None


def _find_number(text: str, compare: Compare, values: Sequence[str]) -> int | float | None:
    """The first number in the text that compares."""
    bounds = [number for value in values if (number := parse_number(value)) is not None]
    for found in _NUMBER.findall(fold_digits(text)):
        number = parse_number(found)
        if number is not None and compare(number, bounds):
            return number
    return None


def _find_phone(text: str, env: Env) -> str | None:
    own = str(env.channel.get("number") or "")
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(own)) if own else None
    except phonenumbers.NumberParseException:
        region = None
    for found in phonenumbers.PhoneNumberMatcher(fold_digits(text), region):
        return phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _find_pattern(text: str, values: Sequence[str]) -> str | None:
    """A pattern that cannot be read fits nothing."""
    for value in values:
        pattern = _read_pattern(value)
        found = pattern.search(text.strip()) if pattern is not None else None
        if found is not None:
            return str(found.group(0))
    return None


@lru_cache(maxsize=256)
def _read_pattern(source: str) -> Any:
    """RE2, so it takes time in proportion to the text, whatever the pattern."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(source, options)
    except re2.error:
        return None
