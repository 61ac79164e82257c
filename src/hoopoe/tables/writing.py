"""Writing rows. Whoever does holds the table (`queries.hold_table`), so what is looked at stays so until the commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.ids import new_id
from hoopoe.tables.columns import fold_row, make_key
from hoopoe.tables.errors import KeyTaken, TooManyRows
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.model import Cells, DataTable, ReadyRow, RowRefusedError, make_ready
from hoopoe.tables.queries import find_by_keys

INSERT: Final = """
insert into data_rows (workspace_id, table_id, id, cells, folded, {key})
select $1, $2, id, cells, folded, key
from unnest($3::uuid[], $4::jsonb[], $5::jsonb[], $6::bytea[]) as given (id, cells, folded, key)
on conflict do nothing returning id
"""
UPDATE: Final = """
update data_rows set cells = given.cells, folded = given.folded, {key} = given.key, {spare_key} = null,
    revision = revision + 1, updated_at = now()
from unnest($3::uuid[], $4::jsonb[], $5::jsonb[], $6::bytea[]) as given (id, cells, folded, key)
where data_rows.workspace_id = $1 and data_rows.table_id = $2 and data_rows.id = given.id
"""
REMOVE: Final = """
update data_rows set deleted_at = now()
where workspace_id = $1 and table_id = $2 and id = any ($3::uuid[]) and deleted_at is null
returning id, cells
"""
REMOVED: Final = """
select id, cells from data_rows
where workspace_id = $1 and table_id = $2 and id = any ($3::uuid[]) and deleted_at is not null
"""


async def add_rows(
    conn: Connection, table: DataTable, rows: Sequence[ReadyRow], *, limits: TableLimits
) -> list[UUID | None]:
    """Add rows; returns their ids in order, None where another row has the key. Raises `TooManyRows`."""
    if not rows:
        return []
    ids = [new_id() for _ in rows]
    added = await conn.fetch(_of(table, INSERT), table.workspace_id, table.id, ids, *_columns_of(rows))
    there = {row["id"] for row in added}
    await count_more(conn, table, len(there), limits=limits)
    return [id_ if id_ in there else None for id_ in ids]


async def add_row(conn: Connection, table: DataTable, row: ReadyRow, *, limits: TableLimits) -> UUID:
    """Add a row. Raises `KeyTaken` with the row that has its key, or `TooManyRows`."""
    [row_id] = await add_rows(conn, table, [row], limits=limits)
    if row_id is None:
        raise _taken(await find_by_keys(conn, table, [row.key or b""]))
    return row_id


async def change_rows(conn: Connection, table: DataTable, changes: Mapping[UUID, ReadyRow]) -> None:
    """Give rows other cells. Raises `KeyTaken` where two rows would have one key."""
    keys = [row.key for row in changes.values() if row.key is not None]
    others = await find_by_keys(conn, table, keys) if keys else {}
    others = {key: row for key, row in others.items() if row["id"] not in changes}
    if others:
        raise _taken(others)
    if len(set(keys)) < len(keys):
        raise KeyTaken("Several rows would have the same key.")
    await conn.execute(_of(table, UPDATE), table.workspace_id, table.id, list(changes), *_columns_of(changes.values()))


@dataclass(slots=True)
class Put:
    """What became of a row that was put. `refused`: why nothing did."""

    row_id: UUID | None = None
    is_new: bool = False
    refused: RowRefusedError | None = None


@dataclass(slots=True)
class _Draft:
    """A row on its way: the one that is there (`row_id`), or a new one, with what has been put into it so far."""

    row_id: UUID | None
    cells: Cells
    ready: ReadyRow | None = None
    puts: list[Put] = field(default_factory=list)


async def put_rows(conn: Connection, table: DataTable, rows: Sequence[Cells], *, limits: TableLimits) -> list[Put]:
    """Add each row, or change the one that has its key; of cells that are not given, those that are there stay.

    The rows are cells as `read_values` reads them, and are put one after the other: the second of one key changes what
    the first one put. The table has a key. Raises `TooManyRows`.
    """
    keys = [_key_of(table, cells) for cells in rows]
    found = await find_by_keys(conn, table, [key for key in set(keys) if key is not None])
    drafts = {key: _Draft(row["id"], dict(row["cells"])) for key, row in found.items()}
    puts = []
    for key, cells in zip(keys, rows, strict=True):
        put = Put()
        puts.append(put)
        draft = drafts.get(key) if key is not None else None
        try:
            ready = make_ready(table, {**(draft.cells if draft is not None else {}), **cells})
        except RowRefusedError as error:
            put.refused = error
            continue
        if draft is None:
            draft = drafts[ready.key or b""] = _Draft(None, {})
            put.is_new = True
        draft.cells, draft.ready = ready.cells, ready
        draft.puts.append(put)
    touched = [draft for draft in drafts.values() if draft.ready is not None]
    new = [draft for draft in touched if draft.row_id is None]
    changed = {draft.row_id: draft.ready for draft in touched if draft.row_id is not None and draft.ready is not None}
    if changed:
        await change_rows(conn, table, changed)
    ids = await add_rows(conn, table, [draft.ready for draft in new if draft.ready is not None], limits=limits)
    for draft, row_id in zip(new, ids, strict=True):
        draft.row_id = row_id
    for draft in touched:
        for put in draft.puts:
            put.row_id = draft.row_id
    return puts


def _key_of(table: DataTable, cells: Cells) -> bytes | None:
    """The key that these cells make; None where one of its cells is empty, which no row may have."""
    if any(cells.get(column_id) is None for column_id in table.key_columns):
        return None
    return make_key(table.key_columns, fold_row(table.columns, cells))


async def remove_rows(conn: Connection, table: DataTable, ids: Sequence[UUID], *, limits: TableLimits) -> list[Record]:
    """Take rows away, for a day in which they can be brought back; returns those that were there."""
    removed = await conn.fetch(REMOVE, table.workspace_id, table.id, list(ids))
    await count_more(conn, table, -len(removed), limits=limits)
    return list(removed)


async def restore_rows(conn: Connection, table: DataTable, ids: Sequence[UUID], *, limits: TableLimits) -> int:
    """Bring rows back, as the columns are by now. Raises `KeyTaken`, `RowRefusedError`, `TooManyRows`."""
    rows = await conn.fetch(REMOVED, table.workspace_id, table.id, list(ids))
    if not rows:
        return 0
    changes = {row["id"]: make_ready(table, row["cells"]) for row in rows}
    await change_rows(conn, table, changes)
    await conn.execute(
        "update data_rows set deleted_at = null where workspace_id = $1 and table_id = $2 and id = any ($3::uuid[])",
        table.workspace_id,
        table.id,
        list(changes),
    )
    await count_more(conn, table, len(rows), limits=limits)
    return len(rows)


async def count_more(conn: Connection, table: DataTable, count: int, *, limits: TableLimits) -> None:
    """Count rows that came or went. Raises `TooManyRows`, for the caller to undo what came."""
    if count == 0:
        return
    total: int = await conn.fetchval(
        "update data_tables set row_count = row_count + $3 where workspace_id = $1 and id = $2 returning row_count",
        table.workspace_id,
        table.id,
        count,
    )
    if count > 0 and total > limits.rows:
        raise TooManyRows(details={"limit": limits.rows})


def _of(table: DataTable, statement: str) -> str:
    """A statement about the keys of this table. What a rewrite made of a row in advance goes with the row's change."""
    return statement.format(key=table.key_name, spare_key=table.spare_key_name)


def _columns_of(rows: Iterable[ReadyRow]) -> tuple[list[object], list[object], list[object]]:
    given = list(rows)
    return [row.cells for row in given], [row.folded for row in given], [row.key for row in given]


def _taken(others: Mapping[bytes, Record]) -> KeyTaken:
    return KeyTaken(details={"row_id": next((str(row["id"]) for row in others.values()), None)})
