"""The inbox: everything that moves a conversation, one row each, in lanes.

A lane is one person on one channel. Whoever handles a lane holds its advisory lock inside the very
transaction that handles it: no lease, no state in between; the lock dies with the connection.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoopoe.channels.contract import ItemKind, Provider
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import JsonObject

# Each workspace that has work is found by one index probe (a loose index scan), and so is each of its lanes,
# at its head: however long a lane is, it costs one probe, and only its head is ever put off. The walk begins at
# a lane by chance and goes round once, so that no lane is always looked at last; of what it met, the oldest
# lanes of all workspaces come before the second-oldest of any. So neither a long lane nor a busy workspace
# delays anybody else. `not_before` is domain time.
PICK_LANES = """
with recursive clock as materialized (
    select domain_now() as now
), busy as (
    (select workspace_id from inbox where state = 'waiting' order by workspace_id limit 1)
    union all
    select (select workspace_id from inbox where state = 'waiting' and workspace_id > busy.workspace_id
            order by workspace_id limit 1)
    from busy where busy.workspace_id is not null
), room as materialized (
    select greatest({least_each}, $1 * {seen_per_taken} / greatest(count(workspace_id), 1)) as each from busy
), heads as (
    select met.*, 1 as met_before from busy cross join lateral (
        select * from (
            (select workspace_id, lane, seq, not_before, false as is_round from inbox
             where state = 'waiting' and workspace_id = busy.workspace_id and lane >= $2 order by lane, seq limit 1)
            union all
            (select workspace_id, lane, seq, not_before, true from inbox
             where state = 'waiting' and workspace_id = busy.workspace_id and lane < $2 order by lane, seq limit 1)
        ) as either limit 1
    ) as met
    union all
    select met.*, heads.met_before + 1 from heads cross join lateral (
        select * from (
            (select workspace_id, lane, seq, not_before, heads.is_round as is_round from inbox
             where state = 'waiting' and workspace_id = heads.workspace_id and lane > heads.lane
               and lane <= case when heads.is_round then $2 - 1 else {last_lane} end
             order by lane, seq limit 1)
            union all
            (select workspace_id, lane, seq, not_before, true from inbox
             where state = 'waiting' and workspace_id = heads.workspace_id and lane < $2 and not heads.is_round
             order by lane, seq limit 1)
        ) as either limit 1
    ) as met
    where heads.met_before < (select each from room)
), candidates as materialized (
    select workspace_id, lane, seq, row_number() over (partition by workspace_id order by seq) as round
    from heads where not_before <= (select now from clock)
    order by round, seq limit $1
)
select workspace_id, lane from candidates where pg_try_advisory_xact_lock(lane) order by round, seq
"""
SEEN_PER_TAKEN = 4
LEAST_EACH = 8
FIRST_LANE, LAST_LANE = -(2**63), 2**63 - 1


# A new statement: its snapshot was taken after the locks, so it sees all that earlier holders committed.
LOAD_ROWS = """
select waiting.seq, waiting.workspace_id, waiting.channel_id, channel.provider, waiting.provider_key, waiting.lane,
       waiting.kind, waiting.item, waiting.attempts, waiting.received_at,
       waiting.not_before > domain_now() as is_put_off
