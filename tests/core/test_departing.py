"""Answers that leave with the turn that made them, against the simulator; and what keeps one in the queue."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from hoopoe.conversations.outbox.sender import MOST_LATE_SECONDS
from hoopoe.conversations.outbox.settle import expire_leases
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import CONNECTION_LOST, Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.turns import TurnOptions, run_turn
from tests.core.others import echo, file_echoes, read_outbox
from tests.core.sending import queue_answers, run_sender, status_body, wait_for_states
from tests.core.webhooks import CUSTOMER
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.database import Cluster
from tests.support.departures import Quay
from tests.support.simulator import SimulatorProcess
from tests.support.tenants import Tenant, make_tenant

OTHER = "966500000102"


async def hear(pool: Pool, tenant: Tenant, quay: Quay, *texts: str, customer: str = "966500000101") -> list[str]:
    """Let a person write, a turn for each text; returns the outbox's states, in order."""
    for text in texts:
        message_id = f"wamid.{customer}.{text}"
        await file_body(pool, tenant, text_body(tenant, text, customer=customer, message_id=message_id))
        await take_turns(pool, make_handlers(departures=quay))
    return await read_outbox(pool, tenant)


async def change(pool: Pool, tenant: Tenant, sql: str) -> None:
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(sql, tenant.workspace_id)


