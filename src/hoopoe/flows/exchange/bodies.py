"""Bodies of requests: JSON where it is, so that what is filled in cannot break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import orjson

from hoopoe.kernel.json import Json

_BARE: Final = re.compile(r"([:\[,]\s*)(\{\{[^{}]*\}\}|@[\w.]+)(?=\s*[,}\]])")


def read_body(body: str) -> Json:
    """An object or a list where the text is one, else the text. What is filled in may stand there without quotes."""
    for text in (body, _BARE.sub(r'\1"\2"', body)):
        try:
            read: Json = orjson.loads(text)
        except orjson.JSONDecodeError:
            continue
        return read if isinstance(read, dict | list) else body
    return body


def fill_texts(value: Json, fill: Callable[[str], str]) -> Json:
    """Every text in it as `fill` writes it."""
    match value:
        case str():
            return fill(value)
        case dict():
            return {key: fill_texts(item, fill) for key, item in value.items()}
        case list():
            return [fill_texts(item, fill) for item in value]
        case _:
            return value
