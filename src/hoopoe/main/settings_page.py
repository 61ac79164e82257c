"""The settings as a table for the terminal and as the reference page."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from hoopoe.kernel.settings import PROJECT, SECRET_NAMES, Settings, group_settings

MASK = "•••"
INTRODUCTION = """# Settings

Every setting is an environment variable. This page is made from `src/hoopoe/kernel/settings.py` by
`hoopoe settings --markdown`; `hoopoe settings` shows the values in use.
A value that cannot be used is refused at the start, in one line that names the setting.
"""


def make_table(settings: Settings) -> str:
    """Name, value in use and default; under each the sentence that says what it is for."""
    lines: list[str] = []
    for group, names in group_settings().items():
        lines += [f"{group}", ""]
        for name in names:
            field = Settings.model_fields[name]
            value = show(name, getattr(settings, name))
            mark = "" if name not in settings.model_fields_set else f"   (default: {show(name, field.default)})"
            lines += [f"  {name.upper()} = {value}{mark}", f"      {field.description}"]
        lines.append("")
    return "\n".join(lines)


def make_page() -> str:
    """The reference page: the same for everybody, whatever is set here."""
    parts = [INTRODUCTION]
    for group, names in group_settings().items():
        parts += [f"## {group}\n", "| setting | default | allowed | what it is for |\n|---|---|---|---|"]
        for name in names:
            field = Settings.model_fields[name]
            cells = (
                f"`{name.upper()}`",
                _code(show(name, field.default)),
                _say_allowed(name, field),
                field.description,
            )
            parts.append(f"| {' | '.join(str(cell) for cell in cells)} |")
        parts.append("")
    return "\n".join(parts)


def show(name: str, value: object) -> str:
    """A value in the way the environment would give it; secrets masked."""
    if value is None or value in ((), ""):
        return "not set"
    if name in SECRET_NAMES:
        return MASK
    match value:
        case StrEnum():
            text = value.value
        case tuple():
            text = ",".join(str(part) for part in value)
        case Path() if value.is_relative_to(PROJECT):
            text = str(value.relative_to(PROJECT))
        case float():
            text = f"{value:g}"
        case _:
            text = str(value)
    return text


def _code(text: str) -> str:
    return text if text == "not set" else f"`{text}`"


def _say_allowed(name: str, field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return ", ".join(f"`{choice.value}`" for choice in annotation if choice.value)
    bounds = {type(bound).__name__: bound for bound in field.metadata}
    low, high = (getattr(bounds.get(kind), kind.lower(), None) for kind in ("Ge", "Le"))
    pattern = next((bound.pattern for bound in field.metadata if getattr(bound, "pattern", None)), None)
    if low is not None:
        return f"{low:g} and more" if high is None else f"{low:g} to {high:g}"
    if pattern is not None:
        return f"`{pattern}`".replace("|", "\\|")
    return "secret" if name in SECRET_NAMES or annotation is SecretStr else ""
