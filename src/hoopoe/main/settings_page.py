"""Settings as text: a table for the terminal, a page for the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from hoopoe.kernel.settings import PROJECT, SECRET_NAMES, Settings

HEAD = """\
# Settings

All come from the environment. `hoopoe settings` lists them with the values that are in force.

| setting | default | what it is for |
|---|---|---|
"""


def make_table(settings: Settings) -> str:
    """Name, value (secrets masked) and meaning, one setting a line."""
    rows = [(name.upper(), _show(name, getattr(settings, name))) for name in Settings.model_fields]
    names, values = (max(len(row[column]) for row in rows) for column in (0, 1))
    width = min(values, 44)
    return "\n".join(
        f"{name:<{names}}  {value:<{width}}  {Settings.model_fields[name.lower()].description}" for name, value in rows
    )


def make_page() -> str:
    """The reference page."""
    lines = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is PydanticUndefined else _show(name, field.default)
        lines.append(f"| `{name.upper()}` | {f'`{default}`' if default else 'none'} | {field.description} |")
    return HEAD + "\n".join(lines) + "\n"


def _show(name: str, value: object) -> str:
    if value is None or value in ((), ""):
        return ""
    if name in SECRET_NAMES:
        return "(set)"
    if isinstance(value, Path):
        return str(value.relative_to(PROJECT)) if value.is_relative_to(PROJECT) else str(value)
    if isinstance(value, SecretStr):
        return "(set)"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(item) for item in value)
    return str(value)
