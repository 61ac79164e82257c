"""Data tables and their columns over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request

from hoopoe.identity.http import Conn, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.tables import actions, queries, schemas
from hoopoe.tables.errors import (
    KeyNotUnique,
    TableChanged,
    TableExists,
    TableTooLarge,
    TooManyTables,
    ValuesWouldBeLost,
)
from hoopoe.tables.views import limits_of, view_conversion, view_table

router = make_router("/api/tables", tag="tables")

MayRead = Annotated[WorkspaceScope, requires(Permission.TABLES_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.TABLES_WRITE)]
ColumnId = Annotated[str, Path(max_length=40)]
Confirm = Annotated[bool, Query(description="Although it takes rows, or cells, with it.")]


@router.get("", responses=refusals())
async def list_tables(request: Request, conn: Conn, scope: MayRead) -> schemas.DataTables:
    """The workspace's own tables, by name."""
    limits = limits_of(request)
    tables = await queries.list_tables(conn, scope)
    return schemas.DataTables(data=[view_table(each) for each in tables], limit=limits.tables, row_limit=limits.rows)


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
    return view_table(await queries.read_table(conn, scope.workspace_id, table_id))


@router.patch("/{table_id}", responses=refusals(TableExists, TableChanged, KeyNotUnique, TableTooLarge))
async def update_table(conn: Conn, scope: MayWrite, table_id: UUID, given: schemas.TableUpdate) -> schemas.DataTable:
    """Rename a table, describe it, order its columns, choose what tells rows apart.

    Versions of flows that know it by its old name go on finding it.
    """
    return view_table(await actions.update_table(conn, scope, table_id, given))


@router.delete("/{table_id}", status_code=204, responses=refusals(ValuesWouldBeLost))
async def delete_table(conn: Conn, scope: MayWrite, table_id: UUID, *, confirm: Confirm = False) -> None:
    """Delete a table for good. One that has rows only where that is confirmed."""
    await actions.delete_table(conn, scope, table_id, is_confirmed=confirm)


@router.post(
    "/{table_id}/columns",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(KeyNotUnique, TableTooLarge, IdempotencyKeyReused),
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
    "/{table_id}/columns/{column_id}", responses=refusals(TableChanged, KeyNotUnique, TableTooLarge, ValuesWouldBeLost)
)
async def change_column(
    conn: Conn, scope: MayWrite, table_id: UUID, column_id: ColumnId, given: schemas.ColumnUpdate
) -> schemas.DataTable:
    """Rename a column, or give it another type: what is there is converted, or the change is refused with a report."""
    return view_table(await actions.change_column(conn, scope, table_id, column_id, given))


@router.delete("/{table_id}/columns/{column_id}", responses=refusals(TableTooLarge, ValuesWouldBeLost))
async def remove_column(
    conn: Conn, scope: MayWrite, table_id: UUID, column_id: ColumnId, *, confirm: Confirm = False
) -> schemas.DataTable:
    """Remove a column for good. One that has cells only where that is confirmed."""
    return view_table(await actions.remove_column(conn, scope, table_id, column_id, is_confirmed=confirm))
