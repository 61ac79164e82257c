"""Data tables in the files of bots: their schemas go along, their rows stay where they are.

A table that a workspace does not have is made only when that is asked for. One that it has is never changed: what is
missing in it is told, column by column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from hoopoe.flows.definition import Blueprint, inspect_flow
from hoopoe.flows.exchange import Missing
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import NotPermitted
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables.actions import create_table
from hoopoe.tables.columns import ColumnType
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.model import DataTable, name_key
from hoopoe.tables.queries import find_table
from hoopoe.tables.schemas import TableCreate

TABLE: Final = "table"
COLUMN: Final = "column"


@dataclass(frozen=True, slots=True)
class CarriedTables:
    """What becomes of a file's tables. `made`: those that were made, or would be; `missing`: what is not there.

    `unreadable`: the place in the file and the fault of each that is no table.
    """

    made: tuple[str, ...]
    missing: tuple[Missing, ...]
    unreadable: tuple[tuple[str, str], ...]


async def export_tables(conn: Connection, scope: WorkspaceScope, blueprint: Blueprint) -> list[JsonObject]:
    """The schemas of the tables that a flow asks, by name."""
    found: dict[str, DataTable] = {}
    for name in dict.fromkeys(mention.table for mention in inspect_flow(blueprint).tables):
        table = await find_table(conn, scope.workspace_id, name)
        if table is not None:
            found[name_key(table.name)] = table
    return [_describe(found[key]) for key in sorted(found)]


async def import_tables(
    conn: Connection,
    scope: WorkspaceScope,
    blueprint: Blueprint,
    given: Sequence[JsonObject],
    *,
    creates: bool,
    is_dry_run: bool,
    limits: TableLimits,
) -> CarriedTables:
    """Make the tables that are missing if that is asked for (`creates`), and tell what is not there.

    Raises `NotPermitted` for who may make none, `TooManyTables`.
    """
    if creates and not scope.allows(Permission.TABLES_WRITE):
        raise NotPermitted(details={"permission": Permission.TABLES_WRITE.value})
    wanted, unreadable = _read(given)
    made: list[str] = []
    missing: dict[Missing, None] = {}
    for table in wanted.values():
        there = await find_table(conn, scope.workspace_id, table.name)
        if there is not None:
            missing |= dict.fromkeys(_compare(there, table))
        elif creates:
            made.append(table.name)
            if not is_dry_run:
                await create_table(conn, scope, table, limits=limits)
        else:
            missing[Missing(TABLE, table.name)] = None
    for name in dict.fromkeys(mention.table for mention in inspect_flow(blueprint).tables):
        if name_key(name) not in wanted and await find_table(conn, scope.workspace_id, name) is None:
            missing[Missing(TABLE, name)] = None
    return CarriedTables(tuple(made), tuple(missing), tuple(unreadable))


def _read(given: Sequence[JsonObject]) -> tuple[dict[str, TableCreate], list[tuple[str, str]]]:
    wanted: dict[str, TableCreate] = {}
    unreadable: list[tuple[str, str]] = []
    for number, each in enumerate(given):
        try:
            table = TableCreate.model_validate(each)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in ("tables", number, *first["loc"]))
            unreadable.append((where, first["msg"]))
            continue
        wanted.setdefault(name_key(table.name), table)
    return wanted, unreadable


def _compare(there: DataTable, wanted: TableCreate) -> list[Missing]:
    """What a table of the workspace lacks of the file's: a column, or one of that type, or an option."""
    lacking: list[Missing] = []
    for column in wanted.columns:
        found = there.find(column.name)
        name = f"{there.name}.{column.name}"
        if found is None:
            lacking.append(Missing(COLUMN, f"{name} ({column.type})"))
        elif found.type is not column.type:
            lacking.append(Missing(COLUMN, f"{name} ({column.type}; {found.type})"))
        elif column.type is ColumnType.CHOICE:
            options = [option for option in column.options if option not in found.options]
            lacking += [Missing(COLUMN, f"{name}: {option}") for option in options]
    return lacking


def _describe(table: DataTable) -> JsonObject:
    columns: list[Json] = [
        {
            "name": column.name,
            "type": column.type.value,
            "label": column.label,
            "options": [*column.options],
            "is_required": column.is_required,
            "is_key": column.id in table.key_columns,
        }
        for column in table.columns
    ]
    return {"name": table.name, "description": table.description, "columns": columns}
