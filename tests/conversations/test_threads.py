"""One conversation: its messages, writing, taking over, handing back, closing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from hoopoe.conversations.turns import Mode
from hoopoe.identity.roles import Role
from hoopoe.kernel.db.pool import Pool, Record
from hoopoe.kernel.ids import new_id
from tests.support.api import Api, Caller
from tests.support.inbox import Thread, add_channel, add_thread

TEXT = {"type": "text", "text": {"body": "Your table is ready."}}


async def make_thread(api: Api, owner: Caller, **options: Any) -> Thread:
    return await add_thread(api, owner.scope, await add_channel(api, owner.scope), **options)


async def look(pool: Pool, sql: str, *arguments: object) -> list[Record]:
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        return await conn.fetch(sql, *arguments)


async def events_of(caller: Caller, thread: Thread) -> list[tuple[str, str | None]]:
    answer = await caller.get(f"/api/conversations/{thread.id}/events")
    return [(each["type"], each["actor"]["name"]) for each in answer.json()["data"]]


async def test_messages_come_newest_first_in_pages(api: Api) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner, texts=("1", "2", "3", "4", "5"))
    first = (await owner.get(f"/api/conversations/{thread.id}/messages?limit=3")).json()
    second = (await owner.get(f"/api/conversations/{thread.id}/messages?limit=3&cursor={first['next_cursor']}")).json()
    bodies = [each["content"]["body"] for page in (first, second) for each in page["data"]]
    assert bodies == ["5", "4", "3", "2", "1"]
    assert second["next_cursor"] is None


async def test_a_person_writes_and_takes_the_conversation_over(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)
    assert answer.status_code == 201
    message = answer.json()
    assert (message["direction"], message["type"], message["content"]) == ("out", "text", TEXT["text"])
    assert (message["status"], message["sending_state"], message["attempt"]) == ("pending", "queued", 0)
    assert message["author"] == {"kind": "user", "id": str(owner.user_id), "name": "Noor"}
    shown = (await owner.get(f"/api/conversations/{thread.id}")).json()
    assert (shown["mode"], shown["assignee"]) == ("human", {"id": str(owner.user_id), "name": "Noor"})
    assert shown["last_message"]["id"] == message["id"]
    assert await events_of(owner, thread) == [("taken_over", "Noor")]
    [queued] = await look(pool, "select * from outbox where workspace_id = $1", owner.workspace_id)
    assert (queued["state"], queued["content"]) == ("queued", {"type": "text", "body": "Your table is ready."})
    told = await look(pool, "select type from events where workspace_id = $1 order by seq", owner.workspace_id)
    assert [row["type"] for row in told] == ["conversation.updated", "message.received"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "buttons", "buttons": {"body": "Keep it?", "buttons": [{"id": "y", "title": "Yes"}]}},
        {
            "type": "list",
            "list": {
                "body": "When?",
                "button": "Times",
                "footer": "GMT+3",
                "sections": [{"rows": [{"id": "19", "title": "19:00", "description": "Terrace"}]}],
            },
        },
    ],
)
async def test_buttons_and_lists_are_sent_as_given(api: Api, body: dict[str, Any]) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", body)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["type"], answer.json()["content"]) == (body["type"], body[body["type"]])


def rows(count: int, **changes: str) -> list[dict[str, str]]:
    return [{"id": str(place), "title": f"Row {place}", **changes} for place in range(count)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "text", "text": {"body": ""}}, "text.body"),
        ({"type": "text", "text": {"body": "x" * 16001}}, "text.body"),
        ({"type": "text", "text": {"body": "a"}, "to": "+1"}, "to"),
        ({"type": "poll"}, "type"),
        ({"type": "image"}, "image"),
        ({"type": "image", "image": {}}, "image.file_id"),
        ({}, "type"),
        ({"type": "buttons", "buttons": {"body": "a", "buttons": []}}, "buttons.buttons"),
        ({"type": "buttons", "buttons": {"body": "a", "buttons": rows(51)}}, "buttons.buttons"),
        ({"type": "buttons", "buttons": {"body": "a", "buttons": rows(2, id="1")}}, "buttons.buttons"),
        (
            {"type": "buttons", "buttons": {"body": "a", "buttons": [{"id": "1", "title": "x" * 21}]}},
            "buttons.buttons.0.title",
        ),
        (
            {
                "type": "list",
                "list": {
                    "body": "a",
                    "button": "b",
                    "sections": [{"title": "A", "rows": rows(26)}, {"title": "B", "rows": rows(26)}],
                },
            },
            "list",
        ),
    ],
)
async def test_what_whatsapp_would_refuse_is_refused_by_field(api: Api, body: dict[str, Any], field: str) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == [field]
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["mode"] == "bot"


async def test_outside_the_window_nothing_is_queued(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner, written_at=datetime.now(UTC) - timedelta(hours=24, seconds=5))
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "window_closed")
    assert answer.json()["error"]["details"]["window_expires_at"] is not None
    assert await look(pool, "select * from outbox where workspace_id = $1", owner.workspace_id) == []
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["mode"] == "bot"


async def test_the_development_clock_closes_the_window(api: Api) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    try:
        await owner.post("/api/dev/clock", {"seconds": 86_400})
        answer = await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)
        assert answer.status_code == 409
    finally:
        await owner.delete("/api/dev/clock")
    assert (await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)).status_code == 201


async def test_through_a_channel_that_is_not_active_nothing_is_sent(api: Api) -> None:
    owner = await api.register()
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope, is_active=False))
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "channel_not_active")


async def test_a_message_sent_twice_with_one_key_leaves_once(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    key = {"Idempotency-Key": "tap-1"}
    path = f"/api/conversations/{thread.id}/messages"
    answers = await asyncio.gather(*(owner.post(path, TEXT, headers=key) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await look(pool, "select from outbox where workspace_id = $1", owner.workspace_id)) == 1


async def test_a_colleague_may_help_without_taking_it(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    thread = await make_thread(api, owner)
    await agent.post(f"/api/conversations/{thread.id}/takeover")
    await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)
    shown = (await owner.get(f"/api/conversations/{thread.id}")).json()
    assert shown["assignee"]["id"] == str(agent.user_id)
    taken = (await owner.post(f"/api/conversations/{thread.id}/takeover")).json()
    assert taken["assignee"]["id"] == str(owner.user_id)
    assert len(await events_of(owner, thread)) == 2


async def add_waiting_session(api: Api, owner: Caller, thread: Thread) -> None:
    bot = (await owner.post("/api/bots", {"name": "Bot"})).json()
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        version_id, session_id = new_id(), new_id()
        await conn.execute(
            "insert into bot_versions (workspace_id, id, bot_id, number, blueprint) values ($1, $2, $3, 1, '{}')",
            *(owner.workspace_id, version_id, bot["id"]),
        )
        await conn.execute(
            """
            insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint,
                                       node_id, wait_kind, state, created_at, updated_at)
            values ($1, $2, $3, $4, $5, 'waiting', 1, 'ask', 'message', '{}', now(), now())
            """,
            *(owner.workspace_id, session_id, thread.id, bot["id"], version_id),
        )


@pytest.mark.parametrize("action", ["takeover", "close", "messages"])
async def test_the_bot_stops_in_the_same_moment(api: Api, pool: Pool, action: str) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    await add_waiting_session(api, owner, thread)
    shown = (await owner.get(f"/api/conversations/{thread.id}")).json()
    assert (shown["bot"]["name"], shown["bot"]["version"]) == ("Bot", 1)
    answer = await owner.post(f"/api/conversations/{thread.id}/{action}", TEXT if action == "messages" else None)
    assert answer.is_success
    [session] = await look(pool, "select status from flow_sessions where workspace_id = $1", owner.workspace_id)
    assert session["status"] == "interrupted"
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["bot"] is None


async def test_handing_back_takes_effect_at_once_and_stays_undone_by_a_later_take_over(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    assert (await owner.post(f"/api/conversations/{thread.id}/release")).json()["mode"] == "bot"
    await owner.post(f"/api/conversations/{thread.id}/takeover")
    answer = (await owner.post(f"/api/conversations/{thread.id}/release")).json()
    assert (answer["mode"], answer["assignee"]) == ("bot", None)
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["mode"] == "bot"
    await owner.post(f"/api/conversations/{thread.id}/takeover")
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["mode"] == "human"
    assert await look(pool, "select from inbox where workspace_id = $1", owner.workspace_id) == []
    assert [type_ for type_, _ in await events_of(owner, thread)] == ["taken_over", "released", "taken_over"]


async def test_closing_and_reopening(api: Api) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    closed = (await owner.post(f"/api/conversations/{thread.id}/close")).json()
    assert (closed["mode"], closed["assignee"], closed["unread"]) == ("closed", None, 0)
    await owner.post(f"/api/conversations/{thread.id}/close")
    opened = (await owner.post(f"/api/conversations/{thread.id}/reopen")).json()
    assert (opened["mode"], opened["assignee"]["id"]) == ("human", str(owner.user_id))
    assert [type_ for type_, _ in await events_of(owner, thread)] == ["reopened", "closed"]


async def test_reading_shows_the_person_blue_ticks_once(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner, texts=("one", "two"))
    for _ in range(2):
        assert (await owner.post(f"/api/conversations/{thread.id}/read")).json()["unread"] == 0
    [receipt] = await look(pool, "select * from read_receipts where workspace_id = $1", owner.workspace_id)
    [last] = await look(pool, "select last_inbound_id from conversations where id = $1", thread.id)
    assert (receipt["state"], receipt["provider_id"]) == ("queued", last["last_inbound_id"])
    told = await look(pool, "select from events where workspace_id = $1", owner.workspace_id)
    assert len(told) == 1


async def test_a_failed_message_is_sent_again_and_a_good_one_is_not(api: Api, pool: Pool) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    message = (await owner.post(f"/api/conversations/{thread.id}/messages", TEXT)).json()
    path = f"/api/conversations/{thread.id}/messages/{message['id']}/retry"
    assert (await owner.post(path)).json()["error"]["code"] == "nothing_to_retry"
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("update outbox set state = 'dead' where message_id = $1", message["id"])
        await conn.execute("update messages set status = 'failed' where id = $1", message["id"])
    again = await owner.post(path)
    assert (again.status_code, again.json()["status"], again.json()["sending_state"]) == (200, "pending", "queued")


async def test_what_is_not_there_is_not_found(api: Api) -> None:
    owner = await api.register()
    thread, other = await make_thread(api, owner), await make_thread(api, owner)
    message = (await owner.get(f"/api/conversations/{other.id}/messages")).json()["data"][0]
    for method, path in (
        ("GET", f"{uuid4()}"),
        ("GET", f"{uuid4()}/messages"),
        ("GET", f"{uuid4()}/events"),
        ("POST", f"{uuid4()}/takeover"),
        ("POST", f"{thread.id}/messages/{message['id']}/retry"),
        ("POST", f"{other.id}/messages/{message['id']}/retry"),
    ):
        assert (await owner.send(method, f"/api/conversations/{path}")).status_code == 404, path


async def test_a_viewer_reads_and_does_nothing_else(api: Api) -> None:
    owner = await api.register()
    viewer = await api.add_member(owner, "viewer")
    thread = await make_thread(api, owner)
    assert (await viewer.get(f"/api/conversations/{thread.id}/messages")).status_code == 200
    for action in ("takeover", "release", "close", "reopen", "read"):
        answer = await viewer.post(f"/api/conversations/{thread.id}/{action}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_permitted")
    answer = await viewer.post(f"/api/conversations/{thread.id}/messages", TEXT)
    assert answer.json()["error"]["details"] == {"permission": "conversations:write"}
    assert (await owner.get(f"/api/conversations/{thread.id}")).json()["mode"] == Mode.BOT


async def test_of_two_who_take_over_at_once_one_is_told(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, Role.AGENT)
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    path, nobody = f"/api/conversations/{thread.id}/takeover", {"expected_assignee_id": None}
    answers = await asyncio.gather(owner.post(path, nobody), agent.post(path, nobody))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [taken] = [answer.json() for answer in answers if answer.status_code == 200]
    [refused] = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert (refused["code"], refused["details"]) == ("taken_meanwhile", {"assignee_id": taken["assignee"]["id"]})
    winner, loser = (owner, agent) if answers[0].status_code == 200 else (agent, owner)
    assert (await winner.post(path, nobody)).status_code == 200, "who has it already may press again"
    asked = await loser.post(path, {"expected_assignee_id": taken["assignee"]["id"]})
    assert asked.json()["assignee"]["id"] == str(loser.user_id), "from a colleague whom one sees"


async def test_what_is_too_much_for_one_message_is_sent_as_several_and_says_so(api: Api) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    body = " ".join(["word"] * 1000)
    answer = await owner.post(f"/api/conversations/{thread.id}/messages", {"type": "text", "text": {"body": body}})
    assert answer.status_code == 201, answer.text
    first = answer.json()
    assert first["degradations"] == [{"code": "text_split", "from": len(body), "to": 2, "limit": 4096}]
    page = (await owner.get(f"/api/conversations/{thread.id}/messages")).json()["data"]
    parts = [message for message in reversed(page) if message["direction"] == "out"]
    assert [part["id"] for part in parts] == first["parts"]
    assert " ".join(part["content"]["body"] for part in parts) == body
    assert all(part["degradations"] == first["degradations"] for part in parts)
    shown = (await owner.get(f"/api/conversations/{thread.id}")).json()
    assert shown["last_message"]["id"] == parts[-1]["id"]


async def test_too_many_buttons_are_a_list_with_the_same_ids(api: Api) -> None:
    owner = await api.register()
    thread = await make_thread(api, owner)
    menu = {"type": "buttons", "buttons": {"body": "Which?", "buttons": rows(12)}}
    message = (await owner.post(f"/api/conversations/{thread.id}/messages", menu)).json()
    assert message["type"] == "list"
    assert [each["code"] for each in message["degradations"]] == ["buttons_to_list", "list_paged"]
    assert len(message["parts"]) == 2
    assert [row["id"] for row in message["content"]["sections"][0]["rows"]] == [str(place) for place in range(10)]
