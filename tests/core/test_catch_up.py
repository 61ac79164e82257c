"""What Twilio could not deliver is caught up, and what it may have taken is asked for: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from pydantic import SecretStr

from hoopoe.channels.contract import Button, ButtonsContent
from hoopoe.channels.directory import DirectoryFollower
from hoopoe.channels.outside import Outside
from hoopoe.conversations.doubts import ListedDoubts
from hoopoe.conversations.messages import AuthorKind
from hoopoe.conversations.outbox.queue import OutgoingMessage, queue_messages
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.outbound_http import open_outbound
from hoopoe.kernel.settings import Settings
from hoopoe.main.media import make_outside, require_store
from hoopoe.main.wiring import make_find_sent, make_keyring, make_list_missing
from hoopoe.webhooks.catch_up import CatchUp
from tests.core.sending import claim_own, expire_own_leases, run_sender
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.database import Cluster
from tests.support.simulator import SimulatedTwilioChannel, SimulatorProcess, start_simulator, wait_until
from tests.support.tenants import Tenant, add_twilio_line, make_tenant

NOBODY = "http://127.0.0.1:9/whatsapp/webhook"
CUSTOMER = "+966500000301"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(64)).decode()


@pytest.fixture
async def settings(settings: Settings, cluster: Cluster) -> Settings:
    """On a database of its own: a look takes whichever channels of all workspaces have waited longest."""
    return settings.model_copy(update={"database_url": SecretStr(await cluster.clone())})


@pytest.fixture
async def pool(settings: Settings) -> AsyncIterator[Pool]:
    async with open_pool(settings.require_database_url(), size=8) as opened:
        yield opened


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    async with start_simulator(tmp_path) as running:
        yield running


@pytest.fixture
async def line(simulator: SimulatorProcess) -> SimulatedTwilioChannel:
    """A number whose webhooks reach nobody."""
    return await simulator.add_twilio_channel(NOBODY)


@pytest.fixture
async def tenant(settings: Settings, line: SimulatedTwilioChannel) -> Tenant:
    dsn, keyring = settings.require_database_url(), make_keyring(settings)
    made = await make_tenant(dsn, keyring, blueprint=echo_blueprint())
    own = await add_twilio_line(
        dsn, keyring, made, number=line.number, account_sid=line.account_sid, auth_token=line.auth_token
    )
    return replace(made, channel_id=own.channel_id)


@asynccontextmanager
async def open_world(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, *, is_there: bool = True
) -> AsyncIterator[tuple[Outside, DirectoryFollower]]:
    pointed = settings.model_copy(update={"twilio_api_url": simulator.url if is_there else NOBODY})
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http, open_outbound() as outbound:
        follower = DirectoryFollower(pool, make_keyring(settings))
        await follower.catch_up()
        yield make_outside(pointed, http, outbound, pool, store=require_store(pointed)), follower


@asynccontextmanager
async def open_looks(
    pool: Pool,
    settings: Settings,
    simulator: SimulatorProcess,
    tenant: Tenant,
    *,
    margin: float = 0,
    is_there: bool = True,
) -> AsyncIterator[CatchUp]:
    """What a worker runs, whose first look goes back to before the test."""
    async with open_world(pool, settings, simulator, is_there=is_there) as (outside, follower):
        begun = datetime.now(UTC) - timedelta(minutes=1)
        async with pool.acquire() as conn, conn.transaction():
            await conn.execute("set local role hoopoe_pipe")
            await conn.execute(
                "insert into channel_catch_ups (workspace_id, channel_id, caught_up_until) values ($1, $2, $3) "
                "on conflict (workspace_id, channel_id) do update set next_at = now(), lease_until = null",
                tenant.workspace_id,
                tenant.channel_id,
                begun,
            )
        list_missing = make_list_missing(outside)
        # A second of slack: the lists know whole seconds only.
        yield CatchUp(pool, follower.directory, list_missing, 0.0, timedelta(seconds=margin - 1))


async def texts(pool: Pool, tenant: Tenant) -> list[str]:
    rows = await fetch_rows(
        pool,
        tenant,
        "select content->>'body' as body from messages where channel_id = $1 and direction = 'in' order by id",
        tenant.channel_id,
    )
    return [row["body"] for row in rows]


async def test_what_was_written_during_an_outage_is_answered_once_and_in_order(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    said = ["one", "هل الفرع مفتوح؟", "three"]
    for text in said:
        await simulator.say(CUSTOMER, line, text)
    async with open_looks(pool, settings, simulator, tenant) as looks:
        assert await looks.run_due() == 3
        assert await looks.run_due() == 0, "a second look finds nothing new"
        await take_turns(pool, make_handlers())
        assert await texts(pool, tenant) == said
        assert await looks.run_due() == 0, "what was handled is known, too"
    [kept] = await fetch_rows(
        pool, tenant, "select problem, lease_until from channel_catch_ups where channel_id = $1", tenant.channel_id
    )
    assert tuple(kept) == (None, None)


async def test_two_workers_look_at_a_channel_one_at_a_time(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await simulator.say(CUSTOMER, line, "once")
    async with open_looks(pool, settings, simulator, tenant) as looks:
        slow = replace(looks, every_seconds=60.0)
        assert sum(await asyncio.gather(*(slow.run_due() for _ in range(4)))) == 1
    asked = [entry for entry in await simulator.log(kind="api") if "Messages.json" in str(entry)]
    assert len(asked) <= 2, "the messages to the number, and those from it, were asked for by one of them"


async def test_what_is_young_is_left_to_its_webhook(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await simulator.say(CUSTOMER, line, "just now")
    async with open_looks(pool, settings, simulator, tenant, margin=60) as looks:
        assert await looks.run_due() == 0


async def test_a_provider_that_does_not_answer_is_asked_again_from_the_same_moment(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await simulator.say(CUSTOMER, line, "hello")
    select = "select caught_up_until, problem, lease_until from channel_catch_ups"
    async with open_looks(pool, settings, simulator, tenant, is_there=False) as looks:
        [before] = await fetch_rows(pool, tenant, select)
        assert await looks.run_due() == 0
        [after] = await fetch_rows(pool, tenant, select)
        assert (after["caught_up_until"], after["lease_until"]) == (before["caught_up_until"], None)
        assert after["problem"]
    async with open_looks(pool, settings, simulator, tenant) as looks:
        assert await looks.run_due() == 1


async def test_a_picture_that_was_lost_is_a_picture(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await simulator.send(CUSTOMER, line, "image", {"caption": "كعكة", "mime_type": "image/png", "data": PNG})
    async with open_looks(pool, settings, simulator, tenant) as looks:
        assert await looks.run_due() == 1
    await take_turns(pool, make_handlers())
    [row] = await fetch_rows(
        pool,
        tenant,
        "select type, content from messages where channel_id = $1 and direction = 'in'",
        tenant.channel_id,
    )
    assert (row["type"], row["content"]["caption"]) == ("image", "كعكة")
    assert "/Media/" in row["content"]["media_url"]


# --- Sends in doubt -------------------------------------------------------------------------------


async def queue_echo(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    """Let the bot answer a customer, so that its answer waits in the outbox."""
    await simulator.say(CUSTOMER, line, "#1#")
    async with open_looks(pool, settings, simulator, tenant) as looks:
        assert await looks.run_due() == 1
    await take_turns(pool, make_handlers())


@asynccontextmanager
async def open_doubts(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, *, is_there: bool = True
) -> AsyncIterator[ListedDoubts]:
    async with open_world(pool, settings, simulator, is_there=is_there) as (outside, follower):
        yield ListedDoubts(pool, follower.directory, make_find_sent(outside), after_seconds=0.0)


async def states(pool: Pool, tenant: Tenant) -> list[tuple[str, bool, bool]]:
    rows = await fetch_rows(pool, tenant, "select state, resent, needs_person from outbox order by id")
    return [tuple(row) for row in rows]


async def make_due(pool: Pool, tenant: Tenant) -> None:
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute("update outbox set next_at = now() where workspace_id = $1", tenant.workspace_id)


async def test_a_lost_answer_is_settled_by_the_list_and_not_sent_again(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await queue_echo(pool, settings, simulator, tenant, line)
    await simulator.set_faults({"kind": "accept_and_never_answer", "count": 1})
    pointed = settings.model_copy(update={"twilio_api_url": simulator.url})
    async with run_sender(pool, pointed, simulator, lease=1.5):

        async def look() -> bool | None:
            return [state for state, _, _ in await states(pool, tenant)] == ["unknown"] or None

        await wait_until(look, "a send in doubt")
    async with open_doubts(pool, settings, simulator) as doubts:

        async def is_settled() -> bool | None:
            await make_due(pool, tenant)
            await doubts.settle_due()
            await take_turns(pool, make_handlers())
            return await states(pool, tenant) == [("done", False, False)] or None

        await wait_until(is_settled, "the doubt settled")
        assert await doubts.settle_due() == 0
    assert len(await simulator.accepted(line)) == 1, "it was not sent again"
    [message] = await fetch_rows(pool, tenant, "select status, provider_id from messages where direction = 'out'")
    assert message["status"] in ("sent", "delivered")
    assert message["provider_id"].startswith("SM")


async def test_what_was_never_taken_is_sent_again_once_and_then_a_person_is_asked(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await queue_echo(pool, settings, simulator, tenant, line)
    await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    async with open_doubts(pool, settings, simulator) as doubts:
        await make_due(pool, tenant)
        await doubts.settle_due()
        assert await states(pool, tenant) == [("queued", True, False)]
        await claim_own(pool, tenant, lease_seconds=0.0)
        await expire_own_leases(pool)
        await make_due(pool, tenant)
        await doubts.settle_due()
        assert await states(pool, tenant) == [("unknown", True, True)]
    assert await simulator.accepted(line) == []


async def test_a_provider_that_cannot_tell_leaves_it_to_a_person(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await queue_echo(pool, settings, simulator, tenant, line)
    await claim_own(pool, tenant, lease_seconds=0.0)
    await expire_own_leases(pool)
    async with open_doubts(pool, settings, simulator, is_there=False) as doubts:
        await make_due(pool, tenant)
        await doubts.settle_due()
        assert await states(pool, tenant) == [("unknown", False, True)]
    async with open_doubts(pool, settings, simulator) as doubts:
        await make_due(pool, tenant)
        await doubts.settle_due()
        assert await states(pool, tenant) == [("queued", True, False)], "the late answer takes the question back"


async def test_a_database_that_fails_before_the_request_leaves_no_doubt(
    pool: Pool, settings: Settings, simulator: SimulatorProcess, tenant: Tenant, line: SimulatedTwilioChannel
) -> None:
    await queue_echo(pool, settings, simulator, tenant, line)
    async with run_sender(pool, settings, simulator):
        await wait_for_outbox(pool, tenant, "done")
    [conversation] = await fetch_rows(pool, tenant, "select id, recipient from conversations")
    menu = ButtonsContent("Which?", (Button("a", "A"), Button("b", "B")))
    admin = await asyncpg.connect(settings.require_database_url())
    try:
        await admin.execute("alter table twilio_contents rename to twilio_contents_away")
        async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
            await queue_messages(
                conn,
                [
                    OutgoingMessage(
                        workspace_id=tenant.workspace_id,
                        id=new_id(),
                        channel_id=tenant.channel_id,
                        conversation_id=conversation["id"],
                        content=menu,
                        recipient=conversation["recipient"],
                        author_kind=AuthorKind.USER,
                        author_id=tenant.user_id,
                        at=datetime.now(UTC),
                    )
                ],
            )
        async with run_sender(pool, settings, simulator):
            await wait_until(partial(is_put_off, pool, tenant), "send that was put off")
            assert [state for state, _, _ in await states(pool, tenant)] in (["done", "queued"], ["done", "sending"])
            await admin.execute("alter table twilio_contents_away rename to twilio_contents")
            await wait_for_outbox(pool, tenant, "done", "done")
    finally:
        await admin.close()
    sent = [message for message in await simulator.messages(CUSTOMER) if message["direction"] == "in"]
    assert [message["type"] for message in sent] == ["text", "interactive"]


async def is_put_off(pool: Pool, tenant: Tenant) -> bool:
    """Whether the sender has tried, and will try again: an attempt that never left does not count."""
    rows = await fetch_rows(
        pool, tenant, "select 1 from outbox where state = 'queued' and attempt = 0 and next_at > now()"
    )
    return bool(rows)


async def wait_for_outbox(pool: Pool, tenant: Tenant, *expected: str) -> None:
    async def look() -> bool | None:
        return [state for state, _, _ in await states(pool, tenant)] == list(expected) or None

    await wait_until(look, f"outbox {expected}")
