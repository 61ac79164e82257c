"""Others on the number, from the simulated phone to the desk: the owner, what was said before, another app."""

from __future__ import annotations

from typing import Any

from hoopoe.flows.demo.echo import echo_blueprint
from tests.e2e.house import House, Shop, new_phone
from tests.flows_live.blueprints import question_blueprint
from tests.support.simulator import wait_until


async def tell(shop: Shop, phone: str, what: str, **body: Any) -> Any:
    to = {"to": shop.channel.phone_number_id}
    return await shop.simulator.call("POST", f"/phones/{phone}/{what}", {**to, **body}, status=201)


async def test_the_owner_answers_on_the_phone_and_the_bot_is_quiet_until_it_is_handed_back(house: House) -> None:
    shop, phone = await house.open_shop(question_blueprint()), new_phone()
    await shop.ask(phone, "hi")
    sent = await tell(shop, phone, "echoes", type="text", text={"body": "أنا هنا، تفضل"})
    await shop.wait_for_message(phone, direction="out", provider_id=sent["id"])
    await shop.say(phone, "Thursday")
    await shop.wait_for_message(phone, direction="in", content={"body": "Thursday"})
    conversation = await shop.conversation(phone)
    assert (conversation["mode"], conversation["assignee"], conversation["bot"]) == ("human", None, None)
    assert [author(message) for message in await shop.thread(phone)] == ["contact", "bot", "phone", "contact"]
    assert len(await shop.heard(phone)) == 2
    await shop.simulator.read(phone)
    await shop.wait_for_message(phone, provider_id=sent["id"], status="read")
    await shop.act(phone, "release")
    assert await shop.ask(phone, "hello again")
    counts = await shop.simulator.wait_until_settled()
    assert (counts["lost"], counts["doubled"]) == (0, 0)


async def test_echoes_that_come_twice_and_late_are_shown_once(house: House) -> None:
    shop, phone = await house.open_shop(None), new_phone()
    fault = {"probability": 0.5, "phone_number_id": shop.channel.phone_number_id}
    await shop.simulator.set_faults({"kind": "duplicate", **fault}, {"kind": "reorder", **fault})
    try:
        for n in range(8):
            await tell(shop, phone, "echoes", type="text", text={"body": f"#{n}"})
        await shop.simulator.wait_until_settled()
    finally:
        await shop.simulator.set_faults()

    async def look() -> bool:
        return len(await shop.thread(phone)) == 8

    await wait_until(look, "eight echoes", within=30)
    assert {message["content"]["body"] for message in await shop.thread(phone)} == {f"#{n}" for n in range(8)}


async def test_history_is_shown_before_what_is_new_and_starts_no_bot(house: House) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "today")
    past = [
        {"sender": "owner" if n % 2 else "person", "seconds_ago": 90_000 - n, "text": f"#{n}", "status": "READ"}
        for n in range(130)
    ]
    await tell(shop, phone, "history", messages=past, per_chunk=50)

    async def look() -> bool:
        return len(await shop.thread(phone)) >= 100

    await wait_until(look, "history", within=30)
    await wait_until(lambda: is_imported(shop, phone, "#0"), "the oldest chunk", within=30)
    conversation = await shop.conversation(phone)
    assert (conversation["unread"], conversation["mode"]) == (0, "bot"), "the bot answered it"
    assert len(await shop.heard(phone)) == 1


async def is_imported(shop: Shop, phone: str, text: str) -> bool:
    conversation, cursor = await shop.conversation(phone), ""
    while True:
        page = await shop.desk.get(f"/api/conversations/{conversation['id']}/messages?limit=100{cursor}")
        if any(message["content"].get("body") == text and message["is_imported"] for message in page["data"]):
            return True
        if page["next_cursor"] is None:
            return False
        cursor = f"&cursor={page['next_cursor']}"


async def test_another_app_takes_the_thread_and_passes_it_back_to_people(house: House) -> None:
    shop, phone = await house.open_shop(echo_blueprint()), new_phone()
    await shop.ask(phone, "hi")
    await tell(shop, phone, "handovers", type="control_taken", role="escalation")
    await tell(shop, phone, "messages", type="text", text={"body": "are you there?"}, standby=True)
    await shop.wait_for_message(phone, direction="in", content={"body": "are you there?"})
    assert (await shop.conversation(phone))["other_app"] == "escalation"
    await tell(shop, phone, "handovers", type="control_passed", role="ai_agent", summary="Wants to return two chairs")

    async def look() -> list[Any] | None:
        conversation = await shop.conversation(phone)
        events = (await shop.desk.get(f"/api/conversations/{conversation['id']}/events"))["data"]
        return events if len(events) == 2 else None

    passed, taken = await wait_until(look, "two handovers", within=30)
    assert (taken["type"], taken["actor"]["kind"], taken["actor"]["name"]) == ("taken_over", "app", "escalation")
    assert (passed["type"], passed["note"]) == ("handed_over", "Wants to return two chairs")
    await shop.say(phone, "hello?")
    await shop.wait_for_message(phone, direction="in", content={"body": "hello?"})
    conversation = await shop.conversation(phone)
    assert (conversation["mode"], conversation["other_app"]) == ("human", None)
    assert len(await shop.heard(phone)) == 1


def author(message: dict[str, Any]) -> str:
    return str(message["author"]["kind"])
