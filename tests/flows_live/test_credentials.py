"""Secrets that flows send: to their own hosts, and nowhere else; not even into our own rows."""

from __future__ import annotations

import base64

import pytest

from tests.e2e.house import House, JsonObject, Shop, new_phone
from tests.flows_live.blueprints import blueprint, request_blueprint, say
from tests.flows_live.other_system import OtherSystem
from tests.flows_live.rows import read_everything

SECRET = "sk_live_never_seen_anywhere"
# Every table in which something of a request might be kept.
KEEPS = (
    "effects",
    "inbox",
    "flow_sessions",
    "sprint_traces",
    "journal",
    "journal_items",
    "messages",
    "outbox",
    "audit_entries",
    "events",
    "bots",
    "bot_versions",
    "bot_tests",
    "credentials",
)


async def keep(shop: Shop, **given: object) -> JsonObject:
    body = {"name": "Shop", "kind": "bearer", "hosts": ["127.0.0.1"], "secret": SECRET, **given}
    return await shop.desk.post("/api/credentials", body)


async def open_with(house: House, flow: JsonObject, **given: object) -> Shop:
    """A shop that keeps the secret, and whose bot sends it."""
    shop = await house.open_shop(flow)
    await keep(shop, **given)
    await publish(shop, flow)
    return shop


async def publish(shop: Shop, flow: JsonObject) -> None:
    bot = f"/api/bots/{shop.tenant.bot_id}"
    await shop.desk.call("PUT", f"{bot}/flow", {"blueprint": flow})
    await shop.desk.post(f"{bot}/publish")


@pytest.mark.parametrize(
    ("kind", "more", "sent"),
    [
        ("bearer", {}, {"authorization": f"Bearer {SECRET}"}),
        (
            "basic",
            {"username": "hoopoe"},
            {"authorization": f"Basic {base64.b64encode(f'hoopoe:{SECRET}'.encode()).decode()}"},
        ),
        ("header", {"parameter": "X-Api-Key"}, {"x-api-key": SECRET}),
        ("query", {"parameter": "api_key"}, {}),
    ],
)
async def test_a_secret_is_sent_and_left_nowhere(
    house: House, other: OtherSystem, kind: str, more: JsonObject, sent: JsonObject
) -> None:
    flow = request_blueprint(other.url(f"/echo/{kind}"), credential="Shop")
    shop, phone = await open_with(house, flow, kind=kind, **more), new_phone()
    heard = await shop.ask(phone, "hi")
    [request] = await other.wait_for(f"/echo/{kind}")
    assert {name: request.headers.get(name) for name in sent} == sent
    assert request.query == (f"api_key={SECRET}" if kind == "query" else "")
    # The other side said it back, and it was taken out before anything was stored.
    assert "[secret]" in heard or kind == "header"
    for table in KEEPS:
        rows = await read_everything(house, f"select from {table} as t where to_jsonb(t)::text ~ '{SECRET}'")
        assert rows == [], table
    [listed] = (await shop.desk.get("/api/credentials"))["data"]
    assert listed["used_at"] is not None
    assert "secret" not in listed
    bot = f"/api/bots/{shop.tenant.bot_id}"
    for path in (f"{bot}/export", f"{bot}/flow", f"{bot}/flow?version=published", "/api/audit"):
        assert SECRET not in str(await shop.desk.get(path)), path
    for log in house.stack.home.rglob("*.log"):
        assert SECRET not in log.read_text(), log


async def test_a_secret_stays_with_its_hosts(house: House, other: OtherSystem) -> None:
    flow = request_blueprint(other.url("/echo/elsewhere"), credential="Shop")
    shop, phone = await open_with(house, flow, hosts=["api.example.com", "*.127.0.0.1"]), new_phone()
    assert await shop.ask(phone, "hi") == "Not found"
    assert not [each for each in other.requests if each.path == "/echo/elsewhere"], "nothing was sent at all"


