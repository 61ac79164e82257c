"""A data table as code knows it, and how rows are read into its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final
from uuid import UUID

from hoopoe.kernel.db.pool import Record
from hoopoe.kernel.json import Json, dump_json
from hoopoe.kernel.text import normalize
from hoopoe.tables.columns import Column, WrongValueError, find_column, fold_row, make_key, read_cell
from hoopoe.tables.limits import MAX_ROW_BYTES

TABLE_COLUMNS: Final = (
    "workspace_id, id, name, description, columns, key_columns, key_slot, row_count, revision, created_at, updated_at"
)
KEY_SLOTS: Final = ("key", "key_2")
ROW_COLUMNS: Final = "id, cells, revision, created_at, updated_at"

Cells = dict[str, Json]
"""The cells of a row by the ids of their columns; what is empty is not in it."""


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table's schema. `key_columns`: ids of the columns that tell rows apart.

    `key_slot`: which of `KEY_SLOTS` has its rows' keys, counted from 1.
    """

    workspace_id: UUID
    id: UUID
    name: str
    description: str
    columns: tuple[Column, ...]
    key_columns: tuple[str, ...]
    key_slot: int
    row_count: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def load(cls, row: Record) -> DataTable:
        """A row of `TABLE_COLUMNS`."""
        columns = tuple(Column.load(each) for each in row["columns"])
        return cls(**{**row, "columns": columns, "key_columns": tuple(row["key_columns"])})

    @property
    def key_name(self) -> str:
        """The column of `data_rows` in which the keys of its rows are."""
        return KEY_SLOTS[self.key_slot - 1]

    @property
    def spare_key_name(self) -> str:
        """The one in which the next keys are made."""
        return KEY_SLOTS[2 - self.key_slot]

    def find(self, name: str) -> Column | None:
        """The column of a name."""
        return find_column(self.columns, name)

    def is_needed(self, column: Column) -> bool:
        """Whether no row may be empty in it."""
        return column.is_required or column.id in self.key_columns


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell cannot be kept. `column`: its name; empty for the row as a whole."""

    column: str
    code: str
    words: str


class RowRefusedError(Exception):
    """A row cannot be kept, for all of these reasons."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__(
            "; ".join(f"{fault.column}: {fault.words}" if fault.column else fault.words for fault in faults)
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A row that can be written."""

    cells: Cells
    folded: dict[str, str]
    key: bytes | None


def name_key(name: str) -> str:
    """The one spelling of a table's name by which it is found."""
    return normalize(name)


def read_values(table: DataTable, values: Mapping[str, Json], *, zone: tzinfo) -> Cells:
    """Values by their columns' names, as cells; an empty one is None. Raises `RowRefusedError` with every fault."""
    cells: Cells = {}
    faults: list[CellFault] = []
    for name, value in values.items():
        column = table.find(name)
        if column is None:
            faults.append(CellFault(name[:60], "unknown_column", "There is no such column."))
            continue
        try:
            cells[column.id] = read_cell(column, value, zone=zone)
        except WrongValueError as error:
            faults.append(CellFault(column.name, error.code, error.words))
    if faults:
        raise RowRefusedError(faults)
    return cells


def make_ready(table: DataTable, cells: Mapping[str, Json]) -> ReadyRow:
    """A whole row. Raises `RowRefusedError` where a cell is missing that is needed, or where it is too large."""
    kept = {column.id: cells[column.id] for column in table.columns if cells.get(column.id) is not None}
    faults = [
        CellFault(column.name, "missing", "This may not be empty.")
        for column in table.columns
        if table.is_needed(column) and column.id not in kept
    ]
    if len(dump_json(kept).encode()) > MAX_ROW_BYTES:
        faults.append(CellFault("", "too_large", f"A row has {MAX_ROW_BYTES // 1024} KB at most."))
    if faults:
        raise RowRefusedError(faults)
    folded = fold_row(table.columns, kept)
    return ReadyRow(kept, folded, make_key(table.key_columns, folded))


def show_cells(table: DataTable, cells: Mapping[str, Json]) -> dict[str, Json]:
    """A row by the names of its columns, with null for what is empty."""
    return {column.name: cells.get(column.id) for column in table.columns}
