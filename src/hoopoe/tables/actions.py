"""Making, changing and deleting data tables and their columns. Every change of a schema is in the audit log."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables import schemas
from hoopoe.tables.changing import (
    MAX_FORMER,
    change_column_of,
    check_name_free,
    find_by_id,
    find_named,
    forget_name,
    reorder,
)
from hoopoe.tables.columns import Column, ColumnType
from hoopoe.tables.errors import (
    KeyNotUnique,
    TableChanged,
    TableExists,
    TableTooLarge,
    TooManyTables,
    ValuesWouldBeLost,
)
from hoopoe.tables.limits import MAX_COLUMNS, MAX_REWRITTEN, TableLimits
from hoopoe.tables.model import KEY_SLOTS, DataTable, name_key
from hoopoe.tables.queries import hold_table, read_table, read_zone
from hoopoe.tables.rewrites import begin_deletion, begin_removal, begin_rewrite, check_free
from hoopoe.tables.rewriting import Conversion, is_large, is_rewritten, rewrite_rows, try_conversion


@dataclass(frozen=True, slots=True)
class Changed:
    """A table as it is now. `rewrite`: what a worker does before the change holds, if anything."""

    table: DataTable
    rewrite: Record | None = None


async def create_table(
    conn: Connection, scope: WorkspaceScope, given: schemas.TableCreate, *, limits: TableLimits
) -> DataTable:
    """Make a table. Raises `TableExists`, `TooManyTables`."""
    # Whoever makes one at the same time waits here, and counts this one.
    await conn.execute("select from workspaces where id = $1 for no key update", scope.workspace_id)
    count: int = await conn.fetchval(
        "select count(*) from data_tables where workspace_id = $1 and deleted_at is null", scope.workspace_id
    )
    if count >= limits.tables:
        raise TooManyTables(details={"limit": limits.tables})
    columns = [make_column(each) for each in given.columns]
    key_columns = [column.id for column, each in zip(columns, given.columns, strict=True) if each.is_key]
    table_id = await conn.fetchval(
        """
        insert into data_tables (workspace_id, id, name, name_key, description, columns, key_columns)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (workspace_id, name_key) do nothing returning id
        """,
        scope.workspace_id,
        new_id(),
        given.name,
        _read_name(given.name),
        given.description,
        [column.dump() for column in columns],
        key_columns,
    )
    if table_id is None:
        raise TableExists
    table = await read_table(conn, scope.workspace_id, table_id)
    await _record(conn, scope, "table.created", table, after={"columns": _describe(table)})
    return table


async def update_table(conn: Connection, scope: WorkspaceScope, table_id: UUID, given: schemas.TableUpdate) -> Changed:
    """Rename a table, describe it, order its columns, choose what tells rows apart.

    Raises `NotFound`, `TableBusy`, `TableExists`, `TableChanged`, `KeyNotUnique`, `ValidationFailed`.
    """
    before = await _hold(conn, scope, table_id, given.revision)
    after = before
    if given.name is not None:
        taken = await conn.fetchval(
            "select id from data_tables where workspace_id = $1 and name_key = $2 and id <> $3",
            scope.workspace_id,
            _read_name(given.name),
            table_id,
        )
        if taken is not None:
            raise TableExists
        after = replace(after, name=given.name)
    if given.description is not None:
        after = replace(after, description=given.description)
    if given.order is not None:
        after = replace(after, columns=reorder(after.columns, given.order))
    if given.key is not None:
        after = replace(
            after, key_columns=tuple(find_named(before, name, "key").id for name in dict.fromkeys(given.key))
        )
        if any(column.type is ColumnType.JSON for column in after.columns if column.id in after.key_columns):
            raise ValidationFailed(FieldFault("key", "JSON tells no rows apart.", "not_comparable"))
    has_new_keys = after.key_columns != before.key_columns
    is_slow = has_new_keys and await is_large(conn, before)
    if is_slow and not after.key_columns:
        # No row has a key any more: those that they have stand where nobody looks from now on.
        after = replace(after, key_slot=len(KEY_SLOTS) + 1 - before.key_slot)
    elif has_new_keys and not is_slow:
        await _convert(conn, scope, before, after, discards=False)
    now = replace(after, key_columns=before.key_columns) if is_slow and after.key_columns else after
    await _save(conn, before, now)
    await _record(conn, scope, "table.updated", after, before=_summary(before), after=_summary(after))
    saved = await read_table(conn, scope.workspace_id, table_id)
    if not is_slow:
        return Changed(saved)
    if not after.key_columns:
        await begin_removal(conn, scope, saved, [])
        return Changed(saved)
    wanted = replace(saved, key_columns=after.key_columns)
    return Changed(saved, await begin_rewrite(conn, scope, saved, wanted, column_id=None, discards=False))


async def delete_table(conn: Connection, scope: WorkspaceScope, table_id: UUID, *, is_confirmed: bool) -> None:
    """Delete a table with its rows, for good. Raises `NotFound`, or `ValuesWouldBeLost` where nobody confirmed it.

    It is gone at once; many rows are removed behind it.
    """
    table = await hold_table(conn, scope.workspace_id, table_id)
    if table.row_count and not is_confirmed:
        raise ValuesWouldBeLost(f"{table.row_count} rows would be lost.", details={"rows": table.row_count})
    if await is_large(conn, table):
        await _bury(conn, table)
        await begin_deletion(conn, scope, table)
    else:
        await conn.execute("delete from data_tables where workspace_id = $1 and id = $2", scope.workspace_id, table_id)
    before: JsonObject = {"columns": _describe(table), "rows": table.row_count}
    await _record(conn, scope, "table.deleted", table, before=before)


async def add_column(conn: Connection, scope: WorkspaceScope, table_id: UUID, given: schemas.ColumnCreate) -> DataTable:
    """Add a column at the end; it is empty in every row.

    Raises `NotFound`, `TableBusy`, `ValidationFailed`, and for a key `KeyNotUnique`.
    """
    before = await _hold(conn, scope, table_id, None)
    if len(before.columns) >= MAX_COLUMNS:
        raise ValidationFailed(FieldFault("name", f"A table has {MAX_COLUMNS} columns at most.", "too_many"))
    check_name_free(before, given.name, None)
    column = make_column(given)
    after = replace(before, columns=(*forget_name(before.columns, given.name), column))
    if given.is_key:
        after = replace(after, key_columns=(*before.key_columns, column.id))
        if await is_large(conn, before):
            raise KeyNotUnique(details=Conversion(same=before.row_count).dump())
        await _convert(conn, scope, before, after, discards=False)
    await _save(conn, before, after)
    await _record(conn, scope, "table.column_added", after, after={"column": given.name, "type": given.type.value})
    return await read_table(conn, scope.workspace_id, table_id)


async def check_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, given: schemas.ColumnUpdate
) -> Conversion:
    """What a change of a column would do to the rows. Raises `NotFound`, `TableTooLarge`, `ValidationFailed`."""
    before = await read_table(conn, scope.workspace_id, table_id)
    after = change_column_of(before, column_id, given)
    if is_rewritten(find_by_id(before, column_id), find_by_id(after, column_id)) and await is_large(conn, before):
        raise TableTooLarge(details={"limit": MAX_REWRITTEN})
    return await try_conversion(conn, before, after, zone=await read_zone(conn, scope.workspace_id))


async def change_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, given: schemas.ColumnUpdate
) -> Changed:
    """Rename a column, or give it another type, label, other options.

    Raises `NotFound`, `TableBusy`, `TableChanged`, `KeyNotUnique`, `ValidationFailed`, and `ValuesWouldBeLost` where
    cells cannot be converted and it is not said that they may be emptied; a rewrite asks that when it knows.
    """
    before = await _hold(conn, scope, table_id, given.revision)
    after = change_column_of(before, column_id, given)
    old, new = find_by_id(before, column_id), find_by_id(after, column_id)
    rewrite = None
    if not is_rewritten(old, new):
        await _save(conn, before, after)
    elif await is_large(conn, before):
        rewrite = await begin_rewrite(conn, scope, before, after, column_id=old.id, discards=given.discards)
    else:
        await _convert(conn, scope, before, after, discards=given.discards)
        await _save(conn, before, after)
    await _record(
        conn,
        scope,
        "table.column_changed",
        after,
        before={"column": old.name, "type": old.type.value},
        after={"column": new.name, "type": new.type.value},
    )
    return Changed(await read_table(conn, scope.workspace_id, table_id), rewrite)


async def remove_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, *, is_confirmed: bool
) -> DataTable:
    """Remove a column with its cells, for good.

    Raises `NotFound`, `TableBusy`, `ValidationFailed` for a key, or `ValuesWouldBeLost` where it has cells and nobody
    confirmed it. It is gone at once; the cells of many rows are taken off behind it.
    """
    before = await _hold(conn, scope, table_id, None)
    column = find_by_id(before, column_id)
    if column.id in before.key_columns:
        raise ValidationFailed(
            FieldFault("column_id", "This column tells rows apart: choose another key first.", "is_key")
        )
    filled: int = await conn.fetchval(
        "select count(*) from data_rows "
        "where workspace_id = $1 and table_id = $2 and cells ? $3 and deleted_at is null",
        scope.workspace_id,
        table_id,
        column.id,
    )
    if filled and not is_confirmed:
        raise ValuesWouldBeLost(f"{filled} values would be lost.", details={"values": filled})
    after = replace(before, columns=tuple(each for each in before.columns if each.id != column.id))
    await _save(conn, before, after)
    if await is_large(conn, before):
        await begin_removal(conn, scope, after, [column.id])
    else:
        await _take_off(conn, before, column)
    lost: JsonObject = {"column": column.name, "type": column.type.value, "values": filled}
    await _record(conn, scope, "table.column_removed", after, before=lost)
    return await read_table(conn, scope.workspace_id, table_id)


def make_column(given: schemas.ColumnCreate) -> Column:
    """A new column. Its id is like no other's, in any table."""
    return Column(
        id=secrets.token_hex(6),
        name=given.name,
        type=given.type,
        label=given.label,
        options=tuple(dict.fromkeys(given.options)),
        is_required=given.is_required,
    )


