"""How fast a number may send: per person, and in all (whatsapp.md A10).

Throughput is 80 messages a second per number where nobody says otherwise, both directions together. The
pair rate is one message per six seconds to one person, with up to 45 at once on credit. Meta says that
such a burst is paid back by silence (twenty at once: two minutes); `strict` does that, otherwise only the
credit ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

_THROUGHPUT = 80.0
_PAIR_SECONDS = 6.0
_PAIR_BURST = 45


class Limit(StrEnum):
    THROUGHPUT = "throughput"
    PAIR_RATE = "pair_rate"


@dataclass(slots=True)
class _Pair:
    paid_at: float = 0.0
    """When everything sent so far has been paid back at the normal rate."""
    burst_at: float = 0.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float = 0.0


@dataclass(slots=True)
class Limits:
    """The state of all buckets, against the time that it is given."""

    is_strict: bool
    _pairs: dict[tuple[str, str], _Pair] = field(default_factory=dict)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, phone_number_id: str, address: str, *, now: float, per_second: float = _THROUGHPUT) -> Limit | None:
        """Count one message to `address`, or say which limit it would break (then nothing is counted)."""
        bucket = self._refill(phone_number_id, now=now, per_second=per_second)
        if bucket.tokens < 1:
            return Limit.THROUGHPUT
        if not self.take_pair(phone_number_id, address, now=now):
            return Limit.PAIR_RATE
        bucket.tokens -= 1
        return None

    def wait_in_queue(self, phone_number_id: str, *, now: float) -> float:
        """Take a place in the queue that Twilio keeps; the seconds until it is this message's turn."""
        bucket = self._refill(phone_number_id, now=now)
        bucket.tokens -= 1
        return max(0.0, -bucket.tokens / _THROUGHPUT)

    def take_pair(self, phone_number_id: str, address: str, *, now: float) -> bool:
        """Count one message against the pair rate alone; False (and not counted) when it is over it."""
        pair = self._pairs.setdefault((phone_number_id, address), _Pair())
        if pair.paid_at <= now:
            pair.paid_at = pair.burst_at = now
        elif self.is_strict and now - pair.burst_at >= _PAIR_SECONDS:
            return False
        if pair.paid_at - now > (_PAIR_BURST - 1) * _PAIR_SECONDS:
            return False
        pair.paid_at += _PAIR_SECONDS
        return True

    def count_inbound(self, phone_number_id: str, *, now: float, per_second: float = _THROUGHPUT) -> None:
        """A person's message uses throughput too, but is never refused."""
        bucket = self._refill(phone_number_id, now=now, per_second=per_second)
        bucket.tokens = max(min(0.0, bucket.tokens), bucket.tokens - 1)

    def _refill(self, phone_number_id: str, *, now: float, per_second: float = _THROUGHPUT) -> _Bucket:
        bucket = self._buckets.setdefault(phone_number_id, _Bucket(tokens=per_second, at=now))
        bucket.tokens = min(per_second, bucket.tokens + max(0.0, now - bucket.at) * per_second)
        bucket.at = now
        return bucket
