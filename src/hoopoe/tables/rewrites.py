"""Changes of columns for which every row of a large table is written: begun, looked at, answered, stopped.

A worker (`hoopoe.tables.rewriter`) writes the new cells into the rows under an id of their own, beside those that hold,
some hundred rows to a transaction; nobody reads them there. When every row has them, one statement makes that id the
column's, and everybody sees the new cells. What is over is taken off behind it. Meanwhile rows are read and written as
ever: a row that somebody writes loses what was made of it, which is how the worker knows that it has to do it again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id as new_uuid
from hoopoe.kernel.json import JsonObject
from hoopoe.tables.errors import RewriteOver, TableBusy
from hoopoe.tables.model import DataTable
from hoopoe.tables.queries import hold_table

# Until one of these is over, the columns stay as they are.
IN_THE_WAY: Final = ("queued", "running", "asking")
SHOWN: Final = (*IN_THE_WAY, "failed")
REWRITE_COLUMNS: Final = "id, table_id, kind, subject, state, total, done, report, created_at, finished_at"
# Of each table the last one, where it is not over as it was meant.
LAST: Final = f"""
select {REWRITE_COLUMNS} from (
    select distinct on (table_id) * from data_rewrites
    where workspace_id = $1 and table_id = any ($2::uuid[]) and kind in ('column', 'key')
    order by table_id, created_at desc
) as last where state = any ($3::text[])
"""  # noqa: S608  # a constant
OPEN: Final = f"""
insert into data_rewrites (workspace_id, id, table_id, kind, subject, columns, key_columns, table_revision, old_id,
    new_id, has_new_keys, discards, total, leftover, state, finished_at, created_by, lease_until)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    (select count(*) from data_rows where workspace_id = $1 and table_id = $3), $13, $14,
    case when $14 = 'done' then now() end, $15, now() + make_interval(secs => $16))
returning {REWRITE_COLUMNS}
"""  # noqa: S608  # a constant
GRACE_SECONDS: Final = 30.0
"""So long what no column holds any more stays in the rows: for whoever read the columns just before."""


def mark_of(rewrite_id: UUID) -> str:
    """Under this id the cells of a row say that the rewrite has been there."""
    return f"~{rewrite_id.hex}"


async def check_free(conn: Connection, table: DataTable) -> None:
    """Raises `TableBusy` while the rows are being written for another change. The table is held."""
    there = await conn.fetchval(
        "select id from data_rewrites where workspace_id = $1 and table_id = $2 and state = any ($3::text[]) limit 1",
        table.workspace_id,
        table.id,
        list(IN_THE_WAY),
    )
    if there is not None:
        raise TableBusy(details={"rewrite_id": str(there)})


async def list_rewrites(conn: Connection, scope: WorkspaceScope, tables: Iterable[DataTable]) -> dict[UUID, Record]:
    """What is under way, or has failed last, by the ids of the tables."""
    rows = await conn.fetch(LAST, scope.workspace_id, [table.id for table in tables], list(SHOWN))
    return {row["table_id"]: row for row in rows}


async def begin_rewrite(
    conn: Connection,
    scope: WorkspaceScope,
    before: DataTable,
    after: DataTable,
    *,
    column_id: str | None,
    discards: bool,
) -> Record:
    """Put a change in line for a worker: of the column `column_id`, or of the key. The table is held and free."""
    new = None
    if column_id is not None:
        # As it will be: under another id, by which the rows tell new cells from old ones.
        new = secrets.token_hex(6)
        after = replace(
            after,
            columns=tuple(
                replace(each, id=new, first_id=each.lasting_id) if each.id == column_id else each
                for each in after.columns
            ),
            key_columns=tuple(new if each == column_id else each for each in after.key_columns),
        )
    return await _open(
        conn,
        scope,
        after,
        kind="key" if column_id is None else "column",
        subject=next((each.name for each in before.columns if each.id == column_id), ""),
        old_id=column_id,
        new_id=new,
        has_new_keys=after.key_columns != before.key_columns,
        discards=discards,
    )


async def begin_removal(conn: Connection, scope: WorkspaceScope, table: DataTable, leftover: list[str]) -> None:
    """Have the cells of columns that are gone taken off the rows, and the keys in the place that is not used."""
    await _open(conn, scope, table, kind="removal", leftover=leftover, is_done=True, wait=GRACE_SECONDS)


async def begin_deletion(conn: Connection, scope: WorkspaceScope, table: DataTable) -> None:
    """Have the rows of a table removed that is nobody's any more, and then the table."""
    await _open(conn, scope, table, kind="deletion", is_done=True)


