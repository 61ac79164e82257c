"""`business_hours`: one way while the business is open, another while it is closed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import VariableName, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.weekdays import WEEKDAY_NAMES, WEEKDAYS, Weekday
from hoopoe.flows.nodes.zones import MINUTES_OF_A_DAY, ZoneName, at_minutes, find_zone, read_clock

MAX_SPANS: Final = 30
MAX_HOLIDAYS: Final = 200
_LOOK_AHEAD_DAYS: Final = 400
_DAY: Final = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")

ClockText = Annotated[str, StringConstraints(max_length=5)]
DayText = Annotated[str, StringConstraints(max_length=10)]


class Span(BaseModel):
    """Hours on some days of the week."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: list[Weekday] = Field(
        min_length=1,
        max_length=7,
        json_schema_extra=ui(
            "Days",
            "الأيام",
            widget="multiselect",
            options=WEEKDAY_NAMES,
            help_en="On which the hours begin.",
            help_ar="الأيام التي تبدأ فيها الساعات.",
        ),
    )
    opens: ClockText = Field(
        json_schema_extra=ui("Opens at", "يفتح", widget="time", help_en="Such as 09:00.", help_ar="مثل 09:00.")
    )
    closes: ClockText = Field(
        json_schema_extra=ui(
            "Closes at",
            "يغلق",
            widget="time",
            help_en="After midnight is fine: 18:00 to 02:00. The day's end is 24:00.",
            help_ar="يجوز بعد منتصف الليل: 18:00 إلى 02:00. ونهاية اليوم 24:00.",
        )
    )


class Holiday(BaseModel):
    """A day, or the days up to another one, on which nothing opens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: DayText = Field(
        json_schema_extra=ui(
            "Day",
            "اليوم",
            widget="date",
            help_en="2026-09-23, or 09-23 for every year.",
            help_ar="مثل 2026-09-23، أو 09-23 لكل سنة.",
        )
    )
    until: DayText | None = Field(
        default=None,
        json_schema_extra=ui(
            "Up to", "حتى", widget="date", help_en="The last day; empty: one day.", help_ar="آخر يوم؛ فارغ: يوم واحد."
        ),
    )
    name: str = Field(
        default="",
        max_length=100,
        json_schema_extra=ui("Name", "الاسم", help_en="For yourself.", help_ar="للتذكير فقط."),
    )


class BusinessHoursConfig(NodeConfig):
    hours: list[Span] = Field(
        min_length=1,
        max_length=MAX_SPANS,
        json_schema_extra=ui(
            "Hours",
            "الأوقات",
            widget="hours",
            help_en="Several spans of one day are fine.",
            help_ar="يجوز أكثر من فترة في اليوم.",
        ),
    )
    holidays: list[Holiday] = Field(
        default_factory=list,
        max_length=MAX_HOLIDAYS,
        json_schema_extra=ui(
            "Holidays",
            "العطل",
            widget="dates",
            help_en="What opened the evening before stays open until it closes.",
            help_ar="ما فُتح في المساء السابق يبقى مفتوحا حتى موعد إغلاقه.",
        ),
    )
    timezone: ZoneName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Time zone",
            "المنطقة الزمنية",
            widget="timezone",
            help_en="Empty: the workspace's.",
            help_ar="فارغ: منطقة مساحة العمل.",
        ),
    )
    save_next_opening_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "When it is closed, save the next opening as",
            "عند الإغلاق احفظ موعد الفتح التالي باسم",
            widget="variable",
            help_en="A day and time, said in words; the time alone with {{ name | date: '%H:%M' }}.",
            help_ar="يوم وساعة يقالان بالكلمات؛ والساعة وحدها هكذا {{ name | date: '%H:%M' }}.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("open", ending_is_fine=True), Exit("closed"))

    def inspect(self, look: Look) -> None:
        for index, span in enumerate(self.hours):
            for field, text in (("opens", span.opens), ("closes", span.closes)):
                if read_clock(text) is None:
                    look.error(f"hours.{index}.{field}", "bad_time", f"'{text}' is not a time such as 09:30.")
            if read_clock(span.opens) == MINUTES_OF_A_DAY:
                look.error(f"hours.{index}.opens", "bad_time", "A day begins at 00:00.")
            if span.opens == span.closes:
                message = "It opens and closes at once. The whole day is 00:00 to 24:00."
                look.error(f"hours.{index}.closes", "bad_time", message)
        for index, holiday in enumerate(self.holidays):
            self._inspect_holiday(look, f"holidays.{index}", holiday)
        if self.timezone is not None and find_zone(self.timezone) is None:
            look.error("timezone", "unknown_timezone", f"There is no time zone '{self.timezone}'.")
        if self.save_next_opening_as is not None:
            look.sets("save_next_opening_as", self.save_next_opening_as)

    def _inspect_holiday(self, look: Look, field: str, holiday: Holiday) -> None:
        first = _read_day(holiday.day)
        last = _read_day(holiday.until or holiday.day)
        if first is None:
            look.error(f"{field}.day", "bad_date", f"'{holiday.day}' is not a day such as 2026-09-23 or 09-23.")
        if last is None and holiday.until is not None:
            look.error(f"{field}.until", "bad_date", f"'{holiday.until}' is not a day such as 2026-09-23 or 09-23.")
        if first is None or last is None:
            return
        if (first[0] is None) != (last[0] is None):
            look.error(f"{field}.until", "bad_date", "Give the year of both days, or of neither.")
        elif first[0] is not None and last[0] is not None and (last[0], *last[1:]) < (first[0], *first[1:]):
            look.error(f"{field}.until", "bad_date", "The last day comes before the first.")

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        calendar = read_calendar(self.hours, self.holidays)
        zone = None if self.timezone is None else find_zone(self.timezone)

        def enter(visit: Visit) -> Outcome:
            now = visit.env.now if zone is None else visit.env.now.astimezone(zone)
            if calendar.is_open(now):
                return Leave("open")
            if self.save_next_opening_as is not None:
                opening = calendar.next_opening(now)
                visit.set_variable(self.save_next_opening_as, None if opening is None else opening.isoformat())
            return Leave("closed")

        return Behaviour(enter)


_Day = tuple[int | None, int, int]


def _read_day(text: str) -> _Day | None:
    """A day as year (None: every year), month and day."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = None if found[1] is None else int(found[1]), int(found[2]), int(found[3])
    try:
        date(2000 if year is None else year, month, day)  # a leap year: 02-29 is a day
    except ValueError:
        return None
    return year, month, day


