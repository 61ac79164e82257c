"""Apply the migrations of `migrations/`, and run their SQL scripts.

A migration never waits long for a lock: whatever asks for the same table stands in line behind it. It gives up, leaves
nothing half-done, and is tried again after a pause.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, cast

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from hoopoe.kernel.db.schema import read_revision

MIGRATIONS = Path(__file__).resolve().parents[4] / "migrations"
LOCK_TIMEOUT_MS: Final = 1000
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
LOCK_NOT_AVAILABLE: Final = "55P03"
# What is built beside what is served waits for transactions that began before, and nobody waits for it.
PATIENCE: Final = 60

LONGEST = """
select pid, extract(epoch from now() - xact_start)::int as seconds, left(query, 100) as query
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
order by xact_start limit 3
"""


class MigrationBlockedError(Exception):
    """A migration could not have its locks, however often it was tried. What it had begun was taken back."""


class _RawConnection(Protocol):
    def execute(self, sql: str) -> Awaitable[str]: ...


def migrate(
    dsn: str,
    *,
    to: str = "head",
    pauses: Sequence[float] = PAUSES,
    lock_timeout_ms: int = LOCK_TIMEOUT_MS,
    on_blocked: Callable[[], None] = lambda: None,
) -> None:
    """Bring the database at `dsn` (`postgresql://…`) to the newest schema, or to the revision `to`.

    Blocks, and starts an event loop of its own: call it in a thread from asynchronous code. Safe to run twice, and
    while serving. One that does not get a lock within `lock_timeout_ms` is tried again after each of `pauses`
    (`on_blocked` is called before); then `MigrationBlockedError` says which, and what is in its way. Those before it
    stay applied.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    url = "postgresql+asyncpg" + dsn[dsn.index("://") :]
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("lock_timeout", f"{lock_timeout_ms}ms")
    for pause in (*pauses, None):
        try:
            command.upgrade(config, to)
        except (DBAPIError, asyncpg.LockNotAvailableError) as error:
            # A script's error comes as the driver's own.
            cause = error.orig if isinstance(error, DBAPIError) else error
            if getattr(cause, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            on_blocked()
            if pause is None:
                raise MigrationBlockedError(asyncio.run(_describe_block(dsn, len(pauses) + 1))) from None
            time.sleep(pause)
        else:
            return


async def _describe_block(dsn: str, tries: int) -> str:
    revision = await read_revision(dsn)
    conn = await asyncpg.connect(dsn)
    try:
        rows = await conn.fetch(LONGEST)
    finally:
        await conn.close()
    in_the_way = "; ".join(f"pid {row['pid']}, {row['seconds']} s: {row['query']}" for row in rows) or "none any more"
    return (
        f"The migration after {revision or 'the beginning'} did not get a lock in {tries} tries. Nothing of it was "
        f"done. Transactions that have been open longest: {in_the_way}. Wait for them or end them, then run it again."
    )


def run_script(sql: str) -> None:
    """Run several statements in the migration's own transaction."""
    bind = op.get_bind()
    bind.exec_driver_sql("select 1")  # the driver begins its transaction at the first statement of its own
    adapted = bind.connection.dbapi_connection
    if adapted is None:
        raise RuntimeError("the migration lost its connection")

    async def run(raw: object) -> None:
        await cast(_RawConnection, raw).execute(sql)

    adapted.run_async(run)


def build_indexes(indexes: Mapping[str, str], *, instead_of: Sequence[str] = (), is_unique: bool = False) -> None:
    """Build indexes (name → what follows `on`) beside what is served, then drop those that they take the place of.

    One that a killed run left is built anew. What the migration did before is committed here: it must bear being
    done twice. Nobody stands in line behind such a build, so it waits longer than others for those before it.
    """
    with op.get_context().autocommit_block():
        bind = op.get_bind()
        timeout = int(bind.exec_driver_sql("select setting from pg_settings where name = 'lock_timeout'").scalar_one())
        bind.exec_driver_sql(f"set lock_timeout = {timeout * PATIENCE}")
        for name, definition in indexes.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create {'unique ' if is_unique else ''}index concurrently {name} on {definition}")
        for name in instead_of:
            op.execute(f"drop index concurrently if exists {name}")
        bind.exec_driver_sql(f"set lock_timeout = {timeout}")


def validate_constraints(constraints: Sequence[tuple[str, str]]) -> None:
    """Check the rows that are there against constraints (table, name) that were added `not valid`.

    Each is a transaction of its own, so that no lock outlasts its scan, and none stronger than that of the scan is
    held: readers and writers go on. What the migration did before is committed here; all of it may be done twice.
    """
    with op.get_context().autocommit_block():
        for table, name in constraints:
            op.execute(f"alter table {table} validate constraint {name}")
