"""Transactions whose connection is lost: what is raised is what happened, not what came of cleaning up."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import CONNECTION_LOST, Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction


async def cut(pool: Pool, conn: Connection) -> None:
    """The server ends the connection, and we learn of it."""
    async with pool.acquire() as other:
        await other.execute("select pg_terminate_backend($1)", conn.get_server_pid())
    with contextlib.suppress(*CONNECTION_LOST):
        await conn.fetch("select 1")


async def test_an_error_comes_out_as_it_is(pool: Pool) -> None:
    with pytest.raises(LookupError):
        async with transaction(pool, role=tenancy.APP) as conn:
            await cut(pool, conn)
            raise LookupError


async def test_a_loop_that_is_cancelled_while_the_database_is_away_ends(pool: Pool) -> None:
    """One that took the lost connection for its error would go on, and its process would never stop."""
    is_cut = asyncio.Event()

    async def work() -> None:
        while True:
            with contextlib.suppress(*CONNECTION_LOST):
                async with transaction(pool, role=tenancy.APP) as conn:
                    await cut(pool, conn)
                    is_cut.set()
                    await asyncio.sleep(60)

    loop = asyncio.create_task(work())
    await is_cut.wait()
    loop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(loop, 5)
