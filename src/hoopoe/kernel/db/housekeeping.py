"""Partitions made ahead and dropped behind, and what has run out pruned in slices.

Runs as the login role, which owns the tables. Only one process at a time does it (an advisory lock);
missing it for days does no harm: rows then fall into the default partition.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import asyncpg
import structlog

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.purge import Forget, purge_workspaces
from hoopoe.kernel.db.unit_of_work import begin, roll_back

log = structlog.get_logger()

# Table → days kept, where the setting says nothing else.
PARTITIONED = {"journal": 30, "journal_items": 30, "events": 7, "sprint_traces": 14}
JOURNAL = ("journal", "journal_items")
# Which column says when a row was written, where it is not `received_at`.
WRITTEN_AT = {"events": "at", "sprint_traces": "created_at"}
DAYS_AHEAD = 3

# What has run out. The inbox must outlive a provider's retries (Meta: 7 days), for its keys are what
# recognises a delivery that was made before. A refresh token that ran out a week ago can no longer tell of a
# theft.
INBOX = "state = 'done' and received_at < now() - interval '14 days'"
# Machinery that has done its work: what it did stands in messages and sessions.
OUTBOX = "state in ('done', 'cancelled') and created_at < now() - interval '30 days'"
DONE = "state = 'done' and created_at < now() - interval '30 days'"
LOGIN_FAILURES = "ends_at < now()"
REFRESH_TOKENS = "expires_at < now() - interval '7 days'"
# A draft that somebody tried is kept as long as a pass for it is, or somebody is in it; then first who was in it goes.
UNUSED = (
    "number < 0 and bot_id is not null and not exists (select from draft_passes as pass "
    "where pass.workspace_id = version.workspace_id and pass.version_id = version.id)"
)
TRIED = " ".join([
    "status <> 'waiting' and parked_at is null and updated_at < domain_now() - interval '7 days'",
    "and (workspace_id, bot_id, version_id) in (select workspace_id, bot_id, id from bot_versions as version where",
    UNUSED, ")",
])  # fmt: skip
SNAPSHOTS = " ".join([
    "(workspace_id, id) in (select workspace_id, id from bot_versions as version where", UNUSED,
    "and not exists (select from flow_sessions as session where session.workspace_id = version.workspace_id",
    "and session.bot_id = version.bot_id and session.version_id = version.id))",
])  # fmt: skip
# What ended long ago, unless somebody may still let it go on where it failed. Ids are made in order, so the oldest are
# found by theirs; who was in one for long is looked at again, until it has been over for as long.
ENDED = " ".join([
    "status <> 'waiting' and parked_at is null",
    "and id < rpad(lpad(to_hex((extract(epoch from {before}) * 1000)::bigint), 12, '0'), 32, '0')::uuid",
    "and updated_at < {before}",
    "and not exists (select from dead_letters as letter where letter.workspace_id = flow_sessions.workspace_id",
    "and letter.state in ('failed', 'retrying')",
    "and letter.payload -> 'session' ->> 'id' = flow_sessions.id::text)",
])  # fmt: skip
BY_WORKSPACE = {
    "idempotency_keys": ("workspace_id, key", "created_at < now() - interval '24 hours'"),
    # An import is over within a day; who has not written or been written to by then is in nobody's way.
    "book_names": ("workspace_id, kind, scope, value", "at < domain_now() - interval '30 days'"),
    "ws_tickets": ("workspace_id, id", "expires_at < now()"),
    # A bucket that nobody touched for a day is full.
    "rate_buckets": ("workspace_id, key", "refilled_at < domain_now() - interval '1 day'"),
    # Who deleted a row may want it back for a day.
    "data_rows": ("workspace_id, table_id, id", "deleted_at < now() - interval '1 day'"),
    "data_rewrites": ("workspace_id, id", "not is_open and finished_at < now() - interval '30 days'"),
    "data_imports": ("workspace_id, id", "finished_at < now() - interval '30 days'"),
    "draft_passes": ("workspace_id, id", "expires_at < now() - interval '7 days'"),
    "flow_sessions": ("workspace_id, id", TRIED),
    "bot_versions": ("workspace_id, id", SNAPSHOTS),
    "dead_letters": (
        "workspace_id, id",
        "state in ('resolved', 'archived') and state_at < now() - interval '90 days'",
    ),
}
# What is told of an account is of use for as long as somebody may ask why. By both times: what is told late was not
# there for long.
ACCOUNT_EVENTS = "at < {before} and received_at < {before}"
# The record of a merge holds what was another contact's. It goes with the contact that it went to, too; the ids
# that lead on are another table's, and stay.
MERGES = (
    "at < {before} or not exists (select from contacts where contacts.workspace_id = contact_merges.workspace_id "
    "and contacts.id = contact_merges.kept_id) and not exists (select from contact_aliases "
    "where contact_aliases.workspace_id = contact_merges.workspace_id and contact_aliases.id = contact_merges.kept_id)"
)
# Not here on purpose: `consents` and `consent_changes` prove what a person wanted, and go with the contact alone.
# How long a deleted workspace waits for somebody who did not mean it.
DELETED_DAYS = 30
WORKSPACES_AT_ONCE = 500
SLICE = 5_000
LOCK_TIMEOUT = "500ms"
LOCK_KEY = 0x686F6F706F65


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many days is kept what grows with time alone."""

    journal: int = PARTITIONED["journal"]
    traces: int = PARTITIONED["sprint_traces"]
    sessions: int = 90
    account_events: int = 365
    merges: int = 365


KEPT = Keeping()


