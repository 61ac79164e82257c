"""The journal: what is kept of a request, who sees it, how it is found, and how it is put in line again."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.core import fetch_rows
from tests.support.desk import Desk, post_webhook, sign
from tests.support.simulator import wait_until
from tests.support.tenants import Tenant
from tests.webhooks.bodies import body, change, entry, new_number, text_message
from tests.webhooks.conftest import Door
from tests.webhooks.test_twilio import add_line, post_form, text_form

JsonObject = dict[str, Any]


async def list_requests(desk: Desk, query: str = "") -> list[JsonObject]:
    """Everything but checks of the address, which every test's tenant begins with."""
    page = await desk.get(f"/api/webhooks/requests?limit=100{query}")
    return [each for each in page["data"] if each["result"] != "answered"]


async def replay(door: Door, desk: Desk, *ids: str, wait: float = 5) -> JsonObject:
    """Replay, while a worker works."""
    answer, _ = await asyncio.gather(
        desk.post("/api/webhooks/replay", {"ids": list(ids), "wait_seconds": wait}), keep_turning(door, desk)
    )
    return answer


async def keep_turning(door: Door, desk: Desk) -> None:
    for _ in range(8):
        await door.take_turns()
        await asyncio.sleep(0.05)


async def forget(door: Door, tenant: Tenant) -> None:
    """As if the inbox had lost, or long forgotten, what was in it."""
    async with transaction(door.pool, role="hoopoe_pipe") as conn:
        await conn.execute("delete from inbox where workspace_id = $1", tenant.workspace_id)


async def test_a_request_is_kept_with_all_that_there_is_to_know(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    content = body(entry(tenant, change(tenant, text_message(person, "قهوة"))))
    raw = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": sign(tenant.app_secret, raw),
        "User-Agent": "facebookexternalua",
        "Authorization": "Bearer topsecret",
        "X-Something": "else",
    }
    async with door.session.post(door.url + "/api/whatsapp/webhook", data=raw, headers=headers) as answer:
        request_id = answer.headers["X-Request-Id"]
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    assert listed["id"] == request_id
    assert (listed["method"], listed["path"], listed["status"]) == ("POST", "/api/whatsapp/webhook", 200)
    assert (listed["result"], listed["verdict"], listed["items"]) == ("stored", "valid", 1)
    assert listed["is_whole"]
    assert listed["fields"] == ["messages"]
    assert [channel["number"] for channel in listed["channels"]] == [tenant.number]
    assert 0 < listed["took_ms"] < 60_000
    assert listed["body_bytes"] == len(raw)
    shown = await desk.get(f"/api/webhooks/requests/{request_id}")
    assert shown["body"] == raw.decode()
    assert not shown["is_body_cut"]
    assert shown["headers"]["user-agent"] == "facebookexternalua"
    assert shown["headers"]["x-hub-signature-256"] == shown["headers"]["authorization"] == "[redacted]"
    assert "x-something" not in shown["headers"]
    assert "topsecret" not in json.dumps(shown)
    [part] = shown["parts"]
    assert part["raw"]["messages"][0]["text"]["body"] == "قهوة"
    assert [each["state"] for each in part["inputs"]] == ["waiting"]
    await door.take_turns()
    [part] = (await desk.get(f"/api/webhooks/requests/{request_id}"))["parts"]
    assert [each["state"] for each in part["inputs"]] == ["handled"]


async def test_each_sees_its_own_parts_of_a_shared_request_and_nobody_the_bytes(door: Door) -> None:
    first = await door.add_tenant()
    second = await door.add_tenant(app_secret=first.app_secret)
    third = await door.add_tenant()
    mine, theirs = f"mine {uuid4()}", f"theirs {uuid4()}"
    shared = body(
        entry(first, change(first, text_message(new_number(), mine))),
        entry(second, change(second, text_message(new_number(), theirs))),
    )
    assert await door.post(first, shared) == 200
    for tenant, own, other in ((first, mine, theirs), (second, theirs, mine)):
        desk = await door.desk(tenant)
        [listed] = await list_requests(desk)
        assert not listed["is_whole"]
        assert (listed["method"], listed["path"], listed["body_bytes"]) == (None, None, None)
        shown = await desk.get(f"/api/webhooks/requests/{listed['id']}")
        assert (shown["headers"], shown["body"]) == (None, None)
        assert own in json.dumps(shown)
        assert other not in json.dumps(shown)
        assert await list_requests(desk, f"&q={quote(other)}") == []
    stranger = await door.desk(third)
    assert await list_requests(stranger) == []
    await stranger.call("GET", f"/api/webhooks/requests/{listed['id']}", status=404)
    await stranger.call("POST", "/api/webhooks/replay", {"ids": [listed["id"]], "wait_seconds": 0}, status=404)
    await stranger.call("POST", f"/api/webhooks/requests/{listed['id']}/replay", status=404)


