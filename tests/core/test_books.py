"""Names of the contact book on an owner's phone, whatever comes first: the book, the history, the person."""

from __future__ import annotations

import asyncio

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.core.test_imports import DAY, NOW, chunk, file_chunks, said
from tests.core.webhooks import CUSTOMER, meta_body
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.simulator import wait_until
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def test_the_contact_book_names_whose_history_came_in_the_same_turn(pool: Pool, tenant: Tenant) -> None:
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - DAY)))
    entry = {"type": "contact", "action": "add", "contact": {"full_name": "Lina Farouk", "phone_number": CUSTOMER}}
    await file_body(pool, tenant, meta_body(tenant, {"state_sync": [entry]}, field="smb_app_state_sync"))
    await take_turns(pool, make_handlers())
    assert [row["name"] for row in await fetch_rows(pool, tenant, "select name from contacts")] == ["Lina Farouk"]


@pytest.mark.parametrize("user_id", [None, "SA.98765"])
async def test_the_contact_book_names_whose_history_comes_later(
    pool: Pool, tenant: Tenant, user_id: str | None
) -> None:
    """By the number, and by the user id of who has none there; the later of two names counts."""
    handlers = make_handlers()
    known = {"user_id": user_id} if user_id else {"phone_number": f"+{CUSTOMER}"}
    for name in ("Lina", "Lina Farouk"):
        entry = {"type": "contact", "action": "edit", "contact": {"full_name": name, **known}}
        await file_body(pool, tenant, meta_body(tenant, {"state_sync": [entry]}, field="smb_app_state_sync"))
    await take_turns(pool, handlers)
    assert await fetch_rows(pool, tenant, "select from contacts") == [], "the book makes nobody a contact"
    thread = {"context": {"wa_id": CUSTOMER, "user_id": user_id}} if user_id else {}
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - DAY), **thread))
    await take_turns(pool, handlers)
    assert [row["name"] for row in await fetch_rows(pool, tenant, "select name from contacts")] == ["Lina Farouk"]
    assert await fetch_rows(pool, tenant, "select from contact_terms where term = 'farouk'") != []


async def test_a_name_that_a_person_chose_stands_above_the_book(pool: Pool, tenant: Tenant) -> None:
    entry = {"type": "contact", "action": "add", "contact": {"full_name": "From the book", "phone_number": CUSTOMER}}
    await file_body(pool, tenant, meta_body(tenant, {"state_sync": [entry]}, field="smb_app_state_sync"))
    await take_turns(pool, make_handlers())
    await file_body(pool, tenant, text_body(tenant, "hello", customer=CUSTOMER, message_id="wamid.1"))
    await take_turns(pool, make_handlers())
    [contact] = await fetch_rows(pool, tenant, "select name from contacts")
    assert contact["name"] not in (None, "From the book")


async def test_two_books_with_the_same_people_do_not_wait_for_each_other_in_a_ring(pool: Pool, tenant: Tenant) -> None:
    """Whoever is first in a book, people are held in the order of their ids; who has a name, not at all."""
    numbers = [f"96650000000{n}" for n in range(3)]
    history = [chunk(said(n, at=NOW - DAY, **{"from": number}), thread=number) for n, number in enumerate(numbers)]
    await file_chunks(pool, tenant, *history)
    await take_turns(pool, make_handlers())
    by_number = {
        row["value"]: row["contact_id"]
        for row in await fetch_rows(pool, tenant, "select value, contact_id from identities where kind = 'phone'")
    }
    people = sorted((by_number[f"+{number}"], number) for number in numbers)
    (low, low_number), (high, high_number), (named, named_number) = people
    await fetch_rows(pool, tenant, "update contacts set name = 'Sami' where id = $1 returning id", named)
    entries = [
        {"type": "contact", "action": "add", "contact": {"full_name": f"Of {number}", "phone_number": number}}
        for number in (named_number, high_number, low_number)
    ]
    await file_body(pool, tenant, meta_body(tenant, {"state_sync": entries}, field="smb_app_state_sync"))
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute("select from contacts where id = any ($1::uuid[]) for no key update", [high, named])
        turn = asyncio.create_task(take_turns(pool, make_handlers()))
        free = "select id from contacts where id = $1 for no key update skip locked"

        async def is_held() -> bool:
            return not await fetch_rows(pool, tenant, free, low)

        await wait_until(is_held, "lock of the one with the lower id")
        assert not turn.done(), "it holds the one with the lower id, and waits for the other"
    await turn
    names = {row["id"]: row["name"] for row in await fetch_rows(pool, tenant, "select id, name from contacts")}
    assert names == {low: f"Of {low_number}", high: f"Of {high_number}", named: "Sami"}
