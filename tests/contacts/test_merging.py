"""Two contacts that one message shows to be one: nothing is lost, nothing doubled, the order stays."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from hoopoe.channels.contract import Accepted, Provider, TextContent
from hoopoe.conversations.actions.send import send_message
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.outbox.acknowledge import Acknowledgement, acknowledge_sends
from hoopoe.conversations.outbox.claim import Send, claim_sends
from hoopoe.conversations.outbox.policy import judge
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.webhooks.routing import hearing_lane_of
from tests.contacts.people import (
    Someone,
    add_line,
    change,
    contacts_of,
    identities_of,
    make_due,
    new_phone,
    new_user_id,
    text_of,
    thread_of,
    write,
)
from tests.core.webhooks import meta_body
from tests.flows_live.blueprints import question_blueprint
from tests.support.core import fetch_events, fetch_rows, file_body, make_handlers, take_own_turns, take_turns
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


async def hear(pool: Pool, tenant: Tenant, person: Someone, *texts: str) -> None:
    for text in texts:
        await write(pool, tenant, text_of(person, text))
        await take_turns(pool, make_handlers())


async def one(pool: Pool, tenant: Tenant, sql: str, *arguments: object) -> Any:
    [row] = await fetch_rows(pool, tenant, sql, *arguments)
    return row


async def make_two(pool: Pool, tenant: Tenant) -> tuple[Someone, UUID, UUID]:
    """Somebody known as two, once by the number, then by the user id; the conversations of the two."""
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(phone, name="نورة"), "one", "two")
    await hear(pool, tenant, Someone(None, user_id, username="noura.a", name=None), "three")
    newer, older = await fetch_rows(pool, tenant, "select id from conversations order by id desc limit 2")
    return Someone(phone, user_id, name="نورة"), older["id"], newer["id"]


async def test_one_message_shows_that_two_are_one(pool: Pool, tenant: Tenant) -> None:
    person, older, newer = await make_two(pool, tenant)
    before = await contacts_of(pool, tenant)
    outbox = await fetch_rows(pool, tenant, "select id, message_id from outbox order by id")
    await fetch_rows(pool, tenant, "update conversations set unread = 2")
    await hear(pool, tenant, person, "four")
    [kept] = await contacts_of(pool, tenant)
    assert dict(kept) == {"id": before[0]["id"], "name": "نورة", "username": "noura.a"}, (
        "the older one, and what both know"
    )
    assert [text for direction, text in await thread_of(pool, tenant) if direction == "in"] == [
        *("one", "two", "three", "four")
    ]
    assert len([1 for direction, _ in await thread_of(pool, tenant) if direction == "out"]) == 4, "each answered once"
    assert {
        row["conversation_id"] for row in await fetch_rows(pool, tenant, "select conversation_id from messages")
    } == {older}
    after = await fetch_rows(pool, tenant, "select id, message_id from outbox order by id")
    assert list(after[: len(outbox)]) == list(outbox), "what waits to be sent waits in its order"
    assert {row["conversation_id"] for row in await fetch_rows(pool, tenant, "select conversation_id from outbox")} == {
        older
    }
    conversation = await one(pool, tenant, "select id, unread, recipient, mode from conversations")
    assert (conversation["id"], conversation["unread"]) == (older, 4), "of both, and the bot answered the fourth"
    assert conversation["recipient"] == {"phone": person.phone, "user_id": person.user_id}
    authors = await fetch_rows(pool, tenant, "select distinct author_id from messages where author_kind = 'contact'")
    assert [row["author_id"] for row in authors] == [kept["id"]]
    assert {kind for kind, _ in await identities_of(pool, tenant)} == {"phone", "wa_id", "user_id"}
    terms = await fetch_rows(pool, tenant, "select term from contact_terms where contact_id = $1", kept["id"])
    assert {"نوره", "noura.a"} & {row["term"] for row in terms}
    event = await one(pool, tenant, "select type, actor_kind, conversation_id from conversation_events")
    assert (event["type"], event["actor_kind"], event["conversation_id"]) == ("merged", "system", older)
    assert {older, newer} <= {ref for _, ref in await fetch_events(pool, tenant, "conversation.updated")}
    record = await one(pool, tenant, "select kept_id, merged_id, reason, shown, moved from contact_merges")
    assert (record["kept_id"], record["merged_id"], record["reason"]) == (kept["id"], before[1]["id"], "message")
    assert record["shown"]["user_id"] == person.user_id
    [described] = record["moved"]["conversations"]
    assert (described["id"], described["into"], len(described["messages"])) == (str(newer), str(older), 2)
    assert record["moved"]["contact"]["username"] == "noura.a"
    await hear(pool, tenant, person, "five")
    assert len(await contacts_of(pool, tenant)) == 1
    assert len(await fetch_rows(pool, tenant, "select 1 from contact_merges")) == 1


async def test_another_app_that_has_one_of_the_threads_has_the_joined_one(pool: Pool, tenant: Tenant) -> None:
    person, older, newer = await make_two(pool, tenant)
    await change(pool, tenant, "update conversations set other_app = 'secondary' where id = $1", newer)
    await file_body(pool, tenant, meta_body(tenant, {"standby": text_of(person, "four")}, field="standby"))
    await take_turns(pool, make_handlers())
    assert dict(await one(pool, tenant, "select id, other_app from conversations")) == {
        "id": older,
        "other_app": "secondary",
    }


async def test_who_shares_the_number_when_asked_is_known_by_it(pool: Pool, tenant: Tenant) -> None:
    """A card that answers our asking is the sender's own; any other may be anybody's."""
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(phone), "one")
    await hear(pool, tenant, Someone(None, user_id), "two")
    card = {"phones": [{"phone": f"+{phone}", "wa_id": phone}]}
    for origin, contacts in (("other", 2), ("contact_request", 1)):
        shared = text_of(Someone(None, user_id), type="contacts", contacts=[{**card, "origin": origin}])
        await write(pool, tenant, shared)
        await take_turns(pool, make_handlers())
        assert len(await contacts_of(pool, tenant)) == contacts
    conversation = await one(pool, tenant, "select recipient from conversations")
    assert conversation["recipient"] == {"phone": phone, "user_id": user_id}


async def test_all_in_one_turn(pool: Pool, tenant: Tenant) -> None:
    """The three messages lie in two lanes and are handled together."""
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(phone), "one")
    await hear(pool, tenant, Someone(None, user_id), "two")
    await write(
        pool,
        tenant,
        text_of(Someone(phone), "three"),
        text_of(Someone(None, user_id), "four"),
        text_of(Someone(phone, user_id), "five"),
    )
    await take_turns(pool, make_handlers())
    assert len(await contacts_of(pool, tenant)) == 1
    said = [text for direction, text in await thread_of(pool, tenant) if direction == "in"]
    assert said == ["one", "two", "three", "four", "five"]
    assert len(await thread_of(pool, tenant)) == 10


async def test_conversations_of_other_channels_go_on_as_they_are(pool: Pool, tenant: Tenant) -> None:
    phone, user_id = new_phone(), new_user_id()
    second = await add_line(pool, tenant)
    await hear(pool, tenant, Someone(phone), "here")
    await hear(pool, second, Someone(None, user_id), "there")
    before = await one(pool, second, "select id from conversations where channel_id = $1", second.channel_id)
    await hear(pool, tenant, Someone(phone, user_id), "both")
    [kept] = await contacts_of(pool, tenant)
    after = await one(pool, second, "select id, contact_id from conversations where channel_id = $1", second.channel_id)
    assert (after["id"], after["contact_id"]) == (before["id"], kept["id"])
    authors = await fetch_rows(pool, tenant, "select distinct author_id from messages where author_kind = 'contact'")
    assert [row["author_id"] for row in authors] == [kept["id"]]


async def test_a_send_on_its_way_holds_the_merge_up_and_is_not_sent_twice(pool: Pool, tenant: Tenant) -> None:
    person, older, newer = await make_two(pool, tenant)
    await change(pool, tenant, "update outbox set state = 'sending', attempt = 1 where conversation_id = $1", newer)
    await hear(pool, tenant, person, "four")
    assert len(await contacts_of(pool, tenant)) == 2, "it waits"
    waiting = await one(
        pool, tenant, "select not_before > domain_now() as is_put_off, attempts from inbox where state = 'waiting'"
    )
    assert (waiting["is_put_off"], waiting["attempts"]) == (True, 0)
    assert [text for _, text in await thread_of(pool, tenant)].count("four") == 0
    await change(pool, tenant, "update outbox set state = 'done' where conversation_id = $1", newer)
    await make_due(pool, tenant)
    await take_turns(pool, make_handlers())
    assert len(await contacts_of(pool, tenant)) == 1
    assert [text for _, text in await thread_of(pool, tenant)].count("four") == 1
    assert {row["conversation_id"] for row in await fetch_rows(pool, tenant, "select conversation_id from outbox")} == {
        older
    }


@pytest.mark.parametrize("which", ["kept", "ended"])
async def test_what_is_in_doubt_goes_on_holding_the_line(pool: Pool, tenant: Tenant, which: str) -> None:
    person, older, newer = await make_two(pool, tenant)
    doubtful = older if which == "kept" else newer
    await change(
        pool,
        tenant,
        "update outbox set state = 'unknown', attempt = 1 "
        "where conversation_id = $1 and id = (select min(id) from outbox where conversation_id = $1)",
        doubtful,
    )
    # One that is under way in the kept conversation does not hold the merge up: its answer finds it there.
    await hear(pool, tenant, person, "four")
    states = await fetch_rows(pool, tenant, "select state, conversation_id from outbox order by id")
    assert [row["state"] for row in states].count("unknown") == 1
    assert {row["conversation_id"] for row in states} == {older}


async def test_of_two_flow_sessions_the_last_one_goes_on(pool: Pool, settings: Settings) -> None:
    flow = question_blueprint()
    tenant = await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=flow)
    phone, user_id = new_phone(), new_user_id()
    await hear(pool, tenant, Someone(phone), "one")
    await hear(pool, tenant, Someone(None, user_id), "two")
    person = Someone(phone, user_id)
    [older, _] = await fetch_rows(pool, tenant, "select id from conversations order by id")
    sessions = await fetch_rows(pool, tenant, "select id, status from flow_sessions order by id")
    assert [row["status"] for row in sessions] == ["waiting", "waiting"]
    waiting = [row["id"] for row in sessions]
    await write(pool, tenant, text_of(person, "four"))
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(pool, tenant, "select id, status, conversation_id from flow_sessions order by id")
    assert {row["conversation_id"] for row in rows} == {older["id"]}
    assert {row["id"]: row["status"] for row in rows}[waiting[0]] == "interrupted"
    assert {row["id"]: row["status"] for row in rows}[waiting[1]] == "completed", "it heard the answer"


async def test_what_was_on_its_way_to_the_ended_conversation_arrives(pool: Pool, tenant: Tenant) -> None:
    """A result that an effect brings after the merge names the conversation that ended: it is followed."""
    person, older, newer = await make_two(pool, tenant)
    await hear(pool, tenant, person, "four")
    session = UUID(int=1)
    await change(
        pool,
        tenant,
        "insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item) "
        "values ($1, $2, 't:1', 77, 'timer', $3)",
        tenant.workspace_id,
        tenant.channel_id,
        {"conversation_id": str(newer), "session_id": str(session), "sprint": 1, "kind": "timeout"},
    )
    assert await take_own_turns(pool, tenant) == 1
    assert await fetch_rows(pool, tenant, "select 1 from dead_letters") == []
    alias = await one(pool, tenant, "select conversation_id from conversation_aliases where id = $1", newer)
    assert alias["conversation_id"] == older


async def test_what_waits_to_be_heard_is_heard_first(pool: Pool, settings: Settings) -> None:
    tenant = await make_tenant(
        settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint(), has_limits=True
    )
    person, older, newer = await make_two(pool, tenant)
    await change(
        pool,
        tenant,
        "update rate_buckets set tokens = -1 where workspace_id = $1 and key = 'customer:' || $2",
        tenant.workspace_id,
        str(newer),
    )
    await write(pool, tenant, text_of(Someone(None, person.user_id, name=None), "late"))
    await take_turns(pool, make_handlers())
    lane = await one(pool, tenant, "select lane from inbox where state = 'waiting'")
    assert lane["lane"] == hearing_lane_of(newer)
    await write(pool, tenant, text_of(person, "four"))
    await take_turns(pool, make_handlers())
    lanes = await fetch_rows(pool, tenant, "select distinct lane from inbox where state = 'waiting'")
    assert [row["lane"] for row in lanes] == [hearing_lane_of(older)]
    await change(pool, tenant, "update rate_buckets set tokens = 20 where workspace_id = $1", tenant.workspace_id)
    await make_due(pool, tenant)
    await take_turns(pool, make_handlers())
    answers = [text.rpartition(" ")[2] for direction, text in await thread_of(pool, tenant) if direction == "out"]
    assert answers[-2:] == ["late", "four"]


async def test_workers_at_once_lose_and_double_nothing(pool: Pool, tenant: Tenant) -> None:
    """Twelve people known as two each, who write from both sides while three workers take turns."""
    handlers = make_handlers()
    people = [(new_phone(), new_user_id()) for _ in range(12)]
    for phone, user_id in people:
        await write(pool, tenant, text_of(Someone(phone), "n0"), text_of(Someone(None, user_id), "u0"))
    await take_turns(pool, handlers)
    assert len(await contacts_of(pool, tenant)) == 24
    for n in range(1, 5):
        for phone, user_id in people:
            await write(pool, tenant, text_of(Someone(phone), f"n{n}"), text_of(Someone(None, user_id), f"u{n}"))
            if n == 2:
                await write(pool, tenant, text_of(Someone(phone, user_id), "both"))
        await asyncio.gather(*(take_turns(pool, handlers) for _ in range(3)))
    for _ in range(20):
        await make_due(pool, tenant)
        await asyncio.gather(*(take_turns(pool, handlers) for _ in range(3)))
        if not await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'"):
            break
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state <> 'done'") == []
    assert len(await contacts_of(pool, tenant)) == 12
    rows = await fetch_rows(
        pool,
        tenant,
        "select conversation_id, content->>'body' as body from messages where direction = 'in' order by id",
    )
    said: dict[UUID, list[str]] = {}
    for row in rows:
        said.setdefault(row["conversation_id"], []).append(row["body"])
    assert len(said) == 12
    for texts in said.values():
        assert sorted(texts) == sorted([*(f"n{n}" for n in range(5)), *(f"u{n}" for n in range(5)), "both"])
        assert [text for text in texts if text[0] == "n"] == [f"n{n}" for n in range(5)], "in order from each side"
        assert [text for text in texts if text[0] == "u"] == [f"u{n}" for n in range(5)]
    answers = await fetch_rows(pool, tenant, "select 1 from outbox")
    assert len(answers) == len(rows), "each was answered once"


async def test_agents_and_senders_at_work_while_contacts_merge(pool: Pool, tenant: Tenant) -> None:
    """Agents write to both conversations and sends leave while they become one: each leaves once, in order."""
    handlers, hooks = make_handlers(), ConversationHooks()
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SYSTEM)
    people = [await make_two(pool, tenant) for _ in range(6)]
    written: dict[UUID, list[UUID]] = {}
    left: list[Send] = []
    is_over = asyncio.Event()

    async def write_to(conversation_id: UUID) -> None:
        for n in range(6):
            async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
                content = TextContent(f"agent {n}")
                id_ = await send_message(conn, scope, conversation_id, content, hooks=hooks)
            written.setdefault(conversation_id, []).append(id_)
            await asyncio.sleep(0.01)

    async def send_out() -> None:
        while not is_over.is_set():
            claimed = await claim_sends(pool, room=20, lease_seconds=30.0)
            await asyncio.sleep(0.02)
            done = [
                Acknowledgement(send, judge(Accepted(f"wamid.{send.opaque}"), attempt=send.attempt), Provider.META)
                for send in claimed
            ]
            if done:
                await acknowledge_sends(pool, done)
            left.extend(send for send in claimed if send.workspace_id == tenant.workspace_id)

    async def merge() -> None:
        for person, _, _ in people:
            await write(pool, tenant, text_of(person, "both"))
        while await fetch_rows(pool, tenant, "select 1 from inbox where state = 'waiting'"):
            await asyncio.gather(take_turns(pool, handlers), take_turns(pool, handlers))
            await make_due(pool, tenant)

    senders = [asyncio.create_task(send_out()) for _ in range(2)]
    await asyncio.gather(*(write_to(id_) for _, older, newer in people for id_ in (older, newer)), merge())
    for _ in range(100):
        if not await fetch_rows(pool, tenant, "select 1 from outbox where state <> 'done'"):
            break
        await asyncio.sleep(0.1)
    is_over.set()
    await asyncio.gather(*senders)
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state <> 'done'") == []
    assert len(await contacts_of(pool, tenant)) == len(people)
    rows = await fetch_rows(pool, tenant, "select message_id, state, attempt, conversation_id from outbox")
    assert {(row["state"], row["attempt"]) for row in rows} == {("done", 1)}
    assert {row["conversation_id"] for row in rows} == {older for _, older, _ in people}
    assert sorted(send.message_id for send in left) == sorted(row["message_id"] for row in rows), "each left once"
    order = [send.message_id for send in left]
    for ids in written.values():
        assert len(ids) == 6
        assert sorted(ids, key=order.index) == ids, "in the order in which the agent wrote them"
