"""What a person types to find a contact, as prefixes of `contact_terms`. Pure.

A term is a normalised word of the name, the digits of the number, or those digits reversed: the end of
a number is a prefix of its reverse.
"""

from __future__ import annotations

import re
from typing import Final

from hoopoe.kernel.text import fold_digits, search_terms

MIN_DIGITS: Final = 3
MAX_WORDS: Final = 8

_NUMBER: Final = re.compile(r"[\d\s()+./-]+")


def search_prefixes(text: str) -> tuple[tuple[str, ...], ...]:
    """What a contact must match: one prefix at least of every group. Empty: nothing can be searched for.

    "0142", "…5 0142" and "+966 55 501" all find a number; "nou ah" finds "Noura Ahmad".
    """
    plain = fold_digits(text)
    digits = re.sub(r"\D", "", plain)
    if len(digits) >= MIN_DIGITS and _NUMBER.fullmatch(plain):
        national = digits.lstrip("0") or digits
        return ((national, digits[::-1], national[::-1]),)
    return tuple((term,) for term in search_terms(text)[:MAX_WORDS])


def prefix_end(prefix: str) -> str:
    """The text behind every text that begins with `prefix`, in the order of code points."""
    return prefix + "\U0010ffff"
