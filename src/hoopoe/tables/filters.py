"""Which rows are meant: conditions on columns, a search, an order. Pure: it writes SQL and runs none.

Every name and every value is a parameter; the SQL itself is put together from the texts of this file alone. A column is
a parameter as well: rows are JSON, and a column's id is a key in it. Conditions compare the folded cells, so that case,
accents, the spellings of Arabic and the digits of either language make no difference, as in a flow's own conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Final

from hoopoe.kernel.json import Json, dump_json
from hoopoe.kernel.text import normalize
from hoopoe.tables.columns import Column, ColumnType, WrongValueError, cell_text, fold_cell, read_cell


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    GREATER_THAN = "greater_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"


EMPTINESS: Final = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
_SAMENESS: Final = frozenset({Operator.EQUALS, Operator.NOT_EQUALS}) | EMPTINESS
_PARTS: Final = frozenset({Operator.CONTAINS, Operator.NOT_CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH})
_ORDER: Final = {
    Operator.GREATER_THAN: ">",
    Operator.LESS_THAN: "<",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
}

# JSON is not folded, so what is empty is looked for in the cells.
_EMPTY: Final = {Operator.IS_EMPTY: "not cells ? {column}", Operator.IS_NOT_EMPTY: "cells ? {column}"}
_SQL: Final = {
    Operator.EQUALS: "{cell} = {value}",
    Operator.NOT_EQUALS: "{cell} is distinct from {value}",
    Operator.CONTAINS: "strpos({cell}, {value}) > 0",
    Operator.NOT_CONTAINS: "coalesce(strpos({cell}, {value}), 0) = 0",
    Operator.STARTS_WITH: "starts_with({cell}, {value})",
    Operator.ENDS_WITH: "right({cell}, length({value})) = {value}",
}

# Which conditions a column can have.
OPERATORS: Final = {
    ColumnType.TEXT: _SAMENESS | _PARTS,
    ColumnType.CHOICE: _SAMENESS | _PARTS,
    ColumnType.NUMBER: _SAMENESS | frozenset(_ORDER),
    ColumnType.DATE: _SAMENESS | frozenset(_ORDER),
    ColumnType.DATETIME: _SAMENESS | frozenset(_ORDER),
    ColumnType.BOOLEAN: _SAMENESS,
    ColumnType.JSON: EMPTINESS,
}
UNSORTED: Final = frozenset({ColumnType.JSON})
SORTED_CHARS: Final = 50
"""So many characters of a text decide its place, so that a cursor stays short."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One column, compared with a folded value (None where nothing is compared)."""

    column: Column
    operator: Operator
    value: str | None = None


