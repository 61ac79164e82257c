"""A transaction under one of our roles, over an exact set of workspaces.

The role and the set are set in the round trip that begins the transaction, and end with it: there is
no ambient tenant that a later statement could inherit.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import CONNECTION_LOST, Connection, Pool


async def begin(
    conn: Connection,
    *,
    role: str,
    workspaces: Collection[UUID] = (),
    user_id: UUID | None = None,
    token_hash: bytes | None = None,
    idle_seconds: int | None = None,
) -> None:
    """Begin a transaction as `role` over `workspaces`, in one round trip.

    `idle_seconds`: how long it may sit between two statements before the database ends it.
    """
    if role not in tenancy.ROLES:
        raise ValueError(f"no such role: {role}")
    statements = ["begin", f"set local role {role}"]
    if idle_seconds is not None:
        statements.append(f"set local idle_in_transaction_session_timeout = '{int(idle_seconds)}s'")
    if workspaces:
        statements.append(f"set local app.workspaces = '{join_ids(workspaces)}'")
    if user_id is not None:
        statements.append(f"set local app.\"user\" = '{UUID(str(user_id))}'")
    if token_hash is not None:
        statements.append(f"set local app.token = '{token_hash.hex()}'")
    await conn.execute("; ".join(statements))


async def narrow(conn: Connection, workspaces: Collection[UUID]) -> None:
    """Set the workspaces of a transaction that began before it knew them."""
    await conn.execute(f"set local app.workspaces = '{join_ids(workspaces)}'")


def join_ids(ids: Collection[UUID]) -> str:
    """The setting's text. Only UUIDs can pass, so nothing can be smuggled into the statement."""
    return ",".join(sorted({str(UUID(str(item))) for item in ids}))


async def roll_back(conn: Connection) -> None:
    """Undo what was begun. A connection that is lost has undone it: that raises nothing.

    Whoever rolls back has an error of its own to raise. Where the error is a cancellation, one of ours in its place
    would be taken for trouble with the database, and a loop that was told to end would go on.
    """
    with contextlib.suppress(*CONNECTION_LOST):
        if not conn.is_closed():
            await conn.execute("rollback")


@asynccontextmanager
async def transaction(
    pool: Pool,
    *,
    role: str,
    workspaces: Collection[UUID] = (),
    user_id: UUID | None = None,
    token_hash: bytes | None = None,
) -> AsyncIterator[Connection]:
    """Take a connection, begin as `role`, commit at the end, roll back on any error."""
    async with pool.acquire() as conn:
        await begin(conn, role=role, workspaces=workspaces, user_id=user_id, token_hash=token_hash)
        try:
            yield conn
        except BaseException:
            await roll_back(conn)
            raise
        await conn.execute("commit")


async def read_domain_now(conn: Connection) -> datetime:
    """Domain time in UTC: the transaction's own time, moved by the development clock."""
    now: datetime = await conn.fetchval("select domain_now()")
    return now
