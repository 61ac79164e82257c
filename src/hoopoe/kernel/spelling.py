"""Words that were meant: how far two spellings are apart, and the one that is near enough.

For texts that `kernel.text.match_key` made: case, accents and spellings of Arabic do not count any more.

Pure: standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_CHARS: Final = 60
"""Longer texts are never near: nobody misspells a sentence into an option."""


def allowed_slips(length: int) -> int:
    """How many slips a word of this length may have: none below 4 letters, one below 8, two above."""
    return 0 if length < 4 else 1 if length < 8 else 2


def find_nearest(key: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a text is a slip of the pen away from; None where none is, or where two are equally near."""
    if len(key) > MAX_CHARS:
        return None
    best: str | None = None
    fewest = MAX_CHARS
    is_clear = False
    for candidate in candidates:
        slips = allowed_slips(min(len(key), len(candidate)))
        distance = count_slips(key, candidate, most=slips)
        if distance is None or distance > fewest or candidate == best:
            continue
        is_clear, best, fewest = distance < fewest, candidate, distance
    return best if is_clear else None


def count_slips(one: str, other: str, *, most: int) -> int | None:
    """Letters added, left out, changed, or swapped with their neighbour; None where there are more than `most`.

    The distance of optimal string alignment (Damerau 1964, without touching a letter twice).
    """
    if abs(len(one) - len(other)) > most:
        return None
    if one == other:
        return 0
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, its in enumerate(other, start=1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != its))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == its:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return None
        before, last = last, now
    return last[-1] if last[-1] <= most else None
