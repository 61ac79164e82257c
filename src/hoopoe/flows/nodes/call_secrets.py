"""Secrets that somebody typed into a call of another system: what the linter warns of, and no file takes along. Pure.

What is filled in (`{{ … }}`) is none: it is known only when the flow runs.
"""

from __future__ import annotations

import re
from typing import Final

from hoopoe.kernel.secret_names import is_secret

_PARAMETER: Final = re.compile(r"([?&])([^=&#\s{}]+)=((?:\{\{.*?\}\}|[^&#\s])+)")
# Where the first parameter was: the next one takes its place. No address holds it.
_GAP: Final = "?\0"
_USER: Final = re.compile(r"^(\s*[a-z]+://)[^/?#\s{}]*@", re.IGNORECASE)


def is_secret_header(name: str, value: str) -> bool:
    """Whether a header's value is a secret that was typed in."""
    return is_secret(name) and bool(value.strip()) and "{{" not in value


def is_secret_parameter(name: str, value: str) -> bool:
    """Whether a parameter of an address is a secret that was typed in; `key` is the name of many."""
    return (is_secret(name) or name.lower().endswith("key")) and bool(value.strip()) and not _is_filled(value)


def split_parameters(address: str) -> tuple[str, list[str]]:
    """An address without the parameters that are secrets, and their names."""
    found: list[str] = []

    def keep(parameter: re.Match[str]) -> str:
        joint, name, value = parameter.groups()
        if not is_secret_parameter(name, value):
            return parameter[0]
        found.append(name)
        return _GAP if joint == "?" else ""

    kept = _PARAMETER.sub(keep, address)
    return kept.replace(f"{_GAP}&", "?").replace(_GAP, ""), found


def drop_user(address: str) -> str:
    """An address without a name and password before its host."""
    return _USER.sub(r"\1", address)


def _is_filled(value: str) -> bool:
    return value.lstrip().startswith("{{")
