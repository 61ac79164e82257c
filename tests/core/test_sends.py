"""The outbox and the sender, against the simulator over HTTP."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime

from hoopoe.channels.contract import Accepted, ItemKind, Provider, ProviderError, Refused
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, claim_sends
from hoopoe.conversations.outbox.policy import judge
from hoopoe.conversations.status_updates import handle_statuses
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.inbox import InboxRow
from tests.core.sending import (
    claim_own,
    expire_own_leases,
    press_retry,
    queue_answers,
    run_sender,
    status_body,
    wait_for_states,
)
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.simulator import SimulatorProcess
from tests.support.tenants import Tenant, make_tenant


async def test_answers_leave_once_in_order_with_our_ids(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#", "#3#")
    async with run_sender(pool, settings, simulator):
        accepted = await simulator.wait_for_accepted(3)
        await wait_for_states(pool, tenant, "done", "done", "done")
    rows = await fetch_rows(
        pool, tenant, "select id, status, attempt, provider_id from messages where direction = 'out' order by id"
    )
    assert [row["biz_opaque_callback_data"] for row in accepted] == [f"{row['id']}.1" for row in rows]
    assert [(row["status"], row["attempt"]) for row in rows] == [("accepted", 1)] * 3
    assert [row["provider_id"] for row in rows] == [row["wamid"] for row in accepted]


async def test_a_refusal_that_passes_is_tried_again_and_holds_the_line(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#")
    await simulator.set_faults({"kind": "refuse_429", "count": 2})
    async with run_sender(pool, settings, simulator):
        await wait_for_states(pool, tenant, "done", "done")
    attempts = await fetch_rows(pool, tenant, "select outcome from message_attempts order by message_id, attempt")
    assert [row["outcome"] for row in attempts] == ["refused", "refused", "accepted"], (
        "the second message had no trouble"
    )
    assert len(await simulator.accepted()) == 2


async def test_a_send_that_fails_for_good_says_why_and_leaves_the_line(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#")
    await simulator.set_faults({"kind": "refuse_code", "code": 131009, "count": 1})
    async with run_sender(pool, settings, simulator):
        await wait_for_states(pool, tenant, "dead", "done")
    message = (
        await fetch_rows(pool, tenant, "select status, failure from messages where direction = 'out' order by id")
    )[0]
    assert message["status"] == "failed"
    assert message["failure"]["code"] == "131009"
    assert message["failure"]["text"]["en"].endswith(".")
    assert message["failure"]["text"]["ar"]
    letters = await fetch_rows(pool, tenant, "select kind, error_code, state, payload from dead_letters")
    assert [(row["kind"], row["error_code"], row["state"]) for row in letters] == [("send", "131009", "failed")]


async def test_a_late_failure_of_the_first_attempt_cannot_fail_the_second(
    pool: Pool, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#")
    [first] = await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    async with transaction(pool, role="hoopoe_pipe") as conn:
        await conn.execute(
            "update outbox set state = 'queued' where state = 'unknown' and workspace_id = $1", tenant.workspace_id
        )
    [second] = await claim_own(pool, tenant, lease_seconds=30.0)
    assert (first.attempt, second.attempt) == (1, 2)
    row = {"wamid": "wamid.first", "biz_opaque_callback_data": first.opaque}
    await file_body(pool, tenant, status_body(tenant, "failed", row))
    await take_turns(pool, make_handlers())
    [message] = await fetch_rows(pool, tenant, "select status, attempt from messages where direction = 'out'")
    assert (message["status"], message["attempt"]) == ("pending", 2)


async def test_one_send_of_a_conversation_is_under_way_at_a_time(
    pool: Pool, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#")
    claims = await asyncio.gather(*(claim_own(pool, tenant, lease_seconds=30.0) for _ in range(5)))
    assert sum(map(len, claims)) == 1


async def kill_first(pool: Pool, tenant: Tenant) -> Send:
    """Let the tenant's first send give up; returns it."""
    [first] = await claim_own(pool, tenant, lease_seconds=30.0)
    refused = judge(Refused(ProviderError(131026, "no")), attempt=1)
    await acknowledge_sends(pool, [Acknowledgement(first, refused, Provider.META)])
    return first


