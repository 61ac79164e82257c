"""Who waits for whom in the database, so that a test need not guess how long somebody takes to get there."""

from __future__ import annotations

from hoopoe.kernel.db.pool import Connection, Pool
from tests.support.simulator import wait_until

BLOCKED = "select exists (select from pg_stat_activity where $1 = any (pg_blocking_pids(pid)))"


async def wait_for_blocked(pool: Pool, holder: Connection) -> None:
    """Returns once another connection waits for something that this one holds."""
    holder_pid = holder.get_server_pid()

    async def is_waited_for() -> bool:
        async with pool.acquire() as conn:
            return bool(await conn.fetchval(BLOCKED, holder_pid))

    await wait_until(is_waited_for, "connection that waits for the holder of the lock")
