"""Which files are fetched now, and what becomes of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from hoopoe.media.problems import Problem, next_try
from hoopoe.media.telling import tell_of_file

# The first waiting file of each workspace, then the second of each: one that gets a thousand pictures at once delays
# nobody else. Each workspace is found by a step in the index, and each file by its own place there.
CLAIM: Final = """
with recursive busy as (
    (select workspace_id from media_files where state = 'pending' order by workspace_id limit 1)
    union all
    select (select workspace_id from media_files where state = 'pending' and workspace_id > busy.workspace_id
            order by workspace_id limit 1)
    from busy where busy.workspace_id is not null
), candidates as materialized (
    select busy.workspace_id, waiting.id, waiting.next_at,
           row_number() over (partition by busy.workspace_id order by waiting.next_at) as round
    from busy cross join lateral (
        select id, next_at from media_files
        where state = 'pending' and workspace_id = busy.workspace_id and next_at <= now() order by next_at limit $1
    ) as waiting
    where busy.workspace_id is not null
    order by round, next_at limit $1
), taken as (
    select file.workspace_id, file.id from candidates cross join lateral (
        select workspace_id, id from media_files
        where workspace_id = candidates.workspace_id and id = candidates.id and state = 'pending' and next_at <= now()
        for update skip locked
    ) as file
)
update media_files set state = 'fetching', attempt = attempt + 1, lease_until = now() + make_interval(secs => $2)
from taken where media_files.workspace_id = taken.workspace_id and media_files.id = taken.id
returning media_files.workspace_id, media_files.id, media_files.channel_id, media_files.message_id, media_files.source,
    media_files.attempt, media_files.name, extract(epoch from now() - media_files.created_at) as age_seconds
"""

# Whoever had these is gone: a claim ends well before its lease does. A file that takes its worker with it again and
# again is given up.
RECLAIM: Final = """
with lost as (
    select workspace_id, id from media_files where state = 'fetching' and lease_until < now()
    order by lease_until limit 100 for update skip locked
)
update media_files set state = case when attempt < $2 then 'pending' else 'failed' end, lease_until = null,
    problem = $1, next_at = now()
from lost where media_files.workspace_id = lost.workspace_id and media_files.id = lost.id
returning media_files.workspace_id, media_files.message_id
"""

PUT_OFF: Final = """
update media_files set state = $4, lease_until = null, problem = $5, said = $6,
    next_at = now() + make_interval(secs => $7)
where workspace_id = $1 and id = $2 and attempt = $3 and state = 'fetching'
returning message_id
"""

MAX_SAID: Final = 500
MAX_INTERRUPTIONS: Final = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """One file that is ours to fetch until its lease ends."""

    workspace_id: UUID
    id: UUID
    channel_id: UUID | None
    message_id: UUID | None
    source: JsonObject
    attempt: int
    name: str | None
    age_seconds: float

    def text(self, key: str) -> str | None:
        """What the provider said of the file."""
        value = self.source.get(key)
        return value if isinstance(value, str) else None


async def claim_files(pool: Pool, *, room: int, lease_seconds: float) -> list[Claim]:
    """Claim up to `room` files that are due, the workspaces taking turns; takes back what the dead had claimed."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        lost = await conn.fetch(RECLAIM, Problem.INTERRUPTED, MAX_INTERRUPTIONS)
        for row in lost:
            await tell_of_file(conn, row["workspace_id"], row["message_id"])
        rows = await conn.fetch(CLAIM, room, lease_seconds)
    return [Claim(**{**row, "source": row["source"] or {}, "age_seconds": float(row["age_seconds"])}) for row in rows]


async def put_off(pool: Pool, claim: Claim, problem: Problem, said: str) -> bool:
    """Say what went wrong: it is tried again, or given up until a person asks for it. Returns whether it is over."""
    delay = next_try(problem, attempt=claim.attempt, age_seconds=claim.age_seconds)
    async with transaction(pool, role=tenancy.PIPE, workspaces=[claim.workspace_id]) as conn:
        state = "pending" if delay is not None else "failed"
        row = await conn.fetchrow(
            PUT_OFF, claim.workspace_id, claim.id, claim.attempt, state, problem, said[:MAX_SAID], delay or 0.0
        )
        if row is not None:
            await tell_of_file(conn, claim.workspace_id, row["message_id"])
    return delay is None


ASK_AGAIN: Final = """
update media_files set state = 'pending', attempt = 0, problem = null, said = null, next_at = now()
where workspace_id = $1 and id = $2 and state in ('failed', 'pending') and source is not null
returning message_id
"""


async def ask_again(conn: Connection, workspace_id: UUID, file_id: UUID) -> bool:
    """A person asks for another try, at once. Returns False where there is nothing to fetch, or it is under way."""
    row = await conn.fetchrow(ASK_AGAIN, workspace_id, file_id)
    if row is not None:
        await tell_of_file(conn, workspace_id, row["message_id"])
    return row is not None
