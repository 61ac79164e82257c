"""Partitions made ahead and dropped behind, and handled queue rows pruned in slices.

Runs as the login role, which owns the tables. Only one process at a time does it (an advisory lock);
missing it for days does no harm: rows then fall into the default partition.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import structlog

from hoopoe.kernel.db.pool import Connection, Pool

log = structlog.get_logger()

# Table → days kept. The inbox must outlive a provider's retries (Meta: 7 days), for its keys are what
# recognises a delivery that was made before.
PARTITIONED = {"journal": 30, "journal_items": 30, "events": 7}
INBOX_DAYS = 14
DAYS_AHEAD = 3
SLICE = 5_000
LOCK_KEY = 0x686F6F706F65


async def keep_house(pool: Pool) -> None:
    """Make partitions for the next days, drop those that are too old, prune handled inbox rows."""
    async with pool.acquire() as conn:
        if not await conn.fetchval("select pg_try_advisory_lock($1)", LOCK_KEY):
            return
        try:
            today = datetime.now(UTC).date()
            for table, days in PARTITIONED.items():
                for ahead in range(DAYS_AHEAD + 1):
                    await _make_partition(conn, table, today + timedelta(days=ahead))
                await _drop_partitions(conn, table, before=today - timedelta(days=days))
            await _prune_inbox(conn)
        finally:
            await conn.execute("select pg_advisory_unlock($1)", LOCK_KEY)


async def _make_partition(conn: Connection, table: str, day: date) -> None:
    name = f"{table}_{day:%Y%m%d}"
    if await conn.fetchval("select to_regclass($1)", name) is not None:
        return
    begin = f"{day:%Y-%m-%d} 00:00:00+00"
    end = f"{day + timedelta(days=1):%Y-%m-%d} 00:00:00+00"
    if await conn.fetchval(_rows_in_default(table), datetime.fromisoformat(begin), datetime.fromisoformat(end)):
        # Moving rows out of the default partition would lock it: that day stays there.
        return
    await conn.execute(f"create table {name} partition of {table} for values from ('{begin}') to ('{end}')")


def _rows_in_default(table: str) -> str:
    column = "at" if table == "events" else "received_at"
    return " ".join(["select exists (select from", f"{table}_default", "where", column, ">= $1 and", column, "< $2)"])


async def _drop_partitions(conn: Connection, table: str, *, before: date) -> None:
    names = await conn.fetch(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::text::regclass", table
    )
    for row in names:
        day = row["name"].rpartition("_")[2]
        if day.isdigit() and datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date() < before:
            await conn.execute(f"drop table {row['name']}")
            log.info("partition_dropped", name=row["name"])


async def _prune_inbox(conn: Connection) -> None:
    while True:
        async with conn.transaction():
            await conn.execute("set local role hoopoe_pipe")
            tag = await conn.execute(
                "delete from inbox using (select workspace_id, seq from inbox where state = 'done' "
                "and received_at < now() - make_interval(days => $1) order by received_at limit $2) as old "
                "where inbox.workspace_id = old.workspace_id and inbox.seq = old.seq",
                INBOX_DAYS,
                SLICE,
            )
        if int(tag.rsplit(" ", 1)[-1]) < SLICE:
            return
