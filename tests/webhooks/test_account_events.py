"""What Meta tells of accounts, from the signed webhook to the API: filed once, acted on, and seen by its own alone."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.secrets import secret_context
from hoopoe.main.wiring import make_keyring
from tests.support.core import fetch_rows
from tests.support.desk import Desk, post_webhook, sign
from tests.support.simulator import wait_until
from tests.support.tenants import Tenant
from tests.webhooks.bodies import body, new_number
from tests.webhooks.conftest import Door

JsonObject = dict[str, Any]

NOW = int(time.time())
TEMPLATE = {
    "event": "REJECTED",
    "message_template_id": 4711,
    "message_template_name": "order_ready",
    "message_template_language": "en",
    "reason": "SCAM",
}


def told(tenant: Tenant, field: str, value: object, *, at: int = NOW, entry_id: str | None = None) -> JsonObject:
    """A body with one event of the tenant's account."""
    return body({"id": entry_id or tenant.waba_id, "time": at, "changes": [{"field": field, "value": value}]})


async def tell(door: Door, tenant: Tenant, field: str, value: object, **options: Any) -> None:
    assert await door.post(tenant, told(tenant, field, value, **options)) == 200
    await door.take_turns()


async def events_of(desk: Desk, query: str = "") -> list[JsonObject]:
    listed: list[JsonObject] = (await desk.get(f"/api/account-events?limit=100{query}"))["data"]
    return listed


async def channel_of(desk: Desk, tenant: Tenant) -> JsonObject:
    channel: JsonObject = await desk.get(f"/api/channels/{tenant.channel_id}")
    return channel


