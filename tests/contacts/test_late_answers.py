"""Answers and statuses that come late: after another claim, after a merge, after the doubt was queued again."""

from __future__ import annotations

import secrets
from uuid import UUID

import pytest

from hoopoe.channels.contract import Accepted, Provider
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send
from hoopoe.conversations.outbox.policy import NotSent, judge
from hoopoe.conversations.outbox.settle import resolve_doubts
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.contacts.people import Someone, new_phone
from tests.contacts.test_merging import hear, make_two, one
from tests.core.sending import claim_own, expire_own_leases, press_retry, status_body
from tests.support.core import file_body, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def claim(pool: Pool, tenant: Tenant, *, lease: float = 30.0) -> list[Send]:
    return await claim_own(pool, tenant, lease_seconds=lease)


def accepted(send: Send) -> Acknowledgement:
    verdict = judge(Accepted(f"wamid.{secrets.token_hex(8)}"), attempt=send.attempt)
    return Acknowledgement(send, verdict, Provider.META)


async def put_in_doubt(pool: Pool, tenant: Tenant) -> tuple[Send, str]:
    """A send whose lease ran out, and the number that it goes to."""
    phone = new_phone()
    await hear(pool, tenant, Someone(phone), "one")
    [send] = await claim(pool, tenant, lease=0.0)
    await expire_own_leases(pool)
    return send, phone


async def queue_doubts_again(pool: Pool, tenant: Tenant) -> None:
    """A later send is accepted, and its statuses come: what is in doubt is to be sent again."""
    phone = new_phone()
    await hear(pool, tenant, Someone(phone), "later")
    for send in await claim(pool, tenant):
        await acknowledge_sends(pool, [accepted(send)])
        told: dict[str, object] = {"wamid": "wamid.later", "biz_opaque_callback_data": send.opaque}
        await file_body(pool, tenant, status_body(tenant, "sent", told, customer=phone))
    await take_turns(pool, make_handlers())
    await resolve_doubts(pool, after_seconds=0.0)


async def state_of(pool: Pool, tenant: Tenant, message_id: UUID) -> tuple[str, str]:
    row = await one(
        pool,
        tenant,
        "select outbox.state, messages.status from outbox join messages on messages.id = message_id "
        "where message_id = $1",
        message_id,
    )
    return row["state"], row["status"]


async def test_an_acknowledgement_that_is_written_twice_frees_nobody_elses_claim(pool: Pool, tenant: Tenant) -> None:
    """The commit was done, and the connection died before it was heard of."""
    await hear(pool, tenant, Someone(new_phone()), "one")
    [first] = await claim(pool, tenant)
    not_sent = Acknowledgement(first, judge(NotSent(0.0), attempt=first.attempt), Provider.META)
    await acknowledge_sends(pool, [not_sent])
    [second] = await claim(pool, tenant)
    await acknowledge_sends(pool, [not_sent])
    assert await claim(pool, tenant) == [], f"{second.opaque} is on its way"
    await acknowledge_sends(pool, [accepted(second)])
    assert await state_of(pool, tenant, second.message_id) == ("done", "accepted")


async def test_an_answer_finds_its_send_in_a_conversation_that_was_merged(pool: Pool, tenant: Tenant) -> None:
    person, _, newer = await make_two(pool, tenant)
    [send] = [each for each in await claim(pool, tenant, lease=0.0) if each.conversation_id == newer]
    await expire_own_leases(pool)
    await hear(pool, tenant, person, "four")
    await acknowledge_sends(pool, [accepted(send)])
    assert await state_of(pool, tenant, send.message_id) == ("done", "accepted")
    await queue_doubts_again(pool, tenant)
    assert send.message_id not in {each.message_id for each in await claim(pool, tenant)}


@pytest.mark.parametrize("status", ["sent", "delivered", "failed"])
async def test_a_status_ends_what_waits_to_be_sent_again(pool: Pool, tenant: Tenant, status: str) -> None:
    doubt, phone = await put_in_doubt(pool, tenant)
    await queue_doubts_again(pool, tenant)
    assert (await state_of(pool, tenant, doubt.message_id))[0] == "queued"
    told: dict[str, object] = {"wamid": "wamid.first", "biz_opaque_callback_data": doubt.opaque}
    await file_body(pool, tenant, status_body(tenant, status, told, customer=phone))
    await take_turns(pool, make_handlers())
    assert await state_of(pool, tenant, doubt.message_id) == ("done", status)
    assert await claim(pool, tenant) == []


async def test_an_acceptance_ends_what_waits_to_be_sent_again(pool: Pool, tenant: Tenant) -> None:
    doubt, _ = await put_in_doubt(pool, tenant)
    await queue_doubts_again(pool, tenant)
    await acknowledge_sends(pool, [accepted(doubt)])
    assert await state_of(pool, tenant, doubt.message_id) == ("done", "accepted")
    assert await claim(pool, tenant) == []


async def test_a_late_word_of_what_failed_does_not_end_its_retry(pool: Pool, tenant: Tenant) -> None:
    """`sent` may come behind `failed`. It says nothing against sending again what did not arrive."""
    phone = new_phone()
    await hear(pool, tenant, Someone(phone), "one")
    [send] = await claim(pool, tenant)
    await acknowledge_sends(pool, [accepted(send)])
    told: dict[str, object] = {"wamid": "wamid.f", "biz_opaque_callback_data": send.opaque}
    await file_body(pool, tenant, status_body(tenant, "failed", told, customer=phone))
    await take_turns(pool, make_handlers())
    await press_retry(pool, tenant, send.message_id)
    await file_body(pool, tenant, status_body(tenant, "sent", told, customer=phone))
    await take_turns(pool, make_handlers())
    [again] = await claim(pool, tenant)
    assert (again.message_id, again.attempt) == (send.message_id, 2)
