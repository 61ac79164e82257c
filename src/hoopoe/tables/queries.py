"""Reads of data tables and of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.tables.columns import make_key
from hoopoe.tables.filters import Operator, Parameters, RowQuery, write_order, write_sorted, write_where
from hoopoe.tables.model import ROW_COLUMNS, TABLE_COLUMNS, DataTable, name_key

# A name that is a table's own comes before one that a table had: then the former one has found its end.
BY_NAME: Final = f"""
select {TABLE_COLUMNS} from data_tables
where workspace_id = $1 and (name_key = $2 or former_keys @> array[$2]) and deleted_at is null
order by name_key = $2 desc, created_at limit 1
"""  # noqa: S608  # a constant
LIVE: Final = "from data_rows where workspace_id = $1 and table_id = $2 and deleted_at is null"


async def list_tables(conn: Connection, scope: WorkspaceScope) -> list[DataTable]:
    """All of a workspace, by name."""
    rows = await conn.fetch(
        f"select {TABLE_COLUMNS} from data_tables where workspace_id = $1 and deleted_at is null order by name_key",  # noqa: S608  # a constant
        scope.workspace_id,
    )
    return [DataTable.load(row) for row in rows]


async def read_table(conn: Connection, workspace_id: UUID, table_id: UUID) -> DataTable:
    """One table. Raises `NotFound`."""
    return await _read_one(conn, workspace_id, table_id, "")


async def hold_table(conn: Connection, workspace_id: UUID, table_id: UUID) -> DataTable:
    """One table, held until the commit, as by all who write its rows or its columns. Raises `NotFound`."""
    return await _read_one(conn, workspace_id, table_id, " for no key update")


async def find_table(conn: Connection, workspace_id: UUID, name: str, *, holds: bool = False) -> DataTable | None:
    """The table of a name, or the one that had it; held if that is asked for."""
    row = await conn.fetchrow(BY_NAME, workspace_id, name_key(name))
    if row is None:
        return None
    return await hold_table(conn, workspace_id, row["id"]) if holds else DataTable.load(row)


async def read_zone(conn: Connection, workspace_id: UUID) -> tzinfo:
    """Where a moment without an offset is meant: the workspace's own time zone."""
    return ZoneInfo(await conn.fetchval("select timezone from workspaces where id = $1", workspace_id) or "UTC")


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row, and the cell by which it was sorted as text."""

    row: Record
    sorted_by: str | None


async def list_rows(conn: Connection, table: DataTable, query: RowQuery, *, limit: int) -> list[FoundRow]:
    """Rows that are meant, in their order. All values are parameters; the SQL is of `hoopoe.tables.filters`."""
    parameters = Parameters([table.workspace_id, table.id])
    chosen = write_sorted(query, parameters)
    where = write_where(query, parameters) + _write_key(table, query, parameters)
    order = write_order(query, parameters)
    sql = f"select {ROW_COLUMNS}, {chosen} as sorted_by {LIVE}{where} order by {order} limit {parameters.add(limit)}"
    return [FoundRow(row, row["sorted_by"]) for row in await conn.fetch(sql, *parameters.values)]


async def count_rows(conn: Connection, table: DataTable, query: RowQuery) -> int:
    """How many rows are meant."""
    if not query.conditions and not query.search:
        return table.row_count
    parameters = Parameters([table.workspace_id, table.id])
    sql = f"select count(*) {LIVE}{write_where(query, parameters)}{_write_key(table, query, parameters)}"
    count: int = await conn.fetchval(sql, *parameters.values)
    return count


def _write_key(table: DataTable, query: RowQuery, parameters: Parameters) -> str:
    """Where every key column is asked for one value, the row is found by the index of keys."""
    asked = {each.column.id: each.value for each in query.conditions if each.operator is Operator.EQUALS and each.value}
    key = make_key(table.key_columns, {column_id: value for column_id, value in asked.items() if value is not None})
    if key is None or not set(table.key_columns) <= asked.keys():
        return ""
    return f" and {table.key_name} = {parameters.add(key)}::bytea"


async def find_by_keys(
    conn: Connection, table: DataTable, keys: Sequence[bytes], *, in_spare: bool = False
) -> dict[bytes, Record]:
    """Rows by their keys; the probe is the table's unique index. `in_spare`: by those that are only being made."""
    key = table.spare_key_name if in_spare else table.key_name
    rows = await conn.fetch(
        f"""
        select wanted.key, {", ".join(f"found.{name}" for name in ROW_COLUMNS.split(", "))}
        from unnest($3::bytea[]) as wanted (key) cross join lateral (
            select * from data_rows
            where workspace_id = $1 and table_id = $2 and {key} = wanted.key and deleted_at is null limit 1
        ) as found
        """,  # noqa: S608  # constants
        table.workspace_id,
        table.id,
        list(keys),
    )
    return {row["key"]: row for row in rows}


async def read_row(conn: Connection, table: DataTable, row_id: UUID) -> Record:
    """One row. Raises `NotFound`."""
    row = await conn.fetchrow(f"select {ROW_COLUMNS} {LIVE} and id = $3", table.workspace_id, table.id, row_id)
    if row is None:
        raise NotFound
    return row


async def _read_one(conn: Connection, workspace_id: UUID, table_id: UUID, lock: str) -> DataTable:
    row = await conn.fetchrow(
        f"select {TABLE_COLUMNS} from data_tables where workspace_id = $1 and id = $2 and deleted_at is null{lock}",  # noqa: S608  # constants
        workspace_id,
        table_id,
    )
    if row is None:
        raise NotFound
    return DataTable.load(row)
