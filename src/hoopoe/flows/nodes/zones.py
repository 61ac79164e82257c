"""Whose clock counts: the workspace's, the person's, or one that is named. And what is between two moments.

Time zones are data of the standard library and of tzdata: the same input gives the same output.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from pydantic import StringConstraints

from hoopoe.flows.engine import Env

Clock = Literal["workspace", "contact"]
CLOCKS: Final = {"workspace": ("The business's time", "توقيت المنشأة"), "contact": ("The person's time", "توقيت الشخص")}

ZoneName = Annotated[str, StringConstraints(max_length=64)]

_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
MINUTES_OF_A_DAY: Final = 24 * 60


@lru_cache(maxsize=1_000)
def find_zone(name: str) -> tzinfo | None:
    """A zone by its name, such as `Asia/Riyadh`; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def now_by(env: Env, clock: Clock = "workspace") -> datetime:
    """`env.now` as that clock shows it."""
    if clock == "workspace":
        return env.now
    zone = _zone_of_contact(env)
    return env.now if zone is None else env.now.astimezone(zone)


def _zone_of_contact(env: Env) -> tzinfo | None:
    """The person's field `timezone`, else the one zone of the country that the number is of."""
    told = env.contact.get("timezone")
    if isinstance(told, str) and (zone := find_zone(told)) is not None:
        return zone
    phone = env.contact.get("phone")
    return _zone_of_phone(phone) if isinstance(phone, str) else None


@lru_cache(maxsize=10_000)
def _zone_of_phone(phone: str) -> tzinfo | None:
    try:
        zones = time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    return find_zone(zones[0]) if len(zones) == 1 and zones[0] != UNKNOWN_TIMEZONE else None


def seconds_between(earlier: datetime, later: datetime) -> float:
    """How much time really passes: Python subtracts two moments of one zone as if clocks were never changed."""
    return (later.astimezone(UTC) - earlier.astimezone(UTC)).total_seconds()


def read_clock(text: str) -> int | None:
    """A time of day as minutes since midnight, `24:00` being the day's end; None for anything else."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= MINUTES_OF_A_DAY else None


def at_minutes(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    """A moment by the clocks of a zone. One that is skipped when clocks go forward is as much later."""
    return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone).astimezone(UTC).astimezone(zone)
