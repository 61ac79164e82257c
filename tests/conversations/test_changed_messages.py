"""Messages that were edited, deleted and reacted to, and groups, as the API shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoopoe.conversations.schemas import MessageType
from hoopoe.conversations.views import make_preview
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from tests.support.api import Api, Caller
from tests.support.inbox import Thread, add_channel, add_group, add_thread

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def run(api: Api, caller: Caller, sql: str, *arguments: object) -> None:
    async with transaction(api.services.pool, role=tenancy.PIPE, workspaces=[caller.workspace_id]) as conn:
        await conn.execute(sql, *arguments)


async def open_thread(api: Api) -> tuple[Caller, Thread, JsonObject]:
    owner = await api.register()
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope), texts=("two trays",))
    return owner, thread, await newest(owner, thread)


async def newest(caller: Caller, thread: Thread) -> dict[str, Any]:
    found: list[dict[str, Any]] = (await caller.get(f"/api/conversations/{thread.id}/messages")).json()["data"]
    return found[0]


async def test_a_message_shows_its_reactions_but_not_those_taken_back(api: Api) -> None:
    owner, thread, message = await open_thread(api)
    assert (message["reactions"], message["versions"]) == ([], [])
    react = "insert into message_reactions values ($1, $2, $3, $4, 'wamid.R', $5)"
    id_ = UUID(str(message["id"]))
    await run(api, owner, react, owner.workspace_id, id_, "contact", "👍", AT)
    await run(api, owner, react, owner.workspace_id, id_, "business", None, AT)
    shown = await newest(owner, thread)
    assert shown["reactions"] == [{"emoji": "👍", "author": "contact", "at": "2026-11-20T09:00:00Z"}]


async def test_a_message_shows_what_it_said_before(api: Api) -> None:
    owner, thread, message = await open_thread(api)
    version = {"type": "text", "content": {"body": "two trays"}, "at": AT.isoformat()}
    await run(
        api,
        owner,
        "update messages set content = $2, versions = $3, edited_at = $4 where id = $1",
        UUID(str(message["id"])),
        {"body": "three trays"},
        [version],
        AT + timedelta(minutes=1),
    )
    shown = await newest(owner, thread)
    assert shown["content"] == {"body": "three trays"}
    assert shown["versions"] == [{**version, "at": "2026-11-20T09:00:00Z"}]
    assert shown["edited_at"] == "2026-11-20T09:01:00Z"


async def test_a_deleted_message_says_nothing_in_the_list(api: Api) -> None:
    owner, thread, message = await open_thread(api)
    await run(api, owner, "update messages set deleted_at = $2 where id = $1", UUID(str(message["id"])), AT)
    shown = await newest(owner, thread)
    assert (shown["content"], shown["deleted_at"]) == ({"body": "two trays"}, "2026-11-20T09:00:00Z")
    last = (await owner.get(f"/api/conversations/{thread.id}")).json()["last_message"]
    assert (last["preview"], last["is_deleted"], last["type"]) == ("", True, "text")


@pytest.mark.parametrize(
    ("type_", "content", "preview"),
    [
        ("document", {"caption": None, "filename": "menu.pdf"}, "menu.pdf"),
        ("document", {"caption": " ", "filename": "menu.pdf"}, "menu.pdf"),
        ("video", {"caption": "شاهد\nهذا"}, "شاهد هذا"),
        ("contacts", {"contacts": [{"name": "هدى", "phones": []}, {"name": None}]}, "هدى"),
        ("order", {"note": None, "items": []}, ""),
        ("address", {"body": "Rami Nair\n560001"}, "Rami Nair 560001"),
        ("form_reply", {"body": "Sent", "answer": {}}, ""),
        ("audio", {"voice": True}, ""),
        ("text", {"body": "x" * 200}, "x" * 159 + "…"),
    ],
)
def test_a_preview_is_the_words_that_there_are(type_: str, content: JsonObject, preview: str) -> None:
    assert make_preview(MessageType(type_), content) == preview


async def test_groups_and_what_is_said_in_them_are_read_in_pages_and_by_their_own_workspace(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    channel_id = await add_channel(api, owner.scope)
    groups = [
        await add_group(api, owner.scope, channel_id, at=AT + timedelta(hours=hour), texts=("one", "اثنان", "three"))
        for hour in range(3)
    ]
    first = (await owner.get("/api/groups?limit=2")).json()
    second = (await owner.get(f"/api/groups?limit=2&cursor={first['next_cursor']}")).json()
    assert [each["id"] for page in (first, second) for each in page["data"]] == [str(each) for each in groups[::-1]]
    assert second["next_cursor"] is None
    path = f"/api/groups/{groups[0]}/messages"
    newer = (await owner.get(f"{path}?limit=2")).json()
    older = (await owner.get(f"{path}?limit=2&cursor={newer['next_cursor']}")).json()
    assert [each["content"]["body"] for page in (newer, older) for each in page["data"]] == ["three", "اثنان", "one"]
    assert newer["data"][0]["sender"] == {"phone": "966501112233", "user_id": None, "name": "ندى"}
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get("/api/groups")).json()["data"] == []
