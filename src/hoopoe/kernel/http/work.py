"""One request's transaction: begun by whoever authenticates, committed by the route before it answers.

A committed answer is a promise: a commit that fails becomes a 5xx, never a 200
(see `hoopoe.kernel.http.route`).
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import begin, narrow, roll_back

# How long a request waits for a row that somebody else holds. Turns hold theirs for milliseconds.
LOCK_TIMEOUT = "3s"
# How long it waits for a connection when all are taken.
ACQUIRE_SECONDS = 5.0


class Hints(Protocol):
    """What tells others that something was committed: the bus."""

    def hint(self, *topics: Topic) -> None:
        """Say that there may be something new."""


@dataclass(frozen=True, slots=True)
class _Begun:
    role: str
    workspaces: tuple[UUID, ...]
    user_id: UUID | None


class Work:
    """At most one transaction at a time on one connection of the pool. One per request, never shared."""

    def __init__(self, pool: Pool, hints: Hints) -> None:
        self._pool = pool
        self._hints = hints
        self._conn: Connection | None = None
        self._begun: _Begun | None = None
        self._topics: set[Topic] = set()

    @property
    def conn(self) -> Connection:
        """The connection, inside its transaction."""
        if self._conn is None:
            raise RuntimeError("this request has no transaction: declare `Conn` or a permission in its signature")
        return self._conn

    async def begin(
        self,
        *,
        role: str,
        workspaces: Collection[UUID] = (),
        user_id: UUID | None = None,
        token_hash: bytes | None = None,
    ) -> Connection:
        """Take a connection and begin as `role` over exactly these workspaces."""
        if self._conn is not None:
            raise RuntimeError("this request has a transaction already")
        conn = await self._pool.acquire(timeout=ACQUIRE_SECONDS)
        try:
            await begin(conn, role=role, workspaces=workspaces, token_hash=token_hash)
            await conn.execute(
                "select set_config('lock_timeout', $1, true), set_config('app.user', $2, true)",
                LOCK_TIMEOUT,
                str(user_id) if user_id is not None else "",
            )
        except BaseException:
            await self._pool.release(conn)
            raise
        self._conn = conn
        self._begun = _Begun(role, tuple(workspaces), user_id)
        return conn

    async def narrow(self, workspace_id: UUID) -> None:
        """Set the workspace of a transaction that began before it knew it, and forget the token it began with."""
        begun = self._begun
        if begun is None:
            raise RuntimeError("there is no transaction to narrow")
        await narrow(self.conn, [workspace_id])
        await self.conn.execute("set local app.token = ''")
        self._begun = _Begun(begun.role, (workspace_id,), begun.user_id)

    async def know_user(self, user_id: UUID) -> None:
        """Set the person of a transaction that began before it knew whose it is."""
        begun = self._begun
        if begun is None:
            raise RuntimeError("there is no transaction that could know its person")
        await self.conn.execute("select set_config('app.user', $1, true)", str(user_id))
        self._begun = _Begun(begun.role, begun.workspaces, user_id)

    def hint(self, *topics: Topic) -> None:
        """Tell others after the commit, and only then."""
        self._topics.update(topics)

    async def commit(self) -> None:
        """Commit and give the connection back; then send the hints. Does nothing without a transaction."""
        if self._conn is None:
            return
        try:
            await self._conn.execute("commit")
        finally:
            await self._give_back()
        self._hints.hint(*self._topics)
        self._topics.clear()

    async def rollback(self) -> None:
        """Undo and give the connection back. Does nothing without a transaction."""
        self._topics.clear()
        if self._conn is None:
            return
        try:
            await roll_back(self._conn)
        finally:
            await self._give_back()

    @contextlib.asynccontextmanager
    async def released(self) -> AsyncIterator[None]:
        """Commit, hold no connection inside the block, begin again after it under the same role and workspaces.

        For what waits for somebody else's server or for a slow hash: a connection is too dear for that.
        `conn` is another one afterwards.
        """
        begun = self._begun
        await self.commit()
        yield
        if begun is not None:
            await self.begin(role=begun.role, workspaces=begun.workspaces, user_id=begun.user_id)

    async def _give_back(self) -> None:
        conn, self._conn, self._begun = self._conn, None, None
        if conn is not None:
            # The pool resets the connection, which ends whatever transaction a failed commit left.
            await self._pool.release(conn)  # type: ignore[arg-type]  # it came from this very pool


@contextlib.asynccontextmanager
async def savepoint(conn: Connection) -> AsyncIterator[None]:
    """Undo only what the block did when it fails, so that the transaction can go on after the error.

    Not for errors of the connection itself. Savepoints may stand inside one another.
    """
    await conn.execute("savepoint step")
    try:
        yield
    except BaseException:
        if not conn.is_closed():
            await conn.execute("rollback to savepoint step; release savepoint step")
        raise
    await conn.execute("release savepoint step")
