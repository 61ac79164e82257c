"""Names of the contact book on an owner's phone, whatever comes first: the book, the history, the person."""

from __future__ import annotations

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.core.test_imports import DAY, NOW, chunk, file_chunks, said
from tests.core.webhooks import CUSTOMER, meta_body
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
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
