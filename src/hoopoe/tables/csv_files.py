"""Rows as CSV: read as people's programs write it, written as they read it. Pure.

Read: UTF-8 with or without its mark, UTF-16, and Windows-1256, which Excel still writes for Arabic; a comma, a
semicolon, a tab or a bar between the fields. Written: UTF-8 with its mark (Excel takes it for something else without),
and a text that a spreadsheet would run as a formula gets an apostrophe in front, which is taken away when it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hoopoe.kernel.json import Json
from hoopoe.kernel.text import normalize
from hoopoe.tables.columns import Column, ColumnType, cell_text, find_column

_DELIMITERS: Final = ",;\t|"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
MAX_FIELD_CHARS: Final = 64 * 1024


class CsvError(ValueError):
    """The file as a whole cannot be read. `code` is for programs."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that was read. `columns`: one for each heading, None where it is no column of the table."""

    text: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]

    def read_rows(self) -> Iterator[tuple[int, Mapping[str, Json] | str]]:
        """(row as a spreadsheet counts, values by column name), or words in their place where it cannot be read.

        A line without a single value is none.
        """
        reader = _read_fields(self.text, self.delimiter)
        next(reader, None)
        for number, fields in enumerate(reader, 2):
            if isinstance(fields, str):
                yield number, fields
            elif any(field.strip() for field in fields):
                if len(fields) > len(self.headings):
                    yield number, f"This row has {len(fields)} fields, and there are {len(self.headings)} headings."
                    continue
                given = zip(self.columns, fields, strict=False)
                yield number, {column.name: _unguard(field) for column, field in given if column is not None}


def read_csv(content: bytes, columns: Sequence[Column]) -> CsvFile:
    """Read a file's headings against the columns of a table, by name or by label. Raises `CsvError`."""
    text, encoding = _decode(content)
    first = text.lstrip("\n").split("\n", 1)[0]
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=,"):
        # Excel's own line for what stands between the fields.
        delimiter, text = first.strip()[-1], text.lstrip("\n").split("\n", 1)[-1]
    else:
        delimiter = _find_delimiter(first)
    headings = next(_read_fields(text, delimiter), None)
    if isinstance(headings, str):
        raise CsvError("not_csv", headings)
    if headings is None or not any(heading.strip() for heading in headings):
        raise CsvError("empty", "The file has no headings.")
    while headings and not headings[-1].strip():
        headings.pop()
    found = tuple(_find(columns, heading) for heading in headings)
    if not any(found):
        raise CsvError("no_columns", "None of the headings is a column of this table.")
    ids = [column.id for column in found if column is not None]
    if len(set(ids)) < len(ids):
        raise CsvError("twice", "Two headings are the same column.")
    return CsvFile(text, encoding, delimiter, tuple(heading.strip() for heading in headings), found)


def write_line(columns: Sequence[Column], cells: Mapping[str, Json]) -> bytes:
    """A row as a line."""
    return _write([_guard(column, cells.get(column.id)) for column in columns])


def write_headings(columns: Sequence[Column]) -> bytes:
    """The mark of UTF-8, and the names of the columns."""
    return b"\xef\xbb\xbf" + _write([column.name for column in columns])


def _write(fields: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(fields)
    return line.getvalue().encode()


def _guard(column: Column, cell: Json) -> str:
    text = cell_text(cell)
    if column.type in (ColumnType.TEXT, ColumnType.CHOICE) and _is_formula(text.removeprefix("'")):
        return f"'{text}"
    return text


def _unguard(field: str) -> str:
    return field[1:] if field.startswith("'") and _is_formula(field[1:].removeprefix("'")) else field


def _is_formula(text: str) -> bool:
    return text.startswith(_FORMULA)


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return _plain(content.decode(encoding)), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                raise CsvError("not_text", "The file begins as a text and is none.") from None
    try:
        return _plain(content.decode()), "utf-8"
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1256", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise CsvError("not_text", "This is not a CSV file: it is not text.")
    return _plain(text), "windows-1256"


def _plain(text: str) -> str:
    if "\0" in text:
        raise CsvError("not_text", "This is not a CSV file: it is not text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _find_delimiter(line: str) -> str:
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda each: (outside.count(each), -_DELIMITERS.index(each)))


def _find(columns: Sequence[Column], heading: str) -> Column | None:
    by_name = find_column(columns, heading)
    if by_name is not None or not heading.strip():
        return by_name
    return next((column for column in columns if column.label and normalize(column.label) == normalize(heading)), None)


def _read_fields(text: str, delimiter: str) -> Iterator[list[str] | str]:
    """The fields of each line, or words where it cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"This row cannot be read: {error}."
            continue
        if any(len(field) > MAX_FIELD_CHARS for field in fields):
            yield "A field is too long."
        else:
            yield fields
