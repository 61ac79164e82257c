"""What a flow asks of a table, answered within one transaction: the shell's half of the node `database_query`.

    {"operation", "table", "where": [{"column", "operator", "value"}], "values": {column: value},
     "sort_by", "descending", "limit"}
    → {"ok": true, "row_count", "row" or "rows"} or {"ok": false, "row_count": 0, "error": words}

A table and its columns are asked for by their names; a name that is none is an answer, not an exception. There is no
SQL in a request, and nothing of it becomes any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, cast
from uuid import UUID

from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import Refusal
from hoopoe.kernel.http.work import savepoint
from hoopoe.kernel.json import Json, JsonObject, dump_json
from hoopoe.tables.columns import WrongValueError
from hoopoe.tables.filters import Condition, Operator, RowQuery, make_condition
from hoopoe.tables.limits import MAX_FILTERS, TableLimits
from hoopoe.tables.model import DataTable, RowRefusedError, make_ready, read_values, show_cells
from hoopoe.tables.queries import count_rows, find_table, list_rows, read_row, read_zone
from hoopoe.tables.writing import add_row, change_rows, put_rows

MAX_LISTED: Final = 50
MAX_CHANGED: Final = 1_000
MAX_ANSWER_BYTES: Final = 24 * 1024
"""What a flow keeps of rows that it asked for: the rest is left out, and the answer says so."""

READS: Final = frozenset({"find", "list", "count"})


class QueryError(Exception):
    """The query cannot be answered; the words say why."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query, read against its table."""

    conn: Connection
    table: DataTable
    zone: tzinfo
    limits: TableLimits
    request: JsonObject

    @property
    def values(self) -> Mapping[str, Json]:
        values = self.request.get("values")
        return values if isinstance(values, dict) else {}

    def choose(self) -> RowQuery:
        sort_by = self.request.get("sort_by")
        sort = self.table.find(sort_by) if isinstance(sort_by, str) and sort_by else None
        if sort_by and sort is None:
            raise QueryError(f"The table has no column '{sort_by}'.")
        where = self.request.get("where")
        return RowQuery(
            conditions=[self._read_condition(each) for each in where] if isinstance(where, list) else [],
            sort=sort,
            is_descending=self.request.get("descending") is True,
        )

    def _read_condition(self, given: Json) -> Condition:
        match given:
            case {"column": str() as name, "operator": str() as operator, **rest}:
                column = self.table.find(name)
                if column is None:
                    raise QueryError(f"The table has no column '{name}'.")
                try:
                    return make_condition(column, Operator(operator), cast("Json", rest.get("value")), zone=self.zone)
                except WrongValueError as error:
                    raise QueryError(f"{name}: {error.words}") from error
                except ValueError as error:
                    raise QueryError(f"There is no comparison '{operator}'.") from error
            case _:
                raise QueryError("A condition has a column and an operator.")


async def answer_query(conn: Connection, workspace_id: UUID, request: JsonObject, *, limits: TableLimits) -> JsonObject:
    """Answer a flow's query. What cannot be done is undone and told; only a database in trouble raises."""
    try:
        async with savepoint(conn):
            return await _answer(conn, workspace_id, request, limits)
    except QueryError as error:
        return _failed(str(error))
    except RowRefusedError as error:
        return _failed(str(error))
    except Refusal as refusal:
        return _failed(refusal.words)


async def _answer(conn: Connection, workspace_id: UUID, request: JsonObject, limits: TableLimits) -> JsonObject:
    operation, name = str(request.get("operation")), str(request.get("table") or "")
    table = await find_table(conn, workspace_id, name, holds=operation not in READS)
    if table is None:
        raise QueryError(f"There is no table '{name[:80]}'.")
    where = request.get("where")
    if isinstance(where, list) and len(where) > MAX_FILTERS:
        raise QueryError(f"There are {MAX_FILTERS} conditions at most.")
    asked = _Asked(conn, table, await read_zone(conn, workspace_id), limits, request)
    match operation:
        case "find":
            rows = await list_rows(conn, table, asked.choose(), limit=1)
            return _one(table, rows[0].row if rows else None, len(rows))
        case "list":
            return await _list(asked)
        case "count":
            return {"ok": True, "row_count": await count_rows(conn, table, asked.choose())}
        case "insert":
            row_id = await add_row(
                conn, table, make_ready(table, read_values(table, asked.values, zone=asked.zone)), limits=limits
            )
            return _one(table, await read_row(conn, table, row_id), 1)
        case "update":
            return await _update(asked)
        case "upsert":
            return await _upsert(asked)
        case _:
            raise QueryError(f"A table cannot be asked for '{operation[:40]}'.")


async def _list(asked: _Asked) -> JsonObject:
    given = asked.request.get("limit")
    limit = min(max(given, 1), MAX_LISTED) if isinstance(given, int) else MAX_LISTED
    found = await list_rows(asked.conn, asked.table, asked.choose(), limit=limit)
    rows: list[Json] = []
    size = 0
    for each in found:
        shown = show_cells(asked.table, each.row["cells"])
        size += len(dump_json(shown).encode())
        if size > MAX_ANSWER_BYTES:
            break
        rows.append(shown)
    answer: JsonObject = {"ok": True, "row_count": len(rows), "rows": rows}
    return answer if len(rows) == len(found) else {**answer, "is_cut": True}


async def _update(asked: _Asked) -> JsonObject:
    query, table = asked.choose(), asked.table
    if not query.conditions:
        raise QueryError("Say which rows are changed.")
    cells = read_values(table, asked.values, zone=asked.zone)
    found = await list_rows(asked.conn, table, query, limit=MAX_CHANGED + 1)
    if len(found) > MAX_CHANGED:
        raise QueryError(f"More than {MAX_CHANGED} rows would change; nothing was changed.")
    if not found:
        return _one(table, None, 0)
    changes = {each.row["id"]: make_ready(table, {**each.row["cells"], **cells}) for each in found}
    await change_rows(asked.conn, table, changes)
    return _one(table, await read_row(asked.conn, table, found[0].row["id"]), len(found))


async def _upsert(asked: _Asked) -> JsonObject:
    if not asked.table.key_columns:
        raise QueryError("This table has no key by which a row could be found.")
    cells = read_values(asked.table, asked.values, zone=asked.zone)
    [put] = await put_rows(asked.conn, asked.table, [cells], limits=asked.limits)
    if put.refused is not None or put.row_id is None:
        raise put.refused or QueryError("The row could not be kept.")
    row = await read_row(asked.conn, asked.table, put.row_id)
    return {**_one(asked.table, row, 1), "is_new": put.is_new}


def _one(table: DataTable, row: Record | None, count: int) -> JsonObject:
    return {"ok": True, "row_count": count, "row": None if row is None else show_cells(table, row["cells"])}


def _failed(words: str) -> JsonObject:
    return {"ok": False, "row_count": 0, "error": words}


async def try_query(conn: Connection, workspace_id: UUID, request: JsonObject, *, limits: TableLimits) -> JsonObject:
    """What a query would be answered. What it would write is undone."""
    await conn.execute("savepoint trial")
    result = await answer_query(conn, workspace_id, request, limits=limits)
    await conn.execute("rollback to savepoint trial; release savepoint trial")
    return result
