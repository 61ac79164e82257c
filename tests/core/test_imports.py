"""Imported history: shown where it was said, and nothing else."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hoopoe.conversations.imports import MOST_AT_ONCE
from hoopoe.conversations.queries import list_messages
from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from hoopoe.media.addresses import Addresses
from hoopoe.webhooks.turns import TurnOptions, run_turn
from tests.core.others import echo, file_echoes, read_events
from tests.core.webhooks import CUSTOMER, file_messages, meta_body
from tests.support.core import fetch_events, fetch_rows, file_body, make_handlers, take_turns
from tests.support.tenants import Tenant, make_tenant

OWN = "966112223344"
NOW = int(time.time())
DAY = 86_400
HELLO: dict[str, Any] = {"type": "text", "text": {"body": "hello"}}


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings), blueprint=echo_blueprint())


def said(n: int, *, at: int, is_out: bool = False, status: str = "READ", **changes: Any) -> dict[str, Any]:
    sender = OWN if is_out else CUSTOMER
    text = {"type": "text", "text": {"body": f"#{n}"}, "history_context": {"status": status}}
    return {"from": sender, "id": f"wamid.h.{n}", "timestamp": str(at), **text, **changes}


def chunk(*messages: dict[str, Any], thread: str = CUSTOMER, **of_thread: Any) -> dict[str, Any]:
    threads = [{"id": thread, "messages": [*messages], **of_thread}]
    return {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": threads}


async def file_chunks(pool: Pool, tenant: Tenant, *chunks: dict[str, Any]) -> int:
    return await file_body(pool, tenant, meta_body(tenant, {"history": [*chunks]}, field="history"))


async def read_thread(pool: Pool, tenant: Tenant) -> list[str]:
    rows = await fetch_rows(pool, tenant, "select content->>'body' as body from messages order by id")
    return [row["body"] for row in rows]


async def read_conversation(pool: Pool, tenant: Tenant) -> dict[str, Any]:
    [row] = await fetch_rows(pool, tenant, "select * from conversations")
    return dict(row)


async def test_a_thread_is_filed_both_ways_and_starts_nothing(pool: Pool, tenant: Tenant) -> None:
    at = NOW - 60
    messages = (
        said(1, at=at, is_out=True, status="DELIVERED"),
        said(2, at=at + 10),
        said(3, at=at + 10, is_out=True, status="ERROR"),
    )
    assert await file_chunks(pool, tenant, chunk(*messages)) == 1
    await take_turns(pool, make_handlers())
    # Its own alone: what other tests left waiting may fall due in the same turns.
    assert [row["state"] for row in await fetch_rows(pool, tenant, "select state from inbox")] == ["done"]
    rows = await fetch_rows(pool, tenant, "select * from messages order by id")
    assert [(row["direction"], row["author_kind"], row["status"]) for row in rows] == [
        ("out", "phone", "delivered"),
        ("in", "contact", "received"),
        ("out", "phone", "failed"),
    ]
    assert all(row["is_imported"] and not row["is_stale"] for row in rows)
    conversation = await read_conversation(pool, tenant)
    assert rows[1]["author_id"] == conversation["contact_id"]
    assert (conversation["mode"], conversation["unread"], conversation["window_expires_at"]) == ("bot", 0, None)
    assert (conversation["last_inbound_id"], conversation["last_message_id"]) == (None, rows[2]["id"])
    assert int(conversation["last_at"].timestamp()) == at + 10
    for table in ("outbox", "flow_sessions", "dead_letters", "conversation_events"):
        assert await fetch_rows(pool, tenant, f"select 1 from {table}") == [], table  # noqa: S608  # a constant


async def test_chunks_in_any_order_and_twice_make_one_thread_in_the_order_of_its_times(
    pool: Pool, tenant: Tenant
) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, {**HELLO, "id": "wamid.live"})
    await take_turns(pool, handlers)
    before = await read_conversation(pool, tenant)
    old = [said(n, at=NOW - 9 * DAY + n // 3, is_out=n % 2 == 0) for n in range(10)]
    newer = [said(n, at=NOW - 2 * DAY + n) for n in range(10, 14)]
    for messages in (newer, old[5:], old[:7], old, [*reversed(newer)]):
        await file_chunks(pool, tenant, chunk(*messages))
        await take_turns(pool, handlers)
    thread = await read_thread(pool, tenant)
    assert thread[10:14] == ["#10", "#11", "#12", "#13"]
    assert sorted(thread[:10], key=lambda body: int(body[1:]) // 3) == thread[:10]
    assert len(thread) == 16
    assert thread[14] == "hello"
    after = await read_conversation(pool, tenant)
    assert after == {**before, "has_imported": True}, "what is older than the last message moves nothing"


async def test_of_one_second_the_order_given_holds_also_when_it_runs_backwards(pool: Pool, tenant: Tenant) -> None:
    at = NOW - DAY
    messages = [said(n, at=at + n // 50) for n in range(250)]
    await file_chunks(pool, tenant, chunk(*reversed(messages)))
    await take_turns(pool, make_handlers())
    assert await read_thread(pool, tenant) == [f"#{n}" for n in range(250)]


async def test_pages_of_a_thread_hold_imported_and_new_messages_in_order(
    pool: Pool, settings: Settings, tenant: Tenant
) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, {**HELLO, "id": "wamid.live"})
    await take_turns(pool, handlers)
    await file_chunks(pool, tenant, chunk(*(said(n, at=NOW - DAY + n) for n in range(7))))
    await take_turns(pool, handlers)
    conversation = await read_conversation(pool, tenant)
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, PrincipalKind.SYSTEM)
    pages, before = [], None
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        while True:
            page = await list_messages(
                conn, scope, conversation["id"], before=before, limit=4, addresses=Addresses.of(make_keyring(settings))
            )
            if not page:
                break
            pages.append([(str(message.content["body"]), message.is_imported) for message in page])
            before = page[-1].id
    assert [len(page) for page in pages] == [4, 4, 1]
    shown = [body for page in pages for body, _ in page]
    assert shown[1:] == ["hello", *(f"#{n}" for n in reversed(range(7)))]
    assert [is_imported for page in pages for _, is_imported in page] == [False, False, *[True] * 7]


async def test_what_is_filed_already_is_passed_over_and_what_comes_later_too(pool: Pool, tenant: Tenant) -> None:
    """A message of the day of the sync is told twice: by itself, and in the history."""
    handlers = make_handlers()
    await file_messages(pool, tenant, {**HELLO, "id": "wamid.h.1"})
    await take_turns(pool, handlers)
    await file_chunks(pool, tenant, chunk(said(1, at=NOW), said(2, at=NOW)))
    await take_turns(pool, handlers)
    assert sorted(await read_thread(pool, tenant))[:1] == ["#2"]
    assert len(await fetch_rows(pool, tenant, "select 1 from messages where direction = 'in'")) == 2
    await hear_late(pool, tenant, {**HELLO, "id": "wamid.h.2"})
    assert len(await fetch_rows(pool, tenant, "select 1 from messages where direction = 'in'")) == 2


async def hear_late(pool: Pool, tenant: Tenant, message: dict[str, Any]) -> None:
    """A message comes by itself that is filed: it fails, is tried again, and done."""
    handlers = make_handlers()
    sent = {"from": CUSTOMER, "timestamp": str(NOW), **message}
    await file_body(pool, tenant, meta_body(tenant, {"messages": [sent]}))
    await take_turns(pool, handlers)
    await fetch_rows(pool, tenant, "update inbox set not_before = '-infinity' where state = 'waiting'")
    await take_turns(pool, handlers)
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state <> 'done'") == []
    assert await fetch_rows(pool, tenant, "select 1 from dead_letters") == []


async def test_a_message_that_comes_by_itself_after_it_was_imported_is_adopted_and_heard(
    pool: Pool, tenant: Tenant
) -> None:
    """It keeps its id and its place; all else is as if the history had never told it."""
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - 60), said(2, at=NOW - 30)))
    await take_turns(pool, make_handlers())
    select = "select id, is_imported, direction, author_kind from messages order by id"
    before = await fetch_rows(pool, tenant, select)
    await hear_late(pool, tenant, said(2, at=NOW - 30))
    after = await fetch_rows(pool, tenant, select)
    assert [row["id"] for row in after[:2]] == [row["id"] for row in before]
    assert [(row["is_imported"], row["author_kind"]) for row in after] == [
        (True, "contact"),
        (False, "contact"),
        (False, "bot"),
    ]
    conversation = await read_conversation(pool, tenant)
    assert (conversation["unread"], conversation["last_inbound_id"]) == (0, "wamid.h.2"), "the bot answered it"
    assert int(conversation["window_expires_at"].timestamp()) == NOW - 30 + DAY
    assert conversation["last_message_id"] == after[2]["id"]
    assert len(await fetch_rows(pool, tenant, "select 1 from outbox")) == 1
    told = await fetch_events(pool, tenant)
    assert told.count(("message.received", before[1]["id"])) == 2, "once as the past, once as news"
    await fetch_rows(pool, tenant, "delete from inbox")
    await hear_late(pool, tenant, said(2, at=NOW - 30))
    assert len(await fetch_rows(pool, tenant, "select 1 from outbox")) == 1, "adopted once"


async def test_it_is_adopted_without_a_turn_that_fails(pool: Pool, tenant: Tenant) -> None:
    """One of its own conversation's is looked for before it is filed; elsewhere nothing is."""
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - 60), said(2, at=NOW - 30)))
    await take_turns(pool, make_handlers())
    other = {"from": "966500000777", "id": "wamid.other", "timestamp": str(NOW), "type": "text", "text": {"body": "hi"}}
    late = {"from": CUSTOMER, "timestamp": str(NOW), **said(2, at=NOW - 30)}
    await file_body(pool, tenant, meta_body(tenant, {"messages": [late, other]}))
    await take_turns(pool, make_handlers())
    rows = await fetch_rows(pool, tenant, "select state, attempts from inbox where kind = 'message'")
    assert [tuple(row) for row in rows] == [("done", 0), ("done", 0)]
    assert (await fetch_rows(pool, tenant, "select is_imported from messages where provider_id = 'wamid.h.2'"))[0][
        0
    ] is False
    marks = await fetch_rows(pool, tenant, "select has_imported from conversations order by has_imported")
    assert [row["has_imported"] for row in marks] == [False, True]


