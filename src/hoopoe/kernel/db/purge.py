"""Emptying workspaces that were deleted long ago: every tenant table, whatever later migrations add.

The row of the workspace and its audit log stay. Tables are emptied in the order of their foreign keys, a
slice to a transaction; what is killed in between is gone on with at the next round.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from graphlib import TopologicalSorter
from typing import Final
from uuid import UUID

import structlog

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import begin, roll_back

log = structlog.get_logger()

SLICE: Final = 5_000
KEPT_TABLES: Final = ("audit_entries", "refresh_tokens")

_TABLES: Final = """
select c.relname as name, c.relkind = 'p' as is_partitioned
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
  and a.attname = 'workspace_id' and not a.attisdropped and c.relname <> all ($1)
"""
# What a reference forbids or takes along. Those that are set to null mind no order, and may go in circles.
_REFERENCES: Final = """
select child.relname as child, parent.relname as parent
from pg_constraint join pg_class child on child.oid = conrelid join pg_class parent on parent.oid = confrelid
where contype = 'f' and confdeltype <> 'n' and conrelid <> confrelid
"""


# Forgets what is kept outside of the database; False: it could not be done now, and the rows wait for the next round.
Forget = Callable[[UUID], Awaitable[bool]]


async def purge_workspaces(conn: Connection, *, kept_days: int, forget: Forget) -> int:
    """Empty what was deleted more than so many days ago; returns how many workspaces."""
    async with conn.transaction():
        await conn.execute(f"set local role {tenancy.OPERATOR}")
        rows = await conn.fetch(
            "select id from workspaces where deleted_at < now() - make_interval(days => $1) and purged_at is null",
            kept_days,
        )
    if not rows:
        return 0
    tables = await _order_tables(conn)
    count = 0
    for row in rows:
        if await forget(row["id"]):
            await _purge(conn, row["id"], tables)
            count += 1
    return count


async def _order_tables(conn: Connection) -> list[tuple[str, bool]]:
    """(name, is partitioned) of the tables to empty: those that refer to others come before these."""
    partitioned = {row["name"]: row["is_partitioned"] for row in await conn.fetch(_TABLES, list(KEPT_TABLES))}
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(partitioned, ()))
    for row in await conn.fetch(_REFERENCES):
        if row["child"] in partitioned and row["parent"] in partitioned:
            sorter.add(row["parent"], row["child"])
    return [(name, partitioned[name]) for name in sorter.static_order()]


async def _purge(conn: Connection, workspace_id: UUID, tables: list[tuple[str, bool]]) -> None:
    deleted = 0
    for table, is_partitioned in tables:
        # In a partitioned table a row's place is no key; but there its days have run out before.
        some = f"select ctid from {table} where workspace_id = $1 limit {SLICE}"  # noqa: S608  # a name from the catalog
        where = "workspace_id = $1" if is_partitioned else f"workspace_id = $1 and ctid = any (array({some}))"
        count = SLICE
        while count == SLICE:
            tag = await _execute(conn, workspace_id, f"delete from {table} where {where}")  # noqa: S608
            count = int(tag.rsplit(" ", 1)[-1])
            deleted += count
    # Its requests as they came, which only the pipe may take away.
    await _execute(conn, workspace_id, "delete from journal where owner_id = $1", role=tenancy.PIPE)
    await _execute(
        conn, workspace_id, "update workspaces set purged_at = now(), name = '', logo_version = null where id = $1"
    )
    log.info("workspace_purged", workspace_id=str(workspace_id), rows=deleted)


async def _execute(conn: Connection, workspace_id: UUID, statement: str, *, role: str = tenancy.APP) -> str:
    await begin(conn, role=role, workspaces=[workspace_id])
    try:
        tag = await conn.execute(statement, workspace_id)
    except BaseException:
        await roll_back(conn)
        raise
    await conn.execute("commit")
    return tag
