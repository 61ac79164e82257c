"""Which bots ask a data table: their steps, and the columns that these name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from hoopoe.flows.definition import BlueprintError, inspect_flow, parse_blueprint
from hoopoe.flows.in_use import list_flows_in_use
from hoopoe.flows.nodes import TableMention
from hoopoe.flows.sharing.schemas import TableUse
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.tables.model import DataTable, name_key
from hoopoe.tables.queries import find_table, read_table

ASKING: Final = '$.nodes[*] ? (@.type == "database_query")'


async def find_uses(conn: Connection, scope: WorkspaceScope, table_id: UUID) -> list[TableUse]:
    """Every step that asks the table by any of its names, each once, however many versions it stands in.

    Raises `NotFound`. Of a step that stands in several, the columns of all of them are told.
    """
    table = await read_table(conn, scope.workspace_id, table_id)
    found: dict[tuple[UUID, str], TableUse] = {}
    ids: dict[str, UUID | None] = {}
    for row, node_name, mention in _read_mentions(await list_flows_in_use(conn, scope, ASKING)):
        key = name_key(mention.table)
        if key not in ids:
            named = await find_table(conn, scope.workspace_id, mention.table)
            ids[key] = None if named is None else named.id
        if ids[key] != table.id:
            continue
        use = found.setdefault(
            (row["bot_id"], mention.node_id),
            TableUse(
                bot_id=row["bot_id"],
                bot_name=row["bot_name"],
                node_id=mention.node_id,
                node_name=node_name,
                version=row["version"],
                columns=[],
            ),
        )
        column = _find_column(table, mention)
        if column is not None and column not in use.columns:
            use.columns.append(column)
    return [*found.values()]


def _read_mentions(rows: list[Record]) -> Iterator[tuple[Record, str | None, TableMention]]:
    for row in rows:
        try:
            blueprint = parse_blueprint(row["blueprint"])
        except BlueprintError:
            continue  # written by another program: whoever opens it is told
        names = {node.id: node.name for node in blueprint.nodes}
        for mention in inspect_flow(blueprint).tables:
            yield row, names[mention.node_id], mention


def _find_column(table: DataTable, mention: TableMention) -> str | None:
    column = table.find(mention.column) if mention.column is not None else None
    return None if column is None else column.lasting_id