async def test_where_an_older_version_imported_it_is_adopted_after_it_failed(pool: Pool, tenant: Tenant) -> None:
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - 60)))
    await take_turns(pool, make_handlers())
    await fetch_rows(pool, tenant, "update conversations set has_imported = false returning id")
    await hear_late(pool, tenant, said(1, at=NOW - 60))
    conversation = await read_conversation(pool, tenant)
    assert (conversation["unread"], conversation["window_expires_at"] is not None) == (0, True), "the bot answered it"
    assert await fetch_rows(pool, tenant, "select 1 from messages where author_kind = 'bot'")


async def test_an_echo_that_comes_by_itself_after_it_was_imported_makes_the_bot_quiet(
    pool: Pool, tenant: Tenant
) -> None:
    handlers = make_handlers()
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - 60, is_out=True, status="READ"), said(2, at=NOW - 30)))
    await take_turns(pool, handlers)
    select = "select id, status, author_kind from messages where is_imported = $1"
    [before, last] = await fetch_rows(pool, tenant, f"{select} order by id", True)
    for _ in range(2):
        await file_echoes(pool, tenant, echo("#1", id="wamid.h.1", timestamp=str(NOW - 60)))
        assert await take_turns(pool, handlers) == 1
        await fetch_rows(pool, tenant, "delete from inbox")
    [row] = await fetch_rows(pool, tenant, select, False)
    assert row == before, "its id, and how far it got, stay"
    conversation = await read_conversation(pool, tenant)
    assert (conversation["mode"], conversation["unread"], conversation["window_expires_at"]) == ("human", 0, None)
    assert conversation["last_message_id"] == last["id"]
    assert await read_events(pool, tenant) == [("taken_over", "phone", None, None)]


