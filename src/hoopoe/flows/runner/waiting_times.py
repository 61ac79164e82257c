"""How long another system asks us to wait before we call it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds from the answer on (RFC 9110, 10.2.3): a number, or a date.

    A date is measured by the other side's own clock, where it says what that shows. None without one, and for what is
    neither.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    at = _read_date(text)
    if at is None:
        return None
    now = _read_date(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (at - now).total_seconds())


def _read_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
