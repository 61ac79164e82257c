"""Columns of a data table, and what a cell of each may hold. Pure.

A cell is read liberally (what a person typed, what a flow filled in, a field of a CSV file) and kept in one form: a
number as a number, a day as `2026-03-01`, a moment as `2026-03-01T09:00:00Z`. An empty cell is None, and is not kept.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import orjson

from hoopoe.kernel.json import Json, JsonObject, bound_depth, dump_json
from hoopoe.kernel.text import clean, fold_digits, normalize, parse_number
from hoopoe.tables.limits import MAX_TEXT_CHARS

# Where JSON and JavaScript still tell two whole numbers apart.
MAX_NUMBER: Final = 2**53 - 1
MAX_CELL_DEPTH: Final = 20

_YES: Final = frozenset(map(normalize, ("true", "yes", "y", "1", "on", "نعم", "صحيح", "صح", "اجل")))
_NO: Final = frozenset(map(normalize, ("false", "no", "n", "0", "off", "لا", "خطأ", "كلا")))


class ColumnType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Rows know it by its `id`; `former`: names that it had, which flows may still use.

    `name` is what flows, the API and CSV files call it; `label` is what people see, where it is another. `first_id`:
    the id that it had before its cells were rewritten under another; the API goes on calling it by that.
    """

    id: str
    name: str
    type: ColumnType
    label: str = ""
    options: tuple[str, ...] = ()
    is_required: bool = False
    former: tuple[str, ...] = ()
    first_id: str = ""

    @property
    def lasting_id(self) -> str:
        """The id that never changes."""
        return self.first_id or self.id

    def dump(self) -> JsonObject:
        """As the database keeps it."""
        return {**asdict(self), "options": list(self.options), "former": list(self.former), "type": self.type.value}

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Column:
        """What the database kept; what a newer Hoopoe keeps besides is left alone."""
        known = {field.name: kept[field.name] for field in fields(cls) if field.name in kept}
        return cls(
            **known
            | {
                "type": ColumnType(kept["type"]),
                "options": tuple(kept.get("options", ())),
                "former": tuple(kept.get("former", ())),
            }
        )


class WrongValueError(ValueError):
    """A cell cannot hold this. `code` is for programs, the words for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def find_column(columns: Sequence[Column], name: str) -> Column | None:
    """The column of a name, in any case; else the one that had it before."""
    plain = name.strip().lower()
    for column in columns:
        if column.name.lower() == plain:
            return column
    return next((column for column in columns if plain in column.former), None)


def read_cell(column: Column, value: Json, *, zone: tzinfo = UTC) -> Json:
    """A value as the column keeps it; None for an empty one. Raises `WrongValueError`.

    `zone`: where a moment without an offset is meant.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match column.type:
        case ColumnType.DATETIME:
            return _read_moment(value, zone)
        case ColumnType.CHOICE:
            return _read_choice(value, column.options)
        case other:
            return _READERS[other](value)


def fold_cell(column: Column, cell: Json) -> str | None:
    """A kept cell as a text of one spelling: two cells are the same when these are. JSON has none."""
    if cell is None or column.type is ColumnType.JSON:
        return None
    return normalize(cell_text(cell)) if column.type in (ColumnType.TEXT, ColumnType.CHOICE) else cell_text(cell)


def fold_row(columns: Sequence[Column], cells: Mapping[str, Json]) -> dict[str, str]:
    """The folded cells of a row, by the columns' ids; those that have none are left out."""
    folded = {column.id: fold_cell(column, cells.get(column.id)) for column in columns}
    return {column_id: text for column_id, text in folded.items() if text is not None}


def make_key(key_columns: Sequence[str], folded: Mapping[str, str]) -> bytes | None:
    """What tells a row apart in its table; None where the table has no key. A key cell is never empty."""
    if not key_columns:
        return None
    return hashlib.sha256(orjson.dumps([folded.get(column_id, "") for column_id in key_columns])).digest()


def cell_text(cell: Json) -> str:
    """A kept cell as people and CSV files write it."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return format(Decimal(repr(cell)), "f")
        case str():
            return cell
        case _:
            return dump_json(cell)


def _read_text(value: Json) -> Json:
    if isinstance(value, dict | list):
        raise WrongValueError("wrong_type", "This must be a text, not a list or an object.")
    text = clean(cell_text(value)).strip()
    if len(text) > MAX_TEXT_CHARS:
        raise WrongValueError("too_long", f"A text has {MAX_TEXT_CHARS} characters at most; this one has {len(text)}.")
    return text or None


def _read_number(value: Json) -> Json:
    number = parse_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise WrongValueError("not_a_number", f"{_show(value)} is not a number.")
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        raise WrongValueError("out_of_range", f"A number lies between -{MAX_NUMBER} and {MAX_NUMBER}.")
    return int(number) if float(number).is_integer() else number


def _read_boolean(value: Json) -> Json:
    if isinstance(value, bool):
        return value
    text = normalize(cell_text(value)) if isinstance(value, str | int) else ""
    if text in _YES or text in _NO:
        return text in _YES
    raise WrongValueError("not_yes_or_no", f"{_show(value)} is neither yes nor no.")


def _read_date(value: Json) -> Json:
    text = fold_digits(value.strip()).replace("/", "-") if isinstance(value, str) else ""
    try:
        return (
            date.fromisoformat(text) if len(text) == len("2026-03-01") else datetime.fromisoformat(text).date()
        ).isoformat()
    except ValueError:
        raise WrongValueError("not_a_date", f"{_show(value)} is not a day such as 2026-03-01.") from None


def _read_moment(value: Json, zone: tzinfo) -> Json:
    text = fold_digits(value.strip()) if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(text)
        at = (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValueError("not_a_moment", f"{_show(value)} is not a time such as 2026-03-01 09:30.") from None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(len("2026-03-01T09:30:00Z"))


def _read_choice(value: Json, options: Sequence[str]) -> Json:
    wanted = normalize(cell_text(value)) if not isinstance(value, dict | list) else ""
    for option in options:
        if normalize(option) == wanted:
            return option
    raise WrongValueError("not_an_option", f"{_show(value)} is none of the options of this column.")


def _read_json(value: Json) -> Json:
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise WrongValueError("not_json", f"This is not JSON: {error.msg}.") from None
    if bound_depth(value, MAX_CELL_DEPTH) != value:
        raise WrongValueError("too_deep", "This is nested too deeply.")
    return value


def _show(value: Json) -> str:
    text = cell_text(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


_READERS: Final[Mapping[ColumnType, Callable[[Json], Json]]] = {
    ColumnType.TEXT: _read_text,
    ColumnType.NUMBER: _read_number,
    ColumnType.BOOLEAN: _read_boolean,
    ColumnType.DATE: _read_date,
    ColumnType.JSON: _read_json,
}
