"""When a flow starts by itself, and for whom. Pure: the next time follows from the last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hoopoe.flows.nodes.fields import ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.weekdays import WEEKDAY_NAMES, WEEKDAYS, Weekday
from hoopoe.flows.nodes.zones import MINUTES_OF_A_DAY, at_minutes, read_clock, seconds_between

MAX_TAGS: Final = 20
_LOOK_AHEAD_DAYS: Final = 400

ClockText = Annotated[str, StringConstraints(max_length=5)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50)]


class Times(BaseModel):
    """At a time of day, on days of the week or of the month, by the workspace's clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: ClockText = Field(
        default="09:00",
        json_schema_extra=ui(
            "At",
            "الساعة",
            widget="time",
            help_en="By the workspace's clock.",
            help_ar="بتوقيت مساحة العمل.",
        ),
    )
    weekdays: list[Weekday] = Field(
        default_factory=list,
        max_length=7,
        json_schema_extra=ui(
            "Days of the week",
            "أيام الأسبوع",
            widget="multiselect",
            options=WEEKDAY_NAMES,
            help_en="Empty: every day.",
            help_ar="فارغ: كل يوم.",
        ),
    )
    day_of_month: int | None = Field(
        default=None,
        ge=1,
        le=31,
        json_schema_extra=ui(
            "Day of the month",
            "يوم الشهر",
            widget="number",
            help_en="Empty: every day. 31 is the last one of each month.",
            help_ar="فارغ: كل يوم. و31 هو آخر يوم في كل شهر.",
        ),
    )

    def inspect(self, look: Look, field: str) -> None:
        """Find what is wrong."""
        minutes = read_clock(self.at)
        if minutes is None or minutes == MINUTES_OF_A_DAY:
            look.error(f"{field}.at", "bad_time", f"'{self.at}' is not a time such as 09:30.")
        if self.weekdays and self.day_of_month is not None:
            look.error(f"{field}.day_of_month", "not_used", "Choose days of the week or a day of the month.")

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time after a moment, in its zone. A time that clocks skip comes as much later."""
        minutes = read_clock(self.at) or 0
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = moment.date() + timedelta(days=ahead)
            if self.weekdays and WEEKDAYS[day.weekday()] not in self.weekdays:
                continue
            is_last = (day + timedelta(days=1)).month != day.month
            if (
                self.day_of_month is not None
                and day.day != self.day_of_month
                and not (is_last and day.day < self.day_of_month)
            ):
                continue
            found = at_minutes(day, minutes, moment.tzinfo)
            if seconds_between(moment, found) > 0:
                return found
        return None

    def list_next(self, moment: datetime, count: int) -> list[datetime]:
        """The next few times after a moment, as a worker that runs each of them would plan them."""
        found: list[datetime] = []
        while len(found) < count and (following := self.next_after(found[-1] if found else moment)) is not None:
            found.append(following)
        return found


class Schedule(Times):
    """When, and for whom."""

    tags: list[Tag] = Field(
        min_length=1,
        max_length=MAX_TAGS,
        json_schema_extra=ui(
            "For people with one of these tags",
            "للأشخاص الذين لديهم أحد هذه الوسوم",
            widget="tags",
            help_en="A flow puts tags on with the node 'tag'.",
            help_ar="تضيفها المحادثة بعقدة الوسم.",
        ),
    )
