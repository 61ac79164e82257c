"""Single values of what Meta tells about accounts, read as they have been seen. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final

from hoopoe.channels.account_events import UNLIMITED, Quality
from hoopoe.channels.meta.account_words import QUALITY_OF
from hoopoe.channels.meta.fields import read_text, read_time
from hoopoe.kernel.json import Json, JsonObject

MAX_WORD_CHARS: Final = 64
MAX_SAID_CHARS: Final = 1_000
MAX_LIMIT_DIGITS: Final = 9
TIER: Final = re.compile(r"(?:tier_)?(\d{1,9})(k|m)?")
THOUSANDS: Final = {None: 1, "k": 1_000, "m": 1_000_000}
# Months in English, whatever the language of the machine; Meta writes them out, or their first three letters.
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WRITTEN_DATE: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
UNLIMITED_WORDS: Final = frozenset({"tier_unlimited", "unlimited", "-1"})


def read_word(value: Json, otherwise: str = "unknown") -> str:
    """One of Meta's words (`PIN_CHANGED`, `Needs Testing`) as ours: small letters and underscores."""
    text = value if isinstance(value, str) else ""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:MAX_WORD_CHARS] or otherwise


def read_said(*values: Json) -> str | None:
    """The first that says something: not empty, and not Meta's NONE."""
    for value in values:
        text = read_text(value)
        if text is not None and text.strip().upper() != "NONE":
            return text.replace("\x00", "\ufffd").strip()[:MAX_SAID_CHARS]
    return None


def read_limit(value: Json) -> str | None:
    """A number of people or of numbers, in digits, or `UNLIMITED`: 250, "1000", TIER_2K, TIER_UNLIMITED, -1."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip().lower()
    if text in UNLIMITED_WORDS:
        return UNLIMITED
    found = TIER.fullmatch(text)
    return str(int(found[1]) * THOUSANDS[found[2]]) if found is not None else None


def read_quality(value: Json) -> Quality | None:
    """GREEN, YELLOW, RED or UNKNOWN; None for anything else."""
    return QUALITY_OF.get(read_word(value))


def read_date(value: Json) -> str | None:
    """A day or a time as ISO 8601 in UTC, a day as its first moment: `January 31, 2021`, 2021-01-31, seconds."""
    at = read_time(value)
    text = value.strip() if isinstance(value, str) else ""
    found = WRITTEN_DATE.match(text)
    try:
        if at is None and found is not None:
            day = date(int(found[3]), MONTHS.index(found[1].lower()[:3]) + 1, int(found[2]))
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        elif at is None and text:
            read = datetime.fromisoformat(text)
            at = read.astimezone(UTC) if read.tzinfo is not None else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return at.isoformat() if at is not None else None


def read_details(values: Mapping[str, Json]) -> JsonObject:
    """Further values by our own names: those that say something, texts cut where they would fill a screen."""
    details: JsonObject = {}
    for name, value in values.items():
        if isinstance(value, str):
            said = read_said(value)
            if said is not None:
                details[name] = said
        elif value not in (None, [], {}):
            details[name] = value
    return details
