"""How many requests a key may make: counted by the minute, in the database, so that all processes know.

Machine time. The minute begins with the first request; what is refused counts as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection

WINDOW_SECONDS: Final = 60

_COUNT: Final = """
insert into key_windows as known (key_id, requests, began_at) values ($1, 1, now())
on conflict (key_id) do update
set requests = case when known.began_at <= now() - make_interval(secs => $2) then 1 else known.requests + 1 end,
    began_at = case when known.began_at <= now() - make_interval(secs => $2) then now() else known.began_at end
returning requests, extract(epoch from began_at + make_interval(secs => $2) - now())::float8 as seconds
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """Where a key stands in its minute. `limit`: requests; `seconds`: until the minute is over."""

    limit: int
    used: int
    seconds: float

    @property
    def is_over(self) -> bool:
        """Whether this very request is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """For the answer. `Reset` is in seconds from now."""
        wait = str(max(1, int(self.seconds) + 1))
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": wait,
        }
        return {**headers, "Retry-After": wait} if self.is_over else headers


async def count_request(conn: Connection, key_id: UUID, limit: int) -> Rate:
    """Count a request. Commit soon: other requests of the key wait for the row."""
    row = await conn.fetchrow(_COUNT, key_id, WINDOW_SECONDS)
    if row is None:
        raise RuntimeError("a request was not counted")
    return Rate(limit, row["requests"], row["seconds"])
