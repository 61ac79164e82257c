"""Floods, poison and races in the inbox: who suffers, and what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import asyncpg
import pytest

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.inbox import InboxRow, claim_rows, put_item
from hoopoe.webhooks.routing import lane_of
from hoopoe.webhooks.turns import MAX_ATTEMPTS, TurnOptions, _set_back, run_turn
from tests.support.core import fetch_rows, file_body, make_handlers, take_turns, text_body
from tests.support.tenants import Tenant, make_tenant

FLOOD = 700
FLOODER, OTHER = "966500000101", "966500000102"


async def open_tenant(settings: Settings, *, has_limits: bool = False) -> Tenant:
    keyring = make_keyring(settings)
    return await make_tenant(
        settings.require_database_url(), keyring, blueprint=echo_blueprint(), has_limits=has_limits
    )


async def write(pool: Pool, tenant: Tenant, text: str, *, customer: str = FLOODER) -> None:
    body = text_body(tenant, text, customer=customer, message_id=f"wamid.{tenant.channel_id}.{customer}.{text}")
    assert await file_body(pool, tenant, body) == 1


async def texts_of(pool: Pool, tenant: Tenant, direction: str) -> list[str]:
    rows = await fetch_rows(
        pool,
        tenant,
        "select content->>'body' as body from messages where direction = $1 order by id",
        direction,
    )
    return [row["body"] for row in rows]


async def put_poison(pool: Pool, tenant: Tenant, *, customer: str = FLOODER) -> None:
    """The result of an effect that names no conversation: nobody can handle it."""
    async with transaction(pool, role="hoopoe_pipe") as conn:
        assert await put_item(
            conn,
            workspace_id=tenant.workspace_id,
            channel_id=tenant.channel_id,
            lane=lane_of(tenant.channel_id, customer),
            kind=ItemKind.EFFECT,
            key="e:poison",
            item={"what": "poison"},
        )


@pytest.fixture(autouse=True)
async def leave_nothing_waiting(pool: Pool) -> AsyncIterator[None]:
    """What a limit puts off falls due during other tests, which count."""
    yield
    async with transaction(pool, role="hoopoe_pipe") as conn:
        await conn.execute("update inbox set state = 'done' where state = 'waiting'")


async def let_time_pass(pool: Pool, tenant: Tenant) -> None:
    """What was put off is due: its time moves, because that of the other tests' shall not."""
    async with transaction(pool, role="hoopoe_pipe") as conn:
        await conn.execute(
            "update inbox set not_before = now() - interval '1 s' "
            "where workspace_id = $1 and state = 'waiting' and not_before > now()",
            tenant.workspace_id,
        )


@pytest.mark.parametrize("has_limits", [True, False])
async def test_a_flood_from_one_customer_delays_nobody_else(
    pool: Pool, settings: Settings, *, has_limits: bool
) -> None:
    flooded, neighbour = await open_tenant(settings, has_limits=has_limits), await open_tenant(settings)
    for n in range(FLOOD):
        await write(pool, flooded, f"#{n}")
    handlers = make_handlers()
    await asyncio.gather(*(run_turn(pool, handlers, TurnOptions()) for _ in range(2)))
    await write(pool, neighbour, "#0")
    await write(pool, flooded, "#0", customer=OTHER)
    assert (await run_turn(pool, handlers, TurnOptions())).count > 0
    assert await texts_of(pool, neighbour, "in") == ["#0"]
    rows = await fetch_rows(
        pool,
        flooded,
        "select 1 from conversations join messages on messages.conversation_id = conversations.id "
        "where recipient->>'phone' = $1 and direction = 'out'",
        OTHER,
    )
    assert len(rows) == 1, "another customer of the same workspace was answered too"


def answers_in(texts: Sequence[str]) -> list[int]:
    """The numbers of the messages that were answered; what else was said is left out."""
    return [int(text.rpartition("#")[2]) for text in texts if "#" in text]


