"""Where a text may be cut: between paragraphs, sentences, words; never inside what people see as one sign. Pure.

Python has no grapheme clusters, so the few rules of Unicode's that matter are here (UAX 29, without its tables):
marks, joiners, skin tones, flags, keycaps, Hangul, and letters that an Indic virama binds together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

ELLIPSIS: Final = "…"
_JOINER: Final = "\u200d"
_VIRAMA: Final = 9
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_TAGS: Final = range(0xE0020, 0xE0080)
_FLAGS: Final = range(0x1F1E6, 0x1F200)
_HANGUL_LEADS: Final = range(0x1100, 0x1160)
_HANGUL_REST: Final = range(0x1160, 0x1200)
_HANGUL_WHOLE: Final = range(0xAC00, 0xD7A4)
# Signs that stand before the number that they belong to (Arabic).
_PREPENDED: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")

# Ideographic punctuation ends a link: nothing else parts it from the sentence after it.
_LINK: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"，。！？؟、；：「」『』（）《》…۔]+", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n\s*")
_LINE: Final = re.compile(r"\s*\n\s*")
# The end of a sentence, with what closes it, and a space behind it; ideographic ends need none.
_SENTENCE: Final = re.compile(r"[.!?…؟۔؛।]+[\"'”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*")
_WORD: Final = re.compile(r"\s+")


def split_text(text: str, limit: int) -> list[str]:
    """A text in parts of at most `limit` characters, in order. Nothing is lost but white space at the cuts.

    A part ends with a paragraph, a line or a sentence where that leaves it at least half full, else with a word, else
    between two signs; a link is cut only when it is longer than a part by itself.
    """
    parts: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = find_cut(rest, limit)
        head, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        if head:
            parts.append(head)
    if rest.strip() or not parts:
        parts.append(rest)
    return parts


def find_cut(text: str, limit: int) -> int:
    """Where the first part of a text that is longer than `limit` ends: above 0, at most `limit`."""
    links = [(found.start(), found.end()) for found in _LINK.finditer(text[: limit * 2])]

    def is_apart(place: int) -> bool:
        return not any(start < place < end for start, end in links)

    def may_cut(place: int) -> bool:
        return is_apart(place) and is_boundary(text, place) and is_boundary(text, _skip_space(text, place))

    for pattern, least in ((_PARAGRAPH, limit // 2), (_LINE, limit // 2), (_SENTENCE, limit // 2), (_WORD, 1)):
        cut = _last_match(pattern, text, limit, least, may_cut)
        if cut:
            return cut
    signs = range(limit, 0, -1)
    return (
        next((place for place in signs if is_apart(place) and is_boundary(text, place)), 0)
        or next((place for place in signs if is_boundary(text, place)), 0)
        or limit
    )


def _last_match(
    pattern: re.Pattern[str], text: str, limit: int, least: int, may_cut: Callable[[int], bool]
) -> int | None:
    """The last place up to `limit` where a pattern cuts: before white space that it finds, behind what ends there."""
    last = None
    for found in pattern.finditer(text, 0, min(len(text), limit + 1)):
        place = found.start() if found.group()[0].isspace() else found.end()
        if least <= place <= limit and text[:place].strip() and may_cut(place):
            last = place
    return last


def _skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def shorten(text: str, limit: int) -> str:
    """A text of at most `limit` characters, with an ellipsis where something of it is missing."""
    if len(text) <= limit:
        return text
    cut = next((place for place in range(limit - 1, 0, -1) if is_boundary(text, place)), limit - 1)
    return text[:cut].rstrip() + ELLIPSIS


def is_boundary(text: str, place: int) -> bool:
    """Whether two signs meet at `place`, rather than two pieces of one."""
    if place <= 0 or place >= len(text):
        return True
    before, after = text[place - 1], text[place]
    if unicodedata.category(before) == "Cc":
        return before + after != "\r\n"
    is_bound = before == _JOINER or before in _PREPENDED or unicodedata.combining(before) == _VIRAMA
    if _extends(after) or (is_bound and not after.isspace()):
        return False
    if ord(before) in _FLAGS and ord(after) in _FLAGS:
        return _count_flags(text, place) % 2 == 0
    return not _is_hangul_inside(ord(before), ord(after))


def _extends(char: str) -> bool:
    """Whether a character only changes the one before it."""
    code = ord(char)
    if code < 0x300:
        return False
    return (
        char in (_JOINER, "\u200c")
        or code in _SKIN_TONES
        or code in _TAGS
        or unicodedata.category(char) in ("Mn", "Mc", "Me")
    )


def _count_flags(text: str, place: int) -> int:
    """How many halves of flags stand in a row before `place`."""
    start = place
    while start > 0 and ord(text[start - 1]) in _FLAGS:
        start -= 1
    return place - start


def _is_hangul_inside(before: int, after: int) -> bool:
    if before in _HANGUL_LEADS:
        return after in _HANGUL_LEADS or after in _HANGUL_REST or after in _HANGUL_WHOLE
    return after in _HANGUL_REST and (before in _HANGUL_REST or before in _HANGUL_WHOLE)