async def accept_rewrite(conn: Connection, scope: WorkspaceScope, table_id: UUID, rewrite_id: UUID) -> DataTable:
    """Let a change go on that would empty cells. Raises `NotFound`, `RewriteOver`."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    tag = await conn.execute(
        """
        update data_rewrites set discards = true, state = 'queued', is_open = true, last_id = null, lease_until = null
        where workspace_id = $1 and table_id = $2 and id = $3 and state = 'asking'
        """,
        scope.workspace_id,
        table_id,
        rewrite_id,
    )
    await _check_there(conn, table, rewrite_id, tag)
    await _record(conn, scope, "table.rewrite_accepted", table, rewrite_id)
    return table


async def cancel_rewrite(conn: Connection, scope: WorkspaceScope, table_id: UUID, rewrite_id: UUID) -> DataTable:
    """Stop a change: the columns stay as they are. One that failed is not shown any more.

    Raises `NotFound`, `RewriteOver`.
    """
    table = await hold_table(conn, scope.workspace_id, table_id)
    # Another attempt than the worker's: what that is about to write is not kept.
    tag = await conn.execute(
        """
        update data_rewrites set state = 'cancelled', finished_at = now(), attempt = attempt + 1, last_id = null,
            is_open = is_open or state = 'asking', lease_until = null,
            leftover = case when state = 'failed' then leftover else array_remove(array[new_id, $5], null) end
        where workspace_id = $1 and table_id = $2 and id = $3 and state = any ($4::text[])
        """,
        scope.workspace_id,
        table_id,
        rewrite_id,
        list(SHOWN),
        mark_of(rewrite_id),
    )
    await _check_there(conn, table, rewrite_id, tag)
    await _record(conn, scope, "table.rewrite_cancelled", table, rewrite_id)
    return table


async def _open(
    conn: Connection,
    scope: WorkspaceScope,
    table: DataTable,
    *,
    kind: str,
    subject: str = "",
    old_id: str | None = None,
    new_id: str | None = None,
    has_new_keys: bool = False,
    discards: bool = False,
    leftover: Iterable[str] = (),
    is_done: bool = False,
    wait: float = 0.0,
) -> Record:
    row = await conn.fetchrow(
        OPEN,
        scope.workspace_id,
        new_uuid(),
        table.id,
        kind,
        subject,
        [column.dump() for column in table.columns],
        list(table.key_columns),
        table.revision,
        old_id,
        new_id,
        has_new_keys,
        discards,
        list(leftover),
        "done" if is_done else "queued",
        scope.user_id,
        wait,
    )
    if row is None:
        raise RuntimeError("an insert returned nothing")
    return row


async def _check_there(conn: Connection, table: DataTable, rewrite_id: UUID, tag: str) -> None:
    if tag == "UPDATE 1":
        return
    state = await conn.fetchval(
        "select state from data_rewrites where workspace_id = $1 and table_id = $2 and id = $3",
        table.workspace_id,
        table.id,
        rewrite_id,
    )
    if state is None:
        raise NotFound
    raise RewriteOver(details={"state": state})


async def _record(conn: Connection, scope: WorkspaceScope, action: str, table: DataTable, rewrite_id: UUID) -> None:
    after: JsonObject = {"table": table.name, "rewrite_id": str(rewrite_id)}
    await record(conn, scope, action, target_kind="table", target_id=table.id, after=after)
