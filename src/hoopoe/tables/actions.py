"""Making, changing and deleting data tables and their columns. Every change of a schema is in the audit log."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables import schemas
from hoopoe.tables.columns import Column, ColumnType
from hoopoe.tables.errors import (
    KeyNotUnique,
    TableChanged,
    TableExists,
    TooManyTables,
    ValuesWouldBeLost,
)
from hoopoe.tables.limits import MAX_COLUMNS, TableLimits
from hoopoe.tables.model import DataTable, name_key
from hoopoe.tables.queries import hold_table, read_table, read_zone
from hoopoe.tables.rewriting import Conversion, check_size, is_rewritten, rewrite_rows, try_conversion

# Names that a table had are kept for the versions of flows that know it by them; the oldest give way.
MAX_FORMER = 20


async def create_table(
    conn: Connection, scope: WorkspaceScope, given: schemas.TableCreate, *, limits: TableLimits
) -> DataTable:
    """Make a table. Raises `TableExists`, `TooManyTables`."""
    # Whoever makes one at the same time waits here, and counts this one.
    await conn.execute("select from workspaces where id = $1 for no key update", scope.workspace_id)
    count: int = await conn.fetchval("select count(*) from data_tables where workspace_id = $1", scope.workspace_id)
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


async def update_table(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, given: schemas.TableUpdate
) -> DataTable:
    """Rename a table, describe it, order its columns, choose what tells rows apart.

    Raises `NotFound`, `TableExists`, `TableChanged`, `KeyNotUnique`, `TableTooLarge`, `ValidationFailed`.
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
        after = replace(after, columns=_reorder(after.columns, given.order))
    if given.key is not None:
        after = replace(after, key_columns=tuple(_find(before, name, "key").id for name in dict.fromkeys(given.key)))
        if any(column.type is ColumnType.JSON for column in after.columns if column.id in after.key_columns):
            raise ValidationFailed(FieldFault("key", "JSON tells no rows apart.", "not_comparable"))
    if after.key_columns != before.key_columns:
        await _convert(conn, scope, before, after, discards=False)
    await _save(conn, before, after)
    await _record(conn, scope, "table.updated", after, before=_summary(before), after=_summary(after))
    return await read_table(conn, scope.workspace_id, table_id)


async def delete_table(conn: Connection, scope: WorkspaceScope, table_id: UUID, *, is_confirmed: bool) -> None:
    """Delete a table with its rows, for good. Raises `NotFound`, or `ValuesWouldBeLost` where nobody confirmed it."""
    table = await hold_table(conn, scope.workspace_id, table_id)
    if table.row_count and not is_confirmed:
        raise ValuesWouldBeLost(f"{table.row_count} rows would be lost.", details={"rows": table.row_count})
    await conn.execute("delete from data_tables where workspace_id = $1 and id = $2", scope.workspace_id, table_id)
    before: JsonObject = {"columns": _describe(table), "rows": table.row_count}
    await _record(conn, scope, "table.deleted", table, before=before)


async def add_column(conn: Connection, scope: WorkspaceScope, table_id: UUID, given: schemas.ColumnCreate) -> DataTable:
    """Add a column at the end; it is empty in every row.

    Raises `NotFound`, `ValidationFailed`, and for a key `KeyNotUnique`, `TableTooLarge`.
    """
    before = await _hold(conn, scope, table_id, None)
    if len(before.columns) >= MAX_COLUMNS:
        raise ValidationFailed(FieldFault("name", f"A table has {MAX_COLUMNS} columns at most.", "too_many"))
    _check_free(before, given.name, None)
    column = make_column(given)
    after = replace(before, columns=(*_forget_name(before.columns, given.name), column))
    if given.is_key:
        after = replace(after, key_columns=(*before.key_columns, column.id))
        await _convert(conn, scope, before, after, discards=False)
    await _save(conn, before, after)
    await _record(conn, scope, "table.column_added", after, after={"column": given.name, "type": given.type.value})
    return await read_table(conn, scope.workspace_id, table_id)


async def check_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, given: schemas.ColumnUpdate
) -> Conversion:
    """What a change of a column would do to the rows. Raises `NotFound`, `TableTooLarge`, `ValidationFailed`."""
    before = await read_table(conn, scope.workspace_id, table_id)
    after = _change(before, column_id, given)
    if is_rewritten(_by_id(before, column_id), _by_id(after, column_id)):
        await check_size(conn, before)
    return await try_conversion(conn, before, after, zone=await read_zone(conn, scope.workspace_id))


async def change_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, given: schemas.ColumnUpdate
) -> DataTable:
    """Rename a column, or give it another type, label, other options.

    Raises `NotFound`, `TableChanged`, `KeyNotUnique`, `TableTooLarge`, `ValidationFailed`, and `ValuesWouldBeLost`
    where cells cannot be converted and it is not said that they may be emptied.
    """
    before = await _hold(conn, scope, table_id, given.revision)
    after = _change(before, column_id, given)
    old, new = _by_id(before, column_id), _by_id(after, column_id)
    if is_rewritten(old, new):
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
    return await read_table(conn, scope.workspace_id, table_id)


