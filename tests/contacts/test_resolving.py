"""Who wrote: by each kind of identity, in any spelling, and never somebody else."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.turns import TurnOptions, run_turn
from tests.contacts.people import (
    Someone,
    add_line,
    contacts_of,
    identities_of,
    new_phone,
    new_user_id,
    notice_of,
    text_of,
    thread_of,
    write,
)
from tests.core.webhooks import meta_body
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant

NOW = int(time.time())


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings))


async def hear(pool: Pool, tenant: Tenant, *people: Someone) -> None:
    """Each writes, and is heard before the next writes."""
    for person in people:
        await write(pool, tenant, text_of(person))
        await take_turns(pool, make_handlers())


async def holders_of(pool: Pool, tenant: Tenant, phone: str) -> set[UUID]:
    rows = await fetch_rows(pool, tenant, "select contact_id from identities where ltrim(value, '+') = $1", phone)
    return {row["contact_id"] for row in rows}


async def test_all_that_a_message_shows_is_kept(pool: Pool, tenant: Tenant) -> None:
    phone, user_id, parent = new_phone(), new_user_id(), "SA.ENT.4711"
    await hear(pool, tenant, Someone(phone, user_id, parent, "noura.a", "نورة"))
    [contact] = await contacts_of(pool, tenant)
    assert (contact["name"], contact["username"]) == ("نورة", "noura.a")
    assert await identities_of(pool, tenant) == {
        ("phone", f"+{phone}"),
        ("wa_id", phone),
        ("user_id", user_id),
        ("parent_user_id", parent),
    }
    scopes = await fetch_rows(pool, tenant, "select kind, scope from identities order by kind")
    assert [(row["kind"], row["scope"]) for row in scopes] == [
        ("parent_user_id", ""),
        ("phone", ""),
        ("user_id", tenant.waba_id),
        ("wa_id", str(tenant.channel_id)),
    ]


async def test_who_hides_the_number_stays_who_they_are(pool: Pool, tenant: Tenant) -> None:
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(phone), Someone(phone, user_id), Someone(None, user_id, username="@noura"))
    assert len(await contacts_of(pool, tenant)) == 1
    assert len(await thread_of(pool, tenant)) == 3
    [conversation] = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert conversation["recipient"] == {"phone": None, "user_id": user_id}


async def test_what_is_learned_of_a_known_contact_is_searched_by(pool: Pool, tenant: Tenant) -> None:
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(None, user_id), Someone(phone, user_id), Someone(phone, user_id, name="هند"))
    rows = await fetch_rows(pool, tenant, "select term from contact_terms")
    assert {row["term"] for row in rows} == {"هند", phone, phone[::-1], user_id.lower()}


@pytest.mark.parametrize(
    ("one", "other"),
    [("5511987654321", "551187654321"), ("5491123456789", "541123456789"), ("525512345678", "5215512345678")],
)
async def test_the_other_spelling_of_a_number_is_the_same_person(
    pool: Pool, tenant: Tenant, one: str, other: str
) -> None:
    await hear(pool, tenant, Someone(one), Someone(other), Someone(one))
    assert len(await contacts_of(pool, tenant)) == 1
    assert await identities_of(pool, tenant) == {
        *(("phone", f"+{spelling}") for spelling in (one, other)),
        *(("wa_id", spelling) for spelling in (one, other)),
    }, "each as it was given"
    [conversation] = await fetch_rows(pool, tenant, "select recipient from conversations")
    assert conversation["recipient"]["phone"] == one, "answered where the last message came from"


async def test_two_spellings_of_a_new_number_in_one_turn_are_one_person(pool: Pool, tenant: Tenant) -> None:
    for spelling in ("551187654321", "5511987654321"):
        await write(pool, tenant, text_of(Someone(spelling)))
    await take_turns(pool, make_handlers())
    assert len(await contacts_of(pool, tenant)) == 1
    assert len(await thread_of(pool, tenant)) == 2
    # Two people who show two user ids are two, however alike their numbers are.
    for spelling in ("551187654322", "5511987654322"):
        await write(pool, tenant, text_of(Someone(spelling, new_user_id())))
    await take_turns(pool, make_handlers())
    assert len(await contacts_of(pool, tenant)) == 3


async def test_landlines_that_look_alike_are_two(pool: Pool, tenant: Tenant) -> None:
    await hear(pool, tenant, Someone("551132654321"), Someone("5511932654321"))
    assert len(await contacts_of(pool, tenant)) == 2


async def test_two_numbers_of_one_account_know_the_person_by_the_user_id(pool: Pool, tenant: Tenant) -> None:
    user_id = new_user_id()
    second = await add_line(pool, tenant)
    await hear(pool, tenant, Someone(None, user_id))
    await hear(pool, second, Someone(None, user_id))
    assert len(await contacts_of(pool, tenant)) == 1
    other = await add_line(pool, tenant, waba_id="another")
    await hear(pool, other, Someone(None, user_id))
    assert len(await contacts_of(pool, tenant)) == 2, "at another account it is another's"


async def test_linked_accounts_know_the_person_by_the_parent(pool: Pool, tenant: Tenant) -> None:
    other = await add_line(pool, tenant, waba_id="linked")
    await hear(pool, tenant, Someone(None, new_user_id(), "SA.ENT.1"))
    await hear(pool, other, Someone(None, new_user_id(), "SA.ENT.1"))
    [_] = await contacts_of(pool, tenant)
    assert len({kind for kind, _ in await identities_of(pool, tenant)}) == 2


async def test_the_same_number_in_two_workspaces_is_two_people(pool: Pool, settings: Settings, tenant: Tenant) -> None:
    stranger = await make_tenant(settings.require_database_url(), make_keyring(settings), waba_id=f"{tenant.waba_id}9")
    phone, user_id = new_phone(), new_user_id()
    for there in (tenant, stranger):
        await write(pool, there, text_of(Someone(phone)), text_of(Someone(None, user_id)))
    await take_turns(pool, make_handlers())
    for there in (tenant, stranger):
        await write(pool, there, text_of(Someone(phone, user_id)))
    await take_turns(pool, make_handlers())
    found = [await contacts_of(pool, there) for there in (tenant, stranger)]
    assert [len(each) for each in found] == [1, 1]
    assert found[0][0]["id"] != found[1][0]["id"]


async def test_a_number_that_comes_with_another_user_id_has_a_new_owner(pool: Pool, tenant: Tenant) -> None:
    phone, first, second = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, Someone(phone, first, name="Noura"), Someone(phone, second, name="Sami"))
    noura, sami = await contacts_of(pool, tenant)
    assert (noura["name"], sami["name"]) == ("Noura", "Sami")
    holders = await fetch_rows(pool, tenant, "select kind, contact_id from identities where kind <> 'user_id'")
    assert {row["contact_id"] for row in holders} == {sami["id"]}
    former = await fetch_rows(pool, tenant, "select kind, contact_id, reason from former_identities")
    assert {(row["kind"], row["contact_id"], row["reason"]) for row in former} == {
        ("phone", noura["id"], "passed_on"),
        ("wa_id", noura["id"], "passed_on"),
    }
    answered = await fetch_rows(pool, tenant, "select contact_id, recipient from conversations")
    assert {row["contact_id"]: row["recipient"] for row in answered} == {
        noura["id"]: {"phone": None, "user_id": first},
        sami["id"]: {"phone": phone, "user_id": second},
    }, "nothing meant for Noura goes to Sami"
    await hear(pool, tenant, Someone(None, first))
    assert len(await contacts_of(pool, tenant)) == 2


async def test_who_only_tells_of_a_new_owner_takes_no_number(pool: Pool, tenant: Tenant) -> None:
    """An account event names the number with another user id: the old thread keeps it until the new owner writes."""
    phone, first, second = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, Someone(phone, first, name="Noura"))
    wish = {
        "contacts": [{"profile": {"name": "Sami"}, "wa_id": phone, "user_id": second}],
        "user_preferences": [
            {"wa_id": phone, "user_id": second, "category": "marketing_messages", "value": "stop", "timestamp": NOW}
        ],
    }
    await file_body(pool, tenant, meta_body(tenant, wish, field="user_preferences"))
    await take_turns(pool, make_handlers())
    noura, sami = await contacts_of(pool, tenant)
    assert await holders_of(pool, tenant, phone) == {noura["id"]}
    [consent] = await fetch_rows(pool, tenant, "select contact_id from consents")
    assert consent["contact_id"] == sami["id"], "what is wanted is the new owner's"
    await hear(pool, tenant, Someone(phone, second, name="Sami"))
    assert await holders_of(pool, tenant, phone) == {sami["id"]}
    answered = await fetch_rows(pool, tenant, "select contact_id, recipient from conversations")
    assert {row["contact_id"]: row["recipient"] for row in answered} == {
        noura["id"]: {"phone": None, "user_id": first},
        sami["id"]: {"phone": phone, "user_id": second},
    }, "nothing meant for Noura goes to Sami"


async def test_history_takes_no_number_from_who_has_it(pool: Pool, tenant: Tenant) -> None:
    phone, now_theirs, before = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, Someone(phone, now_theirs, name="Sami"))
    [sami] = await contacts_of(pool, tenant)
    said = {"from": phone, "id": f"wamid.{phone}", "timestamp": str(NOW - 90_000), "type": "text"}
    thread = {
        "id": phone,
        "context": {"wa_id": phone, "user_id": before},
        "messages": [said | {"text": {"body": "old"}, "history_context": {"status": "READ"}}],
    }
    chunk = {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [thread]}
    await file_body(pool, tenant, meta_body(tenant, {"history": [chunk]}, field="history"))
    await take_turns(pool, make_handlers())
    assert await holders_of(pool, tenant, phone) == {sami["id"]}
    assert await identities_of(pool, tenant, table="former_identities") == set()
    answered = await fetch_rows(pool, tenant, "select recipient from conversations order by id")
    assert [row["recipient"] for row in answered] == [
        {"phone": phone, "user_id": now_theirs},
        {"phone": None, "user_id": before},
    ], "nothing meant for the old owner goes to Sami"


async def test_history_from_before_a_move_is_the_old_owners(pool: Pool, tenant: Tenant) -> None:
    phone, new = new_phone(), new_phone()
    await hear(pool, tenant, Someone(phone))
    [noura] = await contacts_of(pool, tenant)
    await write(pool, tenant, notice_of(Someone(phone), "user_changed_number", at=NOW - 50, new_wa_id=new, wa_id=new))
    await hear(pool, tenant, Someone(phone, name="Sami"))
    said = {"from": phone, "id": f"wamid.{phone}", "timestamp": str(NOW - 90_000), "type": "text"}
    thread = {"id": phone, "messages": [said | {"text": {"body": "old"}, "history_context": {"status": "READ"}}]}
    chunk = {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [thread]}
    await file_body(pool, tenant, meta_body(tenant, {"history": [chunk]}, field="history"))
    await take_turns(pool, make_handlers())
    [old] = await fetch_rows(pool, tenant, "select author_id from messages where content->>'body' = 'old'")
    assert old["author_id"] == noura["id"]


async def test_a_common_turn_asks_nothing_about_merging(settings: Settings, pool: Pool, tenant: Tenant) -> None:
    """A known person's message costs one statement of contacts and one of conversations before these are locked."""
    person = Someone(new_phone(), new_user_id(), "SA.ENT.12")
    await hear(pool, tenant, person)
    await write(pool, tenant, text_of(person))
    asked: list[str] = []
    async with open_pool(settings.require_database_url(), size=1) as alone:
        async with alone.acquire() as conn:
            conn.add_query_logger(lambda record: asked.append(record.query))
        assert (await run_turn(alone, make_handlers(), TurnOptions())).count == 1
    about = [query for query in asked if "identities" in query and "for no key update" not in query]
    assert len(about) == 1, about
    assert not [query for query in asked if "alias" in query or "contact_merges" in query]
