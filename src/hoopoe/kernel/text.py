"""Text as people type it: one spelling for matching and searching, digits, language by script.

Arabic is written with and without hamza, with ta marbuta or ha, with short vowels or without, and
its digits have three shapes; Latin is written with and without accents. `normalize` brings all of
that to one form, which is for comparing and never for showing. No database wheel carries unaccent,
so the search columns are filled from here as well.

Pure: standard library only.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

ARABIC_INDIC: Final = "٠١٢٣٤٥٦٧٨٩"
PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
ASCII_DIGITS: Final = "0123456789"

_DIGITS: Final = str.maketrans(ARABIC_INDIC + PERSIAN, ASCII_DIGITS * 2)

# Letters that people use for one another. Hamza on a carrier, madda and the short vowels are
# combining marks after decomposition and fall to _MARKS.
_LETTERS: Final = str.maketrans({"ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ہ": "ه", "ک": "ك", "ـ": None})

# Combining marks of Latin, Greek, Cyrillic and Arabic. Not those of the Indic scripts: there they
# are vowels.
_MARKS: Final = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]")

# Zero-width and bidirectional marks, the soft hyphen, the byte order mark.
_INVISIBLE: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")

# Control characters (tab and newline apart) and lone surrogates, which no provider and no JSON takes.
_CONTROL: Final = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff\ufffe\uffff]")

_WORD: Final = re.compile(r"\w+")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d+,\d{1,2}")
_NUMBER_MAX_CHARS: Final = 18
_ARABIC_LETTER: Final = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06fc\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN_LETTER: Final = re.compile("[A-Za-z\u00c0-\u024f]")


_NAME_PREFIXES: Final = frozenset({"عبد", "أبو", "ابو", "أم", "ام", "ابن", "بن"})


def first_name(name: str) -> str:
    """What a person is called by: the first word of a name, or both of a compound like `Abu Fahd` in Arabic letters."""
    words = name.split()
    return " ".join(words[: 2 if words[0] in _NAME_PREFIXES else 1]) if words else ""


def clean(text: str) -> str:
    """Drop what may not be sent or stored: control characters (tab, newline apart), lone surrogates."""
    return _CONTROL.sub("", text.replace("\r\n", "\n"))


def fold_digits(text: str) -> str:
    """Arabic-Indic and Persian digits as ASCII digits; all else as it is."""
    return text if text.isascii() else text.translate(_DIGITS)


def normalize(text: str) -> str:
    """One form for all spellings of a text, for comparing: case, accents, alef, ta marbuta, digits, spaces.

    Idempotent. Punctuation and emoji stay; see `match_key` for comparing what was typed.
    """
    if text.isascii():
        return " ".join(_CONTROL.sub("", text).lower().split())
    return _fold(_fold(text))  # twice: folding may bring out a form that folds again


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", _CONTROL.sub("", text))).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", folded))
    return " ".join(unicodedata.normalize("NFC", bare.translate(_LETTERS).translate(_DIGITS)).split())


def match_key(text: str) -> str:
    """What a typed answer and an option's title are compared by: `normalize` without punctuation and emoji.

    A text of nothing but punctuation keeps it, so that an option titled "👍" can be chosen.
    """
    normal = normalize(text)
    return " ".join(_WORD.findall(normal)) or normal


def search_terms(text: str) -> tuple[str, ...]:
    """The distinct normalised words of a text, in order."""
    return tuple(dict.fromkeys(_WORD.findall(normalize(text))))


def detect_language(text: str) -> Literal["ar", "en"] | None:
    """The language by script: the one with more letters, or None where there are no letters of either."""
    arabic = len(_ARABIC_LETTER.findall(text))
    latin = len(_LATIN_LETTER.findall(text))
    if arabic == latin == 0:
        return None
    return "ar" if arabic >= latin else "en"


def parse_number(text: str) -> int | float | None:
    """Read a number as people write it, or None: `12`, `-3.5`, `1,250`, `2,5`, `١٢`, `٣٫٥`.

    A comma before exactly three digits groups thousands; before one or two at the end it is a
    decimal point.
    """
    plain = fold_digits(text).replace("٫", ".").replace("٬", ",").replace("−", "-").replace("،", ",")
    plain = _INVISIBLE.sub("", plain).strip()
    if len(plain) > _NUMBER_MAX_CHARS:
        return None
    if _DECIMAL_COMMA.fullmatch(plain):
        return float(plain.replace(",", "."))
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    plain = plain.replace(",", "")
    return float(plain) if "." in plain else int(plain)
