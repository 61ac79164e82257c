"""Token buckets: the arithmetic, pure, and a sampler for one process.

A bucket holds `capacity` tokens and fills at `per_second`. Buckets that processes share are rows
(`channel_pace`, `rate_buckets`); whoever holds the row uses `refill` and `take`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket as it was at `refilled_at`."""

    tokens: float
    refilled_at: datetime
    per_second: float
    capacity: float


def refill(bucket: Bucket, now: datetime) -> Bucket:
    """The bucket as it is at `now`. A clock that went back adds nothing."""
    elapsed = max(0.0, (now - bucket.refilled_at).total_seconds())
    return replace(bucket, tokens=min(bucket.capacity, bucket.tokens + elapsed * bucket.per_second), refilled_at=now)


def take(bucket: Bucket, wanted: int) -> tuple[Bucket, int]:
    """Take up to `wanted` whole tokens; returns the bucket that is left and how many there were."""
    taken = min(wanted, max(0, int(bucket.tokens)))
    return replace(bucket, tokens=bucket.tokens - taken), taken


def owe(bucket: Bucket) -> Bucket:
    """Take a token, also one that is yet to come: the bucket then owes."""
    return replace(bucket, tokens=bucket.tokens - 1)


def ready_at(bucket: Bucket, position: int) -> datetime:
    """When the bucket, taken from now on by nobody else, will have filled `position` tokens (1 = the next)."""
    missing = position - bucket.tokens
    return bucket.refilled_at + timedelta(seconds=max(0.0, missing / bucket.per_second))


class Sampler:
    """Admits so many per second in this process and refuses the rest: for what is only worth a sample."""

    def __init__(self, *, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = per_second
        self._at = time.monotonic()

    def admits(self) -> bool:
        """Whether this one is kept."""
        now = time.monotonic()
        self._tokens = min(self._per_second, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