from unnest($1::uuid[], $2::bigint[]) as asked (workspace_id, lane)
cross join lateral (
    select * from inbox
    where state = 'waiting' and inbox.workspace_id = asked.workspace_id and inbox.lane = asked.lane
    order by seq limit $3
) as waiting
left join lateral (
    select provider from channels
    where channels.workspace_id = waiting.workspace_id and channels.id = waiting.channel_id limit 1
) as channel on true
order by waiting.seq
"""
ROWS_PER_LANE = 4


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


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A waiting input that this version cannot take: of a kind it does not know, or of a channel that is gone."""

    seq: int
    workspace_id: UUID
    channel_id: UUID
    key: str
    lane: int
    kind: str
    item: JsonObject
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Inputs of locked lanes, in order. What stands behind an unknown one is not among them."""

    rows: Sequence[InboxRow] = ()
    unknown: Sequence[UnknownRow] = ()


async def claim_rows(conn: Connection, *, max_lanes: int) -> Claimed:
    """Lock up to `max_lanes` lanes that have work and read their waiting inputs, oldest first.

    The locks are the transaction's: they end with it. A lane whose head is put off gives nothing: what
    stands behind it would overtake.
    """
    start = random.randint(FIRST_LANE + 1, LAST_LANE)  # noqa: S311  # a place to begin, not a secret
    pick = PICK_LANES.format(seen_per_taken=SEEN_PER_TAKEN, least_each=LEAST_EACH, last_lane=LAST_LANE)
    lanes = await conn.fetch(pick, max_lanes, start)
    if not lanes:
        return Claimed()
    keys = [row["workspace_id"] for row in lanes], [row["lane"] for row in lanes]
    each = max(ROWS_PER_LANE, max_lanes * ROWS_PER_LANE // len(lanes))
    return _sort_out(await conn.fetch(LOAD_ROWS, *keys, each))


async def claim_head(conn: Connection, workspace_id: UUID, lane: int) -> Claimed:
    """Lock one lane and read its first input; nothing when it has none that is due, or somebody holds it."""
    if not await conn.fetchval("select pg_try_advisory_xact_lock($1)", lane):
        return Claimed()
    return _sort_out(await conn.fetch(LOAD_ROWS, [workspace_id], [lane], 1))


def _sort_out(found: Sequence[Record]) -> Claimed:
    rows: list[InboxRow] = []
    unknown: list[UnknownRow] = []
    closed: set[int] = set()
    for row in found:
        if row["lane"] in closed:
            continue
        read = None if row["is_put_off"] else _read_row(row)
        match read:
            case InboxRow():
                rows.append(read)
            case UnknownRow():
                unknown.append(read)
                closed.add(row["lane"])
            case None:
                closed.add(row["lane"])
    return Claimed(rows, unknown)


def _read_row(row: Record) -> InboxRow | UnknownRow:
    try:
        provider, kind = Provider(row["provider"]), ItemKind(row["kind"])
    except ValueError as error:
        return UnknownRow(
            seq=row["seq"],
            workspace_id=row["workspace_id"],
            channel_id=row["channel_id"],
            key=row["provider_key"],
            lane=row["lane"],
            kind=row["kind"],
            item=row["item"],
            attempts=row["attempts"],
            reason=str(error),
        )
    return InboxRow(
        seq=row["seq"],
        workspace_id=row["workspace_id"],
        channel_id=row["channel_id"],
        provider=provider,
        key=row["provider_key"],
        lane=row["lane"],
        kind=kind,
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


async def put_off_rows(conn: Connection, rows: Sequence[tuple[InboxRow, datetime]]) -> None:
    """Put the heads of lanes off until a domain time each. What stands behind them waits with them."""
    await conn.execute(
        """
        update inbox set not_before = put_off.until
        from unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) as put_off (workspace_id, seq, until)
        where inbox.workspace_id = put_off.workspace_id and inbox.seq = put_off.seq
        """,
        [row.workspace_id for row, _ in rows],
        [row.seq for row, _ in rows],
        [until for _, until in rows],
    )


@dataclass(frozen=True, slots=True)
class MovedRow:
    """An input that goes on in another lane, at its old place in the order: as what, and when (domain time)."""

    row: InboxRow
    lane: int
    kind: ItemKind
    item: JsonObject
    until: datetime


async def move_rows(conn: Connection, moved: Sequence[MovedRow]) -> None:
    """Let inputs wait in other lanes. Whoever moves them holds the lanes that they come from."""
    await conn.execute(
        """
        update inbox set lane = moved.lane, kind = moved.kind, item = moved.item, not_before = moved.until
        from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::jsonb[], $6::timestamptz[])
            as moved (workspace_id, seq, lane, kind, item, until)
        where inbox.workspace_id = moved.workspace_id and inbox.seq = moved.seq
        """,
        [each.row.workspace_id for each in moved],
        [each.row.seq for each in moved],
        [each.lane for each in moved],
        [each.kind.value for each in moved],
        [each.item for each in moved],
        [each.until for each in moved],
    )


async def find_busy_lanes(conn: Connection, lanes: Sequence[tuple[UUID, int]]) -> set[int]:
    """Those of these (workspace, lane) in which something waits, also what is put off."""
    rows = await conn.fetch(
        """
        select asked.lane from unnest($1::uuid[], $2::bigint[]) as asked (workspace_id, lane)
        cross join lateral (
            select from inbox where state = 'waiting' and inbox.workspace_id = asked.workspace_id
                and inbox.lane = asked.lane limit 1
        ) as waiting
        """,
        [workspace_id for workspace_id, _ in lanes],
        [lane for _, lane in lanes],
    )
    return {row["lane"] for row in rows}


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
