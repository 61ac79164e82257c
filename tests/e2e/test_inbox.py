"""Bot, agent and customer in one conversation, over the API and the phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import Provider
from hoopoe.flows.demo.echo import echo_blueprint
from tests.e2e.house import House, new_phone
from tests.support.simulator import wait_until

HOUR = 3600.0
BUSY_CODES = (130429, 20429)  # Meta's, Twilio's


@pytest.fixture(params=Provider, ids=str)
def either_house(house: House, request: pytest.FixtureRequest) -> House:
    """Every story is told at each provider."""
    return replace(house, provider=request.param)


async def test_a_person_takes_over_and_hands_back(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    name = (await shop.ask(phone, "one")).removesuffix(", you said one")
    taken = await shop.act(phone, "takeover")
    assert (taken["mode"], taken["assignee"]["id"]) == ("human", str(shop.tenant.user_id))

    await shop.say(phone, "two")
    await shop.wait_for_message(phone, direction="in", content={"body": "two"})
    await shop.reply(phone, "A person here.")
    await shop.wait_for_texts(phone, f"{name}, you said one", "A person here.")
    assert (await shop.act(phone, "release"))["mode"] == "bot"

    await shop.say(phone, "three")
    await shop.wait_for_texts(phone, f"{name}, you said one", "A person here.", f"{name}, you said three")
    thread = await shop.thread(phone)
    assert [message["author"]["kind"] for message in thread] == ["contact", "bot", "contact", "user", "contact", "bot"]
    events = (await shop.desk.get(f"/api/conversations/{taken['id']}/events"))["data"]
    assert [(event["type"], event["actor"]["kind"]) for event in events] == [
        ("released", "user"),
        ("taken_over", "user"),
    ]


async def test_writing_takes_the_conversation_over(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "hello")
    await shop.reply(phone, "I am here myself.")
    conversation = await shop.conversation(phone)
    assert (conversation["mode"], conversation["assignee"]["id"]) == ("human", str(shop.tenant.user_id))


async def test_a_closed_conversation_opens_with_the_next_message(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "one")
    closed = await shop.act(phone, "close")
    assert (closed["mode"], closed["unread"]) == ("closed", 0)
    assert [row["id"] for row in await shop.desk.conversations("&mode=closed")] == [closed["id"]]
    assert (await shop.ask(phone, "two")).endswith("you said two")
    opened = await shop.conversation(phone)
    assert (opened["id"], opened["mode"], opened["unread"]) == (closed["id"], "bot", 0), "the bot answered it"


async def test_a_place_reaches_the_phone(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "where are you?")
    place = {"latitude": 24.6949, "longitude": 46.6853, "name": "قهوة قمر", "address": "Olaya St"}
    await shop.act(phone, "messages", {"type": "location", "location": place})
    sent = await shop.wait_for_message(phone, type="location", status="delivered")
    assert sent["content"] == place
    [shown] = [each for each in await shop.simulator.messages(phone, direction="in") if each["type"] == "location"]
    assert {name: float(shown["location"][name]) for name in ("latitude", "longitude")} == {
        "latitude": 24.6949,
        "longitude": 46.6853,
    }
    assert (shown["location"]["name"], shown["location"]["address"]) == ("قهوة قمر", "Olaya St")


async def test_statuses_arrive_up_to_read_and_the_customer_sees_blue_ticks(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.simulator.add_person("Noura", phone, auto_read=False)
    sent = await shop.say(phone, "hello")
    delivered = await shop.wait_for_message(phone, direction="out", status="delivered")
    assert (delivered["read_at"], delivered["sending_state"], delivered["attempt"]) == (None, "done", 1)
    # Meta tells with a status what it counts a message as; Twilio does not.
    pricing = {"is_billable": False, "model": "PMP", "type": "free_customer_service", "category": "service"}
    assert delivered["pricing"] == (pricing if either_house.provider is Provider.META else None)
    await shop.simulator.read(phone)
    read = await shop.wait_for_message(phone, direction="out", status="read")
    times = [read[name] for name in ("accepted_at", "sent_at", "delivered_at", "read_at")]
    assert None not in times
    if not capabilities_of(either_house.provider).receipt_shows_typing:
        await shop.simulator.wait_for_status(phone, sent, "read")


async def test_after_a_day_the_window_is_shut_until_the_customer_writes(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "hello")
    await either_house.advance(shop, 25 * HOUR)
    refused = await shop.reply(phone, "Too late.", status=409)
    assert refused["error"]["code"] == "window_closed"
    assert refused["error"]["details"]["window_expires_at"]
    assert len(await shop.heard(phone)) == 1
    assert (await shop.conversation(phone))["mode"] == "bot", "a refused message takes nothing over"
    await shop.ask(phone, "I am back")
    await shop.reply(phone, "Welcome back.")
    await shop.wait_for_message(phone, direction="out", content={"body": "Welcome back."}, status="delivered")


async def test_a_send_that_waits_past_the_window_fails_with_words(either_house: House) -> None:
    shop, phone = await either_house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "hello")
    busy = {"kind": "refuse_429", "probability": 1.0, "phone_number_id": shop.channel.phone_number_id}
    await shop.simulator.set_faults(busy)
    try:
        await shop.reply(phone, "This waits.")

        async def look() -> bool:
            return any(row["code"] in BUSY_CODES for row in await shop.simulator.log(kind="send") if row["code"])

        await wait_until(look, "refusal by the provider")
        await either_house.advance(shop, 25 * HOUR)
        failed = await shop.wait_for_message(phone, direction="out", content={"body": "This waits."}, status="failed")
    finally:
        await shop.simulator.set_faults()
    assert failed["sending_state"] == "dead"
    assert "24" in failed["failure"]["text"]["en"]
    assert "24" in failed["failure"]["text"]["ar"]
    assert [body for body in await shop.heard(phone) if body == "This waits."] == []
