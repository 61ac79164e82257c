"""The journal's reads, for one workspace: its own parts of requests, and whole requests that are all its own.

Row-level security says the same: the parts are the tenant's, and of `journal` it sees what it owns as a whole.

A request's parts stand next to each other in the primary key (their ids are the request's own and a place), so
that the newest requests are read off it. Filters and searches have no index of their own, which would cost
every webhook that arrives: they look through so many parts at most, newest first, and say how far they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.webhooks.journal_schemas import ItemResult
from hoopoe.webhooks.routing import SignatureVerdict

# Each step looks through so many parts: a page of the newest is read at once, a rare word step by step.
STEPS: Final = (300, 3_000, 47_000)
MAX_MATCHES: Final = 2_000
MAX_PARTS: Final = 0xFFFF

# Where a step ends: the request of the part that is so many places further on.
BOUND: Final = """
select journal_id from journal_items
where workspace_id = $1 and ($2::uuid is null or id < $2)
  and ($3::timestamptz is null or received_at >= $3) and ($4::timestamptz is null or received_at < $4)
order by id desc offset $5 limit 1
"""

# strpos, not like: what people search for may hold any character.
MATCHES: Final = """
select id, journal_id, received_at from journal_items
where workspace_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or id >= $3)
  and ($4::timestamptz is null or received_at >= $4) and ($5::timestamptz is null or received_at < $5)
  and ($6::uuid is null or channel_id = $6) and ($7::text is null or field = $7)
  and ($8::text is null or outcome = $8)
  and ($9::text is null or case outcome when 'refused' then reason else 'valid' end = $9)
  and ($10::text is null or strpos(raw::text, $10) > 0)
order by id desc limit $11
"""

PARTS: Final = """
select part.*, request.method, request.path, request.status, request.took_us, request.body_bytes, request.verdict,
       request.id is not null as is_whole
from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) with ordinality as asked (low, high, received_at, place)
cross join lateral (
    select id, journal_id, received_at, channel_id, field, outcome, reason, item_count from journal_items
    where workspace_id = $1 and id > asked.low and id <= asked.high and journal_id = asked.low
      and journal_items.received_at = asked.received_at
) as part
left join lateral (
    select id, method, path, status, took_us, body_bytes, verdict from journal
    where id = asked.low and journal.received_at = asked.received_at and owner_id = $1 limit 1
) as request on true
order by asked.place, part.id
"""

ONE: Final = """
select part.id, part.journal_id, part.received_at, part.channel_id, part.field, part.outcome, part.reason,
       part.item_count, part.raw, channel.provider, coalesce(channel.waba_id, channel.account_sid) as account_id,
       request.id is not null as is_whole, request.method, request.path, request.status, request.took_us,
       request.body_bytes, request.verdict
from unnest($2::uuid[], $3::uuid[]) with ordinality as asked (low, high, place)
cross join lateral (
    select * from journal_items
    where workspace_id = $1 and id > asked.low and id <= asked.high and journal_id = asked.low
) as part
left join lateral (
    select provider, waba_id, account_sid from channels where workspace_id = $1 and id = part.channel_id limit 1
) as channel on true
left join lateral (
    select id, method, path, status, took_us, body_bytes, verdict from journal
    where id = part.journal_id and received_at = part.received_at and owner_id = $1 limit 1
) as request on true
order by asked.place, part.id
"""


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What a list of requests shows: those with a part that fits all of it. `until` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    channel_id: UUID | None = None
    field: str | None = None
    result: ItemResult | None = None
    verdict: SignatureVerdict | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Requests, each by its own parts. `after` is the cursor; `searched_to`: it stopped there before it had enough."""

    requests: Sequence[Sequence[Record]]
    after: UUID | None
    searched_to: datetime | None


@dataclass(frozen=True, slots=True)
class _Match:
    """A request with a part that fits. `lowest` is the least id of such a part."""

    request_id: UUID
    received_at: datetime
    lowest: UUID


