"""UUIDv7: ids that sort by the time of their making (RFC 9562, §5.7)."""

from __future__ import annotations

import os
import time
from datetime import datetime
from uuid import UUID

_last = 0


def new_id() -> UUID:
    """A new UUIDv7. Ids of one process never go backwards, also within one millisecond.

    The 12 bits after the version carry the fraction of the millisecond, and step by one when two ids
    fall into the same one (RFC 9562, §6.2, method 3).
    """
    global _last  # noqa: PLW0603  # the one counter that makes ids of this process monotonic
    ticks = time.time_ns() * 4096 // 1_000_000
    if ticks <= _last:
        ticks = _last + 1
    _last = ticks
    millis, fraction = divmod(ticks, 4096)
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(millis << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random)


def oldest_id(at: datetime) -> UUID:
    """What is before every UUIDv7 made at this time or later, and behind all made earlier."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
