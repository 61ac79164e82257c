"""How much a workspace, and one customer of it, may ask its bots in a minute.

What is over a limit is filed at once, and heard by the bot later (flows.runner.hearing): it takes a token that is
yet to come (a bucket may owe), and is due when that one is there. So nobody who comes later is served before it.
Whoever then waits long is told so once.
What a person answers counts towards no limit. Both buckets are rows that all workers share, and follow domain time
as `not_before` does; a workspace whose limits are lifted touches none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hoopoe.flows.runner.scene import WorkspaceFacts
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ratelimit import Bucket, owe, ready_at, refill

# Locked in one order, so that two turns never wait for each other in a ring.
LOCK_BUCKETS = """
with asked as (
    select * from unnest($1::uuid[], $2::text[], $3::float8[], $4::timestamptz[])
        as asked (workspace_id, key, capacity, at) order by workspace_id, key
), made as (
    insert into rate_buckets (workspace_id, key, tokens, refilled_at)
    select workspace_id, key, capacity, at from asked
    on conflict (workspace_id, key) do update set key = excluded.key
    returning workspace_id, key, tokens, refilled_at, told_at
)
select * from made
"""
SAVE_BUCKETS = """
update rate_buckets set tokens = saved.tokens, refilled_at = saved.at, told_at = saved.told_at
from unnest($1::uuid[], $2::text[], $3::float8[], $4::timestamptz[], $5::timestamptz[])
    as saved (workspace_id, key, tokens, at, told_at)
where rate_buckets.workspace_id = saved.workspace_id and rate_buckets.key = saved.key
"""
MAX_DEFERRAL = timedelta(hours=1)
# A shorter wait nobody notices, and words about it would cost a message.
TELL_FROM = timedelta(seconds=10)
TELL_AGAIN = timedelta(hours=1)


class Limiter:
    """The buckets of one turn. Ask for each message, in order; `save` at the end."""

    def __init__(
        self, buckets: dict[tuple[UUID, str], Bucket], told: dict[tuple[UUID, str], datetime | None], now: datetime
    ) -> None:
        self._buckets = buckets
        self._told = told
        self._now = now

    def must_tell(self, workspace_id: UUID, conversation_id: UUID, until: datetime) -> bool:
        """Whether a customer whose message waits so long should be told, and was not told lately; asking counts."""
        key = (workspace_id, customer_key(conversation_id))
        told_at = self._told.get(key)
        if until - self._now < TELL_FROM or key not in self._buckets:
            return False
        if told_at is not None and self._now - told_at < TELL_AGAIN:
            return False
        self._told[key] = self._now
        return True

    def admit_customer(self, workspace_id: UUID, conversation_id: UUID) -> datetime | None:
        """Take one of the customer's tokens; None when there was one, else when there will be."""
        return self._admit((workspace_id, customer_key(conversation_id)))

    def admit_workspace(self, workspace_id: UUID) -> datetime | None:
        """Take one of the workspace's tokens; as above. Only when the customer's is there: one customer's flood
        leaves the workspace's to the others.
        """
        return self._admit((workspace_id, WORKSPACE))

    def _admit(self, key: tuple[UUID, str]) -> datetime | None:
        bucket = self._buckets.get(key)
        if bucket is None:
            return None
        due = ready_at(bucket, 1)
        self._buckets[key] = owe(bucket)
        return min(due, self._now + MAX_DEFERRAL) if due > self._now else None

    async def save(self, conn: Connection) -> None:
        """Write the buckets back."""
        if self._buckets:
            keys = list(self._buckets)
            await conn.execute(
                SAVE_BUCKETS,
                [workspace_id for workspace_id, _ in keys],
                [key for _, key in keys],
                [self._buckets[key].tokens for key in keys],
                [self._now] * len(keys),
                [self._told[key] for key in keys],
            )


WORKSPACE = "workspace"


def customer_key(conversation_id: UUID) -> str:
    """The bucket of one customer."""
    return f"customer:{conversation_id}"


async def open_limiter(
    conn: Connection,
    workspaces: Mapping[UUID, WorkspaceFacts],
    conversations: Sequence[tuple[UUID, UUID]],
    now: datetime,
) -> Limiter:
    """Lock and refill the buckets of these (workspace, conversation) pairs."""
    wanted: dict[tuple[UUID, str], int] = {}
    for workspace_id, conversation_id in conversations:
        facts = workspaces[workspace_id]
        if facts.messages_per_minute is not None:
            wanted[workspace_id, WORKSPACE] = facts.messages_per_minute
        if facts.customer_messages_per_minute is not None:
            wanted[workspace_id, customer_key(conversation_id)] = facts.customer_messages_per_minute
    if not wanted:
        return Limiter({}, {}, now)
    rows = await conn.fetch(
        LOCK_BUCKETS,
        [workspace_id for workspace_id, _ in wanted],
        [key for _, key in wanted],
        [float(capacity) for capacity in wanted.values()],
        [now] * len(wanted),
    )
    buckets = {}
    for row in rows:
        key = (row["workspace_id"], row["key"])
        per_minute = float(wanted[key])
        bucket = Bucket(row["tokens"], row["refilled_at"], per_second=per_minute / 60, capacity=per_minute)
        buckets[key] = refill(bucket, now)
    return Limiter(buckets, {(row["workspace_id"], row["key"]): row["told_at"] for row in rows}, now)
