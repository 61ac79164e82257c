"""What the Graph refuses: by table, with Meta's code; and nothing of it is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.graph import Graph
from tests.support.simulator import SimulatorProcess

TO = "+966500000102"


def _text(**changes: object) -> dict[str, Any]:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "to": TO, "type": "text", "text": {"body": "hello"}}
    body.update(changes)
    return {name: value for name, value in body.items() if value is not ...}


def _typed(kind: str, content: object) -> dict[str, Any]:
    return _text(type=kind, text=..., **{kind: content})


def _buttons(*replies: dict[str, str], **changes: object) -> dict[str, Any]:
    action = {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
    return _typed("interactive", {"type": "button", "body": {"text": "x"}, "action": action, **changes})


def _list(*sections: dict[str, Any], **changes: object) -> dict[str, Any]:
    action = {"button": "Open", "sections": list(sections), **changes}
    return _typed("interactive", {"type": "list", "body": {"text": "x"}, "action": action})


def _rows(count: int, *, first: int = 0, **changes: str) -> list[dict[str, str]]:
    return [{"id": f"r{number}", "title": "Row", **changes} for number in range(first, first + count)]


A, B, C, D = ({"id": name, "title": name.upper()} for name in "abcd")
LINK = {"display_text": "Go", "url": "https://example.com"}

REFUSED: dict[str, tuple[Any, int]] = {
    "not an object": ([], 100),
    "no messaging_product": (_text(messaging_product=...), 100),
    "another product": (_text(messaging_product="sms"), 100),
    "nobody to send to": (_text(to=...), 100),
    "to is a number": (_text(to=966500000102), 100),
    "to is no address": (_text(to="Noura"), 131009),
    "recipient is a phone": (_text(to=..., recipient="+966500000102"), 131009),
    "a group": (_text(recipient_type="group"), 100),
    "unknown type": (_text(type="poll"), 100),
    "type without its object": (_text(text=...), 131008),
    "object of another kind": (_text(text="hello"), 100),
    "text without body": (_text(text={}), 131008),
    "empty text": (_text(text={"body": ""}), 131008),
    "text too long": (_text(text={"body": "x" * 4097}), 100),
    "body is a number": (_text(text={"body": 1}), 100),
    "preview_url is text": (_text(text={"body": "x", "preview_url": "yes"}), 100),
    "opaque data too long": (_text(biz_opaque_callback_data="x" * 513), 100),
    "reply to nothing": (_text(context={}), 131008),
    "image without source": (_typed("image", {}), 131008),
    "image with two sources": (_typed("image", {"id": "1", "link": "https://example.com/a"}), 100),
    "image from elsewhere": (_typed("image", {"id": "123456"}), 100),
    "image link is no link": (_typed("image", {"link": "file:///etc/passwd"}), 100),
    "caption too long": (_typed("image", {"link": "https://example.com/a", "caption": "x" * 1025}), 100),
    "audio with a caption": (_typed("audio", {"link": "https://example.com/a", "caption": "x"}), 100),
    "location without latitude": (_typed("location", {"longitude": 1}), 131008),
    "location off the earth": (_typed("location", {"latitude": 91, "longitude": 1}), 131009),
    "location in words": (_typed("location", {"latitude": "north", "longitude": 1}), 131009),
    "no contacts": (_typed("contacts", []), 131008),
    "too many contacts": (_typed("contacts", [{"name": {"formatted_name": "x"}}] * 258), 131009),
    "a contact without a name": (_typed("contacts", [{"phones": []}]), 131008),
    "reaction to nothing": (_typed("reaction", {"emoji": "👍"}), 131008),
    "reaction without emoji": (_typed("reaction", {"message_id": "wamid.x"}), 131008),
    "unknown interactive type": (_typed("interactive", {"type": "dance"}), 100),
    "no buttons": (_buttons(), 131008),
    "four buttons": (_buttons(A, B, C, D), 131009),
    "button title too long": (_buttons({"id": "a", "title": "x" * 21}), 131009),
    "button without title": (_buttons({"id": "a"}), 131008),
    "button id too long": (_buttons({"id": "x" * 257, "title": "A"}), 131009),
    "same title twice": (_buttons(A, {"id": "other", "title": "A"}), 131009),
    "same id twice": (_buttons(A, {"id": "a", "title": "Other"}), 131009),
    "button body too long": (_buttons(A, body={"text": "x" * 1025}), 131009),
    "button body missing": (_buttons(A, body={}), 131008),
    "footer too long": (_buttons(A, footer={"text": "x" * 61}), 131009),
    "header too long": (_buttons(A, header={"type": "text", "text": "x" * 61}), 131009),
    "header of no kind": (_buttons(A, header={"type": "audio"}), 100),
    "list without rows": (_list({"title": "x", "rows": []}), 131008),
    "list of eleven": (_list({"title": "x", "rows": _rows(11)}), 131009),
    "eleven in two sections": (
        _list({"title": "x", "rows": _rows(6)}, {"title": "y", "rows": _rows(5, first=6)}),
        131009,
    ),
    "same row twice": (_list({"title": "x", "rows": _rows(1)}, {"title": "y", "rows": _rows(1)}), 131009),
    "row title too long": (_list({"rows": _rows(1, title="x" * 25)}), 131009),
    "row description too long": (_list({"rows": _rows(1, description="x" * 73)}), 131009),
    "row id too long": (_list({"rows": _rows(1, id="x" * 201)}), 131009),
    "section title too long": (_list({"title": "x" * 25, "rows": _rows(1)}), 131009),
    "one of two sections without title": (
        _list({"rows": _rows(1)}, {"title": "y", "rows": _rows(1, first=5)}),
        131008,
    ),
    "list button too long": (_list({"rows": _rows(1)}, button="x" * 21), 131009),
    "list header with a picture": (
        _typed(
            "interactive",
            {
                "type": "list",
                "header": {"type": "image", "image": {"link": "https://example.com/a"}},
                "body": {"text": "x"},
                "action": {"button": "Open", "sections": [{"rows": _rows(1)}]},
            },
        ),
        100,
    ),
    "link button too long": (
        _typed(
            "interactive",
            {
                "type": "cta_url",
                "body": {"text": "x"},
                "action": {"name": "cta_url", "parameters": {**LINK, "display_text": "x" * 21}},
            },
        ),
        131009,
    ),
    "link button without link": (
        _typed(
            "interactive",
            {
                "type": "cta_url",
                "body": {"text": "x"},
                "action": {"name": "cta_url", "parameters": {**LINK, "url": "tel:1"}},
            },
        ),
        100,
    ),
    "place request that asks otherwise": (
        _typed(
            "interactive",
            {"type": "location_request_message", "body": {"text": "x"}, "action": {"name": "cta_url"}},
        ),
        100,
    ),
    "template without language": (_typed("template", {"name": "hello_world"}), 131008),
    "template that is not there": (_typed("template", {"name": "no_such", "language": {"code": "en_US"}}), 132001),
    "template in another language": (
        _typed("template", {"name": "hello_world", "language": {"code": "ar"}}),
        132001,
    ),
    "template with a parameter too many": (
        _typed(
            "template",
            {
                "name": "hello_world",
                "language": {"code": "en_US"},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": "x"}]}],
            },
        ),
        132000,
    ),
    "receipt of another kind": (
        {"messaging_product": "whatsapp", "status": "delivered", "message_id": "wamid.x"},
        100,
    ),
    "receipt for nothing": ({"messaging_product": "whatsapp", "status": "read"}, 131008),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_with_metas_code(name: str, simulator: SimulatorProcess, graph: Graph) -> None:
    body, code = REFUSED[name]
    status, answer = await graph.call("POST", f"{graph.channel.phone_number_id}/messages", body)
    assert status == (404 if code == 132001 else 400)
    error = answer["error"]
    assert error["code"] == code
    assert set(answer) == {"error"}
    assert {"message", "type", "code", "fbtrace_id"} <= set(error)
    assert error["type"] == "OAuthException"
    assert await simulator.accepted(graph.channel) == []


async def test_the_longest_of_everything_is_accepted(graph: Graph) -> None:
    rows = [{"id": f"{number}" + "x" * 199, "title": "x" * 24, "description": "x" * 72} for number in range(10)]
    for body in (
        _text(text={"body": "x" * 4096}, biz_opaque_callback_data="x" * 512),
        _buttons(
            *({"id": name * 256, "title": name * 20} for name in "abc"),
            body={"text": "x" * 1024},
            footer={"text": "x" * 60},
            header={"type": "text", "text": "x" * 60},
        ),
        _list(
            {"title": "x" * 24, "rows": rows[:5]},
            {"title": "y" * 24, "rows": rows[5:]},
            button="x" * 20,
        ),
    ):
        status, answer = await graph.call("POST", f"{graph.channel.phone_number_id}/messages", body)
        assert status == 200, answer


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 5000, b'{"a":' * 150 + b"1" + b"}" * 150, b'{"a":"\\ud800"}'])
async def test_not_json(data: bytes, simulator: SimulatorProcess, graph: Graph) -> None:
    headers = {"Authorization": f"Bearer {graph.channel.access_token}"}
    url = f"{simulator.url}/v25.0/{graph.channel.phone_number_id}/messages"
    async with simulator.session.post(url, data=data, headers=headers) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (400, 100)


async def test_to_oneself(graph: Graph) -> None:
    status, answer = await graph.send(to=graph.channel.number, type="text", text={"body": "me"})
    assert (status, answer["error"]["code"]) == (400, 131021)