async def find_requests(
    conn: Connection, scope: WorkspaceScope, wanted: JournalFilter, *, before: UUID | None, limit: int
) -> Found:
    """The newest requests below the cursor that fit, `limit` at most."""
    matches: list[_Match] = []
    after: UUID | None = None
    for size in STEPS:
        bound = await conn.fetchval(BOUND, scope.workspace_id, after or before, wanted.since, wanted.until, size)
        # All parts of the request at the end of the step belong to it.
        least = UUID(int=bound.int + 1) if bound is not None else None
        rows = await _match(conn, scope, wanted, below=after or before, least=least)
        is_cut = len(rows) == MAX_MATCHES
        for request_id, parts in groupby(rows, lambda row: UUID(str(row["journal_id"]))):
            listed = list(parts)
            matches.append(_Match(request_id, listed[0]["received_at"], listed[-1]["id"]))
        after = rows[-1]["id"] if is_cut else least
        if len(matches) > limit or after is None:
            break
    is_full = len(matches) > limit
    page = matches[:limit]
    cursor = page[-1].lowest if is_full else after
    searched_to = None
    if not is_full and after is not None:
        searched_to = await conn.fetchval(
            "select received_at from journal_items where workspace_id = $1 and id >= $2 order by id limit 1",
            scope.workspace_id,
            after,
        )
    return Found(await _load(conn, scope, page), cursor, searched_to)


async def _match(
    conn: Connection, scope: WorkspaceScope, wanted: JournalFilter, *, below: UUID | None, least: UUID | None
) -> list[Record]:
    return await conn.fetch(
        MATCHES,
        scope.workspace_id,
        below,
        least,
        wanted.since,
        wanted.until,
        wanted.channel_id,
        wanted.field,
        {ItemResult.IGNORED: "kept"}.get(wanted.result, wanted.result) if wanted.result is not None else None,
        wanted.verdict,
        wanted.text,
        MAX_MATCHES,
    )


async def _load(conn: Connection, scope: WorkspaceScope, page: Sequence[_Match]) -> list[list[Record]]:
    rows = await conn.fetch(
        PARTS,
        scope.workspace_id,
        [match.request_id for match in page],
        [UUID(int=match.request_id.int + MAX_PARTS) for match in page],
        [match.received_at for match in page],
    )
    return [list(parts) for _, parts in groupby(rows, lambda row: UUID(str(row["journal_id"])))]


async def load_parts(conn: Connection, scope: WorkspaceScope, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """All own parts of requests, with their raw JSON, by request. What is another's or gone is left out."""
    rows = await conn.fetch(
        ONE, scope.workspace_id, list(ids), [UUID(int=min(id_.int + MAX_PARTS, 2**128 - 1)) for id_ in ids]
    )
    found: dict[UUID, list[Record]] = {}
    for row in rows:
        found.setdefault(row["journal_id"], []).append(row)
    return found


async def load_whole(conn: Connection, scope: WorkspaceScope, request_id: UUID, at: datetime) -> Record | None:
    """Headers and bytes of a request that is all this workspace's; None for any other."""
    return await conn.fetchrow(
        "select headers, body, body_bytes from journal where id = $1 and received_at = $2 and owner_id = $3",
        request_id,
        at,
        scope.workspace_id,
    )


async def load_input_states(
    conn: Connection, scope: WorkspaceScope, keys: Sequence[tuple[UUID, str]]
) -> dict[tuple[UUID, str], str]:
    """The state of inputs in the inbox by (channel, key). Those that it does not know are left out."""
    rows = await conn.fetch(
        """
        select asked.channel_id, asked.key, inbox.state
        from unnest($2::uuid[], $3::text[]) as asked (channel_id, key)
        cross join lateral (
            select state from inbox
            where workspace_id = $1 and channel_id = asked.channel_id and provider_key = asked.key limit 1
        ) as inbox
        """,
        scope.workspace_id,
        [channel_id for channel_id, _ in keys],
        [key for _, key in keys],
    )
    return {(row["channel_id"], row["key"]): row["state"] for row in rows}
