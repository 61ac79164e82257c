"""The days of the week, as configs write them and as forms show them. Monday is 0, as in Python."""

from __future__ import annotations

from typing import Final, Literal

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAY_NAMES: Final = {
    "mon": ("Monday", "الاثنين"),
    "tue": ("Tuesday", "الثلاثاء"),
    "wed": ("Wednesday", "الأربعاء"),
    "thu": ("Thursday", "الخميس"),
    "fri": ("Friday", "الجمعة"),
    "sat": ("Saturday", "السبت"),
    "sun": ("Sunday", "الأحد"),
}
WEEKDAYS: Final = tuple(WEEKDAY_NAMES)
