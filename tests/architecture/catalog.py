"""The database's own catalog: tables, columns, keys; and a row for every table, made from it.

Nothing here names a table, so a new one is covered by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id

# Has a `workspace_id` and is not a tenant's: a session belongs to a person, who may change workspaces in it.
NOT_TENANT = {"refresh_tokens"}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` of `table` refer to `target_columns` of `target`, pairwise."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]


@dataclass(slots=True)
class Table:
    name: str
    # Column → type, for those that an insert must give.
    required: dict[str, str] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    # Column → the first value that a check allows.
    choices: dict[str, str] = field(default_factory=dict)
    foreign_keys: list[ForeignKey] = field(default_factory=list)

    @property
    def is_tenant(self) -> bool:
        return "workspace_id" in self.columns and self.name not in NOT_TENANT


COLUMNS = """
select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
       a.attnotnull and not a.atthasdef and a.attidentity = '' as is_required
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
  and c.relname <> 'alembic_version'
order by c.relname, a.attnum
"""

FOREIGN_KEYS = """
select source.relname as table, target.relname as target,
       array(select attname::text from unnest(k.conkey) with ordinality as u (n, place)
             join pg_attribute on attrelid = k.conrelid and attnum = u.n order by u.place) as columns,
       array(select attname::text from unnest(k.confkey) with ordinality as u (n, place)
             join pg_attribute on attrelid = k.confrelid and attnum = u.n order by u.place) as target_columns
from pg_constraint k
join pg_class source on source.oid = k.conrelid join pg_class target on target.oid = k.confrelid
where k.contype = 'f' and not source.relispartition and source.relnamespace = 'public'::regnamespace
order by k.oid
"""

CHECKS = """
select c.relname as table, pg_get_constraintdef(k.oid) as words
from pg_constraint k join pg_class c on c.oid = k.conrelid
where k.contype = 'c' and not c.relispartition and c.relnamespace = 'public'::regnamespace
"""

UNIQUE_KEYS = """
select c.relname as table, i.relname as index,
       array(select coalesce(a.attname::text, pg_get_indexdef(x.indexrelid, u.place::int, true))
             from unnest(x.indkey::int[]) with ordinality as u (n, place)
             left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = u.n and u.n > 0
             where u.place <= x.indnkeyatts order by u.place) as columns
from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
where x.indisunique and c.relkind in ('r', 'p') and not c.relispartition
  and c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version'
order by c.relname, i.relname
"""


# Columns that may be null, and that a check asks of the rows which are made here.
NEEDED_BY_CHECKS = {
    "channels": {
        "phone_number_id": "text",
        "waba_id": "text",
        "app_secret": "bytea",
        "access_token": "bytea",
        "verify_token": "bytea",
    }
}


async def read_tables(conn: Connection) -> dict[str, Table]:
    """Every table by name, those that others refer to first."""
    tables: dict[str, Table] = {}
    for row in await conn.fetch(COLUMNS):
        table = tables.setdefault(row["table"], Table(row["table"]))
        table.columns.add(row["column"])
        if row["is_required"]:
            table.required[row["column"]] = row["type"]
    for name, columns in NEEDED_BY_CHECKS.items():
        tables[name].required.update(columns)
    for row in await conn.fetch(FOREIGN_KEYS):
        key = ForeignKey(row["table"], tuple(row["columns"]), row["target"], tuple(row["target_columns"]))
        tables[row["table"]].foreign_keys.append(key)
    for row in await conn.fetch(CHECKS):
        found = re.search(r"\(?(\w+) = (?:ANY \(ARRAY\['([^']+)'|'([^']+)')", row["words"])
        if found is not None:
            tables[row["table"]].choices[found[1]] = found[2] or found[3]
    return {table.name: table for table in _order(tables)}


def _order(tables: dict[str, Table]) -> Iterable[Table]:
    """Referred tables before those that refer to them, by the columns that must be given."""
    done: dict[str, Table] = {}

    def visit(table: Table) -> None:
        if table.name in done:
            return
        for key in table.foreign_keys:
            if set(key.columns) <= set(table.required) and key.target != table.name:
                visit(tables[key.target])
        done[table.name] = table

    for table in tables.values():
        visit(table)
    return done.values()


def make_value(type_: str) -> object:
    """Some value of a type."""
    match type_:
        case "uuid":
            return new_id()
        case "text":
            return f"some text {new_id()}"
        case "bytea":
            return os.urandom(16)
        case "timestamp with time zone":
            return datetime.now(UTC)
        case "date":
            return datetime.now(UTC).date()
        case "json" | "jsonb":
            return {}
        case "boolean":
            return False
        case "integer[]":
            return [1]
        case "smallint" | "integer" | "bigint" | "real" | "double precision":
            return 1
        case _:
            raise AssertionError(f"tell make_value what a {type_} looks like")


def make_row(table: Table, rows: dict[str, dict[str, Any]], workspace_id: UUID) -> dict[str, Any]:
    """A row of a table that refers to the rows there are."""
    row = {column: make_value(type_) for column, type_ in table.required.items()}
    row.update({column: value for column, value in table.choices.items() if column in row})
    if table.is_tenant:
        row["workspace_id"] = workspace_id
    for key in table.foreign_keys:
        if set(key.columns) <= set(row):
            row.update(dict(zip(key.columns, (rows[key.target][each] for each in key.target_columns), strict=True)))
    if table.name == "workspaces":
        row["id"] = workspace_id
    return row


def make_insert(table: str, row: dict[str, Any]) -> str:
    """The statement that inserts a row."""
    columns = ", ".join(row)
    places = ", ".join(f"${place}" for place in range(1, len(row) + 1))
    return f"insert into {table} ({columns}) values ({places})"  # noqa: S608  # names from the catalog


async def fill_workspace(conn: Connection, tables: dict[str, Table], workspace_id: UUID) -> dict[str, dict[str, Any]]:
    """One row in every table that a workspace has, and in those that they refer to.

    A row that a trigger made already is taken as it is.
    """
    rows: dict[str, dict[str, Any]] = {}
    needed = {"workspaces", "users"} | {table.name for table in tables.values() if table.is_tenant}
    for table in tables.values():
        if table.name not in needed:
            continue
        row = make_row(table, rows, workspace_id)
        sql = make_insert(table.name, row)
        stored = await conn.fetchrow(f"{sql} on conflict do nothing returning *", *row.values())
        rows[table.name] = dict(stored or await conn.fetchrow(f"select * from {table.name}") or {})  # noqa: S608
    return rows
