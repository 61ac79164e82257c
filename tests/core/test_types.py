"""Every type of message through a turn: filed once, heard by a flow or not, never answered where nobody spoke."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.channels.wire import load_cases
from tests.core.webhooks import CUSTOMER, file_messages, meta_body
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant

# What a bot says back: everything that a flow may read, on one line.
HEARD = "{{ message.type }}|{{ message.text }}|{{ message.payload_id }}"
TYPES = load_cases("types")
NOTICES = ("system", "call")


async def open_tenant(settings: Settings, flow: dict[str, Any] | None = None) -> Tenant:
    flow = flow or blueprint(say("say", HEARD))
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=flow)


async def thread(pool: Pool, tenant: Tenant) -> list[tuple[str, str, dict[str, Any]]]:
    rows = await fetch_rows(pool, tenant, "select direction, type, content from messages order by id")
    return [(row["direction"], row["type"], row["content"]) for row in rows]


@pytest.mark.parametrize("case", TYPES, ids=lambda case: str(case["name"]))
async def test_each_is_filed_as_what_it_is_and_heard_if_somebody_spoke(
    pool: Pool, settings: Settings, case: dict[str, Any]
) -> None:
    tenant = await open_tenant(settings)
    await file_messages(pool, tenant, case["message"])
    await take_turns(pool, make_handlers())
    (direction, type_, content), *answers = await thread(pool, tenant)
    files = [
        content.pop("file_id", None),
        *(more.pop("file_id", None) for more in content.get("more", ()) if "state" in more),
    ]
    assert (direction, type_, content) == ("in", case["type"], case["content"])
    assert (None not in files) is (case["content"].get("state") == "pending"), "every file is fetched"
    said = f"{case['type']}|{case['text']}|{case.get('payload_id') or ''}"
    assert [content for _, _, content in answers] == ([] if case["type"] in NOTICES else [{"body": said}])


async def test_a_notice_is_a_line_and_nothing_else(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings, question_blueprint())
    handlers = make_handlers()
    await file_messages(pool, tenant, {"type": "text", "text": {"body": "hi"}})
    await take_turns(pool, handlers)
    select = "select unread, last_message_id, last_inbound_id, last_at, window_expires_at, recipient from conversations"
    [before] = await fetch_rows(pool, tenant, select)
    notice = {"type": "system", "system": {"type": "user_changed_number", "wa_id": "966509998877"}}
    await file_messages(pool, tenant, {**notice, "id": "wamid.N", "timestamp": "1900000000"})
    assert await take_turns(pool, handlers) == 1
    [after] = await fetch_rows(pool, tenant, select)
    moved = {"recipient": {"phone": "966509998877", "user_id": None}}
    assert dict(after) == {**before, **moved}, "it is the person's line; only where to answer is another"
    [session] = await fetch_rows(pool, tenant, "select status, sprint from flow_sessions")
    assert (session["status"], session["sprint"]) == ("waiting", 1)
    assert (await thread(pool, tenant))[-1][:2] == ("in", "system")


async def test_who_called_first_is_greeted_at_the_first_message(pool: Pool, settings: Settings) -> None:
    flow = blueprint(say("hello", "Welcome"))
    flow["nodes"][0]["config"] = {"trigger_type": "new_conversation"}
    tenant = await open_tenant(settings, flow)
    handlers = make_handlers()
    call = {"id": "wacid.1", "from": CUSTOMER, "event": "connect", "timestamp": "1763600000"}
    await file_body(
        pool, tenant, meta_body(tenant, {"calls": [{**call, "direction": "USER_INITIATED"}]}, field="calls")
    )
    await take_turns(pool, handlers)
    [called] = await fetch_rows(pool, tenant, "select unread, last_inbound_id, last_message_id from conversations")
    assert (called["unread"], called["last_inbound_id"], called["last_message_id"] is None) == (1, None, False)
    assert await fetch_rows(pool, tenant, "select id from outbox") == []
    await file_messages(pool, tenant, {"type": "text", "text": {"body": "hi"}})
    await take_turns(pool, handlers)
    assert [content for _, _, content in await thread(pool, tenant)][1:] == [{"body": "hi"}, {"body": "Welcome"}]


async def test_a_call_goes_on_in_one_line(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings)
    handlers = make_handlers()
    call = {"id": "wacid.7", "from": CUSTOMER, "timestamp": "1763600000", "direction": "USER_INITIATED"}
    end = {"event": "terminate", "status": "COMPLETED", "start_time": "1763600003", "end_time": "1763600063"}
    for event in ({**call, **end, "duration": 60}, {**call, "event": "connect"}):
        await file_body(pool, tenant, meta_body(tenant, {"calls": [event]}, field="calls"))
    assert await take_turns(pool, handlers) == 2, "the end came first, in the same turn"
    [(direction, type_, content)] = await thread(pool, tenant)
    assert (direction, type_, content["status"], content["seconds"]) == ("in", "call", "ended", 60)
    [conversation] = await fetch_rows(pool, tenant, "select unread, window_expires_at, mode from conversations")
    assert (conversation["unread"], conversation["window_expires_at"] is None) == (1, False)
    late = {"id": "wacid.7", "type": "call", "status": "RINGING", "timestamp": "1763600001"}
    await file_body(pool, tenant, meta_body(tenant, {"statuses": [late]}, field="calls"))
    await take_turns(pool, handlers)
    assert (await thread(pool, tenant))[0][2]["status"] == "ended", "a call does not go back"


async def test_a_call_of_ours_is_seen_and_opens_nothing(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings)
    call = {"id": "wacid.8", "to": CUSTOMER, "event": "connect", "timestamp": "1763600000"}
    body = meta_body(tenant, {"calls": [{**call, "direction": "BUSINESS_INITIATED"}]}, field="calls")
    await file_body(pool, tenant, body)
    await take_turns(pool, make_handlers())
    [(direction, type_, _)] = await thread(pool, tenant)
    assert (direction, type_) == ("out", "call")
    [conversation] = await fetch_rows(pool, tenant, "select unread, window_expires_at from conversations")
    assert (conversation["unread"], conversation["window_expires_at"]) == (0, None)


async def test_a_form_answers_by_its_fields(pool: Pool, settings: Settings) -> None:
    text = "{{ message.form.day }} for {{ message.form.guests | plus: 1 }}, {{ message.form.extras.first }}"
    tenant = await open_tenant(settings, blueprint(say("say", text)))
    form = '{"day":"الجمعة","guests":4,"extras":["cake"]}'
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": form}}
    await file_messages(pool, tenant, {"type": "interactive", "interactive": reply})
    await take_turns(pool, make_handlers())
    assert (await thread(pool, tenant))[1][2] == {"body": "الجمعة for 5, cake"}


async def test_what_came_while_an_effect_was_under_way_is_heard_whole_afterwards(
    pool: Pool, settings: Settings
) -> None:
    call = {"url": "https://menu.example", "method": "GET"}
    question = {"question": "Where?", "variable_name": "place"}
    flow = blueprint(
        ("call", "http_request", call),
        ("ask", "ask_question", question | {"validation": {"type": "phone"}}),
        say("thanks", "{{ place }} {{ message.contacts.first.name }}"),
        edges=[
            ("start", "call", None),
            ("call", "ask", "ok"),
            ("call", "ask", "error"),
            ("ask", "thanks", "answered"),
            ("ask", "thanks", "timeout"),
            ("ask", "thanks", "invalid"),
        ],
    )
    tenant = await open_tenant(settings, flow)
    handlers = make_handlers()
    await file_messages(pool, tenant, {"type": "text", "text": {"body": "hi"}})
    await take_turns(pool, handlers)
    card = {"name": {"formatted_name": "هدى"}, "phones": [{"phone": "+966 50 222 3344", "wa_id": "966502223344"}]}
    await file_messages(pool, tenant, {"type": "contacts", "contacts": [card], "id": "wamid.card"})
    await take_turns(pool, handlers)
    [session] = await fetch_rows(pool, tenant, "select held from flow_sessions")
    assert [held["contacts"][0]["name"] for held in session["held"]] == ["هدى"]


async def test_a_form_too_large_for_a_flow_is_filed_and_answered_all_the_same(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings, blueprint(say("say", "[{{ message.form.a }}]")))
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": '{"a":"' + "x" * 40_000 + '"}'}}
    await file_messages(pool, tenant, {"type": "interactive", "interactive": reply})
    await take_turns(pool, make_handlers())
    filed, answer = await thread(pool, tenant)
    assert len(filed[2]["answer"]["a"]) == 40_000
    assert answer[2] == {"body": "[]"}


GROUP = "R3JvdXBPZkZyaWVuZHM"
IN_GROUP: list[dict[str, Any]] = [
    {"id": "wamid.G1", "type": "text", "text": {"body": "من يأتي؟"}},
    {"id": "wamid.G2", "type": "reaction", "reaction": {"message_id": "wamid.G1", "emoji": "👍"}},
    {"id": "wamid.G3", "type": "image", "image": {"id": "7701", "mime_type": "image/jpeg"}},
    {"id": "wamid.G4", "type": "revoke", "revoke": {"original_message_id": "wamid.G3"}},
]


async def test_a_group_is_stored_and_nobody_there_is_answered_or_made_a_contact(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings)
    handlers = make_handlers()
    said = [{**message, "group_id": GROUP} for message in IN_GROUP]
    filed = await asyncio.gather(*(file_messages(pool, tenant, *copy.deepcopy(said)) for _ in range(3)))
    assert sum(filed) == len(said)
    assert await take_turns(pool, handlers) == len(said)
    [group] = await fetch_rows(pool, tenant, "select provider_id, last_at from groups")
    assert group["provider_id"] == GROUP
    rows = await fetch_rows(pool, tenant, "select type, sender, content from group_messages order by id")
    assert [row["type"] for row in rows] == ["text", "reaction", "image", "deletion"]
    assert rows[1]["content"] == {"target_id": "wamid.G1", "emoji": "👍"}
    assert {row["sender"]["phone"] for row in rows} == {CUSTOMER}
    for table in ("contacts", "conversations", "messages", "outbox", "flow_sessions", "dead_letters"):
        assert await fetch_rows(pool, tenant, f"select 1 from {table}") == [], table  # noqa: S608  # a constant


async def test_a_group_message_without_a_time_is_set_aside_with_its_reason(pool: Pool, settings: Settings) -> None:
    tenant = await open_tenant(settings)
    await file_messages(pool, tenant, {**IN_GROUP[0], "group_id": GROUP, "timestamp": "noon"})
    await file_messages(pool, tenant, {**IN_GROUP[1], "group_id": GROUP})
    await take_turns(pool, make_handlers())
    [letter] = await fetch_rows(pool, tenant, "select error_code, error_text, payload from dead_letters")
    assert (letter["error_code"], letter["payload"]["item"]["message"]["id"]) == ("unreadable", "wamid.G1")
    assert "timestamp" in letter["error_text"]
    assert len(await fetch_rows(pool, tenant, "select 1 from group_messages")) == 1
