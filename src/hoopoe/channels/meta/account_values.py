"""Single values of what Meta tells about accounts, read as they have been seen. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hoopoe.channels.account_events import UNLIMITED, Quality
from hoopoe.channels.meta.account_words import QUALITY_OF
from hoopoe.channels.meta.fields import read_text
from hoopoe.kernel.json import Json, JsonObject

MAX_WORD_CHARS: Final = 64
MAX_SAID_CHARS: Final = 1_000
MAX_LIMIT_DIGITS: Final = 9
TIER: Final = re.compile(r"(?:tier_)?(\d{1,9})(k|m)?")
THOUSANDS: Final = {None: 1, "k": 1_000, "m": 1_000_000}
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
