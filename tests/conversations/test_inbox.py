"""The list of conversations: order, pages, filters, search, counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.support.api import Api, Caller
from tests.support.inbox import add_channel, add_thread

NOW = datetime.now(UTC).replace(microsecond=0)


async def ids_of(caller: Caller, query: str = "") -> list[str]:
    answer = await caller.get(f"/api/conversations{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


async def test_a_conversation_shows_everything_that_a_line_of_the_inbox_needs(api: Api) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    thread = await add_thread(api, owner.scope, channel_id, phone="966501230142", texts=("one", "قهوة  من\nفضلك"))
    [shown] = (await owner.get("/api/conversations")).json()["data"]
    assert shown["id"] == str(thread.id)
    assert shown["channel"]["id"] == str(channel_id)
    assert shown["contact"] == {
        "id": str(thread.contact_id),
        "name": "Noura Ahmad",
        "phone": "+966501230142",
        "user_id": None,
        "username": None,
        "language": "en",
    }
    assert (shown["mode"], shown["unread"], shown["assignee"], shown["bot"]) == ("bot", 2, None, None)
    last = shown["last_message"]
    assert (last["direction"], last["type"], last["preview"], last["status"]) == (
        "in",
        "text",
        "قهوة من فضلك",
        "received",
    )
    assert last["sending_state"] is None
    assert last["author"] == {"kind": "contact", "id": str(thread.contact_id), "name": "Noura Ahmad"}
    assert shown["window_expires_at"].endswith("Z")
    assert (await owner.get(f"/api/conversations/{thread.id}")).json() == shown


async def test_pages_hold_every_conversation_once_also_while_the_list_moves(api: Api) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    # Two of each moment: the id decides between them.
    made = [
        (await add_thread(api, owner.scope, channel_id, written_at=NOW - timedelta(minutes=place // 2))).id
        for place in range(7)
    ]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await owner.get(f"/api/conversations?limit=2{cursor}")).json()
        seen += [each["id"] for each in page["data"]]
        if len(seen) == 2:
            newest = await add_thread(api, owner.scope, channel_id, written_at=NOW + timedelta(minutes=1))
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(map(str, made))
    assert (await ids_of(owner))[0] == str(newest.id)


async def test_filters(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    channel_id = await add_channel(api, owner.scope)
    bot, mine, theirs, waiting, closed = [
        (await add_thread(api, owner.scope, channel_id, unread=place % 2)).id for place in range(5)
    ]
    assert (await owner.post(f"/api/conversations/{mine}/takeover")).status_code == 200
    assert (await agent.post(f"/api/conversations/{theirs}/takeover")).status_code == 200
    assert (await owner.post(f"/api/conversations/{closed}/close")).status_code == 200
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("update conversations set mode = 'human' where id = $1", waiting)
    wanted = {
        "?mode=bot": {bot},
        "?mode=human": {mine, theirs, waiting},
        "?mode=closed": {closed},
        "?unread=true": {mine, waiting},
        "?assigned=me": {mine},
        "?assigned=none": {waiting},
        "?mode=human&unread=true&assigned=me": {mine},
        "?mode=bot&assigned=me": set(),
        "": {bot, mine, theirs, waiting, closed},
    }
    for query, found in wanted.items():
        assert set(await ids_of(owner, query)) == set(map(str, found)), query
    counts = (await owner.get("/api/conversations/counts")).json()
    assert counts == {"bot": 1, "human": 3, "mine": 1, "unassigned": 1, "closed": 1, "unread": 2}
    assert (await agent.get("/api/conversations/counts")).json()["mine"] == 1


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("noura", True),
        ("NOU", True),
        ("nou ah", True),
        ("ahmad nouRA", True),
        ("نورة", False),
        ("+966 50 123", True),
        ("966501230142", True),
        ("0142", True),
        ("0501230142", True),
        ("٠١٤٢", True),
        ("0143", False),
        ("noura 7", False),
        ("noura 9", True),
        ("oura", False),
        ("%", False),
        ("' or 1=1", False),
        ("12", False),
    ],
)
async def test_search_by_name_and_number(api: Api, text: str, finds: bool) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    thread = await add_thread(api, owner.scope, channel_id, phone="966501230142")
    await add_thread(api, owner.scope, channel_id, name="Somebody Else", phone="971559998877")
    assert await ids_of(owner, f"?q={quote(text)}") == ([str(thread.id)] if finds else [])


@pytest.mark.parametrize(
    ("name", "text"), [("أحمد القحطاني", "احمد"), ("فاطمة", "فاطمه"), ("José Núñez", "nunez"), ("Müller", "MULL")]
)
async def test_search_knows_every_spelling(api: Api, name: str, text: str) -> None:
    owner = await api.register()
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope), name=name)
    assert await ids_of(owner, f"?q={quote(text)}") == [str(thread.id)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?mode=sleeping", "mode"),
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?assigned=you", "assigned"),
        ("?cursor=zzz", "cursor"),
        ("?cursor=WyJhIl0", "cursor"),
    ],
)
async def test_bad_filters_are_named(api: Api, query: str, field: str) -> None:
    owner = await api.register()
    answer = await owner.get(f"/api/conversations{query}")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == [field]
