"""Secrets in foreign files: a header that holds one is named, never taken."""

from __future__ import annotations

from typing import Final

from hoopoe.flows.exchange.reading import as_text
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.secret_names import is_secret

_HIDDEN: Final = "•••"


def split_headers(headers: JsonObject) -> tuple[dict[str, str], list[str]]:
    """Headers without a secret, and the names of those that hold one."""
    kept: dict[str, str] = {}
    secrets: list[str] = []
    for name, raw in headers.items():
        value = as_text(raw)
        if is_secret(name) and value.strip():
            secrets.append(name)
        elif name.strip() and value.strip():
            kept[name.strip()] = value
    return kept, secrets


def hide(value: Json) -> Json:
    """A foreign step as a placeholder keeps it: what is called like a secret is not in it any more."""
    match value:
        case dict():
            name = as_text(value.get("key")) or as_text(value.get("name"))
            is_pair = "value" in value and is_secret(name)
            return {
                key: _HIDDEN
                if isinstance(item, str) and item and (is_secret(key) or (is_pair and key == "value"))
                else hide(item)
                for key, item in value.items()
            }
        case list():
            return [hide(item) for item in value]
        case _:
            return value
