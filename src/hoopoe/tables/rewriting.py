"""Rows when their columns change: what would not fit is found first, and only then is anything written.

All in one transaction, which holds the table; while it lasts nobody's live screens move. So only a table of few rows is
rewritten so (`is_large`); the rows of others are written by a worker (`hoopoe.tables.rewrites`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.tables.columns import Column, WrongValueError, cell_text, fold_row, make_key, read_cell
from hoopoe.tables.limits import MAX_REWRITTEN, MAX_TOLD_FAULTS
from hoopoe.tables.model import Cells, DataTable

SLICE: Final = 2_000
MAX_SHOWN_CHARS: Final = 200

ROWS: Final = """
select id, cells, deleted_at is null as is_live from data_rows
where workspace_id = $1 and table_id = $2 and ($3::uuid is null or id > $3) order by id limit $4
"""
WRITE: Final = """
update data_rows set cells = given.cells, folded = given.folded, {key} = given.key, revision = revision + 1
from unnest($3::uuid[], $4::jsonb[], $5::jsonb[], $6::bytea[]) as given (id, cells, folded, key)
where data_rows.workspace_id = $1 and data_rows.table_id = $2 and data_rows.id = given.id
"""


@dataclass(slots=True)
class Conversion:
    """What a change of columns would do to the rows. `lost`: cells that the new column cannot hold, some of them told.

    `same`: rows whose key is another row's, or empty.
    """

    kept: int = 0
    lost: int = 0
    examples: list[JsonObject] = field(default_factory=list)
    same: int = 0
    same_examples: list[JsonObject] = field(default_factory=list)

    def lose(self, row_id: UUID, value: Json, words: str) -> None:
        self.lost += 1
        if len(self.examples) < MAX_TOLD_FAULTS:
            self.examples.append({"row_id": str(row_id), "value": cell_text(value)[:MAX_SHOWN_CHARS], "message": words})

    def find_same(self, row_id: UUID, other: UUID | None) -> None:
        self.same += 1
        if len(self.same_examples) < MAX_TOLD_FAULTS:
            self.same_examples.append({"row_id": str(row_id), "other_row_id": None if other is None else str(other)})

    def dump(self) -> JsonObject:
        return {
            "kept": self.kept,
            "lost": self.lost,
            "examples": [*self.examples],
            "same": self.same,
            "same_examples": [*self.same_examples],
        }


async def is_large(conn: Connection, table: DataTable) -> bool:
    """Whether a table has more rows than are written in one transaction. Those that were deleted just now count."""
    count: int = await conn.fetchval(
        "select count(*) from (select from data_rows where workspace_id = $1 and table_id = $2 limit $3) as first",
        table.workspace_id,
        table.id,
        MAX_REWRITTEN + 1,
    )
    return count > MAX_REWRITTEN


def is_rewritten(old: Column, new: Column) -> bool:
    """Whether cells of a column change with it. Those of a choice that has more options now stay as they are."""
    return old.type != new.type or not set(old.options) <= set(new.options)


async def try_conversion(conn: Connection, before: DataTable, after: DataTable, *, zone: tzinfo) -> Conversion:
    """What would become of the rows. Nothing is written."""
    conversion, keys = Conversion(), dict[bytes, UUID]()
    changed = _changed(before, after)
    async for rows in _read_slices(conn, before):
        for row in rows:
            if not row["is_live"]:
                continue
            cells = _convert(row, changed, zone, conversion)
            folded = fold_row(after.columns, cells)
            key = make_key(after.key_columns, folded)
            if any(column_id not in cells for column_id in after.key_columns):
                conversion.find_same(row["id"], None)
            elif key is not None:
                other = keys.setdefault(key, row["id"])
                if other != row["id"]:
                    conversion.find_same(row["id"], other)
    return conversion


async def rewrite_rows(conn: Connection, before: DataTable, after: DataTable, *, zone: tzinfo) -> None:
    """Bring every row into the new columns. What they cannot hold is gone. No two rows may have one key."""
    # A new key may be one that another row still has: all are free first.
    key = before.key_name
    await conn.execute(
        f"update data_rows set {key} = null where workspace_id = $1 and table_id = $2 and {key} is not null",  # noqa: S608  # a constant
        before.workspace_id,
        before.id,
    )
    changed = _changed(before, after)
    async for rows in _read_slices(conn, before):
        cells = [_convert(row, changed, zone, Conversion()) for row in rows]
        folded = [fold_row(after.columns, each) for each in cells]
        keys = [make_key(after.key_columns, each) for each in folded]
        ids = [row["id"] for row in rows]
        await conn.execute(WRITE.format(key=key), before.workspace_id, before.id, ids, cells, folded, keys)


def _changed(before: DataTable, after: DataTable) -> Sequence[Column]:
    """Columns whose cells have to be read anew."""
    old = {column.id: (column.type, column.options) for column in before.columns}
    return [column for column in after.columns if column.id in old and old[column.id] != (column.type, column.options)]


def _convert(row: Record, changed: Sequence[Column], zone: tzinfo, conversion: Conversion) -> Cells:
    cells: Cells = dict(row["cells"])
    for column in changed:
        if column.id not in cells:
            continue
        kept = convert_cell(column, cells.pop(column.id), zone, conversion, row["id"])
        if kept is not None:
            cells[column.id] = kept
    return cells


def convert_cell(column: Column, value: Json, zone: tzinfo, conversion: Conversion, row_id: UUID) -> Json:
    """A cell of another column as this one keeps it; None, and told, where it cannot be kept."""
    try:
        kept = read_cell(column, value if isinstance(value, dict | list) else cell_text(value), zone=zone)
    except WrongValueError as error:
        conversion.lose(row_id, value, error.words)
        return None
    if kept is not None:
        conversion.kept += 1
    return kept


async def _read_slices(conn: Connection, table: DataTable) -> AsyncIterator[Sequence[Record]]:
    last: UUID | None = None
    while rows := await conn.fetch(ROWS, table.workspace_id, table.id, last, SLICE):
        yield rows
        last = rows[-1]["id"]
