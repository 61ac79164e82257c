"""What people do with rows: the API's half of `hoopoe.tables.writing`."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.tables import schemas
from hoopoe.tables.errors import RowChanged
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.model import DataTable, RowRefusedError, make_ready, read_values
from hoopoe.tables.queries import hold_table, read_row, read_zone
from hoopoe.tables.views import refuse_row, view_row
from hoopoe.tables.writing import add_row, change_rows, remove_rows, restore_rows


async def create_row(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, given: schemas.RowCreate, *, limits: TableLimits
) -> tuple[DataTable, Record]:
    """Add a row. Raises `NotFound`, `KeyTaken`, `TooManyRows`, or `ValidationFailed` with every cell at fault."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    zone = await read_zone(conn, scope.workspace_id)
    try:
        ready = make_ready(table, read_values(table, given.values, zone=zone))
    except RowRefusedError as error:
        raise refuse_row(error) from None
    row_id = await add_row(conn, table, ready, limits=limits)
    return table, await read_row(conn, table, row_id)


async def change_row(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, row_id: UUID, given: schemas.RowUpdate
) -> tuple[DataTable, Record]:
    """Change some cells. Raises `NotFound`, `RowChanged`, `KeyTaken`, `ValidationFailed`."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    row = await read_row(conn, table, row_id)
    if given.revision is not None and given.revision != row["revision"]:
        raise RowChanged(details={"row": view_row(table, row).model_dump(mode="json")})
    zone = await read_zone(conn, scope.workspace_id)
    try:
        ready = make_ready(table, {**row["cells"], **read_values(table, given.values, zone=zone)})
    except RowRefusedError as error:
        raise refuse_row(error) from None
    await change_rows(conn, table, {row_id: ready})
    return table, await read_row(conn, table, row_id)


async def delete_rows(
    conn: Connection,
    scope: WorkspaceScope,
    table_id: UUID,
    ids: Sequence[UUID],
    *,
    limits: TableLimits,
    is_one: bool = False,
) -> int:
    """Delete rows; returns how many were there. Raises `NotFound`: for the table, or where `is_one` is not there."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    removed = await remove_rows(conn, table, ids, limits=limits)
    if is_one and not removed:
        raise NotFound
    return len(removed)


async def restore(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, ids: Sequence[UUID], *, limits: TableLimits
) -> int:
    """Bring rows back; returns how many. Raises `NotFound`, `KeyTaken`, `TooManyRows`, `ValidationFailed`."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    try:
        return await restore_rows(conn, table, ids, limits=limits)
    except RowRefusedError as error:
        raise refuse_row(error) from None