async def test_answers_leave_without_a_claim_once_and_in_order(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await simulator.say("+966500000101", tenant.phone_number_id, "hello")
    async with run_sender(pool, settings, simulator) as sender:
        for n in range(5):
            await file_body(pool, tenant, text_body(tenant, f"#{n}#", message_id=f"wamid.{n}"))
            await take_turns(pool, make_handlers(departures=sender))
        accepted = await simulator.wait_for_accepted(5)
        await wait_for_states(pool, tenant, *["done"] * 5)
    rows = await fetch_rows(
        pool, tenant, "select id, status, attempt, provider_id from messages where direction = 'out' order by id"
    )
    assert [row["biz_opaque_callback_data"] for row in accepted] == [f"{row['id']}.1" for row in rows]
    assert [(row["status"], row["attempt"]) for row in rows] == [("accepted", 1)] * 5
    await file_body(pool, tenant, status_body(tenant, "read", accepted[0]))
    await take_turns(pool, make_handlers())
    first, *_ = await fetch_rows(pool, tenant, "select status from messages where direction = 'out' order by id")
    assert first["status"] == "read"


async def test_a_claimed_answer_is_as_a_claim_leaves_it(pool: Pool, tenant: Tenant) -> None:
    quay = Quay()
    assert await hear(pool, tenant, quay, "one") == ["sending"]
    [row] = await fetch_rows(pool, tenant, "select *, lease_until - attempted_at as lease from outbox")
    [send] = quay.taken
    assert (row["attempt"], row["lease"].total_seconds(), row["attempted_at"]) == (1, 30, send.claimed_at)
    assert (row["id"], row["message_id"], row["content"], row["recipient"]) == (
        send.id,
        send.message_id,
        send.content,
        send.recipient,
    )


async def test_what_stands_before_an_answer_holds_it_and_nobody_else(pool: Pool, tenant: Tenant) -> None:
    quay = Quay()
    assert await hear(pool, tenant, quay, "one", "two") == ["sending", "queued"], "the first is under way"
    assert await hear(pool, tenant, quay, "another", customer=OTHER) == ["sending", "queued", "sending"]


async def test_who_comes_later_does_not_overtake_a_reply_that_may_leave(pool: Pool, tenant: Tenant) -> None:
    assert await hear(pool, tenant, Quay(room=0), "one") == ["queued"]
    assert await hear(pool, tenant, Quay(), "another", customer=OTHER) == ["queued", "queued"]


async def test_where_very_many_wait_all_goes_through_the_queue(pool: Pool, tenant: Tenant) -> None:
    """Behind one that is under way a hundred of the same person's wait: nobody looks through more than those."""
    quay = Quay()
    await hear(pool, tenant, quay, "one")
    await change(
        pool,
        tenant,
        """
        with said as (
            insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                                  author_kind, at)
            select workspace_id, gen_random_uuid(), channel_id, conversation_id, 'out', 'text', '{"body": "x"}',
                   'pending', 'bot', at
            from messages, generate_series(1, 100) where workspace_id = $1 and direction = 'out'
            returning *
        )
        insert into outbox (workspace_id, channel_id, conversation_id, message_id, content, recipient)
        select workspace_id, channel_id, conversation_id, id, '{"type": "text", "body": "x"}', '{}' from said
        """,
    )
    assert (await hear(pool, tenant, quay, "another", customer=OTHER))[-1] == "queued"


@pytest.mark.parametrize(
    "hindrance",
    [
        "update channel_pace set held_until = now() + interval '1 min' where workspace_id = $1",
        "update channels set status = 'disabled' where workspace_id = $1",
        "update channels set messages_per_second = 1 where workspace_id = $1",
    ],
    ids=["slowed", "disabled", "slow"],
)
async def test_what_holds_a_channel_holds_its_answers(pool: Pool, tenant: Tenant, hindrance: str) -> None:
    if "messages_per_second" in hindrance:
        await change(pool, tenant, "update channel_pace set tokens = 0, refilled_at = now() where workspace_id = $1")
    await change(pool, tenant, hindrance)
    assert await hear(pool, tenant, Quay(), "one") == ["queued"]


async def test_a_process_without_room_takes_none(pool: Pool, tenant: Tenant) -> None:
    assert await hear(pool, tenant, Quay(room=0), "one") == ["queued"]


async def test_one_channel_gets_no_more_than_its_room_in_one_turn(pool: Pool, tenant: Tenant) -> None:
    quay = Quay(room=2)
    for n in range(5):
        customer = f"96650000020{n}"
        await file_body(pool, tenant, text_body(tenant, "hi", customer=customer, message_id=f"wamid.{customer}"))
    await take_turns(pool, make_handlers(departures=quay))
    assert sorted(await read_outbox(pool, tenant)) == ["queued"] * 3 + ["sending"] * 2


async def test_who_was_told_much_lately_waits(pool: Pool, tenant: Tenant) -> None:
    """45 messages to one person may go ahead; the next one waits for the pair rate."""
    quay = Quay()
    await change(pool, tenant, "update channels set pair_limit = true where workspace_id = $1")
    assert await hear(pool, tenant, quay, "one") == ["sending"]
    await change(pool, tenant, "update outbox set state = 'done', lease_until = null where workspace_id = $1")
    await change(
        pool,
        tenant,
        """
        insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status,
                              author_kind, accepted_at, at)
        select workspace_id, uuidv7_like(n), channel_id, conversation_id, 'out', 'text', '{"body": "x"}', 'accepted',
               'bot', domain_now() - interval '10 s', at
        from messages, generate_series(1, 45) as n where workspace_id = $1 and direction = 'out'
        """.replace(
            "uuidv7_like(n)",
            "(overlay(id::text placing lpad(to_hex(n), 12, '0') from 25))::uuid",
        ),
    )
    assert (await hear(pool, tenant, quay, "two"))[-1] == "queued"
    await change(
        pool, tenant, "update messages set accepted_at = accepted_at - interval '5 min' where workspace_id = $1"
    )
    await change(pool, tenant, "update outbox set state = 'done', lease_until = null where workspace_id = $1")
    assert (await hear(pool, tenant, quay, "three"))[-1] == "sending"


async def test_two_processes_share_a_channels_timetable(pool: Pool, settings: Settings) -> None:
    """Turns of two processes at once: no place is given twice, and what finds none is queued."""
    tenant = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())
    await change(pool, tenant, "update channels set messages_per_second = 80 where workspace_id = $1")
    await change(
        pool, tenant, "update channel_pace set tokens = 0, refilled_at = now() - interval '1 s' where workspace_id = $1"
    )
    quays = [Quay(), Quay()]
    for n in range(60):
        customer = f"9665000003{n:02}"
        await file_body(pool, tenant, text_body(tenant, "hi", customer=customer, message_id=f"wamid.{customer}"))
    await asyncio.gather(*(take_turns(pool, make_handlers(departures=quay)) for quay in quays))
    places = sorted(send.place for quay in quays for send in quay.taken if send.place is not None)
    # The bucket holds the places of 0.15 s, and one.
    assert 1 <= len(places) <= 14
    assert all(later - earlier > 1 / 80 for earlier, later in pairwise(places))


async def test_who_dies_behind_the_commit_leaves_a_doubt_and_nothing_is_sent_twice(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator)
    assert await hear(pool, tenant, Quay(lease_seconds=0.0), "one") == ["sending"]
    while await expire_leases(pool):
        pass
    await queue_answers(pool, tenant, simulator, "two", customer=OTHER)
    async with run_sender(pool, settings, simulator):
        # The sender has claimed what there is to claim.
        await wait_for_states(pool, tenant, "unknown", "done")
    [accepted] = await simulator.accepted()
    assert accepted["to"] == OTHER


