"""What people type into the journal's search. Pure."""

from __future__ import annotations

import re
from typing import Final

from hoopoe.kernel.text import clean, fold_digits

# A number as people write it: with a plus, spaces, dashes, brackets, in whatever digits.
NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().\-]{4,30}")


def clean_search(text: str | None) -> str | None:
    """The text to look for: of a telephone number its digits alone, as providers write them. None: nothing."""
    if text is None:
        return None
    wanted = clean(text).strip()
    folded = fold_digits(wanted)
    if NUMBER.fullmatch(folded):
        return re.sub(r"[^0-9]", "", folded)
    return wanted or None
