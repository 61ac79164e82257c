"""Refusals of data tables."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class TableExists(Refusal):
    """Flows find a table by its name: two of one name would be one too many."""

    status = 409
    code = "table_exists"
    message = "There is a table with this name already."


class TooManyTables(Refusal):
    """A workspace has as many data tables as it may have (`TABLES_PER_WORKSPACE`)."""

    status = 409
    code = "too_many_tables"
    message = "This workspace has as many tables as it may have."


class TooManyRows(Refusal):
    """A data table has as many rows as it may have (`ROWS_PER_TABLE`), or what was asked for would make it more."""

    status = 409
    code = "too_many_rows"
    message = "This table has as many rows as it may have."


class TableTooLarge(Refusal):
    """The table has more rows than are looked through at once: `details.limit`, deleted ones of a day included.

    Ask for the change itself: a worker makes it, and asks before anything is lost.
    """

    status = 409
    code = "table_too_large"
    message = "This table has too many rows for a trial. Make the change: it asks before anything is lost."


class TableBusy(Refusal):
    """The rows are being written for another change of the columns: `details.rewrite_id`. Wait for it, or stop it."""

    status = 409
    code = "table_busy"
    message = "The rows of this table are being written for another change. Wait until that is over, or stop it."


class RewriteOver(Refusal):
    """The change of columns is not in a state in which it could be answered or stopped: `details.state`."""

    status = 409
    code = "rewrite_over"
    message = "This change is over already."


class TooManyImports(Refusal):
    """As many files of this workspace are waiting, or being taken in, as may at once: `details.limit`."""

    status = 409
    code = "too_many_imports"
    message = "Other files are still being taken in. Wait until one of them is done."


class TableChanged(Refusal):
    """Somebody changed the table's columns since it was read: `details.revision` is what it is now."""

    status = 409
    code = "table_changed"
    message = "Somebody else changed this table. Look at it again."


class RowChanged(Refusal):
    """Somebody changed the row since it was read: `details.row` is what it is now."""

    status = 409
    code = "row_changed"
    message = "Somebody else changed this row. Look at it again."


class KeyTaken(Refusal):
    """Another row has the same key: `details.row_id` says which."""

    status = 409
    code = "key_taken"
    message = "Another row has this key already."


class KeyNotUnique(Refusal):
    """The columns cannot become the key: rows are the same in them, or empty. `details` has how many, and some."""

    status = 409
    code = "key_not_unique"
    message = "These columns do not tell the rows apart."


class ValuesWouldBeLost(Refusal):
    """What was asked for would empty cells, or take rows away: `details` says how many, and some of them.

    Ask again with `discards` (or `confirm`) where that is meant.
    """

    status = 409
    code = "values_would_be_lost"
    message = "Values would be lost."
