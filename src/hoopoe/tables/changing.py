"""What becomes of a table's columns when one of them changes. Pure: nothing is read or written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.tables import schemas
from hoopoe.tables.columns import Column, ColumnType
from hoopoe.tables.model import DataTable

# Names that a table had are kept for the versions of flows that know it by them; the oldest give way.
MAX_FORMER = 20


def change_column_of(table: DataTable, column_id: str, given: schemas.ColumnUpdate) -> DataTable:
    """The table with a column as it will be. Raises `NotFound`, `ValidationFailed`."""
    old = find_by_id(table, column_id)
    type_ = given.type or old.type
    options: tuple[str, ...] = ()
    if type_ is ColumnType.CHOICE:
        options = tuple(dict.fromkeys(given.options)) if given.options is not None else old.options
        if not options:
            raise ValidationFailed(FieldFault("options", "A choice has options.", "missing"))
    elif given.options:
        raise ValidationFailed(FieldFault("options", "Only a choice has options.", "not_used"))
    if type_ is ColumnType.JSON and old.id in table.key_columns:
        raise ValidationFailed(FieldFault("type", "JSON tells no rows apart.", "not_comparable"))
    former = old.former
    if given.name is not None and given.name.lower() != old.name.lower():
        check_name_free(table, given.name, old)
        former = tuple(dict.fromkeys((old.name.lower(), *former)))[:MAX_FORMER]
    new = Column(
        id=old.id,
        name=given.name or old.name,
        type=type_,
        label=old.label if given.label is None else given.label,
        options=options,
        is_required=old.is_required if given.is_required is None else given.is_required,
        former=tuple(name for name in former if name != (given.name or "").lower()),
        first_id=old.first_id,
    )
    columns = table.columns if given.name is None else forget_name(table.columns, given.name)
    return replace(table, columns=tuple(new if each.id == old.id else each for each in columns))


def check_name_free(table: DataTable, name: str, but: Column | None) -> None:
    """Raises `ValidationFailed` where another column has the name."""
    if any(each.name.lower() == name.lower() and each is not but for each in table.columns):
        raise ValidationFailed(FieldFault("name", "There is a column with this name already.", "already_there"))


def forget_name(columns: Sequence[Column], name: str) -> tuple[Column, ...]:
    """A name that a column gets is nobody's former one any more."""
    plain = name.lower()
    return tuple(replace(each, former=tuple(former for former in each.former if former != plain)) for each in columns)


def reorder(columns: Sequence[Column], names: Sequence[str]) -> tuple[Column, ...]:
    """The columns in the order of these names. Raises `ValidationFailed` where one is missing."""
    by_name = {column.name: column for column in columns}
    if set(names) != set(by_name) or len(names) != len(columns):
        raise ValidationFailed(FieldFault("order", "Name every column once.", "wrong_names"))
    return tuple(by_name[name] for name in names)


def find_named(table: DataTable, name: str, field: str) -> Column:
    """The column of a name. Raises `ValidationFailed` for the field that names it."""
    column = next((each for each in table.columns if each.name == name), None)
    if column is None:
        raise ValidationFailed(FieldFault(field, f"There is no column '{name}'.", "unknown_column"))
    return column


def find_by_id(table: DataTable, column_id: str) -> Column:
    """The column of an id as the API knows it. Raises `NotFound`."""
    for column in table.columns:
        if column.lasting_id == column_id:
            return column
    raise NotFound