@dataclass(frozen=True, slots=True)
class Calendar:
    """`spans` by weekday (Monday is 0): minutes from opening to closing, which may lie beyond the day's end."""

    spans: Sequence[Sequence[tuple[int, int]]]
    holidays: Sequence[tuple[_Day, _Day]]

    def is_open(self, now: datetime) -> bool:
        """By the clock on the wall: an hour that comes twice is open twice."""
        today, minutes = now.date(), now.hour * 60 + now.minute
        yesterday = today - timedelta(days=1)
        return any(opens <= minutes < closes for opens, closes in self._spans_of(today)) or any(
            minutes + MINUTES_OF_A_DAY < closes for _, closes in self._spans_of(yesterday)
        )

    def next_opening(self, now: datetime) -> datetime | None:
        """The next moment at which it opens; None where that is over a year away."""
        today, minutes = now.date(), now.hour * 60 + now.minute
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = today + timedelta(days=ahead)
            openings = [opens for opens, _ in self._spans_of(day) if ahead > 0 or opens > minutes]
            if openings:
                return at_minutes(day, min(openings), now.tzinfo)
        return None

    def _spans_of(self, day: date) -> Sequence[tuple[int, int]]:
        return () if self._is_holiday(day) else self.spans[day.weekday()]

    def _is_holiday(self, day: date) -> bool:
        for first, last in self.holidays:
            if first[0] is not None:
                if first <= (day.year, day.month, day.day) <= last:
                    return True
                continue
            at, begins, ends = (day.month, day.day), first[1:], last[1:]
            # Every year's days may go past the year's end: 12-30 up to 01-02.
            if begins <= at <= ends if begins <= ends else at >= begins or at <= ends:
                return True
        return False


def read_calendar(hours: Sequence[Span], holidays: Sequence[Holiday]) -> Calendar:
    """The hours as numbers. They have no faults any more."""
    spans: list[list[tuple[int, int]]] = [[] for _ in WEEKDAYS]
    for span in hours:
        opens, closes = read_clock(span.opens) or 0, read_clock(span.closes) or 0
        for day in span.days:
            spans[WEEKDAYS.index(day)].append((opens, closes if closes > opens else closes + MINUTES_OF_A_DAY))
    days = [(_read_day(holiday.day), _read_day(holiday.until or holiday.day)) for holiday in holidays]
    return Calendar(spans, [(first, last) for first, last in days if first is not None and last is not None])


register(
    NodeType(
        name="business_hours",
        config=BusinessHoursConfig,
        group=Group.DECIDES,
        icon="clock",
        label={"en": "Business hours", "ar": "أوقات العمل"},
        description={"en": "Open or closed right now?", "ar": "مفتوح الآن أم مغلق؟"},
        summary=("hours[days opens-closes]", "holidays[name]", "timezone"),
        example={
            "hours": [
                {"days": ["sun", "mon", "tue", "wed", "thu"], "opens": "09:00", "closes": "18:00"},
                {"days": ["fri"], "opens": "18:00", "closes": "02:00"},
            ],
            "holidays": [{"day": "09-23", "name": "National Day"}],
        },
    )
)
