"""Tables, rows and imports as the API shows them, and what it is asked for as code takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from hoopoe.kernel.db.pool import Record
from hoopoe.kernel.errors import FieldFault, ValidationFailed
from hoopoe.kernel.http.pagination import decode_cursor, encode_cursor
from hoopoe.kernel.http.route import settings_of
from hoopoe.tables import schemas
from hoopoe.tables.columns import ColumnType, WrongValueError
from hoopoe.tables.filters import UNSORTED, After, Condition, RowQuery, make_condition
from hoopoe.tables.importing import Checked
from hoopoe.tables.limits import MAX_FILTERS, TableLimits
from hoopoe.tables.model import DataTable, RowRefusedError, show_cells
from hoopoe.tables.queries import FoundRow
from hoopoe.tables.rewriting import Conversion

_FILTERS: Final = TypeAdapter(list[schemas.RowFilter])


def limits_of(request: Request) -> TableLimits:
    """How much a workspace may keep here."""
    return TableLimits.of(settings_of(request))


def view_table(table: DataTable, rewrite: Record | None = None) -> schemas.DataTable:
    """A table, and what is under way with its columns."""
    return schemas.DataTable(
        id=table.id,
        name=table.name,
        description=table.description,
        columns=[
            schemas.DataColumn(
                id=column.lasting_id,
                name=column.name,
                label=column.label,
                type=column.type,
                options=list(column.options),
                is_required=column.is_required,
                is_key=column.id in table.key_columns,
            )
            for column in table.columns
        ],
        row_count=table.row_count,
        revision=table.revision,
        rewrite=None if rewrite is None else view_rewrite(rewrite),
        created_at=table.created_at,
        updated_at=table.updated_at,
    )


def view_rewrite(row: Record) -> schemas.TableRewrite:
    return schemas.TableRewrite(**{name: row[name] for name in schemas.TableRewrite.model_fields})


def view_row(table: DataTable, row: Record) -> schemas.DataRow:
    return schemas.DataRow(
        id=row["id"],
        values=show_cells(table, row["cells"]),
        revision=row["revision"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def view_conversion(conversion: Conversion) -> schemas.ConversionReport:
    return schemas.ConversionReport.model_validate(conversion.dump())


def view_import(row: Record) -> schemas.TableImport:
    return schemas.TableImport(**row, columns=[], ignored=[], encoding=None, delimiter=None)


def view_check(table: DataTable, mode: schemas.ImportMode, checked: Checked) -> schemas.TableImport:
    pairs = list(zip(checked.file.headings, checked.file.columns, strict=True))
    return schemas.TableImport(
        id=None,
        table_id=table.id,
        mode=mode,
        state=schemas.ImportState.CHECKED,
        total=checked.total,
        done=0,
        inserted=0,
        updated=0,
        refused=checked.tally.refused,
        faults=[schemas.RowFault.model_validate(fault) for fault in checked.tally.faults],
        columns=[column.name for _, column in pairs if column is not None],
        ignored=[heading for heading, column in pairs if column is None and heading],
        encoding=checked.file.encoding,
        delimiter=checked.file.delimiter,
        created_at=None,
        finished_at=None,
    )


def refuse_row(error: RowRefusedError) -> ValidationFailed:
    """A row's faults as the API's."""
    return ValidationFailed(
        *(
            FieldFault(f"values.{fault.column}" if fault.column else "values", fault.words, fault.code)
            for fault in error.faults
        )
    )


def read_query(
    table: DataTable,
    *,
    where: str | None,
    q: str | None,
    sort: str | None,
    is_descending: bool,
    cursor: str | None,
    zone: tzinfo,
) -> RowQuery:
    """What is asked for. Raises `ValidationFailed`."""
    column = table.find(sort) if sort is not None else None
    if sort is not None and (column is None or column.type in UNSORTED):
        raise ValidationFailed(FieldFault("sort", "This is no column to sort by.", "unknown_column"))
    return RowQuery(
        conditions=_read_conditions(table, where, zone) if where else (),
        search=q or "",
        searched=table.columns,
        sort=column,
        is_descending=is_descending,
        after=_read_after(cursor, is_number=column is not None and column.type is ColumnType.NUMBER),
    )


def next_cursor_of(found: FoundRow) -> str:
    """The place of a row in its list."""
    return encode_cursor(found.row["id"], int(found.sorted_by is not None), found.sorted_by or "")


def _read_after(cursor: str | None, *, is_number: bool) -> After | None:
    key = decode_cursor(cursor, UUID, int, str)
    if key is None:
        return None
    row_id, has_value, value = key
    if not has_value:
        return After(row_id)
    if is_number:
        try:
            is_good = Decimal(str(value)).is_finite()
        except InvalidOperation:
            is_good = False
        if not is_good:
            raise ValidationFailed(FieldFault("cursor", "This is not a cursor of this list.", "bad_cursor"))
    return After(row_id, str(value))


def _read_conditions(table: DataTable, where: str, zone: tzinfo) -> Sequence[Condition]:
    try:
        given = _FILTERS.validate_json(where)
    except ValidationError as error:
        raise ValidationFailed(
            FieldFault("where", f"This is no list of filters: {error.errors()[0]['msg']}.", "bad_filter")
        ) from None
    if len(given) > MAX_FILTERS:
        raise ValidationFailed(FieldFault("where", f"There are {MAX_FILTERS} filters at most.", "too_many"))
    return [_read_condition(table, each, place, zone) for place, each in enumerate(given)]


def _read_condition(table: DataTable, given: schemas.RowFilter, place: int, zone: tzinfo) -> Condition:
    column = table.find(given.column)
    if column is None:
        raise ValidationFailed(FieldFault(f"where.{place}.column", "There is no such column.", "unknown_column"))
    try:
        return make_condition(column, given.operator, given.value, zone=zone)
    except WrongValueError as error:
        raise ValidationFailed(FieldFault(f"where.{place}.value", error.words, error.code)) from None
