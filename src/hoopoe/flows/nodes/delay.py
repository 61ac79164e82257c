"""`delay`: go on later. The wait is a row of the shell, so it survives every restart."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final, Literal, assert_never

from pydantic import Field

from hoopoe.flows.engine import Behaviour, DelayWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.engine.contract import MAX_DELAY_SECONDS, MIN_DELAY_SECONDS
from hoopoe.flows.nodes.base import NEXT, Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.weekdays import WEEKDAY_NAMES, WEEKDAYS, Weekday
from hoopoe.flows.nodes.zones import (
    CLOCKS,
    MINUTES_OF_A_DAY,
    Clock,
    at_minutes,
    now_by,
    read_clock,
    seconds_between,
)
from hoopoe.kernel.text import fold_digits

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months"]
Mode = Literal["duration", "date", "weekday"]

INVALID: Final = "invalid"

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
_LONGEST_MONTH: Final = 31 * 86_400
_UNITS: Final = {
    "seconds": ("seconds", "ثوان"),
    "minutes": ("minutes", "دقائق"),
    "hours": ("hours", "ساعات"),
    "days": ("days", "أيام"),
    "weeks": ("weeks", "أسابيع"),
    "months": ("months", "أشهر"),
}
_MODES: Final = {
    "duration": ("For a while", "لمدة"),
    "date": ("Until a date", "حتى تاريخ"),
    "weekday": ("Until a day of the week", "حتى يوم من الأسبوع"),
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")


class DelayConfig(NodeConfig):
    pauses: ClassVar[bool] = True

    mode: Mode = Field(
        default="duration",
        json_schema_extra=ui(
            "Wait",
            "انتظر",
            widget="select",
            options=_MODES,
            help_en="A message meanwhile does not end the wait.",
            help_ar="الرسالة أثناء الانتظار لا تنهيه.",
        ),
    )
    duration: int | None = Field(
        default=None,
        json_schema_extra=ui(
            "How long",
            "المدة",
            widget="number",
            help_en="Up to a year.",
            help_ar="سنة على الأكثر.",
            when={"mode": ["duration"]},
        ),
    )
    unit: Unit = Field(
        default="seconds",
        json_schema_extra=ui(
            "Unit",
            "الوحدة",
            widget="select",
            options=_UNITS,
            help_en="A month ends on the same day of the next one.",
            help_ar="ينتهي الشهر في اليوم نفسه من الشهر التالي.",
            when={"mode": ["duration"]},
        ),
    )
    until: Source = Field(
        default="",
        json_schema_extra=ui(
            "Date and time",
            "التاريخ والوقت",
            widget="template",
            help_en="2026-03-01T17:00, 2026-03-01, or a variable: {{ appointment }}. What is past goes on at once.",
            help_ar="مثل 2026-03-01T17:00 أو 2026-03-01 أو متغير مثل {{ appointment }}. وما مضى يتابع فورا.",
            when={"mode": ["date"]},
        ),
    )
    before: int = Field(
        default=0,
        ge=0,
        le=10_000,
        json_schema_extra=ui(
            "So long before it",
            "قبله بمدة",
            widget="number",
            help_en="1 day: the same time on the day before.",
            help_ar="يوم واحد: في الوقت نفسه من اليوم السابق.",
            when={"mode": ["date"]},
        ),
    )
    before_unit: Unit = Field(
        default="days",
        json_schema_extra=ui(
            "Unit",
            "الوحدة",
            widget="select",
            options=_UNITS,
            help_en="Days, weeks and months keep the time of day.",
            help_ar="الأيام والأسابيع والأشهر تحافظ على الساعة.",
            when={"mode": ["date"]},
        ),
    )
    weekdays: list[Weekday] = Field(
        default_factory=list,
        max_length=7,
        json_schema_extra=ui(
            "Days",
            "الأيام",
            widget="multiselect",
            options=WEEKDAY_NAMES,
            help_en="The next of them that comes.",
            help_ar="أقرب يوم منها.",
            when={"mode": ["weekday"]},
        ),
    )
    at: str = Field(
        default="09:00",
        max_length=5,
        json_schema_extra=ui(
            "At",
            "الساعة",
            widget="time",
            help_en="For a date without a time, and for a day of the week.",
            help_ar="لتاريخ بلا وقت، وليوم من الأسبوع.",
            when={"mode": ["date", "weekday"]},
        ),
    )
    clock: Clock = Field(
        default="workspace",
        json_schema_extra=ui(
            "Whose time",
            "بتوقيت",
            widget="select",
            options=CLOCKS,
            help_en="The person's: the field 'timezone', else what the number's country says.",
            help_ar="توقيت الشخص: حقل timezone، وإلا فتوقيت بلد رقمه.",
            when={"mode": ["date", "weekday"]},
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        """A date that a variable brings may be none, or too far away: that leaves by `invalid`."""
        return (NEXT, Exit(INVALID)) if self.mode == "date" else (NEXT,)

    def silences(self) -> Mapping[str, int]:
        """A day of the week, or a date, may be a day away or more."""
        if self.mode != "duration":
            return {NEXT.name: _SECONDS["days"]}
        return {NEXT.name: self._seconds(self.duration)} if self.duration is not None else {}

    def _seconds(self, duration: int) -> int:
        return duration * _SECONDS.get(self.unit, _LONGEST_MONTH)

    def inspect(self, look: Look) -> None:
        if self.mode == "duration":
            self._inspect_duration(look)
            return
        minutes = read_clock(self.at)
        if minutes is None or minutes == MINUTES_OF_A_DAY:
            look.error("at", "bad_time", f"'{self.at}' is not a time such as 09:30.")
        if self.mode == "weekday":
            if not self.weekdays:
                look.error("weekdays", "missing", "Say on which day it goes on.")
            return
        template = look.template("until", self.until)
        if not self.until.strip():
            look.error("until", "missing", "Say until when.")
        elif template is not None and template.is_literal and not _is_readable(self.until):
            look.error("until", "bad_date", f"'{self.until[:80]}' is not a date such as 2026-03-01T17:00.")

    def _inspect_duration(self, look: Look) -> None:
        if self.duration is None:
            look.error("duration", "missing", "Say how long.")
            return
        seconds = self._seconds(self.duration)
        if seconds < MIN_DELAY_SECONDS:
            look.error("duration", "out_of_range", "A delay takes one second or more.")
        most = 12 * _LONGEST_MONTH if self.unit == "months" else MAX_DELAY_SECONDS
        if seconds > most:
            look.error("duration", "out_of_range", "A delay takes a year at most.")

    def build(self, build: Build) -> Behaviour:
        until, minutes = build.template(self.until), read_clock(self.at) or 0
        days = frozenset(WEEKDAYS.index(day) for day in self.weekdays)

        def enter(visit: Visit) -> Outcome:
            now = now_by(visit.env, self.clock)
            match self.mode:
                case "duration":
                    return _wait(now, shift(now, self.duration or 0, self.unit))
                case "weekday":
                    return _wait(now, next_weekday(now, days, minutes))
                case "date":
                    return self._wait_until(visit, visit.render(until), minutes, now)
                case _:
                    assert_never(self.mode)

        return Behaviour(enter, _resume)

    def _wait_until(self, visit: Visit, text: str, minutes: int, now: datetime) -> Outcome:
        try:
            moment = read_moment(text, minutes, now)
            moment = None if moment is None else shift(moment, -self.before, self.before_unit)
        except (ValueError, OverflowError):  # before the year 1, after the year 9999
            moment = None
        if moment is None:
            visit.report("bad_date", "There is no date to wait for.")
            return Leave(INVALID)
        if seconds_between(now, moment) > MAX_DELAY_SECONDS:
            visit.report("too_far", "The date is over a year away.")
            return Leave(INVALID)
        return _wait(now, moment)


def _wait(now: datetime, moment: datetime) -> Outcome:
    """A moment that is past, or this very one, goes on at once."""
    seconds = math.ceil(seconds_between(now, moment))
    return Pause(DelayWait(seconds)) if seconds >= MIN_DELAY_SECONDS else Leave(NEXT.name)


def _resume(visit: Visit, resume: Resume) -> Outcome:  # noqa: ARG001
    return Leave(NEXT.name)


def shift(moment: datetime, count: int, unit: Unit) -> datetime:
    """So much later, or earlier: of days, weeks and months the same time by the clock, of the rest so many seconds."""
    if unit == "months":
        return add_months(moment, count)
    if unit in ("days", "weeks"):
        return moment + timedelta(seconds=count * _SECONDS[unit])  # as Python adds: by the clock of the zone
    return (moment.astimezone(UTC) + timedelta(seconds=count * _SECONDS[unit])).astimezone(moment.tzinfo)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it is shorter."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def next_weekday(now: datetime, days: frozenset[int], minutes: int) -> datetime:
    """The next moment on one of these days at that time; today only while it is still to come."""
    moments = (at_minutes(now.date() + timedelta(days=ahead), minutes, now.tzinfo) for ahead in range(8))
    return next(each for each in moments if each.weekday() in days and seconds_between(now, each) > 0)


def _is_readable(text: str) -> bool:
    try:
        return read_moment(text, 0, datetime(2000, 1, 1, tzinfo=UTC)) is not None
    except (ValueError, OverflowError):
        return False


def read_moment(text: str, minutes: int, now: datetime) -> datetime | None:
    """A date with or without a time, in the zone of `now` where it names none; None for what is written otherwise.

    Raises ValueError and OverflowError for a day that there is not.
    """
    plain = fold_digits(text.strip())
    if _DAY.fullmatch(plain):
        return at_minutes(datetime.fromisoformat(plain).date(), minutes, now.tzinfo)
    if not _MOMENT.fullmatch(plain):
        return None
    moment = datetime.fromisoformat(plain)
    return moment.replace(tzinfo=now.tzinfo) if moment.tzinfo is None else moment.astimezone(now.tzinfo)


register(
    NodeType(
        name="delay",
        config=DelayConfig,
        group=Group.DECIDES,
        icon="timer",
        label={"en": "Wait", "ar": "انتظار"},
        description={
            "en": "Goes on after a while, on a date, or on a day of the week.",
            "ar": "يتابع بعد مدة، أو في تاريخ، أو في يوم من الأسبوع.",
        },
        summary=("duration*unit", "before*before_unit", "until", "weekdays at"),
        example={"duration": 2, "unit": "hours"},
    )
)
