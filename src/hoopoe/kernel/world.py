"""Time zones, currencies and languages that a workspace may have, from Unicode's tables."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_currency_precision, list_currencies

MAX_CODE_CHARS: Final = 3
_NAMES: Final = Locale("en")
# Kept for old data by Unicode and by the IANA, and chosen by nobody.
_NO_PLACES: Final = ("Etc/", "SystemV/", "posix/", "right/")


@cache
def list_timezones() -> frozenset[str]:
    """IANA names such as `Asia/Riyadh`, and `UTC`."""
    return frozenset(
        {
            "UTC",
            *(name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES)),
        }
    )


@cache
def list_currency_codes() -> frozenset[str]:
    """ISO 4217 codes in use somewhere or once in use, such as `SAR`."""
    return frozenset(list_currencies())


@cache
def list_languages() -> frozenset[str]:
    """ISO 639 codes that have a name, such as `ar`."""
    return frozenset(code for code in map(str, _NAMES.languages) if code.isalpha() and len(code) <= MAX_CODE_CHARS)


@cache
def currency_decimals(code: str) -> int:
    """How many decimals an amount of a currency has: 2 for SAR, 3 for KWD, 0 for JPY; 2 for what is no currency."""
    return get_currency_precision(code)
