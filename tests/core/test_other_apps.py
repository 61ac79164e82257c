"""Another app has a person's thread, or passes it on; and the contact book of the phone."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from tests.core.others import (
    HELLO,
    NOW,
    echo,
    file_echoes,
    open_tenant,
    read_conversation,
    read_events,
    read_outbox,
    read_thread,
)
from tests.core.webhooks import CUSTOMER, file_messages, meta_body
from tests.flows_live.blueprints import question_blueprint
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns
from tests.support.tenants import Tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await open_tenant(settings, echo_blueprint())


async def file_standby(pool: Pool, tenant: Tenant, **held: Any) -> int:
    return await file_body(pool, tenant, meta_body(tenant, {"standby": held}, field="standby"))


def handover(kind: str, *, at: int = NOW, **told: Any) -> dict[str, Any]:
    return {"sender": {"phone_number": CUSTOMER}, "type": kind, "timestamp": str(at), kind: told}


async def file_handover(pool: Pool, tenant: Tenant, value: dict[str, Any]) -> int:
    body = meta_body(tenant, value, field="messaging_handovers")
    own = body["entry"][0]["changes"][0]["value"]
    own["recipient"] = own.pop("metadata")
    return await file_body(pool, tenant, body)


async def test_what_is_said_to_another_app_is_shown_and_not_heard(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update conversations set unread = 0, window_expires_at = null")
    said = {**HELLO, "from": CUSTOMER, "id": "wamid.S1", "timestamp": str(NOW)}
    request = {"to": CUSTOMER, "type": "text", "text": {"body": "shipped"}, "context": {"message_id": "wamid.S1"}}
    sent = {"id": "wamid.S2", "timestamp": str(NOW), "message": {"messaging_product": "whatsapp", **request}}
    await file_standby(pool, tenant, messages=[said])
    await file_standby(pool, tenant, message_echoes=[sent])
    told = {"id": "wamid.S2", "status": "delivered", "timestamp": str(NOW), "recipient_id": CUSTOMER}
    await file_standby(pool, tenant, statuses=[told])
    assert await take_turns(pool, handlers) == 3
    thread = await read_thread(pool, tenant)
    assert thread[2:] == [("contact", "text", "hello"), ("app", "text", "shipped")]
    [app] = await fetch_rows(pool, tenant, "select status, reply_to from messages where author_kind = 'app'")
    assert (app["status"], app["reply_to"]) == ("delivered", "wamid.S1")
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["other_app"], conversation["unread"]) == ("human", "unknown", 0)
    assert conversation["window_expires_at"] is not None, "the person did write"
    assert await read_events(pool, tenant) == [("taken_over", "app", None, None)]
    assert await read_outbox(pool, tenant) == ["cancelled"]
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["other_app"]) == ("human", None), "it is told to us again"


async def test_a_thread_that_is_passed_to_us_goes_to_people_with_the_summary(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    context = {"type": "summary", "summary": {"text": "Wants to return two chairs"}}
    passed = handover(
        "control_passed", previous_owner_role="ai_agent", new_owner_role="escalation", metadata="asked for a person",
        conversation_context=context,
    )  # fmt: skip
    assert await file_handover(pool, tenant, passed) == 1
    assert await file_handover(pool, tenant, passed) == 0
    await take_turns(pool, handlers)
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["other_app"], conversation["unread"]) == ("human", None, 1)
    assert await read_events(pool, tenant) == [("handed_over", "app", "ai_agent", "Wants to return two chairs")]
    assert await fetch_rows(pool, tenant, "select 1 from outbox") == []


async def test_a_thread_that_is_taken_from_us_silences_the_bot(pool: Pool, settings: Settings) -> None:
    tenant, handlers = await open_tenant(settings, question_blueprint()), make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    taken = handover("control_taken", previous_owner_role="customer_service", new_owner_role="escalation")
    await file_handover(pool, tenant, taken)
    await take_turns(pool, handlers)
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["other_app"]) == ("human", "escalation")
    assert await read_events(pool, tenant) == [("taken_over", "app", "escalation", None)]
    assert await read_outbox(pool, tenant) == ["cancelled"]
    [session] = await fetch_rows(pool, tenant, "select status from flow_sessions")
    assert session["status"] == "interrupted"
    await file_handover(pool, tenant, handover("control_shared", at=NOW + 1))
    await take_turns(pool, handlers)
    [letter] = await fetch_rows(pool, tenant, "select error_code, error_text from dead_letters")
    assert (letter["error_code"], "control_shared" in letter["error_text"]) == ("unreadable", True)


async def test_both_handovers_of_one_second_are_shown(pool: Pool, tenant: Tenant) -> None:
    first, second = (
        handover("control_passed", previous_owner_role="ai_agent", metadata=words)
        for words in ("asked for a person", "asked again")
    )
    assert [await file_handover(pool, tenant, each) for each in (first, second, first)] == [1, 1, 0]
    await take_turns(pool, make_handlers())
    notes = [event[3] for event in await read_events(pool, tenant)]
    assert notes == ["asked for a person", "asked again"]


# --- The phone's contact book ---------------------------------------------------------------------


async def test_the_phones_book_names_whom_nobody_named(pool: Pool, tenant: Tenant) -> None:
    await file_echoes(pool, tenant, echo())
    await take_turns(pool, make_handlers())

    def entry(action: str, name: str, number: str, at: int) -> dict[str, Any]:
        contact = {"full_name": name, "phone_number": number}
        return {"type": "contact", "action": action, "contact": contact, "metadata": {"timestamp": str(at)}}

    entries = [
        entry("add", "أم خالد", CUSTOMER, 1),
        entry("remove", "x", CUSTOMER, 2),
        entry("add", "Q", "96650009", 3),
    ]
    await file_body(pool, tenant, meta_body(tenant, {"state_sync": entries}, field="smb_app_state_sync"))
    await take_turns(pool, make_handlers())
    assert [row["name"] for row in await fetch_rows(pool, tenant, "select name from contacts")] == ["أم خالد"]
    assert await fetch_rows(pool, tenant, "select 1 from contact_terms where term = 'خالد'") != []
    later = [entry("add", "Somebody else", CUSTOMER, 4)]
    await file_body(pool, tenant, meta_body(tenant, {"state_sync": later}, field="smb_app_state_sync"))
    await take_turns(pool, make_handlers())
    assert [row["name"] for row in await fetch_rows(pool, tenant, "select name from contacts")] == ["أم خالد"]
