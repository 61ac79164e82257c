"""Others who speak on a number, over signed HTTP: whose it is, what is filed, and what the journal says of it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.support.core import fetch_rows
from tests.support.desk import post_webhook, sign
from tests.support.tenants import Tenant
from tests.webhooks.bodies import body, entry, new_message_id, new_number, text_message
from tests.webhooks.conftest import Door


def speak(tenant: Tenant, field: str, **value: Any) -> dict[str, Any]:
    """One change of a field that names the tenant's number."""
    number = {"display_phone_number": tenant.number.removeprefix("+"), "phone_number_id": tenant.phone_number_id}
    place = "recipient" if field == "messaging_handovers" else "metadata"
    return {"field": field, "value": {"messaging_product": "whatsapp", place: number, **value}}


def echo(tenant: Tenant, person: str, text: str) -> dict[str, Any]:
    return {**text_message(tenant.number.removeprefix("+"), text), "to": person}


async def test_all_of_it_is_filed_and_nothing_answered(door: Door) -> None:
    tenant, person, other = await door.add_tenant(), new_number(), new_number()
    past = {**text_message(person, "before"), "timestamp": str(int(time.time()) - 86_400)}
    said = text_message(other, "to another app")
    contact = {"full_name": "أم سارة", "phone_number": person}
    changes = [
        speak(tenant, "history", history=[{"threads": [{"id": person, "messages": [past]}]}]),
        speak(tenant, "smb_message_echoes", message_echoes=[echo(tenant, person, "from the phone"), 7]),
        speak(tenant, "standby", standby={"messages": [said]}),
        speak(tenant, "messaging_handovers", sender={"phone_number": other}, type="control_passed",
              timestamp=str(int(time.time())), control_passed={"metadata": "a person, please"}),
        speak(tenant, "smb_app_state_sync", state_sync=[{"type": "contact", "action": "add", "contact": contact}]),
    ]  # fmt: skip
    assert await door.post(tenant, body(entry(tenant, *changes))) == 200
    assert [row["content"]["body"] for row in await door.filed(tenant)] == ["before", "to another app"]
    assert [row["content"]["body"] for row in await door.filed(tenant, "out")] == ["from the phone"]
    assert await fetch_rows(door.pool, tenant, "select 1 from outbox") == []
    assert await door.dead_letters(tenant) == []
    desk = await door.desk(tenant)
    conversations = {each["contact"]["phone"]: each for each in await desk.conversations()}
    assert {each["mode"] for each in conversations.values()} == {"human"}
    assert conversations[f"+{person}"]["contact"]["name"] == "أم سارة"
    thread = await desk.thread(conversations[f"+{person}"]["id"])
    assert [(each["author"]["kind"], each["is_imported"]) for each in thread] == [("contact", True), ("phone", False)]
    events = (await desk.get(f"/api/conversations/{conversations[f'+{other}']['id']}/events"))["data"]
    assert [(each["type"], each["actor"]["kind"], each["note"]) for each in events] == [
        ("handed_over", "app", "a person, please"),
        ("taken_over", "app", None),
    ]


@pytest.mark.parametrize("field", ["smb_message_echoes", "history", "standby", "messaging_handovers"])
async def test_whose_secret_did_not_sign_it_gets_nothing(door: Door, field: str) -> None:
    """A tenant names another's number: filed for neither."""
    ours, theirs, person = await door.add_tenant(), await door.add_tenant(), new_number()
    sent = echo(theirs, person, "forged")
    value: dict[str, dict[str, Any]] = {
        "smb_message_echoes": {"message_echoes": [sent]},
        "history": {"history": [{"threads": [{"id": person, "messages": [sent]}]}]},
        "standby": {"standby": {"messages": [text_message(person, "forged")]}},
        "messaging_handovers": {"sender": {"phone_number": person}, "type": "control_taken", "timestamp": "1763600000"},
    }
    raw = json.dumps(body(entry(theirs, speak(theirs, field, **value[field])))).encode()
    assert await post_webhook(door.session, door.url, raw, signature=sign(ours.app_secret, raw)) == 403
    for tenant in (ours, theirs):
        await door.take_turns()
        assert await fetch_rows(door.pool, tenant, "select 1 from conversations") == []


async def test_an_owner_who_declines_to_share_is_seen_in_the_journal(door: Door) -> None:
    tenant = await door.add_tenant()
    error = {"code": 2593109, "title": "History sharing is turned off"}
    change = speak(tenant, "history", history=[{"errors": [error]}])
    assert await door.post(tenant, body(entry(tenant, change))) == 200
    await door.take_turns()
    [part] = await (await door.desk(tenant)).journal("ignored")
    assert (part["field"], part["items"]) == ("history", 0)
    assert await door.dead_letters(tenant) == []


async def test_a_body_of_echoes_counts_by_its_good_ones(door: Door) -> None:
    tenant, person = await door.add_tenant(), new_number()
    good = echo(tenant, person, "good")
    broken: list[object] = [
        None,
        [],
        {"to": person},
        {**good, "id": new_message_id(), "to": None},
        {**good, "id": True},
    ]
    change = speak(tenant, "smb_message_echoes", message_echoes=[*broken, good])
    assert await door.post(tenant, body(entry(tenant, change))) == 200
    assert [row["content"]["body"] for row in await door.filed(tenant, "out")] == ["good"]
