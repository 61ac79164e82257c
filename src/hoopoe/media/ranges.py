"""Which bytes of a file a request asks for. Pure. Source: RFC 9110, §14."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"bytes=\s*(\d*)\s*-\s*(\d*)\s*", re.IGNORECASE)
MAX_DIGITS: Final = 18


class UnsatisfiableError(Exception):
    """The file has none of these bytes."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """From `start` up to and without `end`."""

    start: int
    end: int


def read_range(header: str | None, size: int) -> ByteRange | None:
    """The one range that is asked for; None: all of it.

    What cannot be read, and several ranges at once, are answered with all of it, as the source allows. Raises
    `UnsatisfiableError`.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]) or max(len(found[1]), len(found[2])) > MAX_DIGITS:
        return None
    if not found[1]:
        last = int(found[2])
        if last == 0 or size == 0:
            raise UnsatisfiableError
        return ByteRange(max(0, size - last), size)
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise UnsatisfiableError
    return ByteRange(start, min(int(found[2]) + 1, size) if found[2] else size)