async def test_whom_the_owner_answers_in_the_same_turn_hears_nothing_of_the_bot(pool: Pool, tenant: Tenant) -> None:
    quay = Quay()
    await file_body(pool, tenant, text_body(tenant, "one", customer=CUSTOMER, message_id="wamid.one"))
    await file_echoes(pool, tenant, echo("I am on it"))
    await take_turns(pool, make_handlers(departures=quay))
    assert await read_outbox(pool, tenant) == ["cancelled"]
    assert quay.taken == []


async def test_what_a_lost_commit_may_have_claimed_is_queued_again_and_leaves_once(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    """The turn was committed, and the process was not told: it says of its answers that none has left."""
    await queue_answers(pool, tenant, simulator)
    quay = Quay()
    assert await hear(pool, tenant, quay, "one") == ["sending"]
    async with run_sender(pool, settings, simulator) as sender:
        sender.give_back(quay.taken)
        [accepted] = await simulator.wait_for_accepted(1)
        await wait_for_states(pool, tenant, "done")
    assert accepted["biz_opaque_callback_data"].startswith(str(quay.taken[0].message_id))


CUT_OFF = """
create function cut_off() returns trigger language plpgsql security definer as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
create constraint trigger cut_off after insert on outbox deferrable initially deferred
    for each row execute function cut_off()
"""


async def test_a_turn_whose_commit_is_cut_off_gives_its_answers_back(cluster: Cluster, settings: Settings) -> None:
    """The connection ends within the commit: the process cannot know what became of it."""
    dsn, quay = await cluster.clone(), Quay()
    tenant = await make_tenant(dsn, make_keyring(settings), blueprint=echo_blueprint())
    async with open_pool(dsn, size=2) as pool:
        async with pool.acquire() as conn:
            await conn.execute(CUT_OFF)
        await file_body(pool, tenant, text_body(tenant, "one", message_id="wamid.one"))
        with pytest.raises(CONNECTION_LOST):
            await run_turn(pool, make_handlers(departures=quay), TurnOptions())
        assert (len(quay.given_back), quay.taken) == (1, [])
        assert await read_outbox(pool, tenant) == []
        async with pool.acquire() as conn:
            await conn.execute("drop trigger cut_off on outbox")
        await take_turns(pool, make_handlers(departures=quay))
        assert await read_outbox(pool, tenant) == ["sending"]
        assert len(quay.taken) == 1


async def test_who_is_late_takes_no_places_of_a_timetable_ahead(pool: Pool, tenant: Tenant) -> None:
    quay = Quay(is_prompt=False)
    await change(pool, tenant, "update channels set messages_per_second = 80 where workspace_id = $1")
    assert await hear(pool, tenant, quay, "one") == ["queued"]
    await change(pool, tenant, "update channels set messages_per_second = null where workspace_id = $1")
    await change(pool, tenant, "update outbox set state = 'done' where workspace_id = $1")
    assert await hear(pool, tenant, quay, "two") == ["done", "sending"]
    assert quay.looks == 0, "no channel was locked"


async def test_a_channel_that_was_held_for_a_turn_is_looked_at_behind_it(pool: Pool, tenant: Tenant) -> None:
    quay = Quay()
    await change(pool, tenant, "update channels set messages_per_second = 80 where workspace_id = $1")
    assert await hear(pool, tenant, quay, "one") == ["sending"]
    assert quay.looks == 1


async def test_a_sender_that_was_late_says_so_for_a_while(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant
) -> None:
    await queue_answers(pool, tenant, simulator)
    await queue_answers(pool, tenant, simulator, customer=OTHER)
    await change(pool, tenant, "update channels set messages_per_second = 80 where workspace_id = $1")
    async with run_sender(pool, settings, simulator) as sender:
        for customer, late, is_prompt in (("966500000101", 0.0, True), (OTHER, 2 * MOST_LATE_SECONDS, False)):
            quay = Quay()
            await hear(pool, tenant, quay, "one", customer=customer)
            sender.take(quay.taken, time.monotonic() - late + sender.lease_seconds / 2)
            assert sender.is_prompt is is_prompt
        await simulator.wait_for_accepted(2)
