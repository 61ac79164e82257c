"""`delay`: go on later. The wait is a row of the shell, so it survives every restart."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Final, Literal

from pydantic import Field

from hoopoe.flows.engine import Behaviour, DelayWait, Leave, Outcome, Pause, Resume, Visit
from hoopoe.flows.engine.contract import MAX_DELAY_SECONDS, MIN_DELAY_SECONDS
from hoopoe.flows.nodes.base import NEXT, Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import ui
from hoopoe.flows.nodes.look import Look

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months"]

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400, "weeks": 604_800}
_LONGEST_MONTH: Final = 31 * 86_400


class DelayConfig(NodeConfig):
    pauses: ClassVar[bool] = True

    duration: int = Field(json_schema_extra=ui("Wait", "انتظر", widget="number"))
    unit: Unit = Field(default="seconds", json_schema_extra=ui("Unit", "الوحدة", widget="select"))

    def silences(self) -> Mapping[str, int]:
        return {NEXT.name: self._seconds()}

    def _seconds(self) -> int:
        return self.duration * _SECONDS.get(self.unit, _LONGEST_MONTH)

    def inspect(self, look: Look) -> None:
        seconds = self._seconds()
        if seconds < MIN_DELAY_SECONDS:
            look.error("duration", "out_of_range", "A delay takes one second or more.")
        most = 12 * _LONGEST_MONTH if self.unit == "months" else MAX_DELAY_SECONDS
        if seconds > most:
            look.error("duration", "out_of_range", "A delay takes a year at most.")

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        def enter(visit: Visit) -> Outcome:
            if self.unit == "months":
                later = add_months(visit.env.now, self.duration)
                return Pause(DelayWait(int((later - visit.env.now).total_seconds())))
            return Pause(DelayWait(self.duration * _SECONDS[self.unit]))

        return Behaviour(enter, _resume)


def _resume(visit: Visit, resume: Resume) -> Outcome:  # noqa: ARG001
    return Leave("next")


def add_months(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it is shorter."""
    index = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


register(
    NodeType(
        name="delay",
        config=DelayConfig,
        group=Group.DECIDES,
        icon="timer",
        label={"en": "Wait", "ar": "انتظار"},
        description={"en": "Goes on after a while, from seconds to months.", "ar": "يتابع بعد مدة، من ثوان إلى أشهر."},
        example={"duration": 2, "unit": "hours"},
    )
)
