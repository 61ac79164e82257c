"""Connections: one kind, asyncpg, everywhere.

JSON columns are read and written as Python values by orjson; UUIDs and timestamps are asyncpg's own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import orjson

from hoopoe.kernel.json import dump_json

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool: TypeAlias = asyncpg.Pool[asyncpg.Record]
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Record: TypeAlias = asyncpg.Record
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection
    Record = asyncpg.Record

# A new connection learns our JSON and plans every statement anew, which takes most of a second: not every minute.
MAX_QUERIES = 5_000_000
SERVER_SETTINGS = {"jit": "off", "application_name": "hoopoe", "timezone": "UTC"}
# For the message core, whose statements are all probes by index (docs/decisions/0010). A plan that is made while a
# table is young reads it whole, and is kept until statistics come: seconds in which each turn costs ten times as much.
#
# And a statement is planned once, not for each batch: the lists that it is given change nothing about the probes, and
# planning the claim of sends took as long as the claim.
PROBING = SERVER_SETTINGS | {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan"}


# What is said, by whichever statement comes next, when the server or the network ends a connection.
CONNECTION_LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
# Whatever a database or the way to it may do for a while. Who works in rounds says so, and goes on with the next one.
# asyncpg says InternalClientError too when the server ends a connection between two statements.
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


async def prepare_connection(conn: asyncpg.Connection[asyncpg.Record]) -> None:
    """Teach a new connection our JSON."""
    for name in ("json", "jsonb"):
        await conn.set_type_codec(name, encoder=dump_json, decoder=orjson.loads, schema="pg_catalog", format="text")


async def connect(dsn: str, *, is_durable: bool = True) -> asyncpg.Connection[asyncpg.Record]:
    """Open one connection outside any pool, for LISTEN and NOTIFY.

    A connection that is not durable answers a commit before the disk does: only for hints that may
    be lost.
    """
    settings = SERVER_SETTINGS | ({} if is_durable else {"synchronous_commit": "off"})
    conn: asyncpg.Connection[asyncpg.Record] = await asyncpg.connect(dsn, server_settings=settings)
    try:
        await prepare_connection(conn)
    except BaseException:
        conn.terminate()
        raise
    return conn


async def _keep_as_it_is(conn: Connection) -> None:
    """A connection that comes back has nothing to reset: all that we set is local to a transaction.

    asyncpg has ended a transaction that was open. Its own reset is one more round trip for every transaction.
    """


@asynccontextmanager
async def open_pool(
    dsn: str, *, size: int, has_pgbouncer: bool = False, is_probing: bool = False
) -> AsyncIterator[Pool]:
    """Open a pool of at most `size` connections and close it at the end.

    `is_probing`: for the message core alone; no table is read whole where an index leads to the rows.

    Behind PgBouncer in transaction mode prepared statements do not survive, so they are not kept.
    """
    pool = await asyncpg.create_pool(
        dsn,
        min_size=min(2, size),
        max_size=size,
        max_queries=MAX_QUERIES,
        init=prepare_connection,
        reset=_keep_as_it_is,
        server_settings=PROBING if is_probing else SERVER_SETTINGS,
        statement_cache_size=0 if has_pgbouncer else 200,
        command_timeout=30,
    )
    try:
        yield pool
    finally:
        await pool.close()
