"""Names of variables: what another product calls them, as this one may."""

from __future__ import annotations

import re
from typing import Final

from hoopoe.flows.engine.contract import NAMESPACES

_FILLED_IN: Final = re.compile(r"\{\{ ([^{}|]+) \}\}")
_OTHER: Final = re.compile(r"[^A-Za-z0-9_]+")
# Words that Liquid reads as something else.
_RESERVED: Final = frozenset({*NAMESPACES, "true", "false", "nil", "null", "empty", "blank", "and", "or", "contains"})


class Names:
    """One name here for each name there, no two alike."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def find(self, foreign: str) -> str | None:
        return self._names.get(foreign)

    def of(self, foreign: str, *, near: str | None = None) -> str:
        """The name here; the same for every call. `near`: what it should look like."""
        known = self._names.get(foreign)
        if known is not None:
            return known
        slug = _OTHER.sub("_", (near or foreign).strip()).strip("_")[:50]
        if not slug or not slug[0].isalpha():
            slug = f"v_{slug}" if slug else "value"
        if slug.lower() in _RESERVED:
            slug = f"{slug}_value"
        name, count = slug, self._counts.get(slug, 1)
        while name in self._taken:
            count += 1
            name = f"{slug}_{count}"
        self._counts[slug] = count
        self._names[foreign] = name
        self._taken.add(name)
        return name


def quote(text: str) -> str | None:
    """A text as a literal of a template, or None where it cannot be one."""
    if any(mark in text for mark in ("{{", "}}", "{%", "%}", "\n")):
        return None
    if "'" not in text:
        return f"'{text}'"
    return f'"{text}"' if '"' not in text else None


def escape(text: str) -> str:
    """A text of another product, in which our marks mean nothing."""
    return text.replace("{{", "{{ '{{' }}").replace("{%", "{{ '{%' }}") if "{{" in text or "{%" in text else text


def dotted(first: str, *parts: str) -> str:
    """A path into a variable: numbers are places in a list."""
    return first + "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in parts)


def encode(address: str) -> str:
    """An address in which what is filled in cannot be more than it should be; a whole base stays as it is."""
    start = 2 if address.startswith("{{") else 0
    return address[:start] + _FILLED_IN.sub(r"{{ \1 | url_encode }}", address[start:])
