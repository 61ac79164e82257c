"""Every type of message from a phone, as Meta's webhook has it; what the phone shows of changes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess, start_simulator

FILE = {"data": base64.b64encode(b"some bytes").decode()}
ITEM = {"product_retailer_id": "kunafa-l", "quantity": 2, "item_price": 29.5, "currency": "SAR"}

# The body of the control API, and what of the webhook's message it must make.
TYPES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a text with a preview": (
        {"type": "text", "text": {"body": "https://kunafa.example", "preview_url": True}},
        {"type": "text", "text": {"body": "https://kunafa.example", "preview_url": True}},
    ),
    "a text passed on": (
        {"type": "text", "text": {"body": "look"}, "forwarded": "once"},
        {"type": "text", "text": {"body": "look"}, "context": {"forwarded": True}},
    ),
    "a text passed on often": (
        {"type": "text", "text": {"body": "look"}, "forwarded": "often"},
        {"type": "text", "context": {"frequently_forwarded": True}},
    ),
    "by an ad": (
        {"type": "text", "text": {"body": "hi"}, "referral": {"source_type": "ad", "headline": "Tray"}},
        {"type": "text", "referral": {"source_type": "ad", "headline": "Tray"}},
    ),
    "about a product": (
        {"type": "text", "text": {"body": "how much?"}, "product": {"product_retailer_id": "kunafa-l"}},
        {"context": {"referred_product": {"catalog_id": "1000000000000001", "product_retailer_id": "kunafa-l"}}},
    ),
    "in a group": (
        {"type": "text", "text": {"body": "all of you"}, "group_id": "R3JvdXA"},
        {"type": "text", "group_id": "R3JvdXA"},
    ),
    "an order": (
        {"type": "order", "order": {"product_items": [ITEM], "text": "no cream"}},
        {"type": "order", "order": {"product_items": [ITEM], "catalog_id": "1000000000000001", "text": "no cream"}},
    ),
    "calls are allowed": (
        {"type": "call_permission_reply", "call_permission_reply": {"response": "accept", "is_permanent": False}},
        {
            "type": "interactive",
            "interactive": {
                "type": "call_permission_reply",
                "call_permission_reply": {
                    "response": "accept",
                    "is_permanent": False,
                    "response_source": "user_action",
                },
            },
        },
    ),
    "what WhatsApp does not pass on": (
        {"type": "unsupported", "unsupported": {"type": "poll"}},
        {
            "type": "unsupported",
            "unsupported": {"type": "poll"},
            "errors": [
                {
                    "code": 131051,
                    "title": "Message type unknown",
                    "message": "Message type unknown",
                    "error_data": {"details": "Message type is currently not supported."},
                }
            ],
        },
    ),
    "another number": (
        {"type": "system", "system": {"type": "user_changed_number", "wa_id": "966500000999"}},
        {"type": "system", "system": {"type": "user_changed_number", "wa_id": "966500000999"}},
    ),
    "an opened chat": ({"type": "request_welcome", "request_welcome": {}}, {"type": "request_welcome"}),
    "a reaction taken back": (
        {"type": "reaction", "reaction": {"message_id": "wamid.x"}},
        {"type": "reaction", "reaction": {"message_id": "wamid.x"}},
    ),
}


async def send(simulator: SimulatorProcess, number: str, channel: SimulatedChannel, body: dict[str, Any]) -> str:
    given = {"to": channel.number, **body}
    return str((await simulator.call("POST", f"/phones/{number}/messages", given, status=201))["id"])


@pytest.mark.parametrize("name", TYPES)
async def test_each_comes_as_meta_sends_it(
    name: str, simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    body, wanted = TYPES[name]
    message_id = await send(simulator, number, channel, body)
    await receiver.wait(receiver.messages, "message")
    (message,) = receiver.messages()
    assert message.items() >= {"id": message_id, **wanted}.items()
    value = receiver.received[-1].changes[0]["value"]
    assert ("contacts" in value) is (body["type"] != "system")


@pytest.mark.parametrize(
    ("body", "name", "words", "answer"),
    [
        (
            {"type": "form_reply", "form_reply": {"answer": {"day": "الجمعة", "guests": 4}}},
            "flow",
            "Sent",
            {"day": "الجمعة", "guests": 4},
        ),
        ({"type": "form_reply", "form_reply": {"answer": [1]}}, "flow", "Sent", [1]),
        (
            {"type": "address", "address": {"values": {"name": "Rami", "city": "Pune"}, "saved_address_id": "home"}},
            "address_message",
            "Rami\nPune",
            {"values": {"name": "Rami", "city": "Pune"}, "saved_address_id": "home"},
        ),
    ],
)
async def test_a_form_answers_with_json_inside_a_text(
    body: dict[str, Any],
    name: str,
    words: str,
    answer: Any,
    *,
    simulator: SimulatorProcess,
    channel: SimulatedChannel,
    receiver: Receiver,
    number: str,
) -> None:
    await send(simulator, number, channel, body)
    await receiver.wait(receiver.messages, "message")
    interactive = receiver.messages()[0]["interactive"]
    reply = interactive["nfm_reply"]
    assert (interactive["type"], reply["name"], reply["body"]) == ("nfm_reply", name, words)
    assert json.loads(reply["response_json"]) == answer


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("audio", {"mime_type": "audio/ogg; codecs=opus", "voice": True}),
        ("video", {"mime_type": "video/mp4", "caption": "شاهد"}),
        ("document", {"mime_type": "application/pdf", "filename": "menu.pdf"}),
        ("sticker", {"mime_type": "image/webp", "animated": True}),
    ],
)
async def test_files_of_every_kind(
    kind: str,
    more: dict[str, Any],
    *,
    simulator: SimulatorProcess,
    channel: SimulatedChannel,
    receiver: Receiver,
    number: str,
) -> None:
    await send(simulator, number, channel, {"type": kind, kind: FILE | more})
    await receiver.wait(receiver.messages, "message")
    file = receiver.messages()[0][kind]
    assert file.items() >= more.items()
    assert set(file) == {"id", "sha256", "url", *more}


async def test_a_reaction_stands_on_the_message_until_it_is_taken_back(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    target = await graph.send_text(customer)
    await simulator.wait_for_reply(customer)
    for emoji in ("👍", "❤️", ""):
        await simulator.send(customer, graph.channel, "reaction", {"message_id": target, "emoji": emoji})
        *_, message = await simulator.messages(customer)
        assert (message["id"], message.get("reaction_of_person", "")) == (target, emoji)
    await receiver.wait(lambda: len(receiver.messages()) == 4, "three reactions behind the first message")


async def test_an_edit_and_a_deletion_change_the_bubble_and_are_told(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    text = await simulator.say(number, channel, "two trays")
    picture = await simulator.send(number, channel, "image", FILE | {"mime_type": "image/jpeg", "caption": "this"})
    await simulator.send(number, channel, "edit", {"message_id": text, "text": "ثلاثة"})
    await simulator.send(number, channel, "edit", {"message_id": picture, "caption": "that"})
    await simulator.send(number, channel, "revoke", {"message_id": picture})
    await receiver.wait(lambda: len(receiver.messages()) == 5, "messages and changes")
    first, second = await simulator.messages(number)
    assert (first["text"], first["edited"], first.get("deleted")) == ({"body": "ثلاثة"}, True, None)
    assert (second["image"]["caption"], second["deleted"]) == ("that", True)
    edited, captioned, deleted = receiver.messages()[2:]
    inner = {"type": "text", "text": {"body": "ثلاثة"}}
    assert edited["edit"] == {"original_message_id": text, "message": inner}
    assert captioned["edit"]["message"]["image"]["id"] == second["image"]["id"]
    assert (deleted["type"], deleted["revoke"]) == ("revoke", {"original_message_id": picture})
    assert len({message["id"] for message in receiver.messages()}) == 5


def without_status(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages as they are said: their ticks go on by themselves."""
    return [{name: value for name, value in message.items() if name != "status"} for message in messages]


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("edit", {"message_id": "wamid.none", "text": "x"}, 404),
        ("edit", {"message_id": "THEIRS", "text": "x"}, 404),
        ("edit", {"message_id": "MINE", "caption": "x"}, 422),
        ("edit", {"message_id": "MINE"}, 422),
        ("edit", {"message_id": "MINE", "text": "x", "caption": "y"}, 422),
        ("edit", {"message_id": "GONE", "text": "x"}, 409),
        ("revoke", {"message_id": "THEIRS"}, 404),
        ("revoke", {"message_id": "GONE"}, 409),
        ("order", {"product_items": []}, 422),
        ("call_permission_reply", {"response": "perhaps"}, 422),
        ("call", {"event": "terminate"}, 404),
    ],
)
async def test_what_a_phone_cannot_do(
    kind: str, content: dict[str, Any], status: int, *, simulator: SimulatorProcess, graph: Graph, customer: str
) -> None:
    ids = {"THEIRS": await graph.send_text(customer), "MINE": await simulator.say(customer, graph.channel, "mine")}
    ids["GONE"] = await simulator.say(customer, graph.channel, "gone")
    await simulator.send(customer, graph.channel, "revoke", {"message_id": ids["GONE"]})
    before = without_status(await simulator.messages(customer))
    given = {name: ids.get(str(value), value) for name, value in content.items()}
    body = {"to": graph.channel.number, "type": kind, kind: given}
    await simulator.call("POST", f"/phones/{customer}/messages", body, status=status)
    assert without_status(await simulator.messages(customer)) == before