async def add_number(door: Door, tenant: Tenant, *, app_secret: str | None = None) -> UUID:
    """Another number of the same account, in the same workspace."""
    channel_id, keyring = new_id(), make_keyring(door.settings)
    verify_token = secrets.token_hex(8)

    def seal(name: str, value: str) -> bytes:
        return keyring.seal(value, context=secret_context(tenant.workspace_id, channel_id, name))

    async with transaction(door.pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(
            "insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, status, "
            "app_secret, access_token, verify_token) "
            "values ($1, $2, 'Second', 'meta', $3, $4, $5, 'active', $6, $7, $8)",
            tenant.workspace_id,
            channel_id,
            f"+9663{secrets.randbelow(10**9):09d}",
            f"30{secrets.randbelow(10**13):013d}",
            tenant.waba_id,
            seal("app_secret", app_secret or tenant.app_secret),
            seal("access_token", tenant.access_token),
            seal("verify_token", verify_token),
        )

    async def look() -> bool:
        query = f"hub.mode=subscribe&hub.verify_token={verify_token}&hub.challenge=1"
        async with door.session.get(f"{door.url}/api/whatsapp/webhook?{query}") as answer:
            return answer.status == 200

    await wait_until(look, "channel in the web process's directory")
    return channel_id


async def test_an_event_is_filed_once_however_often_it_comes(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    for _ in range(2):
        await tell(door, tenant, "message_template_status_update", TEMPLATE)
    await asyncio.gather(*(door.post(tenant, told(tenant, "message_template_status_update", TEMPLATE)) for _ in "abc"))
    await door.take_turns()
    [event] = await events_of(desk)
    assert (event["kind"], event["what"], event["about"]) == ("template_status", "rejected", "template")
    assert (event["severity"], event["subject"], event["reason"]) == ("problem", "order_ready", "SCAM")
    assert (event["channel"], event["account_id"]) == (None, tenant.waba_id)
    assert event["raw"] == TEMPLATE
    assert len(await fetch_rows(door.pool, tenant, "select from events where type = 'account.changed'")) == 1
    await tell(door, tenant, "message_template_status_update", TEMPLATE, at=NOW + 1)
    assert len(await events_of(desk)) == 2


async def test_an_account_with_two_numbers_is_told_once(door: Door) -> None:
    tenant = await door.add_tenant()
    second = await add_number(door, tenant)
    desk = await door.desk(tenant)
    await tell(door, tenant, "account_update", {"event": "VERIFIED_ACCOUNT"})
    assert [event["what"] for event in await events_of(desk)] == ["verified_account"]
    for channel_id in (tenant.channel_id, second):
        assert len(await events_of(desk, f"&channel_id={channel_id}")) == 1


async def test_two_apps_of_one_workspace_tell_the_same_event_once(door: Door) -> None:
    tenant = await door.add_tenant()
    other_secret = secrets.token_hex(16)
    await add_number(door, tenant, app_secret=other_secret)
    raw = json.dumps(told(tenant, "account_update", {"event": "VERIFIED_ACCOUNT"})).encode()
    for secret in (tenant.app_secret, other_secret):
        assert await post_webhook(door.session, door.url, raw, signature=sign(secret, raw)) == 200
    await door.take_turns()
    desk = await door.desk(tenant)
    assert len(await events_of(desk)) == 1
    requests = (await desk.get("/api/webhooks/requests?limit=100"))["data"]
    assert {each["result"] for each in requests if each["result"] != "answered"} == {"stored"}


async def test_two_workspaces_with_one_account_hear_it_each(door: Door) -> None:
    first = await door.add_tenant()
    second = await door.add_tenant(waba_id=first.waba_id, app_secret=first.app_secret)
    await tell(door, first, "business_capability_update", {"max_daily_conversations_per_business": "TIER_2K"})
    for tenant in (first, second):
        desk = await door.desk(tenant)
        assert [event["new_value"] for event in await events_of(desk)] == ["2000"]
        assert (await channel_of(desk, tenant))["messaging_limit"] == "2000"


async def test_who_signs_for_an_account_of_somebody_else_files_nothing(door: Door) -> None:
    mine, theirs = await door.add_tenant(), await door.add_tenant()
    forged = told(theirs, "account_update", {"event": "ACCOUNT_DELETED"})
    assert await door.post(mine, forged) == 403
    # Under the own portfolio's id, naming the other's account inside.
    inside = {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": theirs.waba_id}}
    assert await door.post(mine, told(mine, "account_update", inside)) == 403
    await door.take_turns()
    desk = await door.desk(theirs)
    assert await events_of(desk) == []
    assert (await channel_of(desk, theirs))["status"] == "active"


async def test_an_event_of_a_partner_finds_its_account_inside(door: Door) -> None:
    tenant = await door.add_tenant()
    value = {"event": "PARTNER_APP_UNINSTALLED", "waba_info": {"waba_id": tenant.waba_id, "partner_app_id": "5"}}
    await tell(door, tenant, "account_update", value, entry_id="2949482758682047")
    [event] = await events_of(await door.desk(tenant))
    assert (event["kind"], event["severity"], event["details"]["partner_app"]) == ("partner", "problem", "5")


async def test_nobody_sees_the_events_of_another_workspace(door: Door) -> None:
    tenant, stranger = await door.add_tenant(), await door.add_tenant()
    await tell(door, tenant, "security", {"event": "PIN_CHANGED", "display_phone_number": tenant.number})
    assert await events_of(await door.desk(stranger)) == []
    assert await events_of(await door.desk(stranger), f"&channel_id={tenant.channel_id}") == []


async def test_quality_limit_and_speed_are_the_channels_whatever_comes_first(door: Door) -> None:
    tenant = await door.add_tenant(has_limits=True)
    desk = await door.desk(tenant)
    number = {"display_phone_number": tenant.number.removeprefix("+")}
    field = "phone_number_quality_update"
    await tell(door, tenant, field, {**number, "event": "FLAGGED", "current_limit": "TIER_1K"}, at=NOW + 10)
    await tell(door, tenant, field, {**number, "event": "UNFLAGGED", "current_limit": "TIER_250"}, at=NOW)
    channel = await channel_of(desk, tenant)
    assert (channel["quality"], channel["messaging_limit"]) == ("low", "1000")
    assert (channel["throughput"], channel["messages_per_second"]) == (None, 80)
    await tell(
        door, tenant, field, {**number, "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}, at=NOW + 20
    )
    channel = await channel_of(desk, tenant)
    assert (channel["quality"], channel["messaging_limit"]) == ("low", "unlimited")
    assert (channel["throughput"], channel["messages_per_second"]) == ("high", 1000)
    assert [event["what"] for event in await events_of(desk)] == ["throughput_upgrade", "flagged", "unflagged"]
    [newest, *_] = await events_of(desk)
    assert (newest["channel"]["id"], newest["about"]) == (str(tenant.channel_id), "number")


async def test_a_lower_speed_that_a_person_chose_stays(door: Door) -> None:
    tenant = await door.add_tenant(has_limits=True)
    desk = await door.desk(tenant)
    path = f"/api/channels/{tenant.channel_id}"
    assert (await desk.call("PATCH", path, {"messages_per_second": 25}))["messages_per_second"] == 25
    upgrade = {"display_phone_number": tenant.number, "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}
    await tell(door, tenant, "phone_number_quality_update", upgrade)
    channel = await channel_of(desk, tenant)
    assert (channel["throughput"], channel["messages_per_second"], channel["chosen_per_second"]) == ("high", 25, 25)
    freed = await desk.call("PATCH", path, {"messages_per_second": None})
    assert (freed["messages_per_second"], freed["chosen_per_second"]) == (1000, None)


async def test_a_speed_that_the_version_before_set_stays_chosen(door: Door) -> None:
    """While both run, the older one writes the speed and does not know that it was chosen."""
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    async with transaction(door.pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute("update channels set messages_per_second = 20")
    upgrade = {"display_phone_number": tenant.number, "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}
    await tell(door, tenant, "phone_number_quality_update", upgrade)
    channel = await channel_of(desk, tenant)
    assert (channel["throughput"], channel["messages_per_second"], channel["chosen_per_second"]) == ("high", 20, 20)
    freed = await desk.call("PATCH", f"/api/channels/{tenant.channel_id}", {"messages_per_second": None})
    assert (freed["messages_per_second"], freed["chosen_per_second"]) == (1000, None)


async def test_a_limit_that_was_lifted_stays_so_until_somebody_chooses_one(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    upgrade = {"display_phone_number": tenant.number, "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}
    await tell(door, tenant, "phone_number_quality_update", upgrade)
    channel = await channel_of(desk, tenant)
    assert (channel["throughput"], channel["messages_per_second"]) == ("high", None)
    chosen = await desk.call("PATCH", f"/api/channels/{tenant.channel_id}", {"messages_per_second": 5})
    assert chosen["messages_per_second"] == 5


async def test_a_number_that_is_not_connected_changes_no_channel(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    value = {"display_phone_number": new_number(), "event": "FLAGGED", "current_limit": "TIER_250"}
    await tell(door, tenant, "phone_number_quality_update", value)
    [event] = await events_of(desk)
    assert (event["channel"], event["subject"]) == (None, value["display_phone_number"])
    channel = await channel_of(desk, tenant)
    assert (channel["quality"], channel["messaging_limit"]) == (None, None)


async def test_a_disabled_account_stops_sending_until_it_is_reinstated(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    ban = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
    back = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}
    await tell(door, tenant, "account_update", ban, at=NOW + 10)
    channel = await channel_of(desk, tenant)
    assert (channel["status"], channel["status_reason_code"]) == ("error", "account_blocked")
    await tell(door, tenant, "account_update", back, at=NOW + 5)
    assert (await channel_of(desk, tenant))["status"] == "error"
    await tell(door, tenant, "account_update", back, at=NOW + 20)
    channel = await channel_of(desk, tenant)
    assert (channel["status"], channel["status_reason"], channel["status_reason_code"]) == ("active", None, None)


async def test_when_a_ban_begins_is_a_time_and_a_rejection_has_words(door: Door) -> None:
    tenant = await door.add_tenant()
    ban = {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "January 31, 2027"}
    await tell(door, tenant, "account_update", {"event": "DISABLED_UPDATE", "ban_info": ban})
    refused = {"event": "REJECTED", "message_template_name": "order_ready", "reason": "PROMOTIONAL"}
    await tell(door, tenant, "message_template_status_update", refused)
    events = {event["kind"]: event for event in await events_of(await door.desk(tenant))}
    assert events["account_status"]["effective_at"].startswith("2027-01-31T00:00:00")
    assert (events["account_status"]["reason_text"], events["account_status"]["restrictions"]) == (None, [])
    words = events["template_status"]["reason_text"]
    assert words["en"].startswith("It advertises")
    assert words["ar"]
    assert events["template_status"]["reason"] == "PROMOTIONAL"


async def test_a_restriction_is_a_problem_and_the_channel_goes_on(door: Door) -> None:
    tenant = await door.add_tenant()
    value = {
        "event": "ACCOUNT_RESTRICTION",
        "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": NOW + 86_400}],
    }
    await tell(door, tenant, "account_update", value)
    desk = await door.desk(tenant)
    [event] = await events_of(desk, "&severity=problem")
    [restriction] = event["restrictions"]
    assert restriction["type"] == "restricted_biz_initiated_messaging"
    assert datetime.fromisoformat(restriction["until"]).timestamp() == NOW + 86_400
    assert (await channel_of(desk, tenant))["status"] == "active"


async def test_a_reinstated_account_heals_no_wrong_token(door: Door) -> None:
    tenant = await door.add_tenant()
    async with transaction(door.pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(
            "update channels set status = 'error', status_reason_code = 'wrong_token' where workspace_id = $1",
            tenant.workspace_id,
        )
    await tell(door, tenant, "account_update", {"event": "ACCOUNT_RECONNECTED"})
    channel = await channel_of(await door.desk(tenant), tenant)
    assert (channel["status"], channel["status_reason_code"]) == ("error", "wrong_token")


async def test_a_kept_event_is_replayed_into_the_same_event(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    await tell(door, tenant, "message_template_status_update", TEMPLATE)
    [request] = [each for each in (await desk.get("/api/webhooks/requests"))["data"] if each["result"] == "stored"]
    async with transaction(door.pool, role="hoopoe_pipe") as conn:
        await conn.execute("delete from inbox where workspace_id = $1", tenant.workspace_id)
    await desk.post("/api/webhooks/replay", {"ids": [request["id"]], "wait_seconds": 0})
    await door.take_turns()
    assert len(await events_of(desk)) == 1


@pytest.mark.parametrize("value", ["text", None, [], 7])
async def test_a_broken_value_is_unreadable_and_its_neighbours_go_on(door: Door, value: Any) -> None:
    tenant = await door.add_tenant()
    content = told(tenant, "account_update", value)
    content["entry"][0]["changes"].append({"field": "account_review_update", "value": {"decision": "APPROVED"}})
    assert await door.post(tenant, content) == 200
    await door.take_turns()
    desk = await door.desk(tenant)
    assert [event["kind"] for event in await events_of(desk)] == ["account_review"]
    [item] = (await desk.get("/api/webhooks/items?result=unreadable"))["data"]
    assert item["field"] == "account_update"


async def test_what_is_dated_by_nobody_happened_when_it_came(door: Door) -> None:
    tenant = await door.add_tenant()
    content = told(tenant, "account_review_update", {"decision": "APPROVED"})
    del content["entry"][0]["time"]
    assert await door.post(tenant, content) == 200
    await door.take_turns()
    [event] = await events_of(await door.desk(tenant))
    assert event["at"] == event["received_at"]


async def test_a_field_that_nobody_knows_is_kept_and_shown_as_such(door: Door) -> None:
    tenant = await door.add_tenant()
    await tell(door, tenant, "moon_phase_update", {"event": "FULL", "deep": {"er": ["\x00", "قمر"]}})
    [event] = await events_of(await door.desk(tenant))
    assert (event["kind"], event["field"], event["raw"]["deep"]["er"]) == (
        "other",
        "moon_phase_update",
        ["\ufffd", "قمر"],
    )


async def test_pages_filters_and_since(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    for offset in range(5):
        await tell(door, tenant, "account_review_update", {"decision": "APPROVED"}, at=NOW + offset)
    await tell(door, tenant, "security", {"event": "PIN_CHANGED", "display_phone_number": tenant.number}, at=NOW - 50)
    seen, cursor = [], ""
    while True:
        page = await desk.get(f"/api/account-events?limit=2{cursor}")
        seen += page["data"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len({event["id"] for event in seen}) == len(seen) == 6
    assert [event["at"] for event in seen] == sorted((event["at"] for event in seen), reverse=True)
    assert [event["kind"] for event in await events_of(desk, "&about=number")] == ["security"]
    assert [event["kind"] for event in await events_of(desk, "&severity=warning")] == ["security"]
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + 3))
    assert len(await events_of(desk, f"&since={since}")) == 2
    for wrong in ("kind=nothing", "severity=bad", "since=yesterday", "cursor=abc", "channel_id=1"):
        await desk.call("GET", f"/api/account-events?{wrong}", status=422)