async def keep_house(pool: Pool, *, forget: Forget, keeping: Keeping = KEPT) -> None:
    """Make partitions ahead, drop old ones, prune what has run out, empty workspaces that were deleted long ago.

    `forget` removes what such a workspace keeps outside of the database; it is asked before its rows go.
    """
    days_kept = PARTITIONED | dict.fromkeys(JOURNAL, keeping.journal) | {"sprint_traces": keeping.traces}
    by_workspace = BY_WORKSPACE | {
        "account_events": ("workspace_id, id", ACCOUNT_EVENTS.format(before=_ago(keeping.account_events))),
        "contact_merges": ("workspace_id, id", MERGES.format(before=_ago(keeping.merges))),
    }
    # No trace outlives the session that it tells of.
    ended = ENDED.format(before=_ago(max(keeping.sessions, keeping.traces + 1)))
    async with pool.acquire() as conn:
        if not await conn.fetchval("select pg_try_advisory_lock($1)", LOCK_KEY):
            return
        try:
            today = datetime.now(UTC).date()
            for table, days in days_kept.items():
                for ahead in range(DAYS_AHEAD + 1):
                    await _make_partition(conn, table, today + timedelta(days=ahead))
                await _drop_partitions(conn, table, before=today - timedelta(days=days))
            for table in (*JOURNAL, "events"):
                await _empty_default(conn, table, days=days_kept[table] + 1)
            await _prune(conn, "inbox", key="workspace_id, seq", condition=INBOX)
            await _prune(conn, "outbox", key="workspace_id, id", condition=OUTBOX)
            for table in ("timers", "effects"):
                await _prune(conn, table, key="workspace_id, id", condition=DONE)
            await _prune(conn, "login_failures", key="key", condition=LOGIN_FAILURES, role=tenancy.APP)
            await _prune(conn, "refresh_tokens", key="id", condition=REFRESH_TOKENS, role=tenancy.APP)
            await purge_workspaces(conn, kept_days=DELETED_DAYS, forget=forget)
            workspaces = await _list_workspaces(conn)
            for first in range(0, len(workspaces), WORKSPACES_AT_ONCE):
                some = workspaces[first : first + WORKSPACES_AT_ONCE]
                await _empty_default(conn, "sprint_traces", days=keeping.traces + 1, workspaces=some)
                await _prune(conn, "flow_sessions", key="workspace_id, id", condition=ended, workspaces=some)
                for table, (key, condition) in by_workspace.items():
                    await _prune(conn, table, key=key, condition=condition, workspaces=some)
        finally:
            await conn.execute("select pg_advisory_unlock($1)", LOCK_KEY)


def _ago(days: int) -> str:
    return f"domain_now() - interval '{days} days'"


async def _make_partition(conn: Connection, table: str, day: date) -> None:
    name = f"{table}_{day:%Y%m%d}"
    if await conn.fetchval("select to_regclass($1)", name) is not None:
        return
    begin = f"{day:%Y-%m-%d} 00:00:00+00"
    end = f"{day + timedelta(days=1):%Y-%m-%d} 00:00:00+00"
    if await conn.fetchval(_rows_in_default(table), datetime.fromisoformat(begin), datetime.fromisoformat(end)):
        # Moving rows out of the default partition would lock it: that day stays there.
        return
    await _change(conn, f"create table {name} partition of {table} for values from ('{begin}') to ('{end}')")


async def _change(conn: Connection, statement: str) -> bool:
    """Run a statement that locks a whole table, or leave it to the next round: whoever waits for such a lock makes
    everybody behind wait too.
    """
    try:
        async with conn.transaction():
            await conn.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
            await conn.execute(statement)
    except asyncpg.LockNotAvailableError:
        log.warning("house_waits", statement=statement)
        return False
    return True


async def _empty_default(conn: Connection, table: str, *, days: int, workspaces: Collection[UUID] = ()) -> None:
    """Delete what fell into the default partition while nobody made others; no other has rows as old as that."""
    statement = " ".join(["delete from", table, "where", _written_at(table), "< now() - make_interval(days => $1)"])
    await begin(conn, role=tenancy.PIPE, workspaces=workspaces)
    try:
        await conn.execute(statement, days)
    except BaseException:
        await roll_back(conn)
        raise
    await conn.execute("commit")


def _written_at(table: str) -> str:
    return WRITTEN_AT.get(table, "received_at")


def _rows_in_default(table: str) -> str:
    column = _written_at(table)
    return " ".join(["select exists (select from", f"{table}_default", "where", column, ">= $1 and", column, "< $2)"])


async def _drop_partitions(conn: Connection, table: str, *, before: date) -> None:
    names = await conn.fetch(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::text::regclass", table
    )
    for row in names:
        day = row["name"].rpartition("_")[2]
        is_old = day.isdigit() and datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC).date() < before
        if is_old and await _change(conn, f"drop table {row['name']}"):
            log.info("partition_dropped", name=row["name"])


async def _list_workspaces(conn: Connection) -> list[UUID]:
    async with conn.transaction():
        await conn.execute(f"set local role {tenancy.OPERATOR}")
        return [row["id"] for row in await conn.fetch("select id from workspaces where purged_at is null order by id")]


async def _prune(
    conn: Connection,
    table: str,
    *,
    key: str,
    condition: str,
    role: str = tenancy.PIPE,
    workspaces: Collection[UUID] = (),
) -> None:
    """Delete what has run out, a slice to a transaction, so that nobody waits for long."""
    old = " ".join(["select", key, "from", table, "where", condition, "limit $1"])
    statement = " ".join(["delete from", table, "where (", key, ") in (", old, ")"])
    while True:
        await begin(conn, role=role, workspaces=workspaces)
        try:
            tag = await conn.execute(statement, SLICE)
        except BaseException:
            await roll_back(conn)
            raise
        await conn.execute("commit")
        deleted = int(tag.rsplit(" ", 1)[-1])
        if deleted < SLICE:
            return
