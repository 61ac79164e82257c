"""Two contacts that were made one and are not: what was whose goes back, and nothing makes them one again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hoopoe.conversations.errors import ContactBusy
from hoopoe.conversations.parting import part_contact
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.routing import lane_of
from tests.contacts.people import (
    Someone,
    add_line,
    contacts_of,
    identities_of,
    new_phone,
    new_user_id,
    text_of,
    write,
)
from tests.core.sending import claim_own
from tests.flows_live.blueprints import question_blueprint
from tests.support.core import HOOKS, fetch_rows, make_handlers, take_turns
from tests.support.locks import wait_for_blocked
from tests.support.tenants import Tenant, make_tenant

NAMES = "select contact_id, kind, value from identities"
OF_CHANNEL = "select id, contact_id from conversations where channel_id = $1"
SAID = """
select conversation.contact_id, message.author_id, message.content ->> 'body' as body
from messages as message join conversations as conversation on conversation.id = message.conversation_id
where message.direction = 'in' order by message.id
"""


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


def owner(tenant: Tenant) -> WorkspaceScope:
    return make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SESSION)


async def hear(pool: Pool, tenant: Tenant, person: Someone, *texts: str) -> None:
    for text in texts:
        await write(pool, tenant, text_of(person, text))
        await take_turns(pool, make_handlers())


async def part(pool: Pool, tenant: Tenant, contact_id: UUID, merged_id: UUID) -> None:
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await part_contact(conn, owner(tenant), contact_id, merged_id, hooks=HOOKS)


async def said_by(pool: Pool, tenant: Tenant) -> dict[UUID, list[str]]:
    """What stands in whose conversation; each is its person's own."""
    said: dict[UUID, list[str]] = {}
    for row in await fetch_rows(pool, tenant, SAID):
        assert row["author_id"] == row["contact_id"]
        said.setdefault(row["contact_id"], []).append(row["body"])
    return said


async def merge_two(pool: Pool, tenant: Tenant) -> tuple[Someone, Someone, list[Record], list[Record]]:
    """One with a number, another with a user id, whom a message made one; they, their contacts and conversations."""
    first, second = Someone(new_phone(), name="Sami"), Someone(None, new_user_id(), username="noura.a", name=None)
    await hear(pool, tenant, first, "one", "two")
    await hear(pool, tenant, second, "three")
    contacts = await contacts_of(pool, tenant)
    threads = list(await fetch_rows(pool, tenant, "select * from conversations order by id"))
    await hear(pool, tenant, replace(second, phone=first.phone), "four")
    assert len(await contacts_of(pool, tenant)) == 1
    return first, second, contacts, threads


async def test_what_was_whose_goes_back(pool: Pool, tenant: Tenant) -> None:
    first, second, contacts, threads = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    await part(pool, tenant, sami, noura)
    assert [dict(row) for row in await contacts_of(pool, tenant)][1] == dict(contacts[1])
    assert await said_by(pool, tenant) == {sami: ["one", "two", "four"], noura: ["three"]}
    names = {(row["contact_id"], row["kind"]): row["value"] for row in await fetch_rows(pool, tenant, NAMES)}
    assert names[noura, "user_id"] == second.user_id
    assert names[sami, "phone"] == f"+{first.phone}"
    assert (sami, "user_id") not in names
    back = list(await fetch_rows(pool, tenant, "select * from conversations order by id"))
    assert [row["id"] for row in back] == [row["id"] for row in threads]
    assert [row["recipient"] for row in back] == [{"phone": first.phone, "user_id": None}, threads[1]["recipient"]]
    assert [row["lane"] for row in back] == [row["lane"] for row in threads]
    assert (back[1]["last_message_id"], back[1]["window_expires_at"]) == (
        threads[1]["last_message_id"],
        threads[1]["window_expires_at"],
    )
    unsent = await fetch_rows(pool, tenant, "select conversation_id, message_id from outbox order by id")
    homes = {row["id"]: row["conversation_id"] for row in await fetch_rows(pool, tenant, "select * from messages")}
    assert [row["conversation_id"] for row in unsent] == [homes[row["message_id"]] for row in unsent]
    for table in ("contact_merges", "contact_aliases", "conversation_aliases"):
        assert await fetch_rows(pool, tenant, f"select from {table}") == [], table
    notes = await fetch_rows(pool, tenant, "select conversation_id from conversation_events where type = 'parted'")
    assert {row["conversation_id"] for row in notes} == {row["id"] for row in threads}
    [entry] = await fetch_rows(
        pool, tenant, "select target_id, before from audit_entries where action = 'contact.parted'"
    )
    assert (entry["target_id"], entry["before"]) == (noura, {"contact_id": str(sami)})
    assert second.user_id is not None
    found = await fetch_rows(
        pool, tenant, "select contact_id from contact_terms where term = $1", second.user_id.lower()
    )
    assert [row["contact_id"] for row in found] == [noura]