async def _hold(conn: Connection, scope: WorkspaceScope, table_id: UUID, revision: int | None) -> DataTable:
    table = await hold_table(conn, scope.workspace_id, table_id)
    if revision is not None and revision != table.revision:
        raise TableChanged(details={"revision": table.revision})
    await check_free(conn, table)
    return table


async def _bury(conn: Connection, table: DataTable) -> None:
    """Take a table from everybody, and its name from it. Its rows stay."""
    await conn.execute(
        """
        update data_tables set deleted_at = now(), name_key = chr(1) || id::text, former_keys = '{}'
        where workspace_id = $1 and id = $2
        """,
        table.workspace_id,
        table.id,
    )
    for statement in ("delete from data_imports", "delete from data_rewrites"):
        await conn.execute(f"{statement} where workspace_id = $1 and table_id = $2", table.workspace_id, table.id)


async def _take_off(conn: Connection, table: DataTable, column: Column) -> None:
    await conn.execute(
        """
        update data_rows set cells = cells - $3, folded = folded - $3, revision = revision + 1
        where workspace_id = $1 and table_id = $2 and cells ? $3
        """,
        table.workspace_id,
        table.id,
        column.id,
    )


async def _convert(
    conn: Connection, scope: WorkspaceScope, before: DataTable, after: DataTable, *, discards: bool
) -> None:
    zone = await read_zone(conn, scope.workspace_id)
    conversion = await try_conversion(conn, before, after, zone=zone)
    if conversion.lost and not discards:
        raise ValuesWouldBeLost(f"{conversion.lost} values would be lost.", details=conversion.dump())
    if conversion.same:
        raise KeyNotUnique(details=conversion.dump())
    await rewrite_rows(conn, before, after, zone=zone)


