"""The inbox: everything that moves a conversation, one row each, in lanes.

A lane is one person on one channel. Whoever handles a lane holds its advisory lock inside the very
transaction that handles it: no lease, no state in between; the lock dies with the connection.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoopoe.channels.contract import ItemKind, Provider
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import JsonObject

# Each workspace that has work is found by one index probe (a loose index scan), and offers its oldest
# lanes; the first lanes of all come before the second lanes of any. So a workspace with a long queue
# delays nobody else. `not_before` is domain time: a deferred row is not looked at before it is due.
PICK_LANES = """
with recursive clock as materialized (
    select domain_now() as now
), busy as (
    (select workspace_id from inbox where state = 'waiting' order by workspace_id limit 1)
    union all
    select (select workspace_id from inbox where state = 'waiting' and workspace_id > busy.workspace_id
            order by workspace_id limit 1)
    from busy where busy.workspace_id is not null
), oldest as (
    select workspace_id, lane, min(seq) as first_seq
    from busy cross join lateral (
        select lane, seq from inbox
        where state = 'waiting' and workspace_id = busy.workspace_id and not_before <= (select now from clock)
        order by not_before, seq limit $1
    ) as waiting
    where workspace_id is not null
    group by workspace_id, lane
), candidates as materialized (
    select lane, row_number() over (partition by workspace_id order by first_seq) as round, first_seq
    from oldest order by round, first_seq limit $1
)
select lane from candidates where {lock} order by round, first_seq
"""

FAULTY_PAUSE_SECONDS = 0.05
LOCK_LANE = "pg_try_advisory_xact_lock(lane)"

# A new statement: its snapshot was taken after the locks, so it sees all that earlier holders committed.
LOAD_ROWS = """
select inbox.seq, inbox.workspace_id, inbox.channel_id, channel.provider, provider_key, lane, kind, item, attempts,
       received_at, not_before, not_before > domain_now() as is_deferred
from inbox left join lateral (
    select provider from channels
    where channels.workspace_id = inbox.workspace_id and channels.id = inbox.channel_id limit 1
) as channel on true
where state = 'waiting' and lane = any ($1::bigint[])
order by seq limit $2
"""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One waiting input. `received_at` is machine time, when it was stored."""

    seq: int
    workspace_id: UUID
    channel_id: UUID
    provider: Provider
    key: str
    lane: int
    kind: ItemKind
    item: JsonObject
    attempts: int
    received_at: datetime


async def claim_rows(conn: Connection, *, max_lanes: int, has_lane_lock: bool = True) -> list[InboxRow]:
    """Lock up to `max_lanes` lanes that have work and return their waiting inputs, oldest first.

    The locks are the transaction's: they end with it. A lane whose head is deferred gives nothing, and
    what stands behind a deferred row is deferred with it: it would overtake.

    `has_lane_lock=False` is the known fault `no_lane_lock` of the crash test: it claims rows as a
    usual job queue does (skip what others hold) and loses the order.
    """
    if has_lane_lock:
        lanes = await conn.fetch(PICK_LANES.format(lock=LOCK_LANE), max_lanes)
        if not lanes:
            return []
        found = await conn.fetch(LOAD_ROWS, [row["lane"] for row in lanes], max_lanes * 4)
    else:
        lanes = await conn.fetch(PICK_LANES.format(lock="true"), max_lanes)
        found = await conn.fetch(LOAD_ROWS + " for update of inbox skip locked", [row["lane"] for row in lanes], 2)
        await asyncio.sleep(random.uniform(0, FAULTY_PAUSE_SECONDS))  # noqa: S311  # the pause that any worker may have
    rows: list[InboxRow] = []
    closed: dict[int, datetime] = {}
    behind: list[tuple[InboxRow, datetime]] = []
    for row in found:
        if row["lane"] in closed:
            behind.append((_read_row(row), closed[row["lane"]]))
        elif row["is_deferred"]:
            closed[row["lane"]] = row["not_before"]
        else:
            rows.append(_read_row(row))
    if behind:
        await defer_rows(conn, behind)
    return rows


async def claim_head(conn: Connection, lane: int) -> InboxRow | None:
    """Lock one lane and return its first input; None when it has none that is due, or somebody holds it."""
    if not await conn.fetchval("select pg_try_advisory_xact_lock($1)", lane):
        return None
    row = await conn.fetchrow(LOAD_ROWS, [lane], 1)
    return _read_row(row) if row is not None and not row["is_deferred"] else None


def _read_row(row: Record) -> InboxRow:
    return InboxRow(
        seq=row["seq"],
        workspace_id=row["workspace_id"],
        channel_id=row["channel_id"],
        provider=Provider(row["provider"]),
        key=row["provider_key"],
        lane=row["lane"],
        kind=ItemKind(row["kind"]),
        item=row["item"],
        attempts=row["attempts"],
        received_at=row["received_at"],
    )


async def finish_rows(conn: Connection, rows: Sequence[InboxRow]) -> None:
    """Mark inputs as handled. Their payload goes: the journal keeps the raw parts."""
    await conn.execute(
        """
        update inbox set state = 'done', item = '{}'
        from unnest($1::uuid[], $2::bigint[]) as handled (workspace_id, seq)
        where inbox.workspace_id = handled.workspace_id and inbox.seq = handled.seq
        """,
        [row.workspace_id for row in rows],
        [row.seq for row in rows],
    )


async def defer_rows(conn: Connection, rows: Sequence[tuple[InboxRow, datetime]]) -> None:
    """Put inputs off until a domain time each."""
    await conn.execute(
        """
        update inbox set not_before = deferred.until
        from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as deferred (workspace_id, seq, until)
        where inbox.workspace_id = deferred.workspace_id and inbox.seq = deferred.seq
        """,
        [row.workspace_id for row, _ in rows],
        [row.seq for row, _ in rows],
        [until for _, until in rows],
    )


async def put_item(
    conn: Connection, *, workspace_id: UUID, channel_id: UUID, lane: int, kind: ItemKind, key: str, item: JsonObject
) -> bool:
    """Add an input of our own making to a lane; False when the key was there already."""
    tag = await conn.execute(
        """
        insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
        values ($1, $2, $3, $4, $5, $6) on conflict (workspace_id, channel_id, provider_key) do nothing
        """,
        workspace_id,
        channel_id,
        key,
        lane,
        kind,
        item,
    )
    return tag.endswith(" 1")