async def test_the_same_evidence_makes_them_one_no_more(pool: Pool, tenant: Tenant) -> None:
    """Each is found by what is its own: the user id before the number, the number alone by the number."""
    first, second, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    await part(pool, tenant, sami, noura)
    both = replace(second, phone=first.phone)
    await hear(pool, tenant, both, "five", "six")
    await hear(pool, tenant, first, "seven")
    await hear(pool, tenant, second, "eight")
    assert len(await contacts_of(pool, tenant)) == 2
    said = await said_by(pool, tenant)
    assert said == {sami: ["one", "two", "four", "seven"], noura: ["three", "five", "six", "eight"]}
    assert await fetch_rows(pool, tenant, "select from contact_merges") == []
    owners = {
        row["kind"]: row["contact_id"] for row in await fetch_rows(pool, tenant, NAMES) if row["kind"] != "user_id"
    }
    assert set(owners.values()) == {sami}, "the number stays whose it is"


async def test_who_is_kept_apart_from_one_is_so_from_whoever_that_one_becomes(pool: Pool, tenant: Tenant) -> None:
    first, second, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    await part(pool, tenant, sami, noura)
    third = Someone(None, None, parent_id=f"SA.ENT.{new_user_id()[3:]}", name="Third")
    elder = replace(third, phone=new_phone())
    await hear(pool, tenant, elder, "nine")
    await hear(pool, tenant, replace(second, parent_id=elder.parent_id), "ten")
    [taken] = await fetch_rows(pool, tenant, "select contact_id from contact_aliases where id <> $1", sami)
    await hear(pool, tenant, replace(second, phone=first.phone), "eleven")
    assert {row["id"] for row in await contacts_of(pool, tenant)} == {sami, taken["contact_id"]}


async def test_a_conversation_that_went_on_alone_goes_back_whole(pool: Pool, tenant: Tenant) -> None:
    other_line = await add_line(pool, tenant)
    first, second = Someone(new_phone(), name="Sami"), Someone(None, new_user_id(), name="Noura")
    await hear(pool, tenant, first, "one")
    await hear(pool, other_line, second, "two")
    sami, noura = (row["id"] for row in await contacts_of(pool, tenant))
    both = replace(second, phone=first.phone)
    await hear(pool, tenant, both, "three")
    await part(pool, tenant, noura, noura)
    assert await said_by(pool, tenant) == {sami: ["one", "three"], noura: ["two"]}


async def test_a_conversation_that_went_on_alone_and_was_then_taken_up_goes_back(pool: Pool, tenant: Tenant) -> None:
    """By what the later merge recorded, which took it up; and that merge can be parted as well, in either order."""
    other_line = await add_line(pool, tenant)
    parent = f"SA.ENT.{new_user_id()[3:]}"
    elder = Someone(new_phone(), None, parent_id=parent, name="Elder")
    first, second = Someone(new_phone(), name="Sami"), Someone(None, new_user_id(), name="Noura")
    await hear(pool, other_line, elder, "zero")
    await hear(pool, tenant, first, "one")
    await hear(pool, other_line, second, "two")
    elder_id, sami, noura = (row["id"] for row in await contacts_of(pool, tenant))
    threads = {row["contact_id"]: row["id"] for row in await fetch_rows(pool, tenant, "select * from conversations")}
    both = replace(second, phone=first.phone)
    await hear(pool, tenant, both, "three")
    await hear(pool, tenant, replace(both, parent_id=parent), "four")
    assert [row["id"] for row in await contacts_of(pool, tenant)] == [elder_id]
    await part(pool, tenant, sami, noura)
    assert await said_by(pool, tenant) == {elder_id: ["zero", "one", "three", "four"], noura: ["two"]}
    back = {
        row["contact_id"]: row["id"] for row in await fetch_rows(pool, other_line, OF_CHANNEL, other_line.channel_id)
    }
    assert back == {elder_id: threads[elder_id], noura: threads[noura]}
    notes = await fetch_rows(pool, tenant, "select conversation_id from conversation_events where type = 'parted'")
    assert {row["conversation_id"] for row in notes} == set(back.values())
    await part(pool, tenant, elder_id, sami)
    assert await said_by(pool, tenant) == {elder_id: ["zero"], sami: ["one", "three", "four"], noura: ["two"]}
    for table in ("contact_merges", "contact_aliases", "conversation_aliases"):
        assert await fetch_rows(pool, tenant, f"select from {table}") == [], table


