"""Data tables and their columns over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Request, Response

from hoopoe.identity.http import Conn, CurrentWork, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.kernel.http.work import Work
from hoopoe.tables import actions, queries, rewrites, schemas
from hoopoe.tables.errors import (
    KeyNotUnique,
    RewriteOver,
    TableBusy,
    TableChanged,
    TableExists,
    TableTooLarge,
    TooManyTables,
    ValuesWouldBeLost,
)
from hoopoe.tables.model import DataTable
from hoopoe.tables.views import limits_of, view_conversion, view_table

router = make_router("/api/tables", tag="tables")

MayRead = Annotated[WorkspaceScope, requires(Permission.TABLES_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.TABLES_WRITE)]
ColumnId = Annotated[str, Path(max_length=40)]
_UNDER_WAY: Final[dict[int | str, Any]] = {
    202: {"model": schemas.DataTable, "description": "A worker makes the change; until then all is as it was."}
}
Confirm = Annotated[bool, Query(description="Although it takes rows, or cells, with it.")]


@router.get("", responses=refusals())
async def list_tables(request: Request, conn: Conn, scope: MayRead) -> schemas.DataTables:
    """The workspace's own tables, by name."""
    limits = limits_of(request)
    tables = await queries.list_tables(conn, scope)
    under_way = await rewrites.list_rewrites(conn, scope, tables)
    data = [view_table(each, under_way.get(each.id)) for each in tables]
    return schemas.DataTables(data=data, limit=limits.tables, row_limit=limits.rows)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(TableExists, TooManyTables, IdempotencyKeyReused),
)
async def create_table(request: Request, conn: Conn, scope: MayWrite, given: schemas.TableCreate) -> schemas.DataTable:
    """Make a table with its columns."""
    return view_table(await actions.create_table(conn, scope, given, limits=limits_of(request)))


@router.get("/{table_id}", responses=refusals())
async def read_table(conn: Conn, scope: MayRead, table_id: UUID) -> schemas.DataTable:
    """One table."""
    return await _view(conn, scope, await queries.read_table(conn, scope.workspace_id, table_id))


@router.patch("/{table_id}", responses={**refusals(TableExists, TableBusy, TableChanged, KeyNotUnique), **_UNDER_WAY})
async def update_table(
    response: Response, work: CurrentWork, scope: MayWrite, table_id: UUID, given: schemas.TableUpdate
) -> schemas.DataTable:
    """Rename a table, describe it, order its columns, choose what tells rows apart.

    Versions of flows that know it by its old name go on finding it. Another key of a large table is made by a worker.
    """
    return _answer(response, work, await actions.update_table(work.conn, scope, table_id, given))


@router.delete("/{table_id}", status_code=204, responses=refusals(ValuesWouldBeLost))
async def delete_table(work: CurrentWork, scope: MayWrite, table_id: UUID, *, confirm: Confirm = False) -> None:
    """Delete a table for good. One that has rows only where that is confirmed."""
    await actions.delete_table(work.conn, scope, table_id, is_confirmed=confirm)
    work.hint(Topic.IMPORTS)


@router.post(
    "/{table_id}/columns",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(KeyNotUnique, TableBusy, IdempotencyKeyReused),
)
async def add_column(conn: Conn, scope: MayWrite, table_id: UUID, given: schemas.ColumnCreate) -> schemas.DataTable:
    """Add a column at the end. It is empty in every row."""
    return view_table(await actions.add_column(conn, scope, table_id, given))


@router.post("/{table_id}/columns/{column_id}/check", responses=refusals(TableTooLarge))
async def check_column(
    conn: Conn, scope: MayWrite, table_id: UUID, column_id: ColumnId, given: schemas.ColumnUpdate
) -> schemas.ConversionReport:
    """What a change of a column would do to the rows. Nothing is changed."""
    return view_conversion(await actions.check_column(conn, scope, table_id, column_id, given))


@router.patch(
    "/{table_id}/columns/{column_id}",
    responses={**refusals(TableBusy, TableChanged, KeyNotUnique, ValuesWouldBeLost), **_UNDER_WAY},
)
async def change_column(
    response: Response,
    work: CurrentWork,
    scope: MayWrite,
    *,
    table_id: UUID,
    column_id: ColumnId,
    given: schemas.ColumnUpdate,
) -> schemas.DataTable:
    """Rename a column, or give it another type: what is there is converted, or the change is refused with a report.

    In a large table a worker does it, and asks before anything is lost; until it is done the column is as it was.
    """
    return _answer(response, work, await actions.change_column(work.conn, scope, table_id, column_id, given))


@router.delete("/{table_id}/columns/{column_id}", responses=refusals(TableBusy, ValuesWouldBeLost))
async def remove_column(
    work: CurrentWork, scope: MayWrite, table_id: UUID, column_id: ColumnId, *, confirm: Confirm = False
) -> schemas.DataTable:
    """Remove a column for good. One that has cells only where that is confirmed."""
    table = await actions.remove_column(work.conn, scope, table_id, column_id, is_confirmed=confirm)
    work.hint(Topic.IMPORTS)
    return view_table(table)


@router.post("/{table_id}/rewrites/{rewrite_id}/accept", responses=refusals(RewriteOver))
async def accept_rewrite(work: CurrentWork, scope: MayWrite, table_id: UUID, rewrite_id: UUID) -> schemas.DataTable:
    """Let a change go on that asks: the cells that cannot be converted are emptied."""
    table = await rewrites.accept_rewrite(work.conn, scope, table_id, rewrite_id)
    work.hint(Topic.IMPORTS)
    return await _view(work.conn, scope, table)


@router.post("/{table_id}/rewrites/{rewrite_id}/cancel", responses=refusals(RewriteOver))
async def cancel_rewrite(work: CurrentWork, scope: MayWrite, table_id: UUID, rewrite_id: UUID) -> schemas.DataTable:
    """Stop a change that is under way: columns and rows stay as they are. One that failed is not shown any more."""
    table = await rewrites.cancel_rewrite(work.conn, scope, table_id, rewrite_id)
    work.hint(Topic.IMPORTS)
    return await _view(work.conn, scope, table)


def _answer(response: Response, work: Work, changed: actions.Changed) -> schemas.DataTable:
    if changed.rewrite is not None:
        response.status_code = 202
        work.hint(Topic.IMPORTS)
    return view_table(changed.table, changed.rewrite)


async def _view(conn: Connection, scope: WorkspaceScope, table: DataTable) -> schemas.DataTable:
    return view_table(table, (await rewrites.list_rewrites(conn, scope, [table])).get(table.id))
