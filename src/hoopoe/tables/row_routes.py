"""Rows of data tables over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from hoopoe.identity.http import Conn, Idempotent, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.errors import IdempotencyKeyReused
from hoopoe.kernel.http.pagination import DEFAULT_LIMIT, CursorText, Limit, cut_page
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.tables import queries, rows, schemas
from hoopoe.tables.errors import KeyTaken, RowChanged, TooManyRows
from hoopoe.tables.limits import MAX_WHERE_CHARS
from hoopoe.tables.views import limits_of, next_cursor_of, read_query, view_row

router = make_router("/api/tables", tag="tables")

MayRead = Annotated[WorkspaceScope, requires(Permission.TABLES_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.ROWS_WRITE)]


@router.get("/{table_id}/rows", responses=refusals())
async def list_rows(
    conn: Conn,
    scope: MayRead,
    table_id: UUID,
    *,
    where: Annotated[
        str | None,
        Query(
            max_length=MAX_WHERE_CHARS,
            description='All of these hold: `[{"column": "price", "operator": "at_most", "value": 20}]`.',
        ),
    ] = None,
    q: Annotated[str | None, Query(max_length=200, description="Stands in any cell.")] = None,
    sort: Annotated[str | None, Query(max_length=120, description="A column; else the oldest row comes first.")] = None,
    descending: bool = False,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
) -> schemas.DataRowPage:
    """Rows, filtered, searched and sorted. Case, accents, the spellings of Arabic and the digits make no difference."""
    table = await queries.read_table(conn, scope.workspace_id, table_id)
    zone = await queries.read_zone(conn, scope.workspace_id)
    query = read_query(table, where=where, q=q, sort=sort, is_descending=descending, cursor=cursor, zone=zone)
    found = await queries.list_rows(conn, table, query, limit=limit + 1)
    page, next_cursor = cut_page(found, limit, next_cursor_of)
    return schemas.DataRowPage(data=[view_row(table, each.row) for each in page], next_cursor=next_cursor)


@router.post(
    "/{table_id}/rows",
    status_code=201,
    dependencies=[Idempotent],
    responses=refusals(KeyTaken, TooManyRows, IdempotencyKeyReused),
)
async def create_row(
    request: Request, conn: Conn, scope: MayWrite, table_id: UUID, given: schemas.RowCreate
) -> schemas.DataRow:
    """Add a row. Values are read by the types of their columns."""
    table, row = await rows.create_row(conn, scope, table_id, given, limits=limits_of(request))
    return view_row(table, row)


@router.patch("/{table_id}/rows/{row_id}", responses=refusals(KeyTaken, RowChanged))
async def change_row(
    conn: Conn, scope: MayWrite, table_id: UUID, row_id: UUID, given: schemas.RowUpdate
) -> schemas.DataRow:
    """Change the cells that are given."""
    table, row = await rows.change_row(conn, scope, table_id, row_id, given)
    return view_row(table, row)


@router.delete("/{table_id}/rows/{row_id}", status_code=204, responses=refusals())
async def delete_row(request: Request, conn: Conn, scope: MayWrite, table_id: UUID, row_id: UUID) -> None:
    """Delete a row. For a day it can be brought back."""
    await rows.delete_rows(conn, scope, table_id, [row_id], limits=limits_of(request), is_one=True)


@router.post("/{table_id}/rows/delete", responses=refusals())
async def delete_rows(
    request: Request, conn: Conn, scope: MayWrite, table_id: UUID, given: schemas.RowIds
) -> schemas.RowCount:
    """Delete several rows. For a day they can be brought back."""
    count = await rows.delete_rows(conn, scope, table_id, given.ids, limits=limits_of(request))
    return schemas.RowCount(count=count)


@router.post("/{table_id}/rows/restore", responses=refusals(KeyTaken, TooManyRows))
async def restore_rows(
    request: Request, conn: Conn, scope: MayWrite, table_id: UUID, given: schemas.RowIds
) -> schemas.RowCount:
    """Bring deleted rows back, as they were."""
    count = await rows.restore(conn, scope, table_id, given.ids, limits=limits_of(request))
    return schemas.RowCount(count=count)
