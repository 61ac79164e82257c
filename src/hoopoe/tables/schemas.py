"""Data tables on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints, model_validator

from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.tables.columns import ColumnType
from hoopoe.tables.filters import Operator
from hoopoe.tables.limits import MAX_COLUMNS, MAX_KEY_COLUMNS, MAX_NAME_CHARS, MAX_OPTIONS

COLUMN_NAME: Final = r"^[A-Za-z][A-Za-z0-9_]{0,59}$"

TableName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARS, strip_whitespace=True)]
ColumnName = Annotated[str, StringConstraints(pattern=COLUMN_NAME)]
Label = Annotated[str, StringConstraints(max_length=MAX_NAME_CHARS, strip_whitespace=True)]
Description = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)]
Option = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
Options = Annotated[list[Option], Field(max_length=MAX_OPTIONS)]
Values = dict[Annotated[str, StringConstraints(max_length=120)], JsonValue]


class DataColumn(Wire):
    """A column. Flows, CSV files and this API call it by its `name`; people see the `label`, where there is one."""

    id: str
    name: str
    label: str
    type: ColumnType
    options: list[str] = Field(description="What a `choice` may be.")
    is_required: bool
    is_key: bool


class LostValue(Wire):
    row_id: UUID
    value: str
    message: str


class SameRow(Wire):
    row_id: UUID
    other_row_id: UUID | None = Field(description="Null: a cell of its key is empty.")


class ConversionReport(Wire):
    """What a change would do. Of what would be lost, and of rows that would be the same, at most 100 are told."""

    kept: int
    lost: int
    examples: list[LostValue]
    same: int
    same_examples: list[SameRow]


class RewriteKind(StrEnum):
    """What changes: a column, or what tells rows apart."""

    COLUMN = "column"
    KEY = "key"


class RewriteState(StrEnum):
    """`asking`: cells would be lost, and it waits to be accepted or cancelled."""

    QUEUED = "queued"
    RUNNING = "running"
    ASKING = "asking"
    FAILED = "failed"


class TableRewrite(Wire):
    """A change of columns that a worker makes, row by row, beside what holds. `done` of `total` rows are written."""

    id: UUID
    kind: RewriteKind
    subject: str = Field(description="The name of the column that changes.")
    state: RewriteState
    total: int
    done: int
    report: ConversionReport | None = Field(description="When it asks or has failed: what would be lost, or the same.")
    created_at: datetime
    finished_at: datetime | None


class DataTable(Wire):
    """A table. `revision` counts the changes of its columns."""

    id: UUID
    name: str
    description: str
    columns: list[DataColumn]
    row_count: int
    revision: int
    rewrite: TableRewrite | None = Field(description="What is under way, or has failed last.")
    created_at: datetime
    updated_at: datetime


class DataTables(Wire):
    """All of them, by name."""

    data: list[DataTable]
    limit: int = Field(description="How many a workspace may have.")
    row_limit: int = Field(description="How many rows each may have.")


class ColumnCreate(Input):
    model_config = example({"name": "price", "type": "number", "label": "السعر"})

    name: ColumnName
    type: ColumnType
    label: Label = ""
    options: Options = Field(default_factory=list)
    is_required: bool = False
    is_key: bool = Field(default=False, description="Together with the other keys it tells rows apart.")

    @model_validator(mode="after")
    def _check_options(self) -> Self:
        if (self.type is ColumnType.CHOICE) != bool(self.options):
            raise ValueError("A choice has options, and nothing else has.")
        if self.type is ColumnType.JSON and self.is_key:
            raise ValueError("JSON tells no rows apart.")
        return self


class TableCreate(Input):
    model_config = example(
        {
            "name": "Menu",
            "columns": [
                {"name": "code", "type": "text", "is_key": True},
                {"name": "price", "type": "number", "label": "السعر"},
            ],
        }
    )

    name: TableName
    description: Description = ""
    columns: list[ColumnCreate] = Field(default_factory=list, max_length=MAX_COLUMNS)

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        check_names([column.name for column in self.columns])
        if sum(column.is_key for column in self.columns) > MAX_KEY_COLUMNS:
            raise ValueError(f"A key has {MAX_KEY_COLUMNS} columns at most.")
        return self


def check_names(names: list[str]) -> None:
    """Raises ValueError where two columns would have one name."""
    if len({name.lower() for name in names}) < len(names):
        raise ValueError("Two columns have the same name.")


class TableUpdate(Input):
    model_config = example({"name": "Dishes", "key": ["code"]})

    name: TableName | None = None
    description: Description | None = None
    key: list[ColumnName] | None = Field(
        None, max_length=MAX_KEY_COLUMNS, description="Which columns together tell rows apart; empty: none do."
    )
    order: list[ColumnName] | None = Field(
        None, max_length=MAX_COLUMNS, description="All columns, in the order to show them."
    )
    revision: int | None = Field(None, description="The one that was looked at: another is refused.")


class ColumnUpdate(Input):
    """`type` converts what is there; where a value cannot be converted, that is refused unless it is `discards`."""

    model_config = example({"type": "number", "discards": False})

    name: ColumnName | None = None
    type: ColumnType | None = None
    label: Label | None = None
    options: Options | None = None
    is_required: bool | None = None
    discards: bool = Field(default=False, description="Empty the cells that cannot be converted.")
    revision: int | None = Field(None, description="The table's that was looked at: another is refused.")


class DataRow(Wire):
    """A row, by the names of its columns."""

    id: UUID
    values: dict[str, JsonValue]
    revision: int
    created_at: datetime
    updated_at: datetime


class DataRowPage(Page[DataRow]):
    """Rows in the order that was asked for."""


class RowCreate(Input):
    model_config = example({"values": {"code": "latte", "price": 18.5}})

    values: Values = Field(max_length=MAX_COLUMNS)


class RowUpdate(Input):
    """The cells that are given change, the others stay; null empties one."""

    model_config = example({"values": {"price": 19}})

    values: Values = Field(max_length=MAX_COLUMNS)
    revision: int | None = Field(None, description="The row's that was looked at: another is refused.")


class RowIds(Input):
    model_config = example({"ids": ["0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"]})

    ids: list[UUID] = Field(max_length=200)


class RowCount(Wire):
    count: int


class RowFilter(Input):
    """One column, compared. `value` is read as the column's type; none is needed for `is_empty`, `is_not_empty`."""

    model_config = example({"column": "price", "operator": "at_most", "value": 20})

    column: str = Field(max_length=120)
    operator: Operator
    value: JsonValue = None


