"""How often secret addresses may be called: a bucket for each, and one for all of a workspace. Machine time.

The rows are `rate_buckets`, so that all processes share them; a flood is refused by what it finds there, and leaves
nothing behind but that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ratelimit import Bucket, ready_at, refill, take

# In the order of the keys: two calls of one workspace never wait for each other in a ring.
LOCK: Final = """
insert into rate_buckets (workspace_id, key, tokens, refilled_at)
select $1, key, capacity, now() from unnest($2::text[], $3::float8[]) as asked (key, capacity) order by key
on conflict (workspace_id, key) do update set key = excluded.key
returning key, tokens, refilled_at, told_at, now() as now
"""
SAVE: Final = """
update rate_buckets set tokens = saved.tokens, refilled_at = $4, told_at = coalesce(saved.told_at, rate_buckets.told_at)
from unnest($2::text[], $3::float8[], $5::timestamptz[]) as saved (key, tokens, told_at)
where workspace_id = $1 and rate_buckets.key = saved.key
"""
# Of a flood one refusal is noted, and then none for so long.
NOTE_AGAIN: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Calls a minute, of one address and of all that a workspace has. A minute's worth may come at once."""

    of_hook: int = 60
    of_workspace: int = 600


@dataclass(frozen=True, slots=True)
class Spent:
    """`wait_seconds`: None where there was room. `is_notable`: no refusal was noted lately."""

    wait_seconds: float | None
    is_notable: bool


async def spend_call(conn: Connection, workspace_id: UUID, hook_id: UUID, limits: CallLimits) -> Spent:
    """Take a call from both buckets, or from none. Other calls of the workspace wait for the rows: commit soon."""
    own = f"hook:{hook_id}"
    capacities = {own: float(limits.of_hook), "hooks": float(limits.of_workspace)}
    rows = await conn.fetch(LOCK, workspace_id, list(capacities), list(capacities.values()))
    now: datetime = rows[0]["now"]
    buckets = {
        row["key"]: refill(
            # A limit that was lowered meanwhile holds from now on.
            Bucket(row["tokens"], row["refilled_at"], capacities[row["key"]] / 60, capacities[row["key"]]),
            now,
        )
        for row in rows
    }
    waits = [(ready_at(bucket, 1) - now).total_seconds() for bucket in buckets.values() if bucket.tokens < 1]
    told = {row["key"]: row["told_at"] for row in rows}[own]
    is_notable = bool(waits) and (told is None or now - told >= NOTE_AGAIN)
    if not waits:
        buckets = {key: take(bucket, 1)[0] for key, bucket in buckets.items()}
    await conn.execute(
        SAVE,
        workspace_id,
        list(buckets),
        [bucket.tokens for bucket in buckets.values()],
        now,
        [now if is_notable and key == own else None for key in buckets],
    )
    return Spent(max(waits) if waits else None, is_notable)