@pytest.mark.parametrize(("said", "words"), [("hello", "We have your messages."), ("مرحبا", "وصلتنا رسائلك")])
async def test_who_waits_long_is_told_once_in_their_language(
    pool: Pool, settings: Settings, said: str, words: str
) -> None:
    tenant, handlers = await open_tenant(settings, has_limits=True), make_handlers()
    for n in range(23):
        await write(pool, tenant, f"{said} #{n}")
    await take_turns(pool, handlers)
    assert not any(text.startswith(words) for text in await texts_of(pool, tenant, "out")), "a short wait is no news"
    for n in range(23, 60):
        await write(pool, tenant, f"{said} #{n}")
    await take_turns(pool, handlers)
    assert sum(text.startswith(words) for text in await texts_of(pool, tenant, "out")) == 1


async def test_what_is_over_a_limit_is_filed_at_once_and_answered_later_in_order(
    pool: Pool, settings: Settings
) -> None:
    tenant, handlers = await open_tenant(settings, has_limits=True), make_handlers()
    for n in range(30):
        await write(pool, tenant, f"#{n}")
    await take_turns(pool, handlers)
    assert await texts_of(pool, tenant, "in") == [f"#{n}" for n in range(30)], "screens show all of them"
    assert len(answers_in(await texts_of(pool, tenant, "out"))) == 20
    waits = await fetch_rows(pool, tenant, "select not_before from inbox where state = 'waiting' order by seq")
    assert len(waits) == 10
    assert all(earlier["not_before"] <= later["not_before"] for earlier, later in pairwise(waits))
    assert (await run_turn(pool, handlers, TurnOptions())).count == 0, "a lane whose head waits gives nothing"
    await write(pool, tenant, "#30")
    await take_turns(pool, handlers)
    assert (await texts_of(pool, tenant, "in"))[-1] == "#30", "who writes meanwhile is filed too"
    assert len(answers_in(await texts_of(pool, tenant, "out"))) == 20, "and is not answered before the others"
    for _ in range(12):
        await let_time_pass(pool, tenant)
        await take_turns(pool, handlers)
    assert answers_in(await texts_of(pool, tenant, "out")) == list(range(31))
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'") == []


async def test_what_a_person_answers_counts_towards_no_limit_and_the_bot_does_not_hear_it(
    pool: Pool, settings: Settings
) -> None:
    tenant, handlers = await open_tenant(settings, has_limits=True), make_handlers()
    for n in range(25):
        await write(pool, tenant, f"#{n}")
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update conversations set mode = 'human'")
    for n in range(25, 60):
        await write(pool, tenant, f"#{n}")
    for _ in range(10):
        await let_time_pass(pool, tenant)
        await take_turns(pool, handlers)
    assert len(await texts_of(pool, tenant, "in")) == 60
    assert len(answers_in(await texts_of(pool, tenant, "out"))) == 20, "what waited stays with the person"
    [bucket] = await fetch_rows(pool, tenant, "select tokens from rate_buckets where key like 'customer:%'")
    assert bucket["tokens"] > -6, "only what the bot was to hear took tokens"
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'") == []


async def test_who_waits_for_the_workspace_is_served_before_who_comes_later(pool: Pool, settings: Settings) -> None:
    tenant, handlers = await open_tenant(settings, has_limits=True), make_handlers()
    for n in range(70):
        await write(pool, tenant, "#0", customer=f"9665100{n:05d}")
    await take_turns(pool, handlers)
    await write(pool, tenant, "#0", customer=OTHER)
    await take_turns(pool, handlers)
    rows = await fetch_rows(pool, tenant, "select seq, not_before from inbox where state = 'waiting' order by seq")
    assert len(rows) > 1
    waits = [row["not_before"] for row in rows]
    assert all(timedelta(seconds=0.9) < later - earlier for earlier, later in pairwise(waits)), "a second each"


