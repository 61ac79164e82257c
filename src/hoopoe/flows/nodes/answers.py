"""Reading a person's answer as what a question asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import phonenumbers

from hoopoe.channels.contract import InboundType
from hoopoe.flows.engine import Env
from hoopoe.flows.engine.contract import Incoming
from hoopoe.flows.nodes.moments import read_said
from hoopoe.flows.nodes.patterns import Matches
from hoopoe.flows.nodes.zones import at_minutes, seconds_between
from hoopoe.kernel.json import Json
from hoopoe.kernel.spelling import find_nearest
from hoopoe.kernel.text import fold_digits, match_key, parse_number

_SPOKEN: Final = frozenset({InboundType.TEXT, InboundType.BUTTON_REPLY, InboundType.LIST_REPLY, InboundType.ADDRESS})

# One @, a dot in the domain, no spaces; whether it exists only a message to it can tell.
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_EMAIL_MAX: Final = 254
_LINK_MAX: Final = 1_000
# Not a part of a word, a date, a time or a reference such as `#12`.
_NUMBER_IN_TEXT: Final = re.compile(r"(?<![\w.,:/#-])[+-]?\d{1,12}(?:[.,]\d+)*(?![\w:/#])")
# `5 3 2026`: with blanks only where nothing else stands there.
_SPACED_DATE: Final = re.compile(r"(\d{1,2}) (\d{1,2})(?: (\d{4}))?")
# A pair of degrees, alone or in the address of a map.
_DEGREES: Final = re.compile(r"(-?\d{1,3}\.\d{2,})\s*,\s*(-?\d{1,3}\.\d{2,})")
_IN_MAP: Final = re.compile(r"https?://\S{0,500}?[@=/](-?\d{1,3}\.\d{2,}),(-?\d{1,3}\.\d{2,})\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadChoice:
    """One of several answers: what is stored, and its titles in all languages, ready to be compared."""

    stored: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What an answer must satisfy besides being of its type.

    `least` and `most` bound a number itself, a text's length, a date in days from today, a time of day in hours, a
    moment in days from now. `kinds`: what a file may be; empty: anything.
    """

    least: float | None = None
    most: float | None = None
    is_whole: bool = False
    pattern: Matches | None = None
    region: str | None = None
    choices: Sequence[ReadChoice] = ()
    kinds: frozenset[str] = frozenset()


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
    """A day as `YYYY-MM-DD`: in digits (day first) or words, see `moments`. Without a year it is the next such day.

    Today is `env.now`'s day. A time that is said as well does not count.
    """
    found = _find_day(_spoken(message), env)
    if found is None or not _is_within((found - env.now.date()).days, rules):
        return None
    return found.isoformat()


def _find_day(text: str, env: Env) -> date | None:
    spaced = _SPACED_DATE.fullmatch(fold_digits(text))
    said = read_said(text if spaced is None else "/".join(part for part in spaced.groups() if part), env.now)
    if said is None:
        return None
    return said.day if said.moment is None else said.moment.date()


def read_time(message: Incoming, rules: Rules, env: Env) -> Json:
    """A time of day as `HH:MM`. A day that is said as well does not count."""
    said = read_said(_spoken(message), env.now)
    if said is None:
        return None
    minutes = said.minutes if said.moment is None else said.moment.hour * 60 + said.moment.minute
    if minutes is None or not _is_within(minutes / 60, rules):
        return None
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_datetime(message: Incoming, rules: Rules, env: Env) -> Json:
    """A moment in ISO 8601 with the offset of `env.now`'s zone. A time alone is the next such time."""
    moment = _find_moment(_spoken(message), env.now)
    if moment is None or not _is_within(seconds_between(env.now, moment) / 86_400, rules):
        return None
    return moment.isoformat()


def _find_moment(text: str, now: datetime) -> datetime | None:
    said = read_said(text, now)
    if said is None or said.moment is not None:
        return None if said is None else said.moment
    if said.minutes is None:
        return None
    moment = at_minutes(said.day or now.date(), said.minutes, now.tzinfo)
    if said.day is None and seconds_between(now, moment) <= 0:
        return at_minutes(now.date() + timedelta(days=1), said.minutes, now.tzinfo)
    return moment


def read_location(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    """A place that was sent, or degrees that were written: `24.7136, 46.6753`, or a map's address with them."""
    if message.location is not None:
        return message.location
    text = fold_digits(_spoken(message))[:_LINK_MAX]
    found = _DEGREES.fullmatch(text) or _IN_MAP.search(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return {"latitude": latitude, "longitude": longitude} if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def read_media(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    """A file of one of the kinds, all that is known of it. A recording is `voice` as well as `audio`."""
    if message.media is None:
        return None
    kinds = {message.type, *(("voice",) if message.media.get("voice") is True else ())}
    return message.media if not rules.kinds or kinds & rules.kinds else None


def read_place(text: str) -> int | None:
    """The place in a list that a typed number means: `2`, `٢`, `2.` or `(2)`; not `#2` nor `2nd`."""
    number = parse_number(text.strip(" .()"))
    return number if isinstance(number, int) else None


def read_choice(message: Incoming, rules: Rules, env: Env) -> Json:  # noqa: ARG001
    """A choice's id, or its text in the flow's own language where it has none.

    It is found by its id, its text in any language and spelling, its number, or a text that is a slip of the pen away.
    """
    text = _spoken(message)
    key = match_key(text)
    for choice in rules.choices:
        if (message.payload_id is not None and message.payload_id == choice.stored) or (key and key in choice.keys):
            return choice.stored
    number = read_place(text)
    if number is not None:
        return rules.choices[number - 1].stored if 1 <= number <= len(rules.choices) else None
    meant = find_nearest(key, (each for choice in rules.choices for each in choice.keys))
    return next((choice.stored for choice in rules.choices if meant in choice.keys), None)


READERS: Final[Mapping[str, Reader]] = {
    "text": read_text,
    "number": read_number,
    "email": read_email,
    "phone": read_phone,
    "date": read_date,
    "time": read_time,
    "datetime": read_datetime,
    "location": read_location,
    "media": read_media,
    "choice": read_choice,
}
