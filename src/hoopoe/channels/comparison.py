"""docs/reference/providers.md: how the providers differ, written from `capabilities` itself."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from hoopoe.channels.capabilities import KB, MB, Capabilities, FileLimit, capabilities_of
from hoopoe.channels.contract import Provider

HEAD: Final = """\
# Providers

<!-- Made by `python -m hoopoe.main.generate`. Change the code, not this file. -->

What each provider carries in one message, and how they differ. `channels/capabilities.py` holds it, and the code
reads it there.

"""


def render_comparison() -> str:
    """The page: one row for each field, one column for each provider."""
    words = _read_words()
    columns = [provider.value.capitalize() for provider in Provider]
    lines = [f"| | {' | '.join(columns)} | |", f"|---|{'---|' * len(columns)}---|"]
    for each in fields(Capabilities):
        cells = [_show(getattr(capabilities_of(provider), each.name)) for provider in Provider]
        lines.append(f"| `{each.name}` | {' | '.join(cells)} | {words.get(each.name, '')} |")
    return HEAD + "\n".join(lines) + "\n"


def _show(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{name} {_show_limit(limit)}" for name, limit in value.items()) or "–"
        case tuple():
            return ", ".join(f"`{name}`" for name in value)
        case float():
            return f"{value:g}"
        case str():
            return f"`{value}`"
        case _:
            return str(value)


def _show_limit(limit: object) -> str:
    return _show_bytes(limit.most) if isinstance(limit, FileLimit) else f"{limit:g}"


def _show_bytes(most: int) -> str:
    return f"{most // MB} MB" if most >= MB else f"{most // KB} kB"


def _read_words() -> dict[str, str]:
    """The sentence below each field, which Python itself does not keep."""
    [definition] = ast.parse(inspect.getsource(Capabilities)).body
    words: dict[str, str] = {}
    name: str | None = None
    for statement in definition.body if isinstance(definition, ast.ClassDef) else ():
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and name is not None:
            words[name] = str(statement.value.value)
    return words