@pytest.mark.parametrize(
    "lost", [asyncpg.ConnectionDoesNotExistError, asyncpg.InterfaceError, asyncpg.InternalClientError]
)
async def test_a_connection_that_is_lost_is_no_failed_try_of_the_input(
    pool: Pool, settings: Settings, lost: type[Exception]
) -> None:
    """All three are what asyncpg says, now and then, when the server ends a connection."""
    tenant = await open_tenant(settings)
    await write(pool, tenant, "#0")
    handlers = make_handlers()

    async def lose(conn: Connection, rows: Sequence[InboxRow]) -> Sequence[InboxRow]:
        raise lost("the server closed the connection")

    with pytest.raises(lost):
        await run_turn(pool, dict.fromkeys(handlers, lose), TurnOptions())
    rows = await fetch_rows(pool, tenant, "select attempts, state from inbox")
    assert [tuple(row) for row in rows] == [(0, "waiting")]
    await take_turns(pool, handlers)
    assert answers_in(await texts_of(pool, tenant, "out")) == [0]


async def test_poison_is_set_aside_and_what_is_behind_it_goes_on(pool: Pool, settings: Settings) -> None:
    tenant, neighbour = await open_tenant(settings), await open_tenant(settings)
    handlers = make_handlers()
    await write(pool, tenant, "before")
    await take_turns(pool, handlers)
    await put_poison(pool, tenant)
    await write(pool, tenant, "behind")
    await write(pool, neighbour, "beside")
    for attempt in range(MAX_ATTEMPTS):
        await take_turns(pool, handlers)
        assert await texts_of(pool, neighbour, "in") == ["beside"], "the same turn's other lanes go on"
        [row] = await fetch_rows(pool, tenant, "select attempts, state from inbox where provider_key = 'e:poison'")
        assert row["attempts"] > attempt
        await let_time_pass(pool, tenant)
    await take_turns(pool, handlers)
    assert await texts_of(pool, tenant, "in") == ["before", "behind"]
    [letter] = await fetch_rows(pool, tenant, "select kind, error_code, payload, state from dead_letters")
    assert (letter["kind"], letter["error_code"], letter["state"]) == ("turn", "KeyError", "failed")
    assert letter["payload"]["item"] == {"what": "poison"}


@pytest.mark.parametrize(("kind", "channel_id"), [("of_a_newer_version", None), (None, str(UUID(int=0)))])
async def test_an_input_that_this_version_does_not_know_stops_only_its_lane(
    pool: Pool, settings: Settings, kind: str | None, channel_id: str | None
) -> None:
    tenant, neighbour = await open_tenant(settings), await open_tenant(settings)
    handlers = make_handlers()
    await put_poison(pool, tenant)
    async with transaction(pool, role="hoopoe_pipe") as conn:
        await conn.execute(
            "update inbox set kind = coalesce($2, kind), channel_id = coalesce($3::uuid, channel_id) "
            "where workspace_id = $1",
            tenant.workspace_id,
            kind,
            channel_id,
        )
    await write(pool, tenant, "behind")
    await write(pool, neighbour, "beside")
    for _ in range(MAX_ATTEMPTS):
        await take_turns(pool, handlers)
        await let_time_pass(pool, tenant)
    assert await texts_of(pool, neighbour, "in") == ["beside"]
    await take_turns(pool, handlers)
    assert await texts_of(pool, tenant, "in") == ["behind"]
    assert len(await fetch_rows(pool, tenant, "select 1 from dead_letters where error_code = 'LookupError'")) == 1


async def test_what_another_worker_handled_is_not_set_back(pool: Pool, settings: Settings) -> None:
    tenant, handlers = await open_tenant(settings), make_handlers()
    await write(pool, tenant, "once")
    async with transaction(pool, role="hoopoe_pipe") as conn:
        claimed = await claim_rows(conn, max_lanes=500)
    [row] = [row for row in claimed.rows if row.workspace_id == tenant.workspace_id]
    await take_turns(pool, handlers)
    await _set_back(pool, row, RuntimeError("it lost a race"))
    assert [tuple(each) for each in await fetch_rows(pool, tenant, "select state, attempts from inbox")] == [
        ("done", 0)
    ]
    assert await fetch_rows(pool, tenant, "select 1 from dead_letters") == []
