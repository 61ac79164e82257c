"""RE2 patterns: they take time in proportion to the text, whatever they say."""

from __future__ import annotations

from typing import Protocol

import re2


class Matches(Protocol):
    """A compiled pattern."""

    def fullmatch(self, text: str) -> object: ...

    def search(self, text: str) -> object: ...


def compile_pattern(pattern: str, *, is_case_sensitive: bool = True) -> Matches:
    """Read a pattern. Raises `re2.error` where it cannot be read."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = is_case_sensitive
    compiled: Matches = re2.compile(pattern, options)
    return compiled


def find_pattern_fault(pattern: str) -> str | None:
    """Why a pattern cannot be used, or None."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        detail = error.args[0] if error.args else ""
        detail = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
        return f"This pattern cannot be read: {detail}."
    return None
