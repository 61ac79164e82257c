"""Reading days and times as people write them: in words and digits, in English and Arabic. Pure: now is given.

`tomorrow at 5`, `next friday`, `5/3`, `March 5th, 17:30`, `in two hours`, `غدا الساعة ٥ مساء`, `الجمعة القادمة`,
`الخامسة والنصف`. Everything that was written must be understood: a sentence that only mentions a day is no answer.

Rules where people mean different things: numbers are day before month. A day without a year is the next such day. A
bare weekday may be today, a "next" one is not. An hour from 1 to 6 without more is in the afternoon, one from 7 to 11
in the morning, 12 is noon; of today it is the one that is still to come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hoopoe.flows.nodes import moment_words as words
from hoopoe.flows.nodes.moment_words import any_of
from hoopoe.flows.nodes.zones import at_minutes, seconds_between
from hoopoe.kernel.text import normalize

MAX_CHARS: Final = 100
_DAY_MINUTES: Final = 24 * 60
_LEAP_YEARS: Final = 9  # between 1896 and 1904, and 2096 and 2104


def _find(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_N: Final = rf"\d{{1,3}}|{any_of(words.NUMBERS)}"
_YEAR: Final = r"(?:\s+(?P<year>\d{4}))?"
_AHEAD: Final = _find(
    rf"(?:in|after|within|بعد|خلال)\s+(?:(?P<two>{any_of(words.TWO_OF)})"
    rf"|(?:(?P<count>{_N})\s+)?(?P<unit>{any_of(words.UNITS)}))"
)
_ISO: Final = _find(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_DAY_FIRST: Final = _find(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})(?:[-/.](?P<year>\d{4}|\d{2}))?")
_DAY_MONTH: Final = _find(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+|من\s+)?(?:شهر\s+)?(?P<name>{any_of(words.MONTHS)}){_YEAR}"
)
_MONTH_DAY: Final = _find(rf"(?P<name>{any_of(words.MONTHS)})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}")
_OF_MONTH: Final = _find(r"(?P<day>\d{1,2})(?:st|nd|rd|th)|(?:يوم|تاريخ)\s+(?P<other>\d{1,2})(?![:.\d])")
_DAY_WORD: Final = _find(any_of(words.DAY_WORDS))
_WEEKDAY: Final = _find(
    rf"(?:(?P<next>next)\s+|(?:this|coming)\s+)?(?P<name>{any_of(words.WEEKDAYS)})(?:\s+(?P<later>{any_of(words.NEXT)}))?"
)
_PERIOD: Final = re.compile(rf"(?<![^\W\d])(?:(?P<name>{any_of(words.PERIODS)})|(?<=\d)\s*(?P<letter>[صم]))(?!\w)")
_EXACT: Final = _find(any_of(words.EXACT_TIMES))
_TIME: Final = _find(
    rf"(?:(?P<before>{any_of(words.PARTS_BEFORE)})\s+)?"
    rf"(?P<hour>\d{{1,2}}|{any_of(words.HOURS)})(?:[:.](?P<minutes>\d{{2}}))?"
    rf"(?:\s*o'?clock)?(?:\s+(?P<behind>{any_of(words.PARTS_BEHIND)}))?"
)
_NOISE: Final = re.compile(r"[,،؛;!?؟()\"«»]+|(?<=\d)t(?=\d)|(?<=\s)[-.](?=\s)|\.$")
_LETTERS: Final = {"ص": words.MORNING, "م": words.AFTERNOON}


@dataclass(frozen=True, slots=True)
class Said:
    """What was written: a day, minutes since midnight, or both. `moment`: exactly then ("in two hours")."""

    day: date | None = None
    minutes: int | None = None
    moment: datetime | None = None


class _Reading:
    """A text on its way: what is understood is taken out of it."""

    def __init__(self, text: str, now: datetime) -> None:
        self.rest = f" {_NOISE.sub(' ', normalize(text))} "
        self.at = now
        self.day = now.date()

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], date | None]) -> date | None:
        """The first match that is a day."""
        for found in pattern.finditer(self.rest):
            try:
                day = read(found)
            except (ValueError, OverflowError):
                day = None
            if day is not None:
                self.remove(found)
                return day
        return None

    def remove(self, found: re.Match[str]) -> None:
        self.rest = f"{self.rest[: found.start()]} {self.rest[found.end() :]}"

    def is_empty(self) -> bool:
        return all(word in words.FILLERS for word in self.rest.split())


def read_said(text: str, now: datetime) -> Said | None:
    """What a text says of a day and a time, or None where there is more, or nothing, in it."""
    if len(text) > MAX_CHARS:
        return None
    reading = _Reading(text, now)
    moment = _take_ahead(reading)
    if isinstance(moment, datetime):
        return Said(moment=moment) if reading.is_empty() else None
    is_evening = "tonight" in reading.rest or normalize("الليلة") in reading.rest
    day = moment or _take_day(reading)
    weekday = _take_weekday(reading, day)
    if weekday is not None:
        if day is not None and weekday.weekday() != day.weekday():
            return None
        day = day or weekday
    minutes = _take_time(reading, day, period=words.AFTERNOON if is_evening else None)
    if not reading.is_empty() or (day is None and minutes is None):
        return None
    return Said(day, minutes)


def _take_ahead(reading: _Reading) -> datetime | date | None:
    """ "In three days" is a day, "in two hours" a moment."""
    found = _AHEAD.search(reading.rest)
    if found is None:
        return None
    if found["two"]:
        count, unit = 2, words.TWO_OF[_plain(found["two"])]
    else:
        count, unit = _number(found["count"], words.NUMBERS) if found["count"] else 1, words.UNITS[found["unit"]]
    reading.remove(found)
    match unit:
        case words.DAYS:
            return reading.day + timedelta(days=count)
        case words.WEEKS:
            return reading.day + timedelta(weeks=count)
        case words.MONTHS_AHEAD:
            return _months_later(reading.day, count)
        case _:
            step = timedelta(hours=count) if unit == words.HOURS_AHEAD else timedelta(minutes=count)
            return (reading.at.astimezone(UTC) + step).astimezone(reading.at.tzinfo).replace(microsecond=0)


def _take_day(reading: _Reading) -> date | None:
    today = reading.day
    for pattern, read in (
        (_ISO, lambda found: date(int(found["year"]), int(found["month"]), int(found["day"]))),
        (_DAY_MONTH, lambda found: _dated(found, words.MONTHS[_plain(found["name"])], today)),
        (_MONTH_DAY, lambda found: _dated(found, words.MONTHS[_plain(found["name"])], today)),
        (_DAY_WORD, lambda found: today + timedelta(days=words.DAY_WORDS[_plain(found[0])])),
        (_DAY_FIRST, lambda found: _dated(found, int(found["month"]), today)),
        (_OF_MONTH, lambda found: _next_of_month(int(found["day"] or found["other"]), today)),
    ):
        day = reading.take(pattern, read)
        if day is not None:
            return day
    return None


def _take_weekday(reading: _Reading, day: date | None) -> date | None:
    def read(found: re.Match[str]) -> date:
        weekday = words.WEEKDAYS[_plain(found["name"])]
        if day is not None:  # "Friday, 6 March": it only has to agree
            return day + timedelta(days=(weekday - day.weekday()) % 7)
        ahead = (weekday - reading.day.weekday()) % 7
        is_next = bool(found["next"] or found["later"])
        return reading.day + timedelta(days=7 if ahead == 0 and is_next else ahead)

    return reading.take(_WEEKDAY, read)


def _take_time(reading: _Reading, day: date | None, *, period: int | None) -> int | None:
    """The time of day. `period`: a part of the day that is known already."""
    exact = _EXACT.search(reading.rest)
    if exact is not None:
        reading.remove(exact)
        return words.EXACT_TIMES[_plain(exact[0])]
    told = _PERIOD.search(reading.rest)
    if told is not None:
        period = _LETTERS[told["letter"]] if told["letter"] else words.PERIODS[_plain(told["name"])]
        reading.remove(told)
    found = _TIME.search(reading.rest)
    if found is None:
        return None
    reading.remove(found)
    hour = _number(found["hour"], words.HOURS)
    minutes = int(found["minutes"] or 0)
    if hour > 23 or minutes > 59 or (period is not None and hour == 0) or (period == words.MORNING and hour > 12):
        return None
    part = 0
    if found["before"]:
        part = words.PARTS_BEFORE[_plain(found["before"])]
    elif found["behind"]:
        part = words.PARTS_BEHIND[_plain(found["behind"])]
    is_24 = hour > 12 or hour == 0 or (found["hour"].startswith("0") and period is None)
    total = (hour if is_24 else _of_day(hour, period)) * 60 + minutes + part
    if not is_24 and period is None and day is not None:
        total = _still_to_come(reading, day, total)
    return total % _DAY_MINUTES


def _of_day(hour: int, period: int | None) -> int:
    """An hour of the twelve as one of the twenty-four."""
    is_late = {
        words.MORNING: False,
        words.AFTERNOON: True,
        words.NOON: hour < 11 or hour == 12,
        words.NIGHT: 5 <= hour < 12,
        None: hour < 7 or hour == 12,
    }[period]
    return hour % 12 + (12 if is_late else 0)


def _still_to_come(reading: _Reading, day: date, minutes: int) -> int:
    """Of today, the later of the two is meant where the earlier one is past."""
    later = minutes + _DAY_MINUTES // 2
    if day != reading.day or later >= _DAY_MINUTES:
        return minutes
    moment = at_minutes(day, minutes, reading.at.tzinfo)
    return later if seconds_between(reading.at, moment) <= 0 else minutes


def _dated(found: re.Match[str], month: int, today: date) -> date | None:
    day, year = int(found["day"]), found["year"]
    if year:
        return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    for ahead in range(_LEAP_YEARS):
        try:
            found_day = date(today.year + ahead, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if found_day >= today:
            return found_day
    return None


def _next_of_month(day: int, today: date) -> date | None:
    for ahead in range(12):
        first = _months_later(today.replace(day=1), ahead)
        try:
            found = first.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    while True:
        try:
            return date(year, month + 1, day.day)
        except ValueError:
            day = day.replace(day=day.day - 1)


def _number(text: str, names: dict[str, int]) -> int:
    return int(text) if text.isdecimal() else names[_plain(text)]


def _plain(text: str) -> str:
    """A match as its table has it."""
    return " ".join(text.split())