async def test_sending_again_waits_for_what_is_under_way_and_stops_nobody(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#", "#3#")
    first = await kill_first(pool, tenant)
    [second] = await claim_own(pool, tenant, lease_seconds=30.0)
    await press_retry(pool, tenant, first.message_id)
    assert await claim_own(pool, tenant, lease_seconds=30.0) == []
    done = judge(Accepted("wamid.second"), attempt=1)
    await acknowledge_sends(pool, [Acknowledgement(second, done, Provider.META)])
    async with run_sender(pool, settings, simulator):
        accepted = await simulator.wait_for_accepted(2)
    numbers = [row["biz_opaque_callback_data"] for row in accepted]
    assert numbers[1] == f"{first.message_id}.2", "what gave up goes behind what waits now"
    assert numbers[0] not in (first.opaque, second.opaque)


async def test_an_acknowledgement_that_cannot_be_written_costs_only_itself(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    """The provider gives an id that another message has."""
    await queue_answers(pool, tenant, simulator, "#1#")
    await queue_answers(pool, tenant, simulator, "#1#", "#2#", customer="966500000102")
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute("update messages set provider_id = 'wamid.taken' where provider_id = 'wamid.966500000101.0'")
    taken = judge(Accepted("wamid.taken"), attempt=1)
    other = judge(Accepted("wamid.other"), attempt=1)
    sends = await claim_own(pool, tenant, lease_seconds=30.0)
    async with run_sender(pool, settings, simulator) as sender:
        acks = [
            Acknowledgement(send, verdict, Provider.META) for send, verdict in zip(sends, (taken, other), strict=True)
        ]
        await sender.acknowledge(acks)
        rows = await fetch_rows(pool, tenant, "select state from outbox order by id")
        assert [row["state"] for row in rows][:2] == ["unknown", "done"]
    [attempt] = await fetch_rows(pool, tenant, "select error from message_attempts where outcome = 'unknown'")
    assert "messages_provider" in attempt["error"]["title"]


async def test_a_draining_sender_answers_for_what_is_under_way_and_claims_nothing_more(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator, "#1#", "#2#")
    await simulator.set_faults({"kind": "delay", "probability": 1.0, "seconds": 0.5})
    async with run_sender(pool, settings, simulator, lease=60.0) as sender:
        await wait_for_states(pool, tenant, "sending", "queued")
        await sender.drain(within=30.0)
        states = [row["state"] for row in await fetch_rows(pool, tenant, "select state from outbox order by id")]
    assert states == ["done", "queued"]


async def test_acknowledgements_and_statuses_of_the_same_sends_never_wait_in_a_ring(
    pool: Pool, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    people = [f"96650{n:07d}" for n in range(200)]
    for person in people:
        await file_body(pool, tenant, text_body(tenant, "#1#", customer=person, message_id=f"wamid.{person}"))
    await take_turns(pool, make_handlers())
    sends = await claim_own(pool, tenant, lease_seconds=60.0)
    assert len(sends) == len(people)

    async def hear(part: list[Send]) -> None:
        rows = [
            InboxRow(
                seq=send.id,
                workspace_id=tenant.workspace_id,
                channel_id=tenant.channel_id,
                provider=Provider.META,
                key=str(send.id),
                lane=send.id,
                kind=ItemKind.STATUS,
                item={
                    "status": {
                        "id": f"wamid.out.{send.id}",
                        "status": "sent",
                        "timestamp": "1790000000",
                        "biz_opaque_callback_data": send.opaque,
                    }
                },
                attempts=0,
                received_at=datetime.now(UTC),
            )
            for send in part
        ]
        async with transaction(pool, role="hoopoe_pipe", workspaces=[tenant.workspace_id]) as conn:
            await handle_statuses(conn, rows)

    for first in range(0, len(sends), 50):
        part = sends[first : first + 50]
        acks = [
            Acknowledgement(send, judge(Accepted(f"wamid.out.{send.id}"), attempt=1), Provider.META) for send in part
        ]
        random.shuffle(acks)
        random.shuffle(part)
        await asyncio.gather(acknowledge_sends(pool, acks), hear(part))
    rows = await fetch_rows(pool, tenant, "select status from messages where direction = 'out'")
    assert {row["status"] for row in rows} == {"sent"}


async def test_one_channel_does_not_take_the_room_of_the_others(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    other = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())
    for who, count in ((tenant, 30), (other, 2)):
        for n in range(count):
            person = f"96650{n:07d}"
            await file_body(pool, who, text_body(who, "#1#", customer=person, message_id=f"wamid.{person}"))
    await take_turns(pool, make_handlers())
    first = await claim_sends(pool, room=1000, lease_seconds=30.0, most_each=10)
    assert Counter(
        send.workspace_id for send in first if send.workspace_id in (tenant.workspace_id, other.workspace_id)
    ) == {
        tenant.workspace_id: 10,
        other.workspace_id: 2,
    }
    again = await claim_sends(pool, room=1000, lease_seconds=30.0, most_each=10, under_way={tenant.channel_id: 7})
    assert sum(send.workspace_id == tenant.workspace_id for send in again) == 3