async def test_a_part_for_a_number_that_is_not_here_makes_the_bytes_nobodys(door: Door) -> None:
    tenant = await door.add_tenant()
    foreign = change(tenant, text_message(new_number(), "somebody else's"))
    foreign["value"]["metadata"]["phone_number_id"] = "999999999999"
    own = change(tenant, text_message(new_number(), "mine"))
    assert await door.post(tenant, body(entry(tenant, own), entry(tenant, foreign))) == 200
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    assert not listed["is_whole"]
    assert "somebody else" not in json.dumps(await desk.get(f"/api/webhooks/requests/{listed['id']}"))


@pytest.mark.parametrize(("signature", "verdict"), [("sha256=00", "invalid"), (None, "missing")])
async def test_who_has_a_wrong_secret_sees_it_in_the_journal(door: Door, signature: str | None, verdict: str) -> None:
    tenant = await door.add_tenant()
    raw = json.dumps(body(entry(tenant, change(tenant, text_message(new_number(), "x" * 5000))))).encode()
    desk = await door.desk(tenant)

    async def look() -> JsonObject | None:
        # Only so many such requests a second are kept.
        assert await post_webhook(door.session, door.url, raw, signature=signature) == 403
        found = await list_requests(desk, f"&verdict={verdict}")
        return found[0] if found else None

    listed = await wait_until(look, "refused request")
    assert (listed["result"], listed["verdict"], listed["status"]) == ("refused", verdict, 403)
    shown = await desk.get(f"/api/webhooks/requests/{listed['id']}")
    assert shown["is_body_cut"]
    assert len(shown["body"]) == 2048
    answer = await desk.post("/api/webhooks/replay", {"ids": [listed["id"]], "wait_seconds": 0})
    assert (answer["refused"], answer["handled_now"]) == (1, 0)
    assert await door.filed(tenant) == []
    channels = await desk.get("/api/channels")
    assert channels["data"][0]["last_webhook_at"] is None, "what nobody signed is no sign of life"


async def test_a_check_of_the_address_is_kept_without_its_token(door: Door) -> None:
    tenant = await door.add_tenant()
    page = await (await door.desk(tenant)).get("/api/webhooks/requests")
    checks = [each for each in page["data"] if each["result"] == "answered"]
    assert checks
    assert (checks[0]["method"], checks[0]["status"], checks[0]["fields"]) == ("GET", 200, ["handshake"])
    assert "hub.verify_token=[redacted]" in checks[0]["path"]
    assert tenant.verify_token not in json.dumps(page)