async def test_what_is_adopted_moves_no_thread_back(pool: Pool, tenant: Tenant) -> None:
    """People have the conversation, and something newer stands last in it. A placeholder gets its file."""
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - 60, type="media_placeholder"), said(2, at=NOW - 30)))
    await take_turns(pool, make_handlers())
    await fetch_rows(pool, tenant, "update conversations set mode = 'human'")
    before = await read_conversation(pool, tenant)
    image = {"type": "image", "image": {"id": "881", "mime_type": "image/jpeg"}}
    await hear_late(pool, tenant, {**image, "id": "wamid.h.1", "timestamp": str(NOW - 60)})
    conversation = await read_conversation(pool, tenant)
    for name in ("last_at", "last_message_id"):
        assert conversation[name] == before[name], name
    assert (conversation["unread"], conversation["mode"]) == (1, "human")
    [adopted, _] = await fetch_rows(pool, tenant, "select type, content, is_imported from messages order by id")
    [file] = await fetch_rows(pool, tenant, "select id, state from media_files")
    assert (adopted["type"], adopted["is_imported"]) == ("image", False)
    assert (adopted["content"]["file_id"], file["state"]) == (str(file["id"]), "pending")


async def test_an_imported_message_of_long_ago_that_comes_by_itself_is_stale(pool: Pool, tenant: Tenant) -> None:
    at = NOW - 2 * DAY
    await file_chunks(pool, tenant, chunk(said(1, at=at)))
    await take_turns(pool, make_handlers())
    await hear_late(pool, tenant, said(1, at=at))
    [row] = await fetch_rows(pool, tenant, "select is_imported, is_stale from messages")
    assert (row["is_imported"], row["is_stale"]) == (False, True)
    assert await fetch_rows(pool, tenant, "select 1 from outbox") == []


