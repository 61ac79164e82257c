"""Bots and the workspace's data tables: is what a draft asks for there, and can a column hold what it is given?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hoopoe.flows.definition import Fault, inspect_flow, parse_blueprint
from hoopoe.flows.nodes import TableMention
from hoopoe.flows.nodes.faults import Severity
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.json import JsonObject
from hoopoe.tables.columns import Column, WrongValueError, read_cell
from hoopoe.tables.filters import EMPTINESS, UNSORTED, Operator, check_operator, make_condition
from hoopoe.tables.model import DataTable, name_key
from hoopoe.tables.queries import find_table


async def find_table_faults(conn: Connection, scope: WorkspaceScope, draft: JsonObject) -> list[Fault]:
    """A fault for each table and column that is not there, and for each value that could never be in its column.

    What a flow fills in is not known yet: a value that does not fit then takes the exit `error`.
    """
    mentions = inspect_flow(parse_blueprint(draft)).tables
    names = dict.fromkeys(mention.table for mention in mentions)
    tables = {name: await find_table(conn, scope.workspace_id, name) for name in names}
    return [fault for mention in mentions for fault in _check(mention, tables)]


def _check(mention: TableMention, tables: Mapping[str, DataTable | None]) -> Iterator[Fault]:
    table = tables[mention.table]
    if mention.column is None:
        if table is None:
            words = f"This workspace has no data table '{mention.table}'."
            yield _fault(mention, "table_missing", words, mention.table)
        elif name_key(mention.table) != name_key(table.name):
            words = f"'{mention.table}' is called '{table.name}' now. It is still found by its old name."
            yield _fault(mention, "table_renamed", words, table.name, severity="warning")
        return
    if table is None:
        return
    column = table.find(mention.column)
    if column is None:
        words = f"The table '{table.name}' has no column '{mention.column}'."
        yield _fault(mention, "column_missing", words, mention.column)
        return
    if column.name.lower() != mention.column.strip().lower():
        words = f"'{mention.column}' is called '{column.name}' now. It is still found by its old name."
        yield _fault(mention, "column_renamed", words, column.name, severity="warning")
    yield from _check_value(mention, column)


def _check_value(mention: TableMention, column: Column) -> Iterator[Fault]:
    if mention.field == "sort_by":
        if column.type in UNSORTED:
            yield _fault(mention, "wrong_type", f"'{column.name}' is {column.type}, which has no order.", column.name)
        return
    try:
        if mention.operator is not None:
            operator = Operator(mention.operator)
            # Where the value is not known yet, whether the column can be asked so still is.
            if mention.value or operator in EMPTINESS:
                make_condition(column, operator, mention.value)
            else:
                check_operator(column, operator)
        elif mention.value is not None:
            read_cell(column, mention.value)
    except WrongValueError as error:
        yield _fault(mention, "wrong_type", f"{column.name}: {error.words}", column.name)


def _fault(mention: TableMention, code: str, words: str, subject: str, *, severity: Severity = "error") -> Fault:
    return Fault(mention.node_id, mention.field, code, words, severity, subject)
