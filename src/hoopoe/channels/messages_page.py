"""docs/reference/messages.md: what a message holds, by its type. `python -m hoopoe.main.generate` makes it.

The words are in `messages_page.md`, with two kinds of places to fill in: `{example:image}` is what the parser makes of
a webhook's message, `{META.buttons}` a number of `capabilities`. So the page says what the code does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from hoopoe.channels.capabilities import META, TWILIO
from hoopoe.channels.contract import InboundType
from hoopoe.channels.messages_samples import CALL, OUTGOING, SAMPLES
from hoopoe.channels.meta.parse import parse_message
from hoopoe.kernel.json import Json, JsonObject

WORDS: Final = Path(__file__).with_suffix(".md")
PLACE: Final = re.compile(r"\{(example|META|TWILIO)[:.]([a-z_.]+)\}")
LINE: Final = 100


@dataclass(frozen=True, slots=True)
class Example:
    """What the parser makes of a sample."""

    type: InboundType
    content: JsonObject


def make_examples() -> list[Example]:
    """One example of each incoming type, in the order of the types."""
    who: JsonObject = {"from": "966501112233", "id": "wamid.HBgM", "timestamp": "1763600000"}
    payloads: list[JsonObject] = [{"message": {**who, **sample}} for sample in SAMPLES]
    payloads.append({"call": CALL})
    by_type = {message.type: message.content for message in map(parse_message, payloads)}
    return [Example(type_, by_type[type_]) for type_ in InboundType]


def make_page() -> str:
    """The whole page."""
    examples = {str(each.type): each.content for each in make_examples()}
    examples |= {f"out.{type_}": content for type_, content in OUTGOING.items()}

    def fill(place: re.Match[str]) -> str:
        kind, name = place.groups()
        if kind == "example":
            return f"```json\n{_lay_out(examples[name])}\n```"
        return str(getattr(META if kind == "META" else TWILIO, name))

    return PLACE.sub(fill, WORDS.read_text(encoding="utf-8"))


def _lay_out(value: Json, *, depth: int = 0) -> str:
    """JSON for reading: what fits on a line stands on one."""
    if not isinstance(value, dict | list) or len(_on_one_line(value)) + 2 * depth <= LINE:
        return _on_one_line(value)
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        lines = [f"{inner}{_on_one_line(key)}: {_lay_out(item, depth=depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + _lay_out(item, depth=depth + 1) for item in value) + f"\n{outer}]"


def _on_one_line(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_on_one_line(key)}: {_on_one_line(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_on_one_line, value)) + "]"
    return orjson.dumps(value).decode()