async def remove_column(
    conn: Connection, scope: WorkspaceScope, table_id: UUID, column_id: str, *, is_confirmed: bool
) -> DataTable:
    """Remove a column with its cells, for good.

    Raises `NotFound`, `TableTooLarge`, `ValidationFailed` for a key, or `ValuesWouldBeLost` where it has cells and
    nobody confirmed it.
    """
    before = await _hold(conn, scope, table_id, None)
    column = _by_id(before, column_id)
    if column.id in before.key_columns:
        raise ValidationFailed(
            FieldFault("column_id", "This column tells rows apart: choose another key first.", "is_key")
        )
    await check_size(conn, before)
    filled: int = await conn.fetchval(
        "select count(*) from data_rows "
        "where workspace_id = $1 and table_id = $2 and cells ? $3 and deleted_at is null",
        scope.workspace_id,
        table_id,
        column.id,
    )
    if filled and not is_confirmed:
        raise ValuesWouldBeLost(f"{filled} values would be lost.", details={"values": filled})
    await conn.execute(
        """
        update data_rows set cells = cells - $3, folded = folded - $3, revision = revision + 1
        where workspace_id = $1 and table_id = $2 and cells ? $3
        """,
        scope.workspace_id,
        table_id,
        column.id,
    )
    after = replace(before, columns=tuple(each for each in before.columns if each.id != column.id))
    await _save(conn, before, after)
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
    return table


async def _convert(
    conn: Connection, scope: WorkspaceScope, before: DataTable, after: DataTable, *, discards: bool
) -> None:
    await check_size(conn, before)
    zone = await read_zone(conn, scope.workspace_id)
    conversion = await try_conversion(conn, before, after, zone=zone)
    if conversion.lost and not discards:
        raise ValuesWouldBeLost(f"{conversion.lost} values would be lost.", details=conversion.dump())
    if conversion.same:
        raise KeyNotUnique(details=conversion.dump())
    await rewrite_rows(conn, before, after, zone=zone)


def _change(table: DataTable, column_id: str, given: schemas.ColumnUpdate) -> DataTable:
    old = _by_id(table, column_id)
    type_ = given.type or old.type
    options: tuple[str, ...] = ()
    if type_ is ColumnType.CHOICE:
        options = tuple(dict.fromkeys(given.options)) if given.options is not None else old.options
        if not options:
            raise ValidationFailed(FieldFault("options", "A choice has options.", "missing"))
    elif given.options:
        raise ValidationFailed(FieldFault("options", "Only a choice has options.", "not_used"))
    if type_ is ColumnType.JSON and old.id in table.key_columns:
        raise ValidationFailed(FieldFault("type", "JSON tells no rows apart.", "not_comparable"))
    former = old.former
    if given.name is not None and given.name.lower() != old.name.lower():
        _check_free(table, given.name, old)
        former = tuple(dict.fromkeys((old.name.lower(), *former)))[:MAX_FORMER]
    new = Column(
        id=old.id,
        name=given.name or old.name,
        type=type_,
        label=old.label if given.label is None else given.label,
        options=options,
        is_required=old.is_required if given.is_required is None else given.is_required,
        former=tuple(name for name in former if name != (given.name or "").lower()),
    )
    columns = table.columns if given.name is None else _forget_name(table.columns, given.name)
    return replace(table, columns=tuple(new if each.id == old.id else each for each in columns))


async def _save(conn: Connection, before: DataTable, after: DataTable) -> None:
    is_renamed = name_key(after.name) != name_key(before.name)
    await conn.execute(
        """
        update data_tables set name = $3, name_key = $4, description = $5, columns = $6, key_columns = $7,
            former_keys = case when $8 then (array_prepend($9, array_remove(former_keys, $9)))[:$10]
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
    )


def _read_name(name: str) -> str:
    key = name_key(name)
    if not key:
        raise ValidationFailed(FieldFault("name", "A name has letters or digits.", "missing"))
    return key


def _check_free(table: DataTable, name: str, but: Column | None) -> None:
    if any(each.name.lower() == name.lower() and each is not but for each in table.columns):
        raise ValidationFailed(FieldFault("name", "There is a column with this name already.", "already_there"))


def _forget_name(columns: Sequence[Column], name: str) -> tuple[Column, ...]:
    """A name that a column gets is nobody's former one any more."""
    plain = name.lower()
    return tuple(replace(each, former=tuple(former for former in each.former if former != plain)) for each in columns)


def _reorder(columns: Sequence[Column], names: Sequence[str]) -> tuple[Column, ...]:
    by_name = {column.name: column for column in columns}
    if set(names) != set(by_name) or len(names) != len(columns):
        raise ValidationFailed(FieldFault("order", "Name every column once.", "wrong_names"))
    return tuple(by_name[name] for name in names)


def _find(table: DataTable, name: str, field: str) -> Column:
    column = next((each for each in table.columns if each.name == name), None)
    if column is None:
        raise ValidationFailed(FieldFault(field, f"There is no column '{name}'.", "unknown_column"))
    return column


def _by_id(table: DataTable, column_id: str) -> Column:
    for column in table.columns:
        if column.id == column_id:
            return column
    raise NotFound


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