async def test_the_person_who_writes_after_an_import_is_heard(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - DAY)))
    await take_turns(pool, handlers)
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    assert len(await fetch_rows(pool, tenant, "select 1 from conversations")) == 1
    assert len(await fetch_rows(pool, tenant, "select 1 from outbox")) == 1


async def test_a_thread_that_somebody_holds_is_asked_for_a_few_times_a_second(pool: Pool, tenant: Tenant) -> None:
    handlers = make_handlers()
    await file_messages(pool, tenant, HELLO)
    await take_turns(pool, handlers)
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - DAY)))
    asked = 0
    async with transaction(pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        await conn.execute("select from conversations for no key update")
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            asked += (await run_turn(pool, handlers, TurnOptions())).count
    assert 1 <= asked <= 3, "at once, and after each pause"
    await fetch_rows(pool, tenant, "update inbox set not_before = '-infinity' where state = 'waiting'")
    assert await take_turns(pool, handlers) == 1
    assert (await read_thread(pool, tenant))[0] == "#1"


async def test_a_large_chunk_is_filed_in_slices_of_which_a_turn_takes_a_few(pool: Pool, tenant: Tenant) -> None:
    count = 3 * MOST_AT_ONCE
    messages = [said(n, at=NOW - 20 * DAY + n) for n in range(count)]
    assert await file_chunks(pool, tenant, chunk(*messages)) == count // 100
    handlers, seen, longest = make_handlers(), 0, 0.0
    while True:
        began = time.monotonic()
        if not (await run_turn(pool, handlers, TurnOptions())).count:
            break
        longest = max(longest, time.monotonic() - began)
        [now] = await fetch_rows(pool, tenant, "select count(*) as count from messages")
        assert 0 < now["count"] - seen <= MOST_AT_ONCE + 100
        seen = now["count"]
    assert await read_thread(pool, tenant) == [f"#{n}" for n in range(count)]
    assert longest < 5.0, "no writing transaction lasts"


async def test_a_file_that_was_not_imported_is_filled_in_when_it_comes(pool: Pool, tenant: Tenant) -> None:
    """Told with the person, without it, and before the message that it belongs to."""
    handlers = make_handlers()

    def photo(n: int, *, is_out: bool = False, **to: Any) -> dict[str, Any]:
        image = {"type": "image", "image": {"id": f"88{n}", "mime_type": "image/jpeg"}}
        return {**said(n, at=NOW - DAY, is_out=is_out), **image, **to}

    async def file_photos(*photos: dict[str, Any]) -> None:
        await file_body(pool, tenant, meta_body(tenant, {"messages": [*photos]}, field="history"))
        await take_turns(pool, handlers)

    await file_photos(photo(1), photo(3, is_out=True))
    places = [said(n, at=NOW - DAY, is_out=n == 3, type="media_placeholder") for n in (1, 2, 3)]
    await file_chunks(pool, tenant, chunk(*places))
    await take_turns(pool, handlers)
    select = "select provider_id, type, content, is_imported, direction from messages order by provider_id"
    assert [row["type"] for row in await fetch_rows(pool, tenant, select)] == ["image", "unsupported", "unsupported"]
    await file_photos(photo(2))
    await fetch_rows(pool, tenant, "update inbox set not_before = '-infinity' where state = 'waiting'")
    await take_turns(pool, handlers)
    rows = await fetch_rows(pool, tenant, select)
    assert [(row["type"], row["direction"]) for row in rows] == [("image", "in"), ("image", "in"), ("image", "out")]
    assert all(row["is_imported"] for row in rows)
    files = await fetch_rows(pool, tenant, "select id from media_files")
    assert {row["content"]["file_id"] for row in rows} == {str(file["id"]) for file in files}
    assert await fetch_rows(pool, tenant, "select 1 from inbox where state <> 'done'") == []


async def test_what_an_owner_declined_to_share_is_in_the_journal_and_nothing_fails(pool: Pool, tenant: Tenant) -> None:
    error = {"code": 2593109, "title": "History sharing is turned off", "message": "History sharing is turned off"}
    assert await file_chunks(pool, tenant, {"errors": [error]}) == 0


async def test_a_broken_message_or_thread_costs_only_itself(pool: Pool, tenant: Tenant) -> None:
    good = said(1, at=NOW - DAY)
    broken = [said(2, at=NOW) | {"timestamp": "yesterday"}, {"type": "text"}, 7]
    chunks = [7, {"threads": 7}, {"threads": [{"messages": []}, {"id": CUSTOMER, "messages": [*broken, good]}]}]
    body = meta_body(tenant, {"history": chunks}, field="history")
    assert await file_body(pool, tenant, body) == 1
    await take_turns(pool, make_handlers())
    assert await read_thread(pool, tenant) == ["#1"]


async def test_a_person_without_a_number_is_the_same_person_afterwards(pool: Pool, tenant: Tenant) -> None:
    context = {"user_id": "SA.7788", "username": "hind"}
    await file_chunks(pool, tenant, chunk(said(1, at=NOW - DAY), thread="", context=context))
    await take_turns(pool, make_handlers())
    value = {"messages": [{**HELLO, "from_user_id": "SA.7788", "id": "wamid.1", "timestamp": str(NOW)}]}
    await file_body(pool, tenant, meta_body(tenant, value))
    await take_turns(pool, make_handlers())
    assert len(await fetch_rows(pool, tenant, "select 1 from contacts")) == 1
    assert (await read_thread(pool, tenant))[:2] == ["#1", "hello"]


async def test_reactions_of_the_past_stand_on_their_messages(pool: Pool, tenant: Tenant) -> None:
    reaction = {"type": "reaction", "reaction": {"message_id": "wamid.h.1", "emoji": "🙏"}}
    await file_chunks(pool, tenant, chunk({**said(2, at=NOW - DAY, is_out=True), **reaction}, said(1, at=NOW - DAY)))
    await take_turns(pool, make_handlers())
    reactions = await fetch_rows(pool, tenant, "select author, emoji from message_reactions")
    assert [tuple(row) for row in reactions] == [("business", "🙏")]
