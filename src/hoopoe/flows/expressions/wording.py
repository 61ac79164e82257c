"""Days and times in words, as a person is told of them. Pure.

What is stored, compared and sent to machines keeps ISO 8601; only a text for people is given a `Wording`. The words are
those that `nodes.moments` reads, so that a bot understands what it said itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?")
_TIME: Final = re.compile(r"\d\d:\d\d(?::\d\d)?")
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Wording:
    """How one text says days and times.

    `zone`: whose clock shows a moment; None: its own offset's. `times`: the variables that hold a time of day. Nothing
    else is taken for one, for `01:45` may as well be a duration. `is_brief`: for the title of a button or a row.
    """

    language: str
    zone: tzinfo | None = None
    times: frozenset[str] = frozenset()
    is_brief: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    short_months: tuple[str, ...]
    day: str
    moment: str
    brief_day: str
    brief_moment: str
    halves: tuple[str, str, str]
    """What stands behind an hour of the morning, of noon, and after it."""
    brief_halves: tuple[str, str, str]
    filter_halves: tuple[str, str]
    """`%p` of the filter `date`."""


_ENGLISH_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ARABIC_WEEKDAYS: Final = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ARABIC_MONTHS: Final = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)

_LANGUAGES: Final = {
    "en": _Words(
        weekdays=_ENGLISH_WEEKDAYS,
        months=_ENGLISH_MONTHS,
        short_weekdays=tuple(name[:3] for name in _ENGLISH_WEEKDAYS),
        short_months=tuple(name[:3] for name in _ENGLISH_MONTHS),
        day="{weekday}, {day} {month} {year}",
        moment="{weekday}, {day} {month} {year}, {time}",
        brief_day="{short_weekday} {day} {short_month} {year}",
        brief_moment="{short_weekday} {day} {short_month}, {time}",
        halves=("am", "pm", "pm"),
        brief_halves=("am", "pm", "pm"),
        filter_halves=("AM", "PM"),
    ),
    "ar": _Words(
        weekdays=_ARABIC_WEEKDAYS,
        months=_ARABIC_MONTHS,
        short_weekdays=_ARABIC_WEEKDAYS,  # neither is shortened in Arabic
        short_months=_ARABIC_MONTHS,
        day="{weekday} {day} {month} {year}",
        moment="{weekday} {day} {month} {year} الساعة {time}",
        brief_day="{day} {month} {year}",
        brief_moment="{day} {month} {time}",
        halves=("صباحا", "ظهرا", "مساء"),
        brief_halves=("ص", "م", "م"),
        filter_halves=("ص", "م"),
    ),
}


def say(value: str, wording: Wording, *, may_be_time: bool) -> str:
    """A day, a moment or a time of day in words; what is none stays as it is, as all does in other languages.

    `may_be_time`: whether `14:30` is one.
    """
    words = _find_words(wording.language)
    if words is None or not value[:1].isdecimal():
        return value
    try:
        if _DAY.fullmatch(value):
            pattern = words.brief_day if wording.is_brief else words.day
            return _fill(pattern, words, date.fromisoformat(value))
        if _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None and wording.zone is not None:
                moment = moment.astimezone(wording.zone)
            pattern = words.brief_moment if wording.is_brief else words.moment
            return _fill(pattern, words, moment.date(), _say_time(moment.time(), words, is_brief=wording.is_brief))
        if may_be_time and _TIME.fullmatch(value):
            return _say_time(time.fromisoformat(value), words, is_brief=wording.is_brief)
    except (ValueError, OverflowError):  # the 31st of November, or a zone that leads past the year 9999
        pass
    return value


def name_part(moment: datetime, directive: str, language: str) -> str | None:
    """What `%A`, `%a`, `%B`, `%b`, `%p` of the filter `date` are in a language: English where it has no words."""
    words = _find_words(language) or _LANGUAGES["en"]
    match directive:
        case "A":
            return words.weekdays[moment.weekday()]
        case "a":
            return words.short_weekdays[moment.weekday()]
        case "B":
            return words.months[moment.month - 1]
        case "b":
            return words.short_months[moment.month - 1]
        case "p":
            return words.filter_halves[moment.hour >= _NOON]
        case _:
            return None


def _find_words(language: str) -> _Words | None:
    return _LANGUAGES.get(language) or _LANGUAGES.get(language.replace("_", "-").partition("-")[0].lower())


def _fill(pattern: str, words: _Words, day: date, clock: str = "") -> str:
    return pattern.format(
        weekday=words.weekdays[day.weekday()],
        short_weekday=words.short_weekdays[day.weekday()],
        day=day.day,
        month=words.months[day.month - 1],
        short_month=words.short_months[day.month - 1],
        year=day.year,
        time=clock,
    )


def _say_time(clock: time, words: _Words, *, is_brief: bool) -> str:
    half = 0 if clock.hour < _NOON else 1 if clock.hour == _NOON else 2
    halves = words.brief_halves if is_brief else words.halves
    return f"{clock.hour % _NOON or _NOON}:{clock.minute:02} {halves[half]}"