class ImportMode(StrEnum):
    """`insert` adds every row; `upsert` changes the row that has the key."""

    INSERT = "insert"
    UPSERT = "upsert"


class ImportState(StrEnum):
    CHECKED = "checked"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RowFault(Wire):
    """Why a row of the file is not taken. `row` counts as a spreadsheet does: the headings are row 1."""

    row: int
    column: str
    code: str
    message: str


class TableImport(Wire):
    """A file of rows on its way in, or what it would do (`checked`). At most 100 faults are told; `refused` counts."""

    id: UUID | None
    table_id: UUID
    mode: ImportMode
    state: ImportState
    total: int
    done: int
    inserted: int
    updated: int
    refused: int
    faults: list[RowFault]
    columns: list[str] = Field(description="Of a check: the columns that the file has.")
    ignored: list[str] = Field(description="Of a check: headings that are no column; they are not taken.")
    encoding: str | None = Field(description="Of a check: how the file is written.")
    delimiter: str | None = Field(description="Of a check: what stands between its fields.")
    created_at: datetime | None
    finished_at: datetime | None


class TableQuery(Input):
    """What a flow's node asks for, tried by whoever builds it."""

    model_config = example({"request": {"operation": "count", "table": "Menu", "where": []}})

    request: dict[str, JsonValue]


class TableAnswer(Wire):
    """What the node would be given: its result."""

    result: dict[str, JsonValue]