async def test_a_credential_that_is_gone_takes_the_error_exit(house: House, other: OtherSystem) -> None:
    flow = request_blueprint(other.url("/echo/gone"), credential="Shop")
    shop, phone = await open_with(house, flow), new_phone()
    [kept] = (await shop.desk.get("/api/credentials"))["data"]
    await shop.desk.call("DELETE", f"/api/credentials/{kept['id']}")
    assert await shop.ask(phone, "hi") == "Not found"
    assert not [each for each in other.requests if each.path == "/echo/gone"]


async def test_a_published_flow_goes_on_with_what_was_renamed_and_replaced(house: House, other: OtherSystem) -> None:
    flow = request_blueprint(other.url("/echo/renamed"), credential="Shop")
    shop, phone = await open_with(house, flow), new_phone()
    [kept] = (await shop.desk.get("/api/credentials"))["data"]
    await shop.desk.call("PATCH", f"/api/credentials/{kept['id']}", {"name": "Till", "secret": "sk_live_the_next_one"})
    assert "[secret]" in await shop.ask(phone, "hi")
    # Another one that takes the old name takes what was sent under it, too.
    await keep(shop, kind="header", parameter="X-Key", secret="sk_live_of_another")
    await shop.ask(phone, "hi")
    first, second = await other.wait_for("/echo/renamed", count=2)
    assert first.headers["authorization"] == "Bearer sk_live_the_next_one"
    assert (second.headers.get("authorization"), second.headers["x-key"]) == (None, "sk_live_of_another")


async def test_what_the_other_side_asks_for_is_waited_for(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/busy/3"))), new_phone()
    assert await shop.ask(phone, "hi") == "Found 3"
    first, second = await other.wait_for("/busy/3", count=2)
    assert second.at - first.at >= 2.9, "one second is the wait where nobody asks for more"
    # Nobody stays on the line for an hour: the flow goes its other way at once, and nobody is called again.
    shop, phone = await house.open_shop(request_blueprint(other.url("/busy/3600"))), new_phone()
    assert await shop.ask(phone, "hi") == "Not found"
    assert len(await other.wait_for("/busy/3600")) == 1


async def test_what_may_be_sent_twice_is_tried_again(house: House, other: OtherSystem) -> None:
    shop, phone = await house.open_shop(request_blueprint(other.url("/flaky/get"))), new_phone()
    assert await shop.ask(phone, "hi") == "Found get"
    requests = await other.wait_for("/flaky/get", count=2)
    assert len({request.key for request in requests}) == 1, "the other side can recognise it"
    shop, phone = await house.open_shop(request_blueprint(other.url("/flaky/post"), method="POST")), new_phone()
    assert await shop.ask(phone, "hi") == "Not found"
    assert len(await other.wait_for("/flaky/post")) == 1


async def test_bodies_arrive_as_what_they_are(house: House, other: OtherSystem) -> None:
    bodies: list[tuple[JsonObject, str, str]] = [
        ({"body": {"a": "{{ message.text }}"}}, "application/json", '{"a":"hi & bye"}'),
        (
            {"body_type": "form", "body": {"a": "{{ message.text }}"}},
            "application/x-www-form-urlencoded",
            "a=hi+%26+bye",
        ),
        ({"body_type": "text", "body": "{{ message.text }}"}, "text/plain; charset=utf-8", "hi & bye"),
    ]
    for place, (config, type_, body) in enumerate(bodies):
        flow = request_blueprint(other.url(f"/bodies/{place}"), method="POST", **config)
        shop, phone = await house.open_shop(flow), new_phone()
        assert await shop.ask(phone, "hi & bye") == f"Found {place}"
        [request] = await other.wait_for(f"/bodies/{place}")
        assert (request.headers["content-type"], request.body) == (type_, body)


async def test_another_system_is_told_of_the_person(house: House, other: OtherSystem) -> None:
    flow = blueprint(
        ("tell", "webhook_callback", {"url": other.url("/told/x"), "mapping": {"what": "$.what"}}),
        say("fine", "Told {{ what }}"),
        edges=[("start", "tell", None), ("tell", "fine", "ok"), ("tell", "fine", "error")],
    )
    shop, phone = await house.open_shop(flow), new_phone()
    assert await shop.ask(phone, "hi") == "Told x"
    [request] = await other.wait_for("/told/x")
    assert request.method == "POST"
    assert f'"phone":"{phone}"' in request.body