async def test_requests_are_found_by_time_channel_result_field_id_and_digits(door: Door) -> None:
    tenant = await door.add_tenant()
    person, other = new_number(), new_number()
    wanted = text_message(person, "find me 100%_\\")
    assert await door.post_messages(tenant, wanted) == 200
    assert await door.post_messages(tenant, text_message(other, "another")) == 200
    passed = {"field": "group_settings_update", "value": {"groups": []}}
    assert await door.post(tenant, body(entry(tenant, passed))) == 200
    broken = change(tenant, messages="x")
    assert await door.post(tenant, body(entry(tenant, broken))) == 200
    desk = await door.desk(tenant)
    everything = await list_requests(desk)
    assert [each["result"] for each in everything] == ["unreadable", "ignored", "stored", "stored"]
    [first] = everything[3:]
    spaced = f"+{person[:3]} {person[3:5]}-{person[5:]}"
    arabic = person.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for words in (wanted["id"], person, spaced, arabic, "find me 100%_"):
        assert [each["id"] for each in await list_requests(desk, f"&q={quote(words)}")] == [first["id"]], words
    assert await list_requests(desk, "&q=find%20me%20200") == []
    assert len(await list_requests(desk, "&field=group_settings_update")) == 1
    assert len(await list_requests(desk, "&result=unreadable")) == 1
    assert len(await list_requests(desk, "&verdict=valid")) == 4
    assert len(await list_requests(desk, f"&channel_id={tenant.channel_id}")) == 4
    assert await list_requests(desk, f"&channel_id={uuid4()}") == []
    soon = quote((datetime.now(UTC) + timedelta(minutes=1)).isoformat())
    ago = quote((datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    assert len(await list_requests(desk, f"&since={ago}&until={soon}")) == 4
    assert await list_requests(desk, f"&since={soon}") == []
    assert await list_requests(desk, f"&until={ago}") == []
    for query in ("q=ab", "verdict=maybe", "since=yesterday", "channel_id=1", "cursor=x"):
        await desk.call("GET", f"/api/webhooks/requests?{query}", status=422)


async def test_pages_show_each_request_once_however_many_parts_it_has(door: Door) -> None:
    tenant = await door.add_tenant()
    for n in range(7):
        changes = [change(tenant, text_message(new_number(), f"{n}.{part}")) for part in range(1 + n % 3)]
        assert await door.post(tenant, body(entry(tenant, *changes))) == 200
    desk = await door.desk(tenant)
    seen: list[JsonObject] = []
    cursor = ""
    while True:
        page = await desk.get(f"/api/webhooks/requests?limit=2&result=stored{cursor}")
        seen += page["data"]
        if page["next_cursor"] is None:
            break
        assert len(page["data"]) == 2
        cursor = f"&cursor={page['next_cursor']}"
    assert [each["items"] for each in seen] == [1 + n % 3 for n in reversed(range(7))]
    assert len({each["id"] for each in seen}) == 7


async def test_a_search_stops_after_so_many_parts_and_goes_on_from_there(door: Door) -> None:
    tenant = await door.add_tenant()
    wanted = text_message(new_number(), "needle")
    assert await door.post_messages(tenant, wanted) == 200
    async with transaction(door.pool, role="hoopoe_pipe") as conn:
        await conn.execute(
            """
            insert into journal_items (workspace_id, id, journal_id, channel_id, field, outcome, item_count, raw)
            select $1, ('ffffffff-0000-7000-8000-' || lpad(to_hex(n * 2 + 1), 12, '0'))::uuid,
                   ('ffffffff-0000-7000-8000-' || lpad(to_hex(n * 2), 12, '0'))::uuid, $2, 'messages', 'kept', 0, '{}'
            from generate_series(1, 51000) as n
            """,
            tenant.workspace_id,
            tenant.channel_id,
        )
    desk = await door.desk(tenant)
    page = await desk.get("/api/webhooks/requests?q=needle")
    assert page["data"] == []
    assert page["searched_to"] is not None
    page = await desk.get(f"/api/webhooks/requests?q=needle&cursor={page['next_cursor']}")
    assert len(page["data"]) == 1
    assert page["next_cursor"] is None
    newest = await desk.get("/api/webhooks/requests?limit=100")
    assert len(newest["data"]) == 100
    assert newest["searched_to"] is None


async def test_replay_of_what_was_handled_changes_nothing_however_often(door: Door) -> None:
    tenant = await door.add_tenant()
    for n in range(3):
        assert await door.post_messages(tenant, text_message(new_number(), f"{n}")) == 200
    await door.take_turns()
    desk = await door.desk(tenant)
    ids = [each["id"] for each in await list_requests(desk)]
    answers = await asyncio.gather(*(replay(door, desk, *ids, wait=0) for _ in range(5)))
    assert {(answer["handled_now"], answer["handled_already"]) for answer in answers} == {(0, 3)}
    assert answers[0]["summary"] == "0 handled now, 3 were handled already."
    assert len(await door.filed(tenant)) == 3
    assert len(await door.filed(tenant, "out")) == 3
    entries = await fetch_rows(
        door.pool, tenant, "select after from audit_entries where action = 'webhooks.replayed' order by id"
    )
    assert [entry["after"] for entry in entries] == [{"requests": 3, "put_in_line": 0, "handled_already": 3}] * 5


async def test_replay_really_handles_what_was_never_put_in_line(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    assert await door.post_messages(tenant, text_message(person, "lost")) == 200
    assert await door.post_messages(tenant, text_message(person, "handled")) == 200
    lost = "delete from inbox where workspace_id = $1 and item::text like '%\"lost\"%'"
    async with transaction(door.pool, role="hoopoe_pipe") as conn:
        await conn.execute(lost, tenant.workspace_id)
    assert await door.texts(tenant) == ["handled"]
    desk = await door.desk(tenant)
    ids = [each["id"] for each in await list_requests(desk)]
    answer = await replay(door, desk, *ids)
    assert (answer["handled_now"], answer["handled_already"], answer["waiting"]) == (1, 1, 0)
    assert answer["summary"] == "1 handled now, 1 were handled already."
    assert await door.texts(tenant) == ["handled", "lost"]
    assert len(await door.filed(tenant, "out")) == 2
    again = await replay(door, desk, *ids)
    assert (again["handled_now"], again["handled_already"]) == (0, 2)


async def test_twenty_replays_at_once_handle_it_once(door: Door) -> None:
    tenant = await door.add_tenant()
    assert await door.post_messages(tenant, text_message(new_number(), "once")) == 200
    await forget(door, tenant)
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    answers = await asyncio.gather(*(replay(door, desk, listed["id"]) for _ in range(20)))
    assert sum(answer["handled_now"] for answer in answers) == 1
    assert await door.texts(tenant) == ["once"]
    assert len(await door.filed(tenant, "out")) == 1


async def test_replay_after_the_inbox_forgot_files_no_message_twice(door: Door) -> None:
    tenant = await door.add_tenant()
    assert await door.post_messages(tenant, text_message(new_number(), "old")) == 200
    await door.take_turns()
    await forget(door, tenant)
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    answer = await replay(door, desk, listed["id"])
    assert (answer["handled_now"], answer["handled_already"]) == (0, 1)
    assert await door.texts(tenant) == ["old"]
    assert await door.dead_letters(tenant) == []


async def test_without_a_worker_a_replay_says_that_it_waits(door: Door) -> None:
    tenant = await door.add_tenant()
    assert await door.post_messages(tenant, text_message(new_number(), "patience")) == 200
    await forget(door, tenant)
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    answer = await desk.post(f"/api/webhooks/requests/{listed['id']}/replay")
    assert (answer["handled_now"], answer["waiting"]) == (0, 1)
    assert await door.texts(tenant) == ["patience"]


async def test_replay_asks_for_ids_that_are_there_and_not_too_many(door: Door) -> None:
    tenant = await door.add_tenant()
    assert await door.post_messages(tenant, text_message(new_number(), "one")) == 200
    desk = await door.desk(tenant)
    [listed] = await list_requests(desk)
    for ids in ([], ["x"], [str(uuid4()) for _ in range(101)]):
        await desk.call("POST", "/api/webhooks/replay", {"ids": ids}, status=422)
    await forget(door, tenant)
    both = {"ids": [listed["id"], str(uuid4())], "wait_seconds": 0}
    await desk.call("POST", "/api/webhooks/replay", both, status=404)
    assert await door.texts(tenant) == [], "nothing is half done"
    await desk.call("POST", "/api/webhooks/replay", {"ids": [str(UUID(int=2**128 - 1))]}, status=404)


async def test_a_form_of_twilio_is_kept_found_and_replayed_with_our_id_in_its_address(door: Door) -> None:
    tenant, line = await add_line(door)
    opaque = f"{uuid4()}.1"
    form = text_form(line, "مرحبا")
    told = {
        "MessageSid": f"SM{token_hex(16)}",
        "MessageStatus": "delivered",
        "AccountSid": line.account_sid,
        "From": f"whatsapp:{line.number}",
        "To": form["From"],
    }
    token = {"I-Twilio-Idempotency-Token": "t-1"}
    assert (await post_form(door, form, line.auth_token, headers=token))[0] == 200
    assert (await post_form(door, told, line.auth_token, query=f"?message={opaque}"))[0] == 200
    desk = await door.desk(tenant)
    [message] = await list_requests(desk, f"&q={form['MessageSid']}")
    [status] = await list_requests(desk, f"&channel_id={line.channel_id}&field=status")
    assert status["path"] == f"/whatsapp/webhook?message={opaque}"
    shown = await desk.get(f"/api/webhooks/requests/{message['id']}")
    assert shown["headers"]["i-twilio-idempotency-token"] == "t-1"
    assert shown["headers"]["x-twilio-signature"] == "[redacted]"
    await forget(door, tenant)
    answer = await desk.post("/api/webhooks/replay", {"ids": [message["id"], status["id"]], "wait_seconds": 0})
    assert answer["waiting"] == 2
    rows = await fetch_rows(door.pool, tenant, "select kind, item from inbox order by seq")
    assert [row["kind"] for row in rows] == ["message", "status"]
    assert rows[1]["item"]["opaque"] == opaque
    assert await door.texts(tenant) == ["مرحبا"]
