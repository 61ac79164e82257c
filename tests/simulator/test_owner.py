"""Others than the person, as Meta tells of them: the owner on the phone, what was said before, another app."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.simulator.receiver import Receiver, is_signed
from tests.support.simulator import SimulatedChannel, SimulatorProcess

FILE = base64.b64encode(b"some bytes").decode()


async def call(simulator: SimulatorProcess, number: str, what: str, body: dict[str, Any], status: int = 201) -> Any:
    return await simulator.call("POST", f"/phones/{number}/{what}", body, status=status)


async def wait_for_changes(receiver: Receiver, field: str, count: int = 1) -> list[Any]:
    def find() -> list[Any]:
        return [change["value"] for each in receiver.received for change in each.changes if change["field"] == field]

    await receiver.wait(lambda: len(find()) >= count, f"{count} of {field}")
    return find()


async def test_what_the_owner_writes_is_on_the_phone_and_told_as_an_echo(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    to = {"to": channel.number}
    sent = await call(simulator, number, "echoes", {**to, "type": "text", "text": {"body": "لحظة"}})
    photo = {"type": "image", "image": {"data": FILE, "mime_type": "image/jpeg", "caption": "menu"}}
    await call(simulator, number, "echoes", {**to, **photo})
    first, second = await wait_for_changes(receiver, "smb_message_echoes", 2)
    [echo] = first["message_echoes"]
    assert echo.items() >= {"id": sent["id"], "from": channel.number.removeprefix("+"), "type": "text"}.items()
    assert (echo["text"], first["contacts"][0]["user_id"]) == ({"body": "لحظة"}, echo["to_user_id"])
    assert second["message_echoes"][0]["image"]["caption"] == "menu"
    assert all(is_signed(each, channel.app_secret) for each in receiver.received)
    heard = await simulator.messages(number, direction="in")
    assert [message["type"] for message in heard] == ["text", "image"]
    assert await simulator.accepted(channel) == [], "no app sent it"
    await simulator.read(number)
    await receiver.wait(lambda: len(receiver.statuses()) >= 4, "statuses")
    told = [each["status"] for each in receiver.statuses() if each["id"] == sent["id"]]
    assert told == ["delivered", "read"]


async def test_anything_can_be_put_in_as_an_echo(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    raw = {"id": "wamid.R", "timestamp": "1", "type": "revoke", "revoke": {"original_message_id": "wamid.E"}}
    await call(simulator, number, "echoes", {"to": channel.number, "type": "raw", "raw": raw})
    [value] = await wait_for_changes(receiver, "smb_message_echoes")
    assert value["message_echoes"] == [raw]
    order = {"product_items": [{"product_retailer_id": "x", "quantity": 1, "item_price": 1, "currency": "SAR"}]}
    await call(simulator, number, "echoes", {"to": channel.number, "type": "order", "order": order}, status=422)


async def test_history_comes_in_chunks_newest_first(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    past = [
        {"sender": "owner" if n % 2 else "person", "seconds_ago": 1000 - n, "text": f"#{n}", "status": "DELIVERED"}
        for n in range(5)
    ]
    lost = {"seconds_ago": 5000, "type": "media_placeholder"}
    body = {"to": channel.number, "messages": [*past, lost], "per_chunk": 4}
    ids = (await call(simulator, number, "history", body))["ids"]
    first, second = await wait_for_changes(receiver, "history", 2)
    [newest] = first["history"]
    assert (newest["metadata"]["chunk_order"], newest["metadata"]["progress"]) == (1, 50)
    told = [message for value in (second, first) for message in value["history"][0]["threads"][0]["messages"]]
    assert [message["id"] for message in told] == ids
    assert [message["type"] for message in told] == ["media_placeholder", *["text"] * 5]
    assert told[2]["from"] == channel.number.removeprefix("+")
    assert told[2]["history_context"] == {"status": "DELIVERED"}
    await call(simulator, number, "history", {"to": channel.number, "declined": True})
    declined = (await wait_for_changes(receiver, "history", 3))[-1]
    assert declined["history"][0]["errors"][0]["code"] == 2593109


async def test_the_contact_book_names_whose_history_is_imported(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    body = {"to": channel.number, "messages": [{"seconds_ago": 60, "text": "?"}], "in_book": True}
    await call(simulator, number, "history", body)
    [value] = await wait_for_changes(receiver, "smb_app_state_sync")
    [entry] = value["state_sync"]
    person = await simulator.call("GET", f"/phones/{number}")
    assert (entry["action"], entry["contact"]["full_name"]) == ("add", person["name"])
    assert entry["contact"]["phone_number"] == number.removeprefix("+")
    fields = [change["field"] for each in receiver.received for change in each.changes]
    assert fields.index("history") < fields.index("smb_app_state_sync"), "a book names whom one knows"


async def test_another_app_takes_a_thread_and_gives_it_back(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    to = {"to": channel.number}
    await call(simulator, number, "handovers", {**to, "type": "control_taken", "role": "escalation"})
    await simulator.call(
        "POST", f"/phones/{number}/messages", {**to, "type": "text", "text": {"body": "?"}, "standby": True}, status=201
    )
    await call(simulator, number, "handovers", {**to, "type": "control_passed", "summary": "Wants a refund"})
    taken, passed = await wait_for_changes(receiver, "messaging_handovers", 2)
    assert taken["control_taken"]["new_owner_role"] == "escalation"
    assert passed["recipient"]["phone_number_id"] == channel.phone_number_id
    assert passed["control_passed"]["conversation_context"]["summary"]["text"] == "Wants a refund"
    [standby] = await wait_for_changes(receiver, "standby")
    assert standby["standby"]["messages"][0]["text"] == {"body": "?"}
    assert "messages" not in standby


@pytest.mark.parametrize("what", ["echoes", "history", "handovers"])
async def test_twilio_tells_of_none_of_it(simulator: SimulatorProcess, number: str, what: str) -> None:
    line = await simulator.add_twilio_channel()
    body = {"type": "text", "text": {"body": "x"}} if what == "echoes" else {}
    body = {"type": "control_passed"} if what == "handovers" else body
    answer = await call(simulator, number, what, {"to": line.number, **body}, status=409)
    assert answer["error"]["code"] == "meta_only"
