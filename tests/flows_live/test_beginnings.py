"""Flows that nobody's message starts: another system does, or the time."""

from __future__ import annotations

from tests.e2e.house import House, JsonObject, Shop, new_phone
from tests.flows_live.rows import fetch, wait_for_rows


def two_ways(outside: JsonObject, text: str) -> JsonObject:
    """Begins with any message, which asks a question; and from outside, which says something."""
    return {
        "name": "Two ways",
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "keyword", "keywords": ["hi"]}},
            {"id": "tag", "type": "tag", "config": {"add": ["vip"]}},
            {"id": "hello", "type": "whatsapp_reply", "config": {"message": "Hello"}},
            {"id": "asking", "type": "whatsapp_trigger", "config": {"trigger_type": "keyword", "keywords": ["ask"]}},
            {
                "id": "ask",
                "type": "ask_question",
                "config": {"question": "What?", "variable_name": "answer", "timeout": None},
            },
            {"id": "got", "type": "whatsapp_reply", "config": {"message": "Got {{ answer }}"}},
            {"id": "outside", "type": "whatsapp_trigger", "config": outside},
            {"id": "told", "type": "whatsapp_reply", "config": {"message": text}},
        ],
        "edges": [
            {"id": "e1", "source": "start", "target": "tag"},
            {"id": "e2", "source": "tag", "target": "hello"},
            {"id": "e3", "source": "asking", "target": "ask"},
            {"id": "e4", "source": "ask", "source_handle": "answered", "target": "got"},
            {"id": "e5", "source": "ask", "source_handle": "invalid", "target": "got"},
            {"id": "e6", "source": "outside", "target": "told"},
        ],
    }


async def make_hook(shop: Shop) -> str:
    made = await shop.desk.post(f"/api/bots/{shop.tenant.bot_id}/hooks", {"node_id": "outside"})
    path: str = made["url"].partition("/api/")[2]
    return f"/api/{path}"


async def publish(shop: Shop, flow: JsonObject) -> None:
    bot = f"/api/bots/{shop.tenant.bot_id}"
    await shop.desk.call("PUT", f"{bot}/flow", {"blueprint": flow})
    await shop.desk.post(f"{bot}/publish")


async def call(shop: Shop, path: str, body: JsonObject, **headers: str) -> tuple[int, JsonObject]:
    """As another system does it: without any token of ours."""
    async with shop.desk.session.post(shop.desk.url + path, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_another_system_starts_a_flow_for_one_person(house: House) -> None:
    flow = two_ways({"trigger_type": "webhook"}, "Order {{ message.form.order.number }} is {{ message.form.state }}")
    shop, phone, other = await house.open_shop(flow), new_phone(), new_phone()
    assert await shop.ask(phone, "hi") == "Hello"
    assert await shop.ask(other, "hi") == "Hello"
    path = await make_hook(shop)
    body = {"phone": phone, "order": {"number": 42}, "state": "ready"}
    for _ in range(2):
        status, answer = await call(shop, path, body, **{"idempotency-key": "order-42"})
        assert (status, answer["conversation_id"]) == (202, (await shop.conversation(phone))["id"])
    await shop.wait_for_texts(phone, "Hello", "Order 42 is ready")
    assert await shop.heard(other) == ["Hello"]
    # In the middle of a question nothing breaks in, and the answer is the person's own.
    assert await shop.ask(phone, "ask") == "What?"
    assert (await call(shop, path, body))[0] == 202
    await wait_for_rows(house, shop, "select seq from inbox where kind = 'retry' and state = 'done'", 2)
    assert await shop.ask(phone, "tea") == "Got tea"
    assert "order-42" not in str(await fetch(house, shop, "select content from messages"))


async def test_who_may_not_start_one(house: House) -> None:
    shop, phone = await house.open_shop(two_ways({"trigger_type": "webhook"}, "No")), new_phone()
    first = await make_hook(shop)
    second = await make_hook(shop)
    nobody = await call(shop, second, {"phone": phone})
    assert (nobody[0], nobody[1]["error"]["code"]) == (409, "nobody_to_start")
    assert (await call(shop, second, {"phone": "no number"}))[0] == 422
    assert (await call(shop, second, {"order": 1}))[0] == 422
    for path in (first, "/api/hooks/hook_guessed", "/api/hooks/x"):
        assert (await call(shop, path, {"phone": phone}))[0] == 404, "an address that is none, or not any more"
    [hook] = (await shop.desk.get(f"/api/bots/{shop.tenant.bot_id}/hooks"))["data"]
    await shop.desk.call("DELETE", f"/api/bots/{shop.tenant.bot_id}/hooks/{hook['id']}")
    assert (await call(shop, second, {"phone": phone}))[0] == 404


async def test_a_schedule_writes_to_the_tagged_whose_window_is_open(house: House) -> None:
    schedule = {"at": "09:00", "tags": ["vip"]}
    flow = two_ways({"trigger_type": "schedule", "schedule": schedule}, "Good morning")
    shop, phone, stranger = await house.open_shop(flow), new_phone(), new_phone()
    await publish(shop, flow)
    assert await shop.ask(phone, "hi") == "Hello"
    assert await shop.ask(stranger, "ask") == "What?"
    [row] = await wait_for_rows(
        house, shop, "select extract(epoch from due_at - domain_now()) as left from flow_schedules"
    )
    assert 0 < row["left"] <= 86_400
    # To just before its time, and past it: once, and never again on that day.
    await fetch(house, shop, "update flow_schedules set due_at = domain_now() - interval '1 minute'")
    await shop.wait_for_texts(phone, "Hello", "Good morning")
    assert await shop.heard(stranger) == ["What?"]
    [row] = await fetch(house, shop, "select extract(epoch from due_at - domain_now()) as left from flow_schedules")
    assert 0 < row["left"] <= 86_400
    await fetch(house, shop, "update conversations set window_expires_at = domain_now() - interval '1 minute'")
    await fetch(house, shop, "update flow_schedules set due_at = domain_now() - interval '1 second'")
    await wait_for_rows(house, shop, "select due_at from flow_schedules where due_at > domain_now()")
    assert await shop.heard(phone) == ["Hello", "Good morning"], "its window is shut"


async def test_a_schedule_that_is_published_away_is_gone(house: House) -> None:
    schedule = {"at": "09:00", "tags": ["vip"]}
    flow = two_ways({"trigger_type": "schedule", "schedule": schedule}, "Good morning")
    shop = await house.open_shop(flow)
    await publish(shop, flow)
    assert len(await fetch(house, shop, "select due_at from flow_schedules")) == 1
    await publish(shop, two_ways({"trigger_type": "webhook"}, "x"))
    assert await fetch(house, shop, "select due_at from flow_schedules") == []
