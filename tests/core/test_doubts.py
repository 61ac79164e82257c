"""Sends in doubt: what settles them, against the simulator over HTTP."""

from __future__ import annotations

from hoopoe.conversations.outbox.settle import resolve_doubts
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.core.sending import claim_own, expire_own_leases, queue_answers, run_sender, status_body, wait_for_states
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns
from tests.support.simulator import SimulatorProcess
from tests.support.tenants import Tenant


async def test_a_lost_answer_is_a_doubt_that_a_status_settles(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#")
    await simulator.set_faults({"kind": "accept_and_never_answer", "count": 1})
    async with run_sender(pool, settings, simulator, lease=1.5):
        await wait_for_states(pool, tenant, "unknown", "queued")
        await resolve_doubts(pool, after_seconds=0.0)
        [asked] = await fetch_rows(pool, tenant, "select needs_person from outbox where state = 'unknown'")
        assert asked["needs_person"], "nothing later was seen: a person is asked"
        [accepted] = await simulator.accepted()
        await file_body(pool, tenant, status_body(tenant, "delivered", accepted))
        await take_turns(pool, make_handlers())
        await wait_for_states(pool, tenant, "done", "done")
    assert len(await simulator.accepted()) == 2, "the message in doubt was not sent again"
    first = (await fetch_rows(pool, tenant, "select status from messages where direction = 'out' order by id"))[0]
    assert first["status"] == "delivered"


async def test_an_expired_lease_becomes_a_doubt_and_is_sent_again_once_when_later_sends_are_confirmed(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#")
    [lost] = await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    await wait_for_states(pool, tenant, "unknown")
    async with run_sender(pool, settings, simulator):
        await queue_answers(pool, tenant, simulator, "#1#", customer="966500000102")
        [accepted] = await simulator.wait_for_accepted(1)
        await wait_for_states(pool, tenant, "unknown", "done")
        await file_body(pool, tenant, status_body(tenant, "sent", accepted, customer="966500000102"))
        await take_turns(pool, make_handlers())
        await resolve_doubts(pool, after_seconds=0.0)
        again = (await simulator.wait_for_accepted(2))[1]
        await wait_for_states(pool, tenant, "done", "done")
    assert again["biz_opaque_callback_data"] == f"{lost.message_id}.2"


async def test_a_status_that_waits_in_our_own_inbox_has_arrived(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    """Turns are behind: the doubt's own status is acknowledged and not handled yet. Nobody sends again, or is asked."""
    await queue_answers(pool, tenant, simulator, "#1#")
    [lost] = await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    async with run_sender(pool, settings, simulator):
        await queue_answers(pool, tenant, simulator, "#1#", customer="966500000102")
        [accepted] = await simulator.wait_for_accepted(1)
        await wait_for_states(pool, tenant, "unknown", "done")
        await file_body(pool, tenant, status_body(tenant, "sent", accepted, customer="966500000102"))
        await take_turns(pool, make_handlers())
        own = accepted | {"biz_opaque_callback_data": lost.opaque, "wamid": "wamid.lost"}
        await file_body(pool, tenant, status_body(tenant, "sent", own))
        await resolve_doubts(pool, after_seconds=0.0)
        [doubt] = await fetch_rows(pool, tenant, "select resent, needs_person from outbox where state = 'unknown'")
        assert (doubt["resent"], doubt["needs_person"]) == (False, False)
        await take_turns(pool, make_handlers())
        await wait_for_states(pool, tenant, "done", "done")
    assert len(await simulator.accepted()) == 1


async def test_a_doubt_waits_as_long_again_once_callbacks_work(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    """After an outage the provider tells of everything at once, in any order: the first status proves nothing yet."""
    await queue_answers(pool, tenant, simulator, "#1#")
    await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    async with run_sender(pool, settings, simulator):
        await queue_answers(pool, tenant, simulator, "#1#", customer="966500000102")
        [accepted] = await simulator.wait_for_accepted(1)
        await wait_for_states(pool, tenant, "unknown", "done")
        async with transaction(pool, role="hoopoe_pipe") as conn:
            await conn.execute(
                "update outbox set attempted_at = attempted_at - interval '1 hour' where workspace_id = $1",
                tenant.workspace_id,
            )
        await file_body(pool, tenant, status_body(tenant, "sent", accepted, customer="966500000102"))
        await take_turns(pool, make_handlers())
        await resolve_doubts(pool, after_seconds=120)
        [doubt] = await fetch_rows(pool, tenant, "select needs_person from outbox where state = 'unknown'")
        assert not doubt["needs_person"], "it will be known before long: nobody is asked"
        async with transaction(pool, role="hoopoe_pipe") as conn:
            await conn.execute(
                "update outbox set status_seen_at = now() - interval '121 s' "
                "where workspace_id = $1 and status_seen_at is not null",
                tenant.workspace_id,
            )
        await resolve_doubts(pool, after_seconds=120)
        [doubt] = await fetch_rows(pool, tenant, "select needs_person from outbox where state = 'unknown'")
        assert doubt["needs_person"], "that callbacks worked once, and have been silent since, proves nothing"
        await queue_answers(pool, tenant, simulator, "#1#", customer="966500000103")
        latest = (await simulator.wait_for_accepted(2))[-1]
        await wait_for_states(pool, tenant, "unknown", "done", "done")
        await file_body(pool, tenant, status_body(tenant, "sent", latest, customer="966500000103"))
        await take_turns(pool, make_handlers())
        await resolve_doubts(pool, after_seconds=120)
        await wait_for_states(pool, tenant, "done", "done", "done")
    assert len(await simulator.accepted()) == 3