@dataclass(frozen=True, slots=True)
class After:
    """Where the page before ended: the id of its last row, and that row's cell of the sorted column as text."""

    id: object
    value: str | None = None


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows, in which order. Without `sort` the oldest first. Empty cells come last, whatever the direction.

    `search` is looked for in the columns of `searched`.
    """

    conditions: Sequence[Condition] = ()
    search: str = ""
    searched: Sequence[Column] = ()
    sort: Column | None = None
    is_descending: bool = False
    after: After | None = None


@dataclass(slots=True)
class Parameters:
    """The values of a statement, in order. The first are given."""

    values: list[object] = field(default_factory=list)

    def add(self, value: object) -> str:
        """Take a value; returns its place, such as `$3`."""
        self.values.append(value)
        return f"${len(self.values)}"


def make_condition(column: Column, operator: Operator, value: Json, *, zone: tzinfo = UTC) -> Condition:
    """A condition with its value read by the column's type. Raises `WrongValueError`.

    A part of a text (`contains`) is any text; all else must be a value that the column could hold.
    """
    check_operator(column, operator)
    if operator in EMPTINESS:
        return Condition(column, operator)
    if operator in _PARTS:
        folded = normalize(cell_text(value))
        if not folded:
            raise WrongValueError("missing", "There is nothing to compare with.")
        return Condition(column, operator, folded)
    try:
        cell = read_cell(column, value, zone=zone)
    except WrongValueError:
        if column.type is not ColumnType.CHOICE:
            raise
        # No row has what is no option (any more): nothing equals it, and that is an answer.
        cell = cell_text(value)
    folded_cell = fold_cell(column, cell)
    if folded_cell is None:
        raise WrongValueError("missing", "There is nothing to compare with.")
    return Condition(column, operator, folded_cell)


def check_operator(column: Column, operator: Operator) -> None:
    """Raises `WrongValueError` where a column of this type cannot be compared so."""
    if operator not in OPERATORS[column.type]:
        raise WrongValueError("not_comparable", f"A column of type {column.type} cannot be asked for '{operator}'.")


def write_where(query: RowQuery, parameters: Parameters) -> str:
    """The conditions as SQL that begins with ` and `, or nothing."""
    parts = [_write_condition(condition, parameters) for condition in query.conditions]
    words = normalize(query.search)
    if words:
        parts.append(_write_search(query, words, parameters))
    if query.after is not None:
        parts.append(_write_after(query, query.after, parameters))
    return "".join(f" and {part}" for part in parts)


def write_order(query: RowQuery, parameters: Parameters) -> str:
    """The order as SQL, and the id last, so that no two rows stand in the same place."""
    direction = "desc" if query.is_descending else "asc"
    if query.sort is None:
        return f"id {direction}"
    return f"{_write_sortable(query.sort, parameters)} {direction} nulls last, id {direction}"


def write_sorted(query: RowQuery, parameters: Parameters) -> str:
    """The cell by which is sorted, as text, for the cursor."""
    if query.sort is None:
        return "null::text"
    return f"({_write_sortable(query.sort, parameters)})::text"


def _write_search(query: RowQuery, words: str, parameters: Parameters) -> str:
    """The cells one by one, in rows that have the words anywhere: taking a row apart costs three times as much as that.

    A row may have cells of columns that are gone, or not there yet: they are nobody's to find.
    """
    anywhere = parameters.add(dump_json(words)[1:-1])
    ids, place = parameters.add([column.id for column in query.searched]), parameters.add(words)
    return (
        f"strpos(folded::text, {anywhere}) > 0 and exists ("
        "select from jsonb_each_text(folded) as cell "
        f"where cell.key = any ({ids}::text[]) and strpos(cell.value, {place}) > 0)"
    )


def _write_condition(condition: Condition, parameters: Parameters) -> str:
    column = f"{parameters.add(condition.column.id)}::text"
    if condition.operator in EMPTINESS:
        return _EMPTY[condition.operator].format(column=column)
    value = f"{parameters.add(condition.value)}::text"
    if condition.operator not in _ORDER:
        return _SQL[condition.operator].format(cell=f"(folded ->> {column})", value=value)
    if condition.column.type is ColumnType.NUMBER:
        return f"{_write_number(column)} {_ORDER[condition.operator]} {value}::numeric"
    return f'(folded ->> {column}) collate "C" {_ORDER[condition.operator]} {value}'


def _write_after(query: RowQuery, after: After, parameters: Parameters) -> str:
    sign = "<" if query.is_descending else ">"
    row = f"{parameters.add(after.id)}::uuid"
    if query.sort is None:
        return f"id {sign} {row}"
    cell = _write_sortable(query.sort, parameters)
    if after.value is None:
        return f"({cell} is null and id {sign} {row})"
    value = f"{parameters.add(after.value)}::text"
    value = f"{value}::numeric" if query.sort.type is ColumnType.NUMBER else f'{value} collate "C"'
    return f"({cell} is null or {cell} {sign} {value} or ({cell} = {value} and id {sign} {row}))"


def _write_sortable(column: Column, parameters: Parameters) -> str:
    place = f"{parameters.add(column.id)}::text"
    if column.type is ColumnType.NUMBER:
        return _write_number(place)
    return f'left(folded ->> {place}, {SORTED_CHARS}) collate "C"'


def _write_number(column: str) -> str:
    """A number's cell. The type is asked for: a plan may look at a row of another table before it leaves that out."""
    return f"(case when jsonb_typeof(cells -> {column}) = 'number' then (cells ->> {column})::numeric end)"