async def test_with_a_reaction_nobody_opens_the_window(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    target = await graph.send_text(customer)
    await simulator.wait_for_reply(customer)
    await simulator.advance(25 * 3600)
    await simulator.send(customer, graph.channel, "reaction", {"message_id": target, "emoji": "👍"})
    late = await graph.send_text(customer)
    await receiver.wait_for_statuses(late, "failed")


async def test_a_call_rings_and_ends(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    call_id = await send(simulator, number, channel, {"type": "call", "call": {"event": "connect"}})
    await send(simulator, number, channel, {"type": "call", "call": {"event": "terminate", "seconds": 60}})

    def calls() -> list[dict[str, Any]]:
        changes = [change for came in receiver.received for change in came.changes if change["field"] == "calls"]
        return [call for change in changes for call in change["value"]["calls"]]

    await receiver.wait(lambda: len(calls()) == 2, "both events")
    connect, end = calls()
    assert {connect["id"], end["id"]} == {call_id}
    assert (connect["event"], connect["direction"]) == ("connect", "USER_INITIATED")
    assert (end["event"], end["status"], end["duration"]) == ("terminate", "COMPLETED", 60)
    [shown] = await simulator.messages(number)
    assert (shown["type"], shown["call"]) == ("call", {"status": "ended", "seconds": 60})


async def test_changes_outlive_a_kill(tmp_path: Path) -> None:
    number = "+966500000101"
    async with start_simulator(tmp_path, is_kept=True) as simulator:
        channel = await simulator.add_channel()
        text = await simulator.say(number, channel, "two trays")
        await simulator.send(number, channel, "edit", {"message_id": text, "text": "three"})
        await simulator.send(number, channel, "reaction", {"message_id": text, "emoji": "👍"})
        before = await simulator.messages(number)
        await simulator.kill()
        await simulator.start()
        assert await simulator.messages(number) == before
        assert (before[0]["text"]["body"], before[0]["reaction_of_person"]) == ("three", "👍")