async def test_a_journey_of_both_is_over_for_both(pool: Pool, settings: Settings) -> None:
    tenant = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=question_blueprint())
    _, _, contacts, _ = await merge_two(pool, tenant)
    await part(pool, tenant, contacts[0]["id"], contacts[1]["id"])
    assert await fetch_rows(pool, tenant, "select from flow_sessions where status = 'waiting'") == []


async def test_an_opt_out_counts_for_both(pool: Pool, tenant: Tenant) -> None:
    """Whose it was nobody knows any more."""
    _, _, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    await fetch_rows(
        pool,
        tenant,
        "insert into consents (workspace_id, contact_id, category, state, method, at) "
        "values ($1, $2, 'marketing', 'opted_out', 'keyword', now()) returning state",
        tenant.workspace_id,
        sami,
    )
    await part(pool, tenant, sami, noura)
    rows = await fetch_rows(pool, tenant, "select contact_id from consents where state = 'opted_out'")
    assert {row["contact_id"] for row in rows} == {sami, noura}


async def test_what_is_on_its_way_is_waited_for(pool: Pool, tenant: Tenant) -> None:
    _, _, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    assert await claim_own(pool, tenant, lease_seconds=30)
    before = await identities_of(pool, tenant)
    with pytest.raises(ContactBusy):
        await part(pool, tenant, sami, noura)
    assert (await identities_of(pool, tenant), len(await contacts_of(pool, tenant))) == (before, 1), "nothing was done"


async def test_a_turn_that_is_under_way_comes_before(pool: Pool, tenant: Tenant) -> None:
    """Its message was found to be the one contact's; what comes after the parting is the other's."""
    _, second, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    assert second.user_id is not None
    async with transaction(pool, role="hoopoe_pipe") as conn:
        await conn.execute("select pg_advisory_xact_lock($1)", lane_of(tenant.channel_id, second.user_id))
        parting = asyncio.create_task(part(pool, tenant, sami, noura))
        await wait_for_blocked(pool, conn)
        assert not parting.done()
    await parting
    await hear(pool, tenant, second, "five")
    assert (await said_by(pool, tenant))[noura] == ["three", "five"]


async def test_messages_that_arrive_meanwhile_are_filed_once_each(pool: Pool, tenant: Tenant) -> None:
    _, second, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    texts = [f"m{n}" for n in range(12)]
    await asyncio.gather(
        *(write(pool, tenant, text_of(second, text)) for text in texts),
        take_turns(pool, make_handlers()),
        part(pool, tenant, sami, noura),
        take_turns(pool, make_handlers()),
    )
    await take_turns(pool, make_handlers())
    said = await said_by(pool, tenant)
    assert sorted(body for bodies in said.values() for body in bodies if body in texts) == sorted(texts)
    await hear(pool, tenant, second, "last")
    assert (await said_by(pool, tenant))[noura][-1] == "last"


@pytest.mark.parametrize("times", [1, 2])
async def test_what_is_not_on_record_is_not_parted(pool: Pool, tenant: Tenant, times: int) -> None:
    _, _, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    for _ in range(times - 1):
        await part(pool, tenant, sami, noura)
    with pytest.raises(NotFound):
        await part(pool, tenant, sami, sami if times == 1 else noura)


async def test_two_who_part_them_at_once_do_so_once(pool: Pool, tenant: Tenant) -> None:
    _, _, contacts, _ = await merge_two(pool, tenant)
    sami, noura = (row["id"] for row in contacts)
    results: list[Any] = await asyncio.gather(
        *(part(pool, tenant, sami, noura) for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotFound"]
