"""Reading a person's answer as what a question asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

import phonenumbers

from hoopoe.channels.contract import InboundType
from hoopoe.flows.engine import Env
from hoopoe.flows.engine.contract import Incoming
from hoopoe.kernel.json import Json
from hoopoe.kernel.text import fold_digits, match_key, normalize, parse_number

_SPOKEN: Final = frozenset({InboundType.TEXT, InboundType.BUTTON_REPLY, InboundType.LIST_REPLY, InboundType.ADDRESS})

# One @, a dot in the domain, no spaces; whether it exists only a message to it can tell.
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_EMAIL_MAX: Final = 254
# Not a part of a word, a date, a time or a reference such as `#12`.
_NUMBER_IN_TEXT: Final = re.compile(r"(?<![\w.,:/#-])[+-]?\d{1,12}(?:[.,]\d+)*(?![\w:/#])")
_ISO_DATE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}))?")
_DAYS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("today", "اليوم"), 0),
    **dict.fromkeys(("tomorrow", "غدا", "بكره", "بكرا"), 1),
    **dict.fromkeys(("day after tomorrow", "بعد غد", "بعد بكره"), 2),
}


class Matches(Protocol):
    """A compiled RE2 pattern: it takes time in proportion to the text, whatever the pattern."""

    def fullmatch(self, text: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What an answer must satisfy besides being of its type.

    `least` and `most` bound a number itself, a text's length, a date in days from today.
    """

    least: float | None = None
    most: float | None = None
    is_whole: bool = False
    pattern: Matches | None = None
    region: str | None = None
    choices: Sequence[tuple[str, frozenset[str]]] = ()


Reader = Callable[[Incoming, Rules, Env], Json]
"""Gives the value that is stored, or None where the answer does not fit."""


def _is_within(value: float, rules: Rules) -> bool:
    return (rules.least is None or value >= rules.least) and (rules.most is None or value <= rules.most)


def _spoken(message: Incoming) -> str:
    return message.text.strip() if message.type in _SPOKEN else ""


def read_text(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001 - all readers are called alike
    """A text; one that must match a pattern is matched, and stored, with ASCII digits."""
    text = _spoken(message)
    if not text or not _is_within(len(text), rules):
        return None
    if rules.pattern is None:
        return text
    folded = fold_digits(text)
    return None if rules.pattern.fullmatch(folded) is None else folded


def read_number(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    """A number alone, or the only number in a sentence ("two" is not one, "I take 2" is)."""
    text = _spoken(message)
    number = parse_number(text)
    if number is None:
        found = _NUMBER_IN_TEXT.findall(fold_digits(text))
        number = parse_number(found[0]) if len(found) == 1 else None
    if number is None or not _is_within(number, rules):
        return None
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return None if rules.is_whole and not isinstance(number, int) else number


def read_email(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    text = _spoken(message).removeprefix("mailto:")
    if len(text) > _EMAIL_MAX or not _EMAIL.fullmatch(text):
        return None
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def read_phone(message: Incoming, rules: Rules, env: Env) -> Json:
    """A valid number in E.164; without a country code, as one of the rules' region or the channel's own country.

    A card that was sent instead, or the own number that was asked for, counts by its first number.
    """
    text = fold_digits(message.phone or _spoken(message))
    if text.startswith("00"):
        text = f"+{text[2:]}"
    try:
        number = phonenumbers.parse(text, rules.region or _home_region(env))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _home_region(env: Env) -> str | None:
    own = env.channel.get("number")
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(str(own))) if own else None
    except phonenumbers.NumberParseException:
        return None


def read_date(message: Incoming, rules: Rules, env: Env) -> Json:
    """A day as `YYYY-MM-DD`: ISO, day first, or today and tomorrow in either language.

    Without a year it is the next such day. Today is `env.now`'s day.
    """
    text, today = fold_digits(normalize(_spoken(message))), env.now.date()
    found = today + timedelta(days=_DAYS[text]) if text in _DAYS else _parse_date(text, today)
    if found is None or not _is_within((found - today).days, rules):
        return None
    return found.isoformat()


def _parse_date(text: str, today: date) -> date | None:
    try:
        if match := _ISO_DATE.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(text):
            if match[3]:
                return date(int(match[3]), int(match[2]), int(match[1]))
            this_year = date(today.year, int(match[2]), int(match[1]))
            return this_year if this_year >= today else this_year.replace(year=today.year + 1)
    except ValueError:
        return None
    return None


def read_location(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    return message.location


def read_media(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    return message.media


def read_place(text: str) -> int | None:
    """The place in a list that a typed number means: `2`, `٢`, `2.` or `(2)`; not `#2` nor `2nd`."""
    number = parse_number(text.strip(" .()"))
    return number if isinstance(number, int) else None


def read_choice(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    """The choice's text in the flow's own language, by its text in any language and spelling, or by its number."""
    key = match_key(_spoken(message))
    for title, keys in rules.choices:
        if key and key in keys:
            return title
    number = read_place(_spoken(message))
    if number is not None and 1 <= number <= len(rules.choices):
        return rules.choices[number - 1][0]
    return None


READERS: Final[Mapping[str, Reader]] = {
    "text": read_text,
    "number": read_number,
    "email": read_email,
    "phone": read_phone,
    "date": read_date,
    "location": read_location,
    "media": read_media,
    "choice": read_choice,
}
