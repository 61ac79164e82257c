"""People whose number or user id changes: the history stays, the number's next owner is a stranger."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.routing import lane_of
from tests.contacts.people import (
    Someone,
    add_line,
    contacts_of,
    identities_of,
    make_due,
    new_phone,
    new_user_id,
    notice_of,
    text_of,
    thread_of,
    write,
)
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant

NUMBER = "user_changed_number"
USER_ID = "user_changed_user_id"
NOW = int(time.time())


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def hear(pool: Pool, tenant: Tenant, *values: dict[str, Any]) -> None:
    for value in values:
        await write(pool, tenant, value)
        await take_turns(pool, make_handlers())


async def said_by(pool: Pool, tenant: Tenant) -> dict[str, list[str]]:
    """What each contact said, by name."""
    rows = await fetch_rows(
        pool,
        tenant,
        "select contacts.id::text as id, content->>'body' as body from messages "
        "join contacts on contacts.workspace_id = messages.workspace_id and contacts.id = author_id "
        "where author_kind = 'contact' and type = 'text' order by messages.id",
    )
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(row["id"], []).append(row["body"])
    return said


async def test_a_new_number_keeps_the_history(pool: Pool, tenant: Tenant) -> None:
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(old, first, name="نورة"), "before", at=NOW - 60))
    move = notice_of(Someone(old, first), NUMBER, at=NOW - 30, wa_id=new, user_id=second, previous_user_id=first)
    await hear(pool, tenant, move, text_of(Someone(new, second, name="نورة"), "after", at=NOW - 10))
    [contact] = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(contact["id"]): ["before", "after"]}
    [conversation] = await fetch_rows(pool, tenant, "select recipient, lane from conversations")
    assert conversation["recipient"] == {"phone": new, "user_id": second}
    assert conversation["lane"] == lane_of(tenant.channel_id, second)
    assert await identities_of(pool, tenant) == {("phone", f"+{new}"), ("wa_id", new), ("user_id", second)}
    former = await identities_of(pool, tenant, table="former_identities")
    assert former == {("phone", f"+{old}"), ("wa_id", old), ("user_id", first)}
    terms = {row["term"] for row in await fetch_rows(pool, tenant, "select term from contact_terms")}
    assert {new, old, old[::-1], first.lower()} <= terms, "also by what the person was"
    notices = await fetch_rows(pool, tenant, "select content from messages where type = 'system'")
    assert [row["content"]["phone"] for row in notices] == [new]


async def test_what_waits_to_be_sent_follows(pool: Pool, tenant: Tenant) -> None:
    """Claimed later, it goes to the new number: see test_addresses."""
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, text_of(Someone(old), "before"), notice_of(Someone(old), NUMBER, wa_id=new))
    [conversation] = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert conversation["recipient"] == {"phone": new, "user_id": None}


async def test_the_notice_before_august_2026_names_no_ids(pool: Pool, tenant: Tenant) -> None:
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(old, first), "before", at=NOW - 60))
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new))
    await hear(pool, tenant, text_of(Someone(new, second), "after", at=NOW - 10))
    assert len(await contacts_of(pool, tenant)) == 1


async def test_the_next_owner_of_the_number_is_a_stranger(pool: Pool, tenant: Tenant) -> None:
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, text_of(Someone(old), "before", at=NOW - 60))
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new))
    await hear(pool, tenant, text_of(Someone(old, name="Sami"), "who is this?", at=NOW - 10))
    noura, sami = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(noura["id"]): ["before"], str(sami["id"]): ["who is this?"]}


async def test_a_message_from_before_that_comes_late_is_the_old_owners(pool: Pool, tenant: Tenant) -> None:
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, text_of(Someone(old), "first", at=NOW - 90))
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new))
    await hear(pool, tenant, text_of(Someone(old, name="Sami"), "new here", at=NOW - 10))
    late = text_of(Someone(old), "sent on the way", at=NOW - 40)
    await hear(pool, tenant, late, late)
    noura, sami = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {
        str(noura["id"]): ["first", "sent on the way"],
        str(sami["id"]): ["new here"],
    }
    recipients = await fetch_rows(pool, tenant, "select contact_id, recipient from conversations")
    assert {row["contact_id"]: row["recipient"]["phone"] for row in recipients} == {noura["id"]: new, sami["id"]: old}


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_late_message_in_one_turn_with_the_next_owners(pool: Pool, tenant: Tenant, is_first: bool) -> None:
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, text_of(Someone(old), "first", at=NOW - 90))
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 50, wa_id=new))
    late = text_of(Someone(old), "sent on the way", at=NOW - 60)
    told = [late, text_of(Someone(old, name="Sami"), "new here", at=NOW)]
    await write(pool, tenant, *(told if is_first else reversed(told)))
    await take_turns(pool, make_handlers())
    noura, sami = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {
        str(noura["id"]): ["first", "sent on the way"],
        str(sami["id"]): ["new here"],
    }
    assert sami["name"] == "Sami"
    recipients = await fetch_rows(pool, tenant, "select contact_id, recipient from conversations")
    assert {row["contact_id"]: row["recipient"]["phone"] for row in recipients} == {noura["id"]: new, sami["id"]: old}


async def test_the_new_number_wrote_before_the_notice_came(pool: Pool, tenant: Tenant) -> None:
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(old, first), "before", at=NOW - 60))
    await hear(pool, tenant, text_of(Someone(new, second), "after", at=NOW - 10))
    assert len(await contacts_of(pool, tenant)) == 2
    move = notice_of(Someone(old, first), NUMBER, at=NOW - 30, wa_id=new, user_id=second, previous_user_id=first)
    await hear(pool, tenant, move)
    [contact] = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(contact["id"]): ["before", "after"]}
    [record] = await fetch_rows(pool, tenant, "select reason from contact_merges")
    assert record["reason"] == "number_changed"
    [conversation] = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert conversation["recipient"] == {"phone": new, "user_id": second}


async def test_the_new_number_is_a_contact_already(pool: Pool, tenant: Tenant) -> None:
    """Without ids nothing speaks against it: whoever changes to a number has it."""
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, text_of(Someone(new), "second phone", at=NOW - 90))
    await hear(pool, tenant, text_of(Someone(old), "first phone", at=NOW - 60))
    move = notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new)
    await hear(pool, tenant, move, move)
    [contact] = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(contact["id"]): ["second phone", "first phone"]}
    assert len(await fetch_rows(pool, tenant, "select 1 from messages where type = 'system'")) == 1


async def test_another_user_id(pool: Pool, tenant: Tenant) -> None:
    phone, first, second = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(phone, first), "before", at=NOW - 60))
    move = notice_of(Someone(phone, first), USER_ID, at=NOW - 30, user_id=second, previous_user_id=first)
    await hear(pool, tenant, move, text_of(Someone(phone, second), "after", at=NOW - 10))
    [contact] = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(contact["id"]): ["before", "after"]}
    assert await identities_of(pool, tenant) == {("phone", f"+{phone}"), ("wa_id", phone), ("user_id", second)}


async def test_another_user_id_with_another_number(pool: Pool, tenant: Tenant) -> None:
    """Such a notice may name a number that is not the one it comes from, and no former ids."""
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(old, first, "SA.ENT.7"), "before", at=NOW - 60))
    ids = {"wa_id": new, "user_id": second, "parent_user_id": "SA.ENT.8"}
    await hear(pool, tenant, notice_of(Someone(old), USER_ID, at=NOW - 30, **ids))
    await hear(pool, tenant, text_of(Someone(new, second), "after", at=NOW - 10))
    assert len(await contacts_of(pool, tenant)) == 1
    assert await identities_of(pool, tenant) == {
        ("phone", f"+{new}"),
        ("wa_id", new),
        ("user_id", second),
        ("parent_user_id", "SA.ENT.8"),
    }


async def test_another_user_id_told_after_it_was_used(pool: Pool, tenant: Tenant) -> None:
    """Until the notice comes, another id at the same number is another person; then they are one."""
    phone, first, second = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(phone, first), "before", at=NOW - 60))
    await hear(pool, tenant, text_of(Someone(phone, second), "after", at=NOW - 10))
    assert len(await contacts_of(pool, tenant)) == 2
    move = notice_of(Someone(phone, first), USER_ID, at=NOW - 30, user_id=second, previous_user_id=first)
    await hear(pool, tenant, move)
    [contact] = await contacts_of(pool, tenant)
    assert await said_by(pool, tenant) == {str(contact["id"]): ["before", "after"]}
    assert [row["reason"] for row in await fetch_rows(pool, tenant, "select reason from contact_merges")] == [
        "user_id_changed"
    ]


async def test_another_device_moves_nothing(pool: Pool, tenant: Tenant) -> None:
    phone = new_phone()
    await hear(pool, tenant, text_of(Someone(phone), "before"))
    known = await identities_of(pool, tenant)
    await hear(pool, tenant, notice_of(Someone(phone), "customer_identity_changed"))
    assert await identities_of(pool, tenant) == known
    assert await identities_of(pool, tenant, table="former_identities") == set()


async def test_each_of_our_numbers_is_told(pool: Pool, tenant: Tenant) -> None:
    """One move, two notices, the second a second later: both conversations follow, nobody is made anew."""
    old, new, first, second = new_phone(), new_phone(), new_user_id(), new_user_id()
    line = await add_line(pool, tenant)
    for there in (tenant, line):
        await hear(pool, there, text_of(Someone(old, first), "before", at=NOW - 60))
    ids = {"wa_id": new, "user_id": second, "previous_user_id": first}
    await hear(pool, tenant, notice_of(Someone(old, first), NUMBER, at=NOW - 30, **ids))
    recipients = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert {row["recipient"]["phone"] for row in recipients} == {new}, "both follow at once"
    await hear(pool, line, notice_of(Someone(old, first), NUMBER, at=NOW - 29, **ids))
    assert len(await contacts_of(pool, tenant)) == 1
    recipients = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert [row["recipient"] for row in recipients] == [{"phone": new, "user_id": second}] * 2


async def test_somebody_we_never_met_moves(pool: Pool, tenant: Tenant) -> None:
    old, new = new_phone(), new_phone()
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new))
    await hear(pool, tenant, text_of(Someone(new), "hi", at=NOW - 10))
    assert len(await contacts_of(pool, tenant)) == 1
    assert ("phone", f"+{new}") in await identities_of(pool, tenant)


async def test_a_move_in_one_workspace_is_none_in_another(pool: Pool, settings: Settings, tenant: Tenant) -> None:
    other = await make_tenant(settings.require_database_url(), make_keyring(settings))
    old, new = new_phone(), new_phone()
    for there in (tenant, other):
        await hear(pool, there, text_of(Someone(old), "before", at=NOW - 60))
    await hear(pool, tenant, notice_of(Someone(old), NUMBER, at=NOW - 30, wa_id=new))
    assert await identities_of(pool, other) == {("phone", f"+{old}"), ("wa_id", old)}
    assert await identities_of(pool, other, table="former_identities") == set()


async def test_both_lanes_at_once_lose_and_double_nothing(pool: Pool, tenant: Tenant) -> None:
    """The old number's lane and the new one's, handled by several workers while people move."""
    handlers = make_handlers()
    people = [(new_phone(), new_phone(), new_user_id(), new_user_id()) for _ in range(15)]
    for old, _, first, _ in people:
        await write(pool, tenant, text_of(Someone(old, first), "a", at=NOW - 90))
    await asyncio.gather(*(take_turns(pool, handlers) for _ in range(3)))
    for old, new, first, second in people:
        ids = {"wa_id": new, "user_id": second, "previous_user_id": first}
        await write(
            pool,
            tenant,
            text_of(Someone(old, first), "b", at=NOW - 60),
            notice_of(Someone(old, first), NUMBER, at=NOW - 30, **ids),
            text_of(Someone(new, second), "c", at=NOW - 20),
            text_of(Someone(None, second), "d", at=NOW - 10),
        )
    for _ in range(20):
        await asyncio.gather(*(take_turns(pool, handlers) for _ in range(4)))
        waiting = await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'")
        if not waiting:
            break
        await make_due(pool, tenant)  # what was put off because somebody else held it
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state <> 'done'") == []
    said = await said_by(pool, tenant)
    assert len(said) == len(people)
    for texts in said.values():
        assert sorted(texts) == ["a", "b", "c", "d"]
        assert texts.index("a") < texts.index("b")
        assert texts.index("c") < texts.index("d")
    assert len(await fetch_rows(pool, tenant, "select 1 from conversations")) == len(people)
    answers = [text for direction, text in await thread_of(pool, tenant) if direction == "out"]
    assert len(answers) == 4 * len(people)
    recipients = await fetch_rows(pool, tenant, "select recipient->>'user_id' as user_id from conversations")
    assert {row["user_id"] for row in recipients} == {second for *_, second in people}
