"""Where messages go: a number where the person shows one, else the user id; and to where the person is by then."""

from __future__ import annotations

import time

import pytest

from hoopoe.channels.addressing import ToPhone, ToUserId, choose_destination
from hoopoe.channels.contract import Address, Provider, TextContent
from hoopoe.channels.errors import ContentRefused
from hoopoe.channels.explain import explain
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.twilio.build import write_address
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.contacts.people import Someone, new_phone, new_user_id, notice_of, text_of, write
from tests.core.sending import claim_own
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant

USER_ID = "US.13491208655302741918"


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


@pytest.mark.parametrize(
    ("recipient", "chosen", "meta", "twilio"),
    [
        (
            Address(phone="966500000101", user_id=USER_ID),
            ToPhone("+966500000101"),
            {"to": "+966500000101"},
            "whatsapp:+966500000101",
        ),
        (Address(phone="+966500000101"), ToPhone("+966500000101"), {"to": "+966500000101"}, "whatsapp:+966500000101"),
        (Address(user_id=USER_ID), ToUserId(USER_ID), {"recipient": USER_ID}, f"whatsapp:{USER_ID}"),
        (
            Address(phone="", user_id=USER_ID, username="noura"),
            ToUserId(USER_ID),
            {"recipient": USER_ID},
            f"whatsapp:{USER_ID}",
        ),
    ],
)
def test_one_place_chooses_for_both_providers(
    recipient: Address, chosen: ToPhone | ToUserId, meta: dict[str, str], twilio: str
) -> None:
    assert choose_destination(recipient) == chosen
    request = build_request(TextContent("hi"), recipient=recipient, opaque=None, reply_to=None)
    assert {name: request[name] for name in ("to", "recipient") if name in request} == meta
    assert write_address(recipient) == twilio


def test_a_username_is_no_address() -> None:
    for write_to in (
        lambda person: build_request(TextContent("hi"), recipient=person, opaque=None, reply_to=None),
        write_address,
    ):
        with pytest.raises(ContentRefused) as refused:
            write_to(Address(username="noura.a", name="Noura"))
        assert refused.value.field == "recipient"


async def hear(pool: Pool, tenant: Tenant, *values: dict[str, object]) -> None:
    for value in values:
        await write(pool, tenant, value)
        await take_turns(pool, make_handlers())


async def test_an_answer_goes_to_what_the_last_message_showed(pool: Pool, tenant: Tenant) -> None:
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, text_of(Someone(phone, user_id)), text_of(Someone(None, user_id)))
    [send] = await claim_own(pool, tenant, lease_seconds=30.0)
    assert send.recipient == {"phone": None, "user_id": user_id}, "the number is hidden meanwhile"


async def test_what_waited_goes_to_the_new_number(pool: Pool, tenant: Tenant) -> None:
    old, new, now = new_phone(), new_phone(), int(time.time())
    await hear(pool, tenant, text_of(Someone(old), at=now - 60))
    await hear(pool, tenant, notice_of(Someone(old), "user_changed_number", at=now - 30, wa_id=new))
    [send] = await claim_own(pool, tenant, lease_seconds=30.0)
    assert send.recipient["phone"] == new
    [row] = await fetch_rows(pool, tenant, "select recipient from outbox")
    assert row["recipient"]["phone"] == new, "and a listing is searched for it there"


async def test_what_waited_for_a_number_that_was_passed_on_goes_to_nobody_else(pool: Pool, tenant: Tenant) -> None:
    phone, first, second = new_phone(), new_user_id(), new_user_id()
    await hear(pool, tenant, text_of(Someone(phone, first), "for Noura"), text_of(Someone(phone, second), "for Sami"))
    sends = {
        str(send.content["body"]).rpartition(" ")[2]: send.recipient
        for send in await claim_own(pool, tenant, lease_seconds=30.0)
    }
    assert sends == {"Noura": {"phone": None, "user_id": first}, "Sami": {"phone": phone, "user_id": second}}


def test_a_message_that_needs_a_number_says_so_in_both_languages() -> None:
    rule = explain(Provider.META, 131062)
    assert "phone number" in rule.text.en
    assert "رقم هاتف" in rule.text.ar
