"""Paths into JSON: `items.0.price`, `items[0].price`, `$.items[-1]['unit price']`. No wildcards, no filters."""

from __future__ import annotations

import re
from typing import Final

from hoopoe.kernel.json import Json

_STEP: Final = re.compile(
    r"""\.(?P<name>[^.\[\]'"]+)|\[(?P<index>-?\d{1,5})\]|\['(?P<single>[^']+)'\]|\["(?P<double>[^"]+)"\]"""
)
MAX_CHARS: Final = 200
_MOST_PLACES: Final = 20
Path = tuple[str | int, ...]


def parse_path(text: str) -> Path | None:
    """The steps of a path; None for what is none. `$` alone is the whole value."""
    given = text.strip()
    rest = given[1:] if given.startswith("$") else given if given.startswith("[") else f".{given}"
    steps: list[str | int] = []
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None:
            return None
        at = found.end()
        steps.append(int(found["index"]) if found["index"] else found["name"] or found["single"] or found["double"])
    return tuple(steps)


def read_path(value: Json, path: Path) -> Json:
    """What is there, or None. A number counts in a list, from the end where it is negative."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and str(step).removeprefix("-").isdecimal() and len(str(step)) < 6:
            place = int(step)
            value = value[place] if -len(value) <= place < len(value) else None
        else:
            return None
    return value


def write_path(value: Json, path: Path, leaf: Json) -> Json:
    """The value with `leaf` at the path, and what is needed on the way to it; lists grow to a few places at most."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, list) else []
        place = min(step if step >= 0 else max(len(items) + step, 0), _MOST_PLACES - 1)
        items += [None] * (place + 1 - len(items))
        items[place] = write_path(items[place], rest, leaf)
        return items
    kept = dict(value) if isinstance(value, dict) else {}
    return {**kept, step: write_path(kept.get(step), rest, leaf)}
