"""UUIDv7: ids that sort by the time of their making (RFC 9562, §5.7)."""

from __future__ import annotations

import os
import time
from datetime import datetime
from typing import Final
from uuid import UUID

TICKS_PER_MILLI: Final = 4096
TICKS_PER_SECOND: Final = 1000 * TICKS_PER_MILLI

_last = 0


def new_id() -> UUID:
    """A new UUIDv7. Ids of one process never go backwards, also within one millisecond.

    The 12 bits after the version carry the fraction of the millisecond, and step by one when two ids
    fall into the same one (RFC 9562, §6.2, method 3).
    """
    global _last  # noqa: PLW0603  # the one counter that makes ids of this process monotonic
    ticks = time.time_ns() * TICKS_PER_MILLI // 1_000_000
    if ticks <= _last:
        ticks = _last + 1
    _last = ticks
    return _make(ticks)


def id_at(at: datetime, place: int) -> UUID:
    """A UUIDv7 as if it had been made in the second of `at`: for what was there before, told only now.

    Of one second those with a smaller `place` (from 0, below 4,096,000) come first. What is said to be from before
    1970, or from the future, is taken for 1970, or for now: ids that are made later are greater.
    """
    now = time.time_ns() * TICKS_PER_MILLI // 1_000_000
    ticks = max(0, int(at.timestamp())) * TICKS_PER_SECOND + min(max(place, 0), TICKS_PER_SECOND - 1)
    return _make(min(ticks, now))


def _make(ticks: int) -> UUID:
    millis, fraction = divmod(ticks, TICKS_PER_MILLI)
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(millis << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)


def oldest_id(at: datetime) -> UUID:
    """What is before every UUIDv7 made at this time or later, and behind all made earlier."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
