"""How much a workspace may keep. How many tables and rows is a setting; the rest is fixed by what a row may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hoopoe.kernel.settings import Settings

MAX_COLUMNS: Final = 60
MAX_KEY_COLUMNS: Final = 3
MAX_OPTIONS: Final = 200
MAX_NAME_CHARS: Final = 60
MAX_TEXT_CHARS: Final = 4_000
MAX_ROW_BYTES: Final = 16 * 1024
MAX_FILTERS: Final = 10
MAX_WHERE_CHARS: Final = 3_000
"""Of filters in an address, where each character may stand as twelve."""
MAX_CSV_BYTES: Final = 8 * 1024 * 1024
MAX_REWRITTEN: Final = 2_000
"""Rows that a change of columns may rewrite: it is one transaction, and the live screens of all wait for its end."""
MAX_IMPORTS: Final = 3
"""Files of one workspace that wait or are being taken in."""
MAX_TOLD_FAULTS: Final = 100
"""Of the rows that a file or a conversion would lose, so many are told with their reason; the rest is counted."""


@dataclass(frozen=True, slots=True)
class TableLimits:
    """How many tables a workspace may have, and how many rows each."""

    tables: int
    rows: int

    @classmethod
    def of(cls, settings: Settings) -> TableLimits:
        """Those of the settings."""
        return cls(settings.tables_per_workspace, settings.rows_per_table)
