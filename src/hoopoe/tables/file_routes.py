"""Rows as files over HTTP, and a flow's query tried by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Final, cast
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from hoopoe.identity.http import Conn, CurrentWork, requires
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import FieldFault, NotPermitted, ValidationFailed
from hoopoe.kernel.http.route import make_router
from hoopoe.kernel.http.shapes import refusals
from hoopoe.tables import importing, queries, schemas
from hoopoe.tables.csv_files import CsvError, write_headings, write_line
from hoopoe.tables.errors import TooManyImports
from hoopoe.tables.filters import After, RowQuery
from hoopoe.tables.model import DataTable
from hoopoe.tables.querying import try_query
from hoopoe.tables.views import limits_of, view_check, view_import

router = make_router("/api", tag="tables")

MayRead = Annotated[WorkspaceScope, requires(Permission.TABLES_READ)]
MayWrite = Annotated[WorkspaceScope, requires(Permission.ROWS_WRITE)]
MayBuild = Annotated[WorkspaceScope, requires(Permission.BOTS_WRITE)]

IMPORT_PATH: Final = "/api/tables/*/import"
EXPORTED_AT_ONCE: Final = 1_000
_CSV: Final[dict[str, Any]] = {"text/csv": {"schema": {"type": "string", "examples": ["code,price\nlatte,18.5\n"]}}}


@router.get(
    "/tables/{table_id}/export",
    response_class=StreamingResponse,
    responses={**refusals(), 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_rows(request: Request, conn: Conn, scope: MayRead, table_id: UUID) -> StreamingResponse:
    """All rows as CSV (UTF-8 with its mark), as long as it takes. A text that a spreadsheet would run is defused."""
    table = await queries.read_table(conn, scope.workspace_id, table_id)
    pool = cast(Pool, request.app.state.pool)
    headers = {"content-disposition": f'attachment; filename="table-{table.id}.csv"'}
    return StreamingResponse(_write_rows(pool, table), media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/tables/{table_id}/import",
    openapi_extra={"requestBody": {"required": True, "content": _CSV}},
    responses=refusals(TooManyImports),
)
async def import_rows(
    request: Request,
    work: CurrentWork,
    scope: MayWrite,
    table_id: UUID,
    *,
    mode: schemas.ImportMode = schemas.ImportMode.INSERT,
    dry_run: Annotated[bool, Query(description="Say what would be taken, and take nothing.")] = False,
) -> schemas.TableImport:
    """Take in a CSV file: the file itself is the body, at most 8 MB.

    Headings are the columns' names or labels. It is read as UTF-8, UTF-16 or Windows-1256, with commas, semicolons,
    tabs or bars. Rows that cannot be taken are told and left out. A worker takes the others in; ask how far it is.
    """
    table = await queries.read_table(work.conn, scope.workspace_id, table_id)
    zone = await queries.read_zone(work.conn, scope.workspace_id)
    content = await request.body()
    try:
        # A large file takes a while, and nobody else shall wait for it.
        checked = await asyncio.to_thread(
            importing.check_file, table, content, is_upsert=mode is schemas.ImportMode.UPSERT, zone=zone
        )
    except CsvError as error:
        raise ValidationFailed(FieldFault("file", error.words, error.code)) from None
    if dry_run:
        return view_check(table, mode, checked)
    row = await importing.queue_import(work.conn, scope, table, content, mode=mode.value, total=checked.total)
    work.hint(Topic.IMPORTS)
    return view_import(row)


@router.get("/tables/{table_id}/imports/{import_id}", responses=refusals())
async def read_import(conn: Conn, scope: MayRead, table_id: UUID, import_id: UUID) -> schemas.TableImport:
    """How far a file is."""
    return view_import(await importing.read_import(conn, scope, table_id, import_id))


@router.post("/table-queries", responses=refusals())
async def try_table_query(
    request: Request, conn: Conn, scope: MayBuild, given: schemas.TableQuery
) -> schemas.TableAnswer:
    """What a `database_query` of a flow would be answered. What it would write is undone at once."""
    if not scope.allows(Permission.TABLES_READ):
        raise NotPermitted
    result = await try_query(conn, scope.workspace_id, dict(given.request), limits=limits_of(request))
    return schemas.TableAnswer.model_validate({"result": result})


async def _write_rows(pool: Pool, table: DataTable) -> AsyncIterator[bytes]:
    """The file, a page of rows to a transaction: a slow reader holds nothing.

    Its columns are those at the beginning; where their cells stand is looked at for every page.
    """
    yield write_headings(table.columns)
    query = RowQuery()
    while True:
        async with transaction(pool, role=tenancy.APP, workspaces=[table.workspace_id]) as conn:
            now = await queries.read_table(conn, table.workspace_id, table.id)
            found = await queries.list_rows(conn, now, query, limit=EXPORTED_AT_ONCE)
        if found:
            by_id = {column.lasting_id: column for column in now.columns}
            columns = [by_id.get(column.lasting_id, column) for column in table.columns]
            yield b"".join(write_line(columns, each.row["cells"]) for each in found)
        if len(found) < EXPORTED_AT_ONCE:
            return
        query = replace(query, after=After(found[-1].row["id"]))
