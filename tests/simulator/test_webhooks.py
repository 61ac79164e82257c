"""Webhooks: their bytes, their signature, their order, and what happens when nobody answers well."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import CUT, Receiver, is_signed, run_receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess, start_simulator


async def test_the_envelope_and_its_signature(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    await simulator.add_person("نورة", number)
    message_id = await simulator.say(number, channel, "سلام / 👋")
    await receiver.wait(receiver.messages, "message")
    (received,) = receiver.received
    assert is_signed(received, channel.app_secret)
    assert not is_signed(received, "another secret")
    assert received.body.isascii()
    assert b"\\u0633\\u0644\\u0627\\u0645 \\/ \\ud83d\\udc4b" in received.body
    digits = number.removeprefix("+")
    body = json.loads(received.body)
    value = body["entry"][0]["changes"][0]["value"]
    user_id = value["contacts"][0]["user_id"]
    assert body == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": channel.waba_id,
                "changes": [
                    {
                        "field": "messages",
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": channel.number.removeprefix("+"),
                                "phone_number_id": channel.phone_number_id,
                            },
                            "contacts": [{"profile": {"name": "نورة"}, "wa_id": digits, "user_id": user_id}],
                            "messages": [
                                {
                                    "from": digits,
                                    "from_user_id": user_id,
                                    "id": message_id,
                                    "timestamp": value["messages"][0]["timestamp"],
                                    "type": "text",
                                    "text": {"body": "سلام / 👋"},
                                }
                            ],
                        },
                    }
                ],
            }
        ],
    }
    assert value["messages"][0]["timestamp"].isdigit()


PICTURE = {"data": base64.b64encode(b"a picture").decode(), "mime_type": "image/jpeg", "caption": "Look"}

INBOUND: dict[str, tuple[str, Any, str, Any]] = {
    "location": ("location", {"latitude": 24.7, "longitude": 46.6}, "location", {"latitude": 24.7, "longitude": 46.6}),
    "reaction": (
        "reaction",
        {"message_id": "wamid.x", "emoji": "👍"},
        "reaction",
        {"message_id": "wamid.x", "emoji": "👍"},
    ),
    "contacts": ("contacts", [{"name": {"formatted_name": "L"}}], "contacts", [{"name": {"formatted_name": "L"}}]),
    "button": ("button", {"payload": "STOP", "text": "Stop"}, "button", {"payload": "STOP", "text": "Stop"}),
    "button_reply": (
        "button_reply",
        {"id": "yes", "title": "Yes"},
        "interactive",
        {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}},
    ),
    "list_reply": (
        "list_reply",
        {"id": "latte", "title": "Latte", "description": "Warm"},
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "latte", "title": "Latte", "description": "Warm"}},
    ),
}


@pytest.mark.parametrize("name", INBOUND)
async def test_every_type_comes_as_meta_sends_it(
    name: str, simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    kind, content, wanted_type, wanted = INBOUND[name]
    message_id = await simulator.send(number, channel, kind, content)
    await receiver.wait(receiver.messages, "message")
    (message,) = receiver.messages()
    assert (message["id"], message["type"], message[wanted_type]) == (message_id, wanted_type, wanted)


async def test_a_tap_repeats_what_the_message_offered(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    rows = [{"id": "latte", "title": "Latte", "description": "Warm"}]
    content = {"type": "list", "body": {"text": "x"}, "action": {"button": "Open", "sections": [{"rows": rows}]}}
    _, answer = await graph.send(to=customer, type="interactive", interactive=content)
    await simulator.wait_for_reply(customer)
    await simulator.tap(customer, graph.channel, "latte", kind="list")
    await receiver.wait(lambda: len(receiver.messages()) == 2, "tap")
    message = receiver.messages()[1]
    assert message["interactive"] == {"type": "list_reply", "list_reply": rows[0]}
    assert message["context"] == {
        "from": graph.channel.number.removeprefix("+"),
        "id": answer["messages"][0]["id"],
    }


async def test_a_picture_can_be_fetched_as_from_meta(
    simulator: SimulatorProcess, graph: Graph, receiver: Receiver, number: str
) -> None:
    await simulator.send(number, graph.channel, "image", PICTURE)
    await receiver.wait(receiver.messages, "message")
    image = receiver.messages()[0]["image"]
    assert set(image) == {"caption", "mime_type", "sha256", "id", "url"}
    assert image["sha256"] == base64.b64encode(hashlib.sha256(b"a picture").digest()).decode()
    _, media = await graph.call("GET", image["id"])
    for url in (image["url"], media["url"]):
        headers = {"Authorization": f"Bearer {graph.channel.access_token}"}
        async with simulator.session.get(url, headers=headers) as response:
            assert await response.read() == b"a picture"


async def test_raw_goes_as_it_stands(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    raw = {"id": f"wamid.raw{number}", "timestamp": 5, "type": "dance", "dance": [1, None], "from": ""}
    for _ in range(2):
        assert await simulator.send(number, channel, "raw", raw) == raw["id"]
    await receiver.wait(lambda: len(receiver.messages()) == 2, "both")
    assert receiver.messages() == [raw, raw]
    assert len(await simulator.messages(number)) == 1


@pytest.mark.parametrize("answers", [[500], [500, 503, 404, CUT], [CUT, CUT, 500]])
async def test_retries_carry_the_very_same_bytes(
    answers: list[int], simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    receiver.answers.extend(answers)
    message_id = await simulator.say(number, channel, "hello / مرحبا")
    await receiver.wait(lambda: len(receiver.received) == len(answers) + 1, "retries")
    assert [item.status for item in receiver.received] == [*answers, 200]
    assert len({item.body for item in receiver.received}) == 1
    assert len({item.signature for item in receiver.received}) == 1
    assert is_signed(receiver.received[0], channel.app_secret)
    await simulator.wait_for_status(number, message_id, "delivered")
    rows = [row for row in await simulator.log(kind="message") if row["phone_number_id"] == channel.phone_number_id]
    assert [row["attempt"] for row in rows] == list(range(1, len(answers) + 2))
    assert [row["status"] for row in rows] == [None if status == CUT else status for status in [*answers, 200]]


async def test_given_up_is_counted_as_lost(tmp_path: Path, number: str) -> None:
    environment = {"SIMULATOR_RETRIES": "2", "SIMULATOR_RETRY_GAP": "0.01"}
    async with start_simulator(tmp_path, environment=environment) as simulator, run_receiver() as receiver:
        channel = await simulator.add_channel(receiver.url)
        receiver.answers.extend([500] * 3)
        message_id = await simulator.say(number, channel, "nobody takes me")
        await simulator.wait_for_status(number, message_id, "failed")
        assert len(receiver.received) == 3
        check = (await simulator.world())["check"]
        assert (check["ok"], check["lost"], check["sentence"]) == (False, 1, "1 lost, 0 doubled")


async def test_order_per_conversation_also_over_an_app_that_is_away(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    receiver.answers.extend([CUT] * 4)
    sent = [await simulator.say(number, channel, f"{place}") for place in range(20)]
    await simulator.wait_for_status(number, sent[-1], "delivered")
    first_seen = list(dict.fromkeys(message["id"] for message in receiver.messages()))
    assert first_seen == sent


async def test_a_body_that_the_app_refuses_does_not_hold_the_line(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    receiver.answers.extend([500, 500])
    sent = [await simulator.say(number, channel, text) for text in ("poison", "good")]
    for message_id in sent:
        await simulator.wait_for_status(number, message_id, "delivered")
    seen = [message["id"] for message in receiver.messages()]
    assert seen[:3] == [sent[0], sent[0], sent[1]]


async def test_not_more_at_once_than_allowed(tmp_path: Path) -> None:
    environment = {"SIMULATOR_WEBHOOK_CONCURRENCY": "4"}
    async with start_simulator(tmp_path, environment=environment) as simulator, run_receiver() as receiver:
        channel = await simulator.add_channel(receiver.url)
        receiver.gate.clear()
        await asyncio.gather(*(simulator.say(f"+9665111111{place:02d}", channel, "hi") for place in range(20)))
        await receiver.wait(lambda: receiver.under_way == 4, "four under way")
        receiver.gate.set()
        await receiver.wait(lambda: len(receiver.messages()) == 20, "all")
        assert receiver.most_under_way == 4


async def test_batches_put_several_updates_into_one_post(tmp_path: Path) -> None:
    environment = {"SIMULATOR_WEBHOOK_BATCH": "8"}
    async with start_simulator(tmp_path, environment=environment) as simulator, run_receiver() as receiver:
        first = await simulator.add_channel(receiver.url)
        second = await simulator.add_channel(receiver.url, app_secret=first.app_secret)
        receiver.gate.clear()
        sent = [
            await simulator.say(f"+9665111111{place:02d}", (first, second)[place % 2], f"{place}")
            for place in range(12)
        ]
        receiver.gate.set()
        await receiver.wait(lambda: len(receiver.messages()) == 12, "all")
        assert len(receiver.received) < 12
        assert max(len(item.changes) for item in receiver.received) == 8
        assert [message["id"] for message in receiver.messages()][:1] == sent[:1]
        assert {message["id"] for message in receiver.messages()} == set(sent)
        assert all(is_signed(item, first.app_secret) for item in receiver.received)
        largest = max(receiver.received, key=lambda item: len(item.changes))
        assert {entry["id"] for entry in json.loads(largest.body)["entry"]} == {first.waba_id, second.waba_id}
        # Within an account, order stays.
        texts = [int(message["text"]["body"]) for message in receiver.messages()]
        assert [text for text in texts if text % 2 == 0] == sorted(text for text in texts if text % 2 == 0)


async def test_two_channels_are_never_mixed_in_one_signature(
    simulator: SimulatorProcess, receiver: Receiver, number: str
) -> None:
    channels = [await simulator.add_channel(receiver.url) for _ in range(2)]
    for channel in channels:
        await simulator.say(number, channel, channel.app_secret)
    await receiver.wait(lambda: len(receiver.received) == 2, "both")
    for item in receiver.received:
        assert is_signed(item, item.messages[0]["text"]["body"])
