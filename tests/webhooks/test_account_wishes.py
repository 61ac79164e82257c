"""People who stop and resume marketing messages in WhatsApp: remembered, by their times, whoever they are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.core import fetch_rows
from tests.support.tenants import Tenant
from tests.webhooks.bodies import new_number
from tests.webhooks.conftest import Door
from tests.webhooks.test_account_events import NOW, JsonObject, events_of, tell


def wish(tenant: Tenant, *wishes: Mapping[str, Any], contacts: list[JsonObject] | None = None) -> JsonObject:
    """The value of `user_preferences`."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": tenant.number, "phone_number_id": tenant.phone_number_id},
        "contacts": contacts or [],
        "user_preferences": [
            {"category": "marketing_messages", "detail": "In the person's words.", **each} for each in wishes
        ],
    }


async def consents_of(door: Door, tenant: Tenant) -> dict[str, str]:
    """The state by phone or user id."""
    rows = await fetch_rows(
        door.pool,
        tenant,
        "select value, category, state, method from consents join identities using (workspace_id, contact_id) "
        "where kind in ('phone', 'user_id')",
    )
    assert {(row["category"], row["method"]) for row in rows} <= {("marketing", "provider")}
    return {row["value"]: row["state"] for row in rows}


async def test_who_stops_marketing_is_remembered_also_when_nobody_knew_the_person(door: Door) -> None:
    tenant = await door.add_tenant()
    known, unknown, hidden = new_number(), new_number(), f"SA.{secrets.randbelow(10**12)}"
    await door.post_messages(tenant, {"from": known, "id": f"wamid.{known}", "timestamp": str(NOW), "type": "text"})
    await door.take_turns()
    wishes = [
        {"wa_id": known, "value": "stop", "timestamp": NOW},
        {"wa_id": unknown, "value": "stop", "timestamp": NOW},
        {"user_id": hidden, "value": "stop", "timestamp": str(NOW)},
    ]
    contacts = [{"profile": {"name": "Hidden Hind"}, "user_id": hidden}]
    await tell(door, tenant, "user_preferences", wish(tenant, *wishes, contacts=contacts))
    out = "opted_out"
    assert await consents_of(door, tenant) == {f"+{known}": out, f"+{unknown}": out, hidden: out}
    [talk] = await fetch_rows(door.pool, tenant, "select contact_id from conversations")
    desk = await door.desk(tenant)
    listed = await events_of(desk, "&kind=preference")
    assert {event["channel"]["id"] for event in listed} == {str(tenant.channel_id)}
    assert str(talk["contact_id"]) in {event["contact"]["id"] for event in listed}
    assert "Hidden Hind" in {event["contact"]["name"] for event in listed}


async def test_an_older_wish_does_not_undo_a_newer_one(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    for value, at in (("stop", NOW + 10), ("resume", NOW)):
        await tell(door, tenant, "user_preferences", wish(tenant, {"wa_id": person, "value": value, "timestamp": at}))
    assert await consents_of(door, tenant) == {f"+{person}": "opted_out"}
    await tell(
        door, tenant, "user_preferences", wish(tenant, {"wa_id": person, "value": "resume", "timestamp": NOW + 20})
    )
    assert await consents_of(door, tenant) == {f"+{person}": "opted_in"}
    history = await fetch_rows(door.pool, tenant, "select state from consent_changes order by id")
    assert [row["state"] for row in history] == ["opted_out", "opted_in", "opted_in"]


async def test_two_wishes_of_one_person_in_one_value_count_by_their_time(door: Door) -> None:
    tenant = await door.add_tenant()
    person = new_number()
    wishes = [
        {"wa_id": person, "value": "stop", "timestamp": NOW + 5},
        {"wa_id": person, "value": "resume", "timestamp": NOW},
    ]
    await tell(door, tenant, "user_preferences", wish(tenant, *wishes))
    assert await consents_of(door, tenant) == {f"+{person}": "opted_out"}


async def test_a_repeat_of_a_wish_says_nothing_anew(door: Door) -> None:
    tenant = await door.add_tenant()
    value = wish(tenant, {"wa_id": new_number(), "value": "stop", "timestamp": NOW})
    for _ in range(2):
        await tell(door, tenant, "user_preferences", value)
    # As if the inbox had forgotten: the events themselves know.
    async with transaction(door.pool, role="hoopoe_pipe") as conn:
        await conn.execute("delete from inbox where workspace_id = $1", tenant.workspace_id)
    await tell(door, tenant, "user_preferences", value)
    assert len(await fetch_rows(door.pool, tenant, "select from consent_changes")) == 1
