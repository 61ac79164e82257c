"""Turns: inputs in, rows out, all or none, in order."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from hoopoe.channels.contract import Address
from hoopoe.contacts.deciding import PersonKey
from hoopoe.contacts.resolve import Person, person_key, resolve_contacts
from hoopoe.conversations.actions import modes
from hoopoe.conversations.events import ConversationHooks
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.flows.runner.effects import EffectCall, EffectRunner
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.bus import open_bus
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.flows_live.blueprints import blueprint
from tests.support.core import fetch_events, fetch_rows, file_body, make_handlers, take_own_turns, take_turns, text_body
from tests.support.simulator import wait_until
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def test_a_message_is_filed_answered_and_told(pool: Pool, tenant: Tenant) -> None:
    await file_body(pool, tenant, text_body(tenant, "hello", message_id="wamid.1"))
    assert await take_own_turns(pool, tenant) == 1
    messages = await fetch_rows(
        pool, tenant, "select direction, content, status, provider_id from messages order by id"
    )
    assert [(row["direction"], row["status"]) for row in messages] == [("in", "received"), ("out", "pending")]
    assert messages[0]["content"] == {"body": "hello"}
    assert messages[1]["content"]["body"].endswith("you said hello")
    outbox = await fetch_rows(pool, tenant, "select state, recipient from outbox")
    assert [(row["state"], row["recipient"]["phone"]) for row in outbox] == [("queued", "966500000101")]
    events = await fetch_events(pool, tenant)
    assert [type_ for type_, _ in events] == ["message.received", "message.received", "conversation.updated"]
    rows = await fetch_rows(pool, tenant, "select from events")
    assert len(rows) == 2, "what is of one kind shares a row"
    conversation = (
        await fetch_rows(pool, tenant, "select mode, unread, window_expires_at, last_inbound_id from conversations")
    )[0]
    assert (conversation["mode"], conversation["last_inbound_id"]) == ("bot", "wamid.1")
    assert conversation["unread"] == 0, "what a bot answered needs nobody"


async def test_the_same_webhook_a_hundred_times_is_one_message_and_one_answer(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    body = text_body(tenant, "once", message_id="wamid.once")

    async def post() -> int:
        return await file_body(pool, tenant, body)

    filed = await asyncio.gather(*(post() for _ in range(100)), *(take_turns(pool, handlers) for _ in range(4)))
    await take_turns(pool, handlers)
    assert sum(filed[:100]) == 1
    rows = await fetch_rows(pool, tenant, "select direction from messages order by id")
    assert [row["direction"] for row in rows] == ["in", "out"]


async def test_messages_are_answered_in_order_by_concurrent_turns(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    customers = [f"96650{n:07d}" for n in range(20)]
    for n in range(15):
        for customer in customers:
            await file_body(
                pool, tenant, text_body(tenant, f"#{n}#", customer=customer, message_id=f"wamid.{customer}.{n}")
            )
        if n % 4 == 0:
            await asyncio.gather(*(take_turns(pool, handlers) for _ in range(3)))
    await asyncio.gather(*(take_turns(pool, handlers) for _ in range(3)))
    rows = await fetch_rows(
        pool, tenant, "select recipient->>'phone' as phone, content->>'body' as body from outbox order by id"
    )
    answered: dict[str, list[int]] = {}
    for row in rows:
        answered.setdefault(row["phone"], []).append(int(row["body"].split("#")[1]))
    assert answered == {customer: list(range(15)) for customer in customers}


async def test_a_stale_message_is_filed_and_marked_and_starts_no_flow(pool: Pool, tenant: Tenant) -> None:
    old = int(time.time()) - 25 * 3600
    await file_body(pool, tenant, text_body(tenant, "from yesterday", message_id="wamid.old", at=old))
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(pool, tenant, "select direction, is_stale from messages")
    assert [(row["direction"], row["is_stale"]) for row in rows] == [("in", True)]


async def test_who_renames_is_found_by_the_new_name(pool: Pool, tenant: Tenant) -> None:
    await file_body(pool, tenant, text_body(tenant, "hello", message_id="wamid.1"))
    await take_turns(pool, make_handlers())
    body = json.loads(json.dumps(text_body(tenant, "again", message_id="wamid.2")))
    body["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = "هند القحطاني"
    await file_body(pool, tenant, body)
    await take_turns(pool, make_handlers())
    [contact] = await fetch_rows(pool, tenant, "select name from contacts")
    assert contact["name"] == "هند القحطاني"
    terms = {row["term"] for row in await fetch_rows(pool, tenant, "select term from contact_terms")}
    assert {"هند", "966500000101", "101000005669"} <= terms
    assert "guest" not in terms


async def test_what_waited_when_a_person_handed_back_stays_with_the_people(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_body(pool, tenant, text_body(tenant, "one", message_id="wamid.1"))
    await take_turns(pool, handlers)
    [conversation] = await fetch_rows(pool, tenant, "select id from conversations")
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SYSTEM)

    async def act(action: Callable[[Connection], Awaitable[None]]) -> None:
        async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
            await action(conn)

    await act(lambda conn: modes.take_over(conn, scope, conversation["id"], hooks=ConversationHooks()))
    await file_body(pool, tenant, text_body(tenant, "two", message_id="wamid.2"))
    await act(lambda conn: modes.release(conn, scope, conversation["id"], hooks=ConversationHooks()))
    await file_body(pool, tenant, text_body(tenant, "three", message_id="wamid.3"))
    await take_turns(pool, handlers)
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'") == []
    rows = await fetch_rows(pool, tenant, "select direction, content from messages order by id")
    assert [row["content"]["body"].rpartition(" ")[2] for row in rows] == ["one", "one", "two", "three", "three"]
    assert [row["direction"] for row in rows] == ["in", "out", "in", "in", "out"]


async def test_one_person_at_two_numbers_at_once_is_one_contact(pool: Pool, settings: Settings, tenant: Tenant) -> None:
    second = await add_line(pool, tenant)
    address = Address(phone="966500000777", name="نورة")
    keys = [person_key(tenant.workspace_id, id_, address) for id_ in (tenant.channel_id, second)]

    async def resolve(*some: PersonKey) -> dict[PersonKey, UUID]:
        async with transaction(pool, role="hoopoe_pipe", workspaces=[tenant.workspace_id]) as conn:
            return (await resolve_contacts(conn, [Person(key, address, "hi") for key in some])).contacts

    assert len(set((await resolve(*keys)).values())) == 1
    address = Address(phone="966500000778", name="هند")
    keys = [person_key(tenant.workspace_id, id_, address) for id_ in (tenant.channel_id, second)]
    await asyncio.gather(*(resolve(key) for key in keys))
    rows = await fetch_rows(pool, tenant, "select id from contacts")
    assert len(rows) == 2, "two turns at once agree too"


async def add_line(pool: Pool, tenant: Tenant) -> UUID:
    """Another number of the workspace."""
    channel_id = new_id()
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(
            "insert into channels (workspace_id, id, name, provider, number, phone_number_id, waba_id, status, "
            "app_secret, access_token, verify_token) select workspace_id, $2, 'Line 2', provider, number || '1', "
            "phone_number_id || '1', waba_id, status, app_secret, access_token, verify_token "
            "from channels where workspace_id = $1",
            tenant.workspace_id,
            channel_id,
        )
    return channel_id


async def test_the_bot_hears_nothing_more_once_it_has_handed_over(pool: Pool, settings: Settings) -> None:
    """A message that came during a request is held; the request led to a person."""
    flow = blueprint(
        ("ask", "http_request", {"method": "GET", "url": "https://example.com/"}),
        ("human", "assign_to_human", {"message": "A colleague will answer"}),
        edges=[("start", "ask", None), ("ask", "human", "ok"), ("ask", "human", "error")],
    )
    dsn, handlers = settings.require_database_url(), make_handlers()
    tenant = await make_tenant(dsn, make_keyring(settings), blueprint=flow)
    for text in ("one", "two"):
        await file_body(pool, tenant, text_body(tenant, text, message_id=f"wamid.{text}"))
        await take_turns(pool, handlers)

    async def perform(call: EffectCall) -> JsonObject:
        return {"ok": True, "status": 200, "body": {}, "error": None}

    async with open_bus(dsn) as bus:
        runner = EffectRunner(pool, bus, perform)
        running = asyncio.create_task(runner.run())

        async def look() -> bool:
            await take_turns(pool, handlers)
            [row] = await fetch_rows(pool, tenant, "select mode from conversations")
            return bool(row["mode"] == "human")

        await wait_until(look, "hand-over")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    rows = await fetch_rows(pool, tenant, "select content->>'body' as body from messages where direction = 'out'")
    assert [row["body"] for row in rows] == ["A colleague will answer"]
    assert len(await fetch_rows(pool, tenant, "select 1 from effects")) == 1
