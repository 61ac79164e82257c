"""What the Graph accepts: the answer, the phone, the statuses."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess

BUTTONS = {
    "type": "button",
    "body": {"text": "Delivery or pickup?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "d", "title": "Delivery"}}]},
}
LIST = {
    "type": "list",
    "header": {"type": "text", "text": "Menu"},
    "body": {"text": "Choose"},
    "footer": {"text": "Qamar"},
    "action": {"button": "Open", "sections": [{"rows": [{"id": "latte", "title": "Latte", "description": "Warm"}]}]},
}
LINK = {
    "type": "cta_url",
    "body": {"text": "Pay"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Pay now", "url": "https://example.com/pay"}},
}
PLACE = {"type": "location_request_message", "body": {"text": "Where?"}, "action": {"name": "send_location"}}

SENDABLE: dict[str, tuple[str, Any]] = {
    "text": ("text", {"body": "سلام / hello", "preview_url": True}),
    "image by link": ("image", {"link": "https://example.com/a.png", "caption": "A"}),
    "audio by link": ("audio", {"link": "https://example.com/a.ogg"}),
    "document by link": ("document", {"link": "https://example.com/a.pdf", "filename": "a.pdf"}),
    "sticker by link": ("sticker", {"link": "https://example.com/a.webp"}),
    "buttons": ("interactive", BUTTONS),
    "list": ("interactive", LIST),
    "link button": ("interactive", LINK),
    "place request": ("interactive", PLACE),
    "location": ("location", {"latitude": "24.71", "longitude": 46.67, "name": "Olaya"}),
    "contacts": ("contacts", [{"name": {"formatted_name": "Noura"}, "phones": [{"phone": "+966500000101"}]}]),
    "reaction": ("reaction", {"message_id": "wamid.x", "emoji": "👍"}),
    "reaction taken back": ("reaction", {"message_id": "wamid.x", "emoji": ""}),
    "template": ("template", {"name": "hello_world", "language": {"code": "en_US"}}),
}


@pytest.mark.parametrize("name", SENDABLE)
async def test_a_message_is_accepted_and_reaches_the_phone(
    name: str, simulator: SimulatorProcess, graph: Graph, customer: str
) -> None:
    kind, content = SENDABLE[name]
    status, answer = await graph.send(to=customer, type=kind, **{kind: content})
    assert status == 200, answer
    message_id = answer["messages"][0]["id"]
    assert re.fullmatch(r"wamid\.[A-Za-z0-9+/=]+", message_id)
    accepted = {"message_status": "accepted"} if kind == "template" else {}
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": customer, "wa_id": customer.removeprefix("+")}],
        "messages": [{"id": message_id, **accepted}],
    }
    reply = await simulator.wait_for_reply(customer)
    assert reply["id"] == message_id
    assert (reply["direction"], reply["type"], reply[kind]) == ("in", kind, content)
    assert (reply["from"], reply["to"]) == (graph.channel.number, customer)


async def test_statuses_come_in_order_with_opaque_data_and_pricing(
    graph: Graph, customer: str, receiver: Receiver
) -> None:
    message_id = await graph.send_text(customer, biz_opaque_callback_data="0192-message.1")
    sent, delivered = await receiver.wait_for_statuses(message_id, "sent", "delivered")
    digits = customer.removeprefix("+")
    pricing = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
    assert sent == {
        "id": message_id,
        "status": "sent",
        "timestamp": sent["timestamp"],
        "recipient_id": digits,
        "biz_opaque_callback_data": "0192-message.1",
        "pricing": pricing,
    }
    assert delivered["pricing"] == pricing
    assert delivered["recipient_user_id"].startswith("SA.")
    value = receiver.received[-1].changes[0]["value"]
    assert value["metadata"] == {
        "display_phone_number": graph.channel.number.removeprefix("+"),
        "phone_number_id": graph.channel.phone_number_id,
    }
    assert value["contacts"][0]["wa_id"] == digits


async def test_read_comes_when_the_thread_is_opened(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    message_id = await graph.send_text(customer)
    await receiver.wait_for_statuses(message_id, "sent", "delivered")
    assert await simulator.read(customer) == 1
    await receiver.wait_for_statuses(message_id, "sent", "delivered", "read")
    assert await simulator.read(customer) == 0


async def test_an_open_thread_reads_at_once(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    await simulator.change_person(customer, auto_read=True)
    message_id = await graph.send_text(customer)
    await receiver.wait_for_statuses(message_id, "sent", "delivered", "read")


async def test_a_template_is_priced_by_its_category(graph: Graph, customer: str, receiver: Receiver) -> None:
    content = {"name": "hello_world", "language": {"code": "en_US"}}
    _, answer = await graph.send(to=customer, type="template", template=content)
    statuses = await receiver.wait_for_statuses(answer["messages"][0]["id"], "sent", "delivered")
    assert statuses[0]["pricing"] == {
        "billable": True,
        "pricing_model": "PMP",
        "type": "regular",
        "category": "utility",
    }


async def test_nobody_with_that_number_is_accepted_and_fails(graph: Graph, number: str, receiver: Receiver) -> None:
    message_id = await graph.send_text(number, biz_opaque_callback_data="m.1")
    (failed,) = await receiver.wait_for_statuses(message_id, "failed")
    assert failed["errors"][0]["code"] == 131026
    assert failed["errors"][0]["title"] == failed["errors"][0]["message"] == "Message undeliverable"
    assert failed["biz_opaque_callback_data"] == "m.1"
    assert "pricing" not in failed
    assert "recipient_user_id" not in failed
    assert "contacts" not in receiver.received[-1].changes[0]["value"]


async def test_who_blocked_us_gets_nothing(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    await simulator.change_person(customer, blocked=True)
    message_id = await graph.send_text(customer)
    (failed,) = await receiver.wait_for_statuses(message_id, "failed")
    assert failed["errors"][0]["code"] == 131026
    assert await simulator.messages(customer, direction="in") == []


async def test_outside_the_window_only_templates_arrive(
    simulator: SimulatorProcess, graph: Graph, number: str, receiver: Receiver
) -> None:
    await simulator.add_person("Never wrote", number)
    message_id = await graph.send_text(number)
    (failed,) = await receiver.wait_for_statuses(message_id, "failed")
    assert failed["errors"][0]["code"] == 131047
    content = {"name": "hello_world", "language": {"code": "en_US"}}
    _, answer = await graph.send(to=number, type="template", template=content)
    await receiver.wait_for_statuses(answer["messages"][0]["id"], "sent", "delivered")
    received = await simulator.messages(number)
    assert [message["id"] for message in received] == [answer["messages"][0]["id"]]
    assert received[0]["rendered"]["header"] == "Hello World"


async def test_the_window_belongs_to_one_channel(
    simulator: SimulatorProcess, customer: str, receiver: Receiver
) -> None:
    other = Graph(simulator, await simulator.add_channel(receiver.url, name="Another"))
    message_id = await other.send_text(customer)
    (failed,) = await receiver.wait_for_statuses(message_id, "failed")
    assert failed["errors"][0]["code"] == 131047


async def test_a_person_without_a_number(
    simulator: SimulatorProcess, graph: Graph, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    person = await simulator.add_person("Tariq", username=f"@tariq{number[-6:]}")
    user_id = person["user_id"]
    await simulator.say(user_id, channel, "I hide my number")
    await receiver.wait(receiver.messages, "message")
    value = receiver.received[0].changes[0]["value"]
    assert value["contacts"] == [{"profile": {"name": "Tariq", "username": person["username"]}, "user_id": user_id}]
    assert value["messages"][0]["from_user_id"] == user_id
    assert "from" not in value["messages"][0]
    status, answer = await graph.send(recipient=user_id, type="text", text={"body": "Hello"})
    assert (status, answer["contacts"]) == (200, [{"input": user_id, "user_id": user_id}])
    statuses = await receiver.wait_for_statuses(answer["messages"][0]["id"], "sent", "delivered")
    assert all(item["recipient_user_id"] == user_id and "recipient_id" not in item for item in statuses)


async def test_a_username_hides_the_number_until_we_write_to_it(
    simulator: SimulatorProcess, graph: Graph, channel: SimulatedChannel, receiver: Receiver, number: str
) -> None:
    await simulator.add_person("Sheena", number, username=f"@s{number[-6:]}")
    await simulator.say(number, channel, "one")
    await receiver.wait(receiver.messages, "message")
    assert "from" not in receiver.messages()[0]
    await graph.send_text(number)
    await simulator.say(number, channel, "two")
    await receiver.wait(lambda: len(receiver.messages()) == 2, "second message")
    assert receiver.messages()[1]["from"] == number.removeprefix("+")


async def test_a_phone_out_of_reach_gets_it_later(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    await simulator.change_person(customer, reachable=False)
    message_id = await graph.send_text(customer)
    await receiver.wait_for_statuses(message_id, "sent")
    assert await simulator.messages(customer, direction="in") == []
    await simulator.change_person(customer, reachable=True)
    await receiver.wait_for_statuses(message_id, "sent", "delivered")
    assert [message["id"] for message in await simulator.messages(customer, direction="in")] == [message_id]


async def test_a_read_receipt_turns_the_ticks_blue_and_typing_shows(
    simulator: SimulatorProcess, graph: Graph, customer: str, channel: SimulatedChannel, receiver: Receiver
) -> None:
    second = await simulator.say(customer, channel, "second")
    third = await simulator.say(customer, channel, "third")
    await simulator.wait_for_status(customer, third, "delivered")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    path = f"{channel.phone_number_id}/messages"
    assert await graph.call("POST", path, body) == (200, {"success": True})
    statuses = [message["status"] for message in await simulator.messages(customer)]
    assert statuses == ["read", "read", "delivered"]
    typing = {**body, "message_id": third, "typing_indicator": {"type": "text"}}
    assert await graph.call("POST", path, typing) == (200, {"success": True})
    (thread,) = (await simulator.call("GET", f"/phones/{customer}"))["threads"]
    assert thread["is_typing"] is True
    status, answer = await graph.call("POST", path, {**body, "message_id": "wamid.unknown"})
    assert (status, answer["error"]["code"]) == (400, 131009)


async def test_after_a_thousand_free_service_messages_they_cost(
    graph: Graph, customer: str, receiver: Receiver
) -> None:
    for _ in range(20):
        await asyncio.gather(*(graph.send_text(customer) for _ in range(50)))
    message_id = await graph.send_text(customer)
    (sent, _) = await receiver.wait_for_statuses(message_id, "sent", "delivered")
    assert (sent["pricing"]["billable"], sent["pricing"]["type"]) == (True, "regular")
