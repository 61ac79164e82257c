"""The pages about messages and provider errors say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hoopoe.channels.contract import Address, InboundType, MediaKind, Provider
from hoopoe.channels.explain import explain
from hoopoe.channels.messages_page import make_examples, make_page
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.reference import render_reference
from hoopoe.conversations.content import content_from_json, content_to_json, content_type

DOCS = Path(__file__).parents[2] / "docs" / "reference"
ERRORS = DOCS / "provider-errors.md"
MESSAGES = DOCS / "messages.md"


def read_examples(part: str) -> list[tuple[str, Any]]:
    """The type and the example of each section of a part of the page about messages."""
    page = MESSAGES.read_text(encoding="utf-8")
    text = page.partition(f"\n## {part}\n")[2].partition("\n## ")[0]
    return [
        (section.partition("`")[0], json.loads(section.partition("```json\n")[2].partition("```")[0] or "null"))
        for section in text.split("\n### `")[1:]
    ]


INCOMING = [(type_, example) for type_, example in read_examples("Incoming") if example is not None]
OUTGOING = read_examples("Outgoing")


def test_every_type_of_message_is_on_the_page() -> None:
    assert [type_ for type_, _ in INCOMING] == [type_.value for type_ in InboundType]
    assert [type_ for type_, _ in OUTGOING] == [
        "text",
        "buttons",
        "list",
        *(kind.value for kind in MediaKind),
        "location",
    ]


def test_the_page_of_messages_is_in_step() -> None:
    assert MESSAGES.read_text(encoding="utf-8") == make_page(), "python -m hoopoe.main.generate makes it"


def test_the_examples_are_what_the_parser_makes() -> None:
    made = [(str(each.type), each.content) for each in make_examples()]
    assert made == INCOMING


@pytest.mark.parametrize(("type_", "example"), OUTGOING)
def test_an_outgoing_example_can_be_sent(type_: str, example: Any) -> None:
    content = content_from_json(type_, example)
    assert (content_type(content), content_to_json(content)) == (type_, example)
    where = Address(phone="966501112233")
    assert build_request(content, recipient=where, opaque=None, reply_to=None, media_id="880011223344")


def test_the_page_of_errors_is_in_step() -> None:
    assert ERRORS.read_text(encoding="utf-8") == render_reference(), "python -m hoopoe.channels.reference makes it"


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_on_its_page(code: int) -> None:
    rule = explain(Provider.META, code)
    rows = [line for line in ERRORS.read_text(encoding="utf-8").splitlines() if rule.text.en in line]
    ranges = [(int(first), int(last)) for row in rows for first, last in re.findall(r"`(\d+)` to `(\d+)`", row)]
    assert any(f"`{code}`" in row for row in rows) or any(first <= code <= last for first, last in ranges)
