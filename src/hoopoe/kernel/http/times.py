"""Instants in queries."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime

# Beyond these no row can be, and conversions of time zones would leave what a date can hold.
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9000


def _check_year(value: datetime) -> datetime:
    if not FIRST_YEAR < value.year < LAST_YEAR:
        raise ValueError("This is no time of ours.")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_check_year)]
"""An instant with its zone, such as 2026-11-28T09:41:00+03:00. One without a zone is refused."""
