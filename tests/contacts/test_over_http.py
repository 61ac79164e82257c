"""Identities over HTTP: signed webhooks in, the inbox's API, live screens and one contact's identities out."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.contacts.people import Someone, new_phone, new_user_id, notice_of, text_of
from tests.core.webhooks import meta_body
from tests.realtime.screens import open_screen
from tests.support.desk import Desk
from tests.support.tenants import Tenant
from tests.webhooks.conftest import Door


async def tell(door: Door, tenant: Tenant, *values: dict[str, Any]) -> None:
    """Post each twice, as providers do, and handle it."""
    for value in values:
        for _ in range(2):
            assert await door.post(tenant, meta_body(tenant, value)) == 200
        await door.take_turns()


async def answer_of(desk: Desk, method: str, path: str, **options: Any) -> tuple[int, Any]:
    async with desk.session.request(method, f"{desk.url}{path}", headers=desk.headers, **options) as answer:
        return answer.status, await answer.json()


async def test_an_open_tab_of_a_merged_conversation_goes_on(door: Door) -> None:
    tenant = await door.add_tenant()
    desk, phone, user_id = await door.desk(tenant), new_phone(), new_user_id()
    await tell(door, tenant, text_of(Someone(phone, name="نورة أحمد"), "one"))
    await tell(door, tenant, text_of(Someone(None, user_id, username="noura.a", name=None), "two"))
    newer, older = await desk.conversations()
    async with open_screen(desk) as screen:
        await screen.subscribe("conversations")
        await tell(door, tenant, text_of(Someone(phone, user_id, name="نورة أحمد"), "three"))
        await screen.until(lambda frames: any(frame.get("data", {}).get("merged_id") for frame in frames[1:]))
        [led] = [frame["data"] for frame in screen.of("conversation.updated") if "merged_id" in frame["data"]]
        assert (led["merged_id"], led["conversation"]["id"]) == (newer["id"], older["id"])
        assert older["id"] in {frame["data"]["conversation"]["id"] for frame in screen.of("conversation.updated")}
    [kept] = await desk.conversations()
    assert await desk.get(f"/api/conversations/{newer['id']}") == kept
    assert kept["contact"]["username"] == "noura.a"
    for part in ("messages", "events"):
        old = await desk.get(f"/api/conversations/{newer['id']}/{part}")
        assert old == await desk.get(f"/api/conversations/{older['id']}/{part}")
    said = [each["content"]["body"] for each in await desk.thread(older["id"]) if each["direction"] == "in"]
    assert said == ["one", "two", "three"]
    status, sent = await answer_of(
        desk,
        "POST",
        f"/api/conversations/{newer['id']}/messages",
        json={"type": "text", "text": {"body": "from the tab"}},
    )
    assert (status, sent["conversation_id"]) == (201, older["id"])
    for action in ("read", "release", "close", "reopen"):
        status, conversation = await answer_of(desk, "POST", f"/api/conversations/{newer['id']}/{action}")
        assert (status, conversation["id"]) == (200, older["id"])


async def test_a_former_number_finds_the_contact_and_says_so(door: Door) -> None:
    tenant = await door.add_tenant()
    desk, now, old, new = await door.desk(tenant), int(time.time()), new_phone(), new_phone()
    await tell(door, tenant, text_of(Someone(old, name="نورة"), at=now - 90))
    await tell(door, tenant, notice_of(Someone(old), "user_changed_number", at=now - 60, wa_id=new))
    await tell(door, tenant, text_of(Someone(new, name="نورة أحمد"), at=now - 30))

    async def found(text: str) -> list[tuple[str, str | None]]:
        listed = (await desk.get(f"/api/conversations?q={quote(text)}"))["data"]
        return [(each["contact"]["phone"], each["found_by"]) for each in listed]

    for text in (old, f"+{old}", old[-7:]):
        assert await found(text) == [(f"+{new}", f"+{old}")]
    assert await found(new) == [(f"+{new}", None)]
    assert await found("نورة") == [(f"+{new}", None)], "also after another name"
    await tell(door, tenant, text_of(Someone(old, name="Sami"), at=now - 10))
    assert sorted(await found(old)) == sorted([(f"+{new}", f"+{old}"), (f"+{old}", None)])


async def test_one_contact_with_all_its_identities(door: Door) -> None:
    tenant, stranger = await door.add_tenant(), await door.add_tenant()
    desk, now = await door.desk(tenant), int(time.time())
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    await tell(door, tenant, text_of(Someone(old, name="نورة"), at=now - 90))
    await tell(door, tenant, text_of(Someone(None, first, name="نورة"), at=now - 80))
    merged = [each["contact"]["id"] for each in await desk.conversations()]
    await tell(door, tenant, text_of(Someone(old, first, name="نورة"), at=now - 70))
    ids = {"wa_id": new, "user_id": second, "previous_user_id": first}
    await tell(door, tenant, notice_of(Someone(old, first), "user_changed_number", at=now - 60, **ids))
    [conversation] = await desk.conversations()
    contact = await desk.get(f"/api/contacts/{conversation['contact']['id']}")
    assert (contact["name"], contact["username"]) == ("نورة", None)
    assert {(each["kind"], each["value"]) for each in contact["identities"]} == {
        ("phone", f"+{new}"),
        ("wa_id", new),
        ("user_id", second),
    }
    assert {each["scope"] for each in contact["identities"]} == {"", str(tenant.channel_id), tenant.waba_id}
    assert {(each["kind"], each["value"], each["reason"]) for each in contact["former_identities"]} == {
        ("phone", f"+{old}", "number_changed"),
        ("wa_id", old, "number_changed"),
        ("user_id", first, "number_changed"),
    }
    [gone] = [id_ for id_ in merged if id_ != contact["id"]]
    assert [(each["id"], each["reason"]) for each in contact["merged"]] == [(gone, "message")]
    assert await desk.get(f"/api/contacts/{gone}") == contact, "old ids lead on"
    theirs = await door.desk(stranger)
    for id_ in (contact["id"], gone, str(uuid4())):
        status, _ = await answer_of(theirs, "GET", f"/api/contacts/{id_}")
        assert status == 404


@pytest.mark.parametrize("hidden", [True, False])
async def test_whoever_hides_the_number_is_found_and_named(door: Door, hidden: bool) -> None:
    tenant = await door.add_tenant()
    desk, user_id = await door.desk(tenant), f"SA.{secrets.token_hex(8)}"
    phone = None if hidden else new_phone()
    await tell(door, tenant, text_of(Someone(phone, user_id, username="@Noura.Ahmad", name="نورة أحمد")))
    await tell(door, tenant, text_of(Someone(new_phone(), new_user_id(), name="Somebody else")))
    for text in ("نوره", "@noura", "noura.ah", "NOURA", user_id, user_id[:9].lower(), f" {user_id} "):
        found = (await desk.get(f"/api/conversations?q={text.replace('@', '%40').replace(' ', '%20')}"))["data"]
        assert [each["contact"]["user_id"] for each in found] == [user_id], text
    contact = found[0]["contact"]
    assert (contact["phone"], contact["username"]) == (phone and f"+{phone}", "Noura.Ahmad")


async def test_an_unsigned_notice_moves_nobody(door: Door) -> None:
    tenant, stranger = await door.add_tenant(), await door.add_tenant()
    desk, phone = await door.desk(tenant), new_phone()
    await tell(door, tenant, text_of(Someone(phone)))
    notice = notice_of(Someone(phone), "user_changed_number", wa_id=new_phone())
    assert await door.post(stranger, meta_body(tenant, notice)) == 403
    await door.take_turns()
    [conversation] = await desk.conversations()
    assert conversation["contact"]["phone"] == f"+{phone}"