async def _save(conn: Connection, before: DataTable, after: DataTable) -> None:
    is_renamed = name_key(after.name) != name_key(before.name)
    await conn.execute(
        """
        update data_tables set name = $3, name_key = $4, description = $5, columns = $6, key_columns = $7,
            key_slot = $11, former_keys = case when $8 then (array_prepend($9, array_remove(former_keys, $9)))[:$10]
                else former_keys end,
            revision = revision + 1, updated_at = now()
        where workspace_id = $1 and id = $2
        """,
        before.workspace_id,
        before.id,
        after.name,
        name_key(after.name),
        after.description,
        [column.dump() for column in after.columns],
        list(after.key_columns),
        is_renamed,
        name_key(before.name),
        MAX_FORMER,
        after.key_slot,
    )


def _read_name(name: str) -> str:
    key = name_key(name)
    if not key:
        raise ValidationFailed(FieldFault("name", "A name has letters or digits.", "missing"))
    return key


def _describe(table: DataTable) -> list[Json]:
    return [{"name": column.name, "type": column.type.value} for column in table.columns]


def _summary(table: DataTable) -> JsonObject:
    keys: list[str] = [column.name for column in table.columns if column.id in table.key_columns]
    return {"name": table.name, "description": table.description, "key": [*keys]}


async def _record(
    conn: Connection,
    scope: WorkspaceScope,
    action: str,
    table: DataTable,
    *,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
) -> None:
    name: JsonObject = {"table": table.name}
    await record(
        conn,
        scope,
        action,
        target_kind="table",
        target_id=table.id,
        before=None if before is None else name | before,
        after=None if after is None else name | after,
    )
