"""Our content as the Cloud API's request body, and what is refused before it leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hoopoe.channels.contract import (
    Address,
    Button,
    ButtonsContent,
    ListContent,
    LocationContent,
    OutboundContent,
    ReadReceipt,
    Row,
    Section,
    TextContent,
)
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.meta.build import build_request
from hoopoe.kernel.json import JsonObject

NADA = Address(phone="966501112233", user_id="SA.77001122334455")
HEAD: JsonObject = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+966501112233"}

BUTTONS = ButtonsContent(
    "Which size of kunafa?", (Button("s", "Small"), Button("l", "Large")), header="Sweets", footer="Fresh at noon"
)
LIST = ListContent(
    "Pick a branch",
    "Branches",
    (
        Section((Row("olaya", "Olaya", "Open until 23:00"), Row("malaz", "Malaz")), "Riyadh"),
        Section((Row("rawdah", "Rawdah"),), "Jeddah"),
    ),
    header="Near you",
)


def build(content: OutboundContent | ReadReceipt, recipient: Address = NADA, **other: str | None) -> JsonObject:
    return build_request(content, recipient=recipient, opaque=other.get("opaque"), reply_to=other.get("reply_to"))


def test_a_text_with_everything_around_it() -> None:
    assert build(TextContent("أهلًا ندى"), opaque="msg-1.2", reply_to="wamid.asked") == HEAD | {
        "type": "text",
        "text": {"preview_url": False, "body": "أهلًا ندى"},
        "context": {"message_id": "wamid.asked"},
        "biz_opaque_callback_data": "msg-1.2",
    }


def test_a_link_is_previewed() -> None:
    text = build(TextContent("See https://example.org/menu"))["text"]
    assert text == {"preview_url": True, "body": "See https://example.org/menu"}


def test_buttons() -> None:
    assert build(BUTTONS) == HEAD | {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "header": {"type": "text", "text": "Sweets"},
            "body": {"text": "Which size of kunafa?"},
            "footer": {"text": "Fresh at noon"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "s", "title": "Small"}},
                    {"type": "reply", "reply": {"id": "l", "title": "Large"}},
                ]
            },
        },
    }


def test_a_list() -> None:
    assert build(LIST) == HEAD | {
        "type": "interactive",
        "interactive": {
            "type": "list",
            "header": {"type": "text", "text": "Near you"},
            "body": {"text": "Pick a branch"},
            "action": {
                "button": "Branches",
                "sections": [
                    {
                        "title": "Riyadh",
                        "rows": [
                            {"id": "olaya", "title": "Olaya", "description": "Open until 23:00"},
                            {"id": "malaz", "title": "Malaz"},
                        ],
                    },
                    {"title": "Jeddah", "rows": [{"id": "rawdah", "title": "Rawdah"}]},
                ],
            },
        },
    }


def test_a_place() -> None:
    body = build(LocationContent(24.6949, -0.0000001, "قهوة قمر", "Olaya St"), Address(phone="966501112233"))
    assert (body["type"], body["location"]) == (
        "location",
        {"latitude": "24.6949000", "longitude": "-0.0000001", "name": "قهوة قمر", "address": "Olaya St"},
    )
    assert build(LocationContent(1, 2), Address(phone="966501112233"))["location"] == {
        "latitude": "1.0000000",
        "longitude": "2.0000000",
    }


def test_a_read_receipt_names_only_the_message() -> None:
    assert build(ReadReceipt("wamid.theirs"), Address()) == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.theirs",
    }


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        (Address(phone="966501112233"), {"to": "+966501112233"}),
        (Address(phone="+966501112233"), {"to": "+966501112233"}),
        (Address(phone="966501112233", user_id="SA.77001122334455"), {"to": "+966501112233"}),
        (Address(user_id="SA.77001122334455"), {"recipient": "SA.77001122334455"}),
        (Address(phone="", user_id="SA.77001122334455"), {"recipient": "SA.77001122334455"}),
    ],
)
def test_the_phone_is_taken_where_there_is_one(recipient: Address, expected: JsonObject) -> None:
    body = build(TextContent("hi"), recipient)
    assert {key: body[key] for key in ("to", "recipient") if key in body} == expected


def buttons(*pairs: tuple[str, str]) -> ButtonsContent:
    return replace(BUTTONS, buttons=tuple(Button(id_, title) for id_, title in pairs))


def rows(*ids: str) -> tuple[Row, ...]:
    return tuple(Row(id_, f"Row {id_}") for id_ in ids)


def section_of(row: Row) -> ListContent:
    return replace(LIST, sections=(Section((row,)),))


AT_THE_LIMIT: list[OutboundContent] = [
    TextContent("x" * 4096),
    replace(BUTTONS, body="x" * 1024),
    replace(BUTTONS, header="x" * 60, footer="x" * 60),
    buttons(("a" * 256, "t" * 20), ("b", "u"), ("c", "v")),
    replace(LIST, body="x" * 4096),
    replace(LIST, button="x" * 20),
    replace(LIST, sections=(Section(rows(*"0123456789")),)),
    replace(LIST, sections=(Section(rows("0")),)),
    replace(LIST, sections=(Section(rows("0"), "s" * 24),)),
    section_of(Row("r" * 200, "t" * 24, "d" * 72)),
]


@pytest.mark.parametrize("content", AT_THE_LIMIT)
def test_what_fills_a_limit_exactly_is_sent(content: OutboundContent) -> None:
    assert build(content)["type"] in ("text", "interactive")


REFUSED: list[tuple[OutboundContent, str]] = [
    (TextContent("x" * 4097), "body"),
    (TextContent(" \n "), "body"),
    (replace(BUTTONS, body="x" * 1025), "body"),
    (replace(BUTTONS, header="x" * 61), "header"),
    (replace(BUTTONS, footer="x" * 61), "footer"),
    (buttons(), "buttons"),
    (buttons(("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")), "buttons"),
    (buttons(("1", "Same"), ("2", "Same")), "buttons.title"),
    (buttons(("1", "Yes"), ("1", "No")), "buttons.id"),
    (buttons(("1", "t" * 21)), "buttons.title"),
    (buttons(("1" * 257, "Yes")), "buttons.id"),
    (replace(LIST, body="x" * 4097), "body"),
    (replace(LIST, button="x" * 21), "button"),
    (replace(LIST, button=""), "button"),
    (replace(LIST, sections=()), "sections"),
    (replace(LIST, sections=(Section(rows(*"0123456789a")),)), "sections"),
    (replace(LIST, sections=(Section(rows("0"), "A"), Section((), "B"))), "sections.rows"),
    (replace(LIST, sections=(Section(rows("0")), Section(rows("1")))), "sections.title"),
    (replace(LIST, sections=(Section(rows("0"), "s" * 25),)), "sections.title"),
    (replace(LIST, sections=(Section(rows("0", "0")),)), "sections.rows.id"),
    (section_of(Row("r" * 201, "t")), "sections.rows.id"),
    (section_of(Row("r", "t" * 25)), "sections.rows.title"),
    (section_of(Row("r", "t", "d" * 73)), "sections.rows.description"),
]


@pytest.mark.parametrize(("content", "field"), REFUSED)
def test_what_meta_would_not_take_is_refused_by_name(content: OutboundContent, field: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        build(content)
    assert refused.value.field == field
    assert refused.value.reason


def test_nobody_to_write_to_is_refused() -> None:
    with pytest.raises(ContentRefused) as refused:
        build(TextContent("hi"), Address(name="Nada"))
    assert refused.value.field == "recipient"


def test_an_opaque_text_longer_than_meta_carries_is_refused() -> None:
    assert build(TextContent("hi"), opaque="o" * 512)["biz_opaque_callback_data"] == "o" * 512
    with pytest.raises(ContentRefused):
        build(TextContent("hi"), opaque="o" * 513)
