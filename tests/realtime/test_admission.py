"""Who may look, at what, and what ends a connection."""

from __future__ import annotations

import json

import pytest

from hoopoe.identity.actions.tokens import CreatedToken, create_token, revoke_token
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.realtime.screens import Closed, open_screen
from tests.support.desk import Desk
from tests.webhooks.bodies import new_number, text_message
from tests.webhooks.conftest import Door


@pytest.fixture(scope="module")
async def desk(door: Door) -> Desk:
    return await door.desk(await door.add_tenant())


async def code_of_end(desk: Desk, frame: object = None, **how: object) -> int | None:
    """The close code of a connection that says this."""
    async with open_screen(desk, **how) as screen:
        with pytest.raises(Closed) as closed:
            if frame is not None:
                await screen.say(frame)
            await screen.next()
        return closed.value.code


async def test_a_ticket_opens_one_connection(desk: Desk) -> None:
    ticket = (await desk.post("/api/ws-ticket"))["ticket"]
    async with open_screen(desk, ticket=ticket) as screen:
        await screen.say({"action": "ping"})
        assert await screen.next() == {"type": "pong", "data": {}}
        assert await code_of_end(desk, ticket=ticket) == 4401


async def test_a_token_in_the_header_opens_any_number(desk: Desk) -> None:
    async with open_screen(desk) as first, open_screen(desk) as second:
        for screen in (first, second):
            assert (await screen.subscribe("messages"))["data"]["cursor"]


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {}},
        {"headers": {"Authorization": "Bearer hpt_nothing"}},
        {"headers": {"Authorization": "Basic aG9vcG9l"}},
        {"headers": {"Authorization": "Bearer "}},
        {"ticket": ""},
        {"ticket": "hwt_nothing"},
    ],
)
async def test_who_is_not_known_is_told_to_log_in(desk: Desk, how: dict[str, object]) -> None:
    assert await code_of_end(desk, **how) == 4401


async def test_nobody_subscribes_to_another_workspace(door: Door, desk: Desk) -> None:
    other = await door.add_tenant()
    for topic in ("messages", "conversations"):
        channels = [
            f"ws:restaurant:{desk.workspace_id}:{topic}",
            f"ws:restaurant:{other.workspace_id}:{topic}",
        ]
        assert await code_of_end(desk, {"action": "subscribe", "channels": channels}) == 4403
        assert await code_of_end(desk, {"action": "subscribe", "channels": channels[1:]}) == 4403


async def test_what_happens_elsewhere_is_not_told_here(door: Door, desk: Desk) -> None:
    mine, theirs = await door.add_tenant(), await door.add_tenant()
    async with open_screen(await door.desk(mine)) as screen, open_screen(await door.desk(theirs)) as other:
        await screen.subscribe("messages", "conversations")
        await other.subscribe("messages", "conversations")
        await door.post_messages(theirs, text_message(new_number(), "theirs"))
        await door.take_turns()
        await other.until(lambda frames: len(frames) >= 4)
        await door.post_messages(mine, text_message(new_number(), "mine"))
        await door.take_turns()
        await screen.until(lambda frames: len(frames) >= 4)
        assert "theirs" not in json.dumps(screen.seen)
        assert "mine" not in json.dumps(other.seen)


@pytest.mark.parametrize(
    "frame",
    [
        "hello",
        "null",
        "[]",
        {"action": "dance"},
        {"action": "ping", "and": "more"},
        {"action": "subscribe", "channels": "messages"},
        {"action": "subscribe", "channels": ["messages"]},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:secrets"]},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:messages"], "cursor": "yesterday"},
        {"action": "subscribe", "channels": ["ws:restaurant:{own}:messages"], "cursor": "1.2.-3"},
        {"action": "subscribe", "channels": ["x"] * 21},
        "x" * 20_000,
    ],
)
async def test_a_frame_that_makes_no_sense_ends_the_connection(desk: Desk, frame: object) -> None:
    text = frame if isinstance(frame, str) else json.dumps(frame)
    assert await code_of_end(desk, text.replace("{own}", str(desk.workspace_id))) == 4400


async def test_a_key_opens_in_its_own_header_too_and_only_one_key_counts(desk: Desk) -> None:
    async with open_screen(desk, headers={"X-API-Key": desk.token}) as screen:
        assert (await screen.subscribe("messages"))["data"]["cursor"]
    both = {"X-API-Key": desk.token, "Authorization": "Bearer hpt_nothing"}
    assert await code_of_end(desk, headers=both) == 4401


async def own(door: Door, desk: Desk) -> WorkspaceScope:
    """The desk's owner, logged in: keys are made and revoked by people alone."""
    async with transaction(door.pool, role=tenancy.APP, workspaces=[desk.workspace_id]) as conn:
        owner = await conn.fetchval("select user_id from members where workspace_id = $1", desk.workspace_id)
    return make_scope(desk.workspace_id, owner, Role.OWNER, PrincipalKind.SESSION)


async def make_key(door: Door, desk: Desk, *scopes: Permission) -> CreatedToken:
    async with transaction(door.pool, role=tenancy.APP, workspaces=[desk.workspace_id]) as conn:
        owner = await own(door, desk)
        return await create_token(conn, owner, name="CI", scopes=scopes or None, requests_per_minute=None)


async def test_a_key_that_may_not_read_conversations_sees_none(door: Door, desk: Desk) -> None:
    made = await make_key(door, desk, Permission.CHANNELS_READ)
    assert await code_of_end(desk, headers={"X-API-Key": made.text}) == 4403


@pytest.mark.parametrize("is_ticket", [False, True])
async def test_a_revoked_key_ends_what_it_opened(door: Door, desk: Desk, *, is_ticket: bool) -> None:
    made = await make_key(door, desk)
    key = {"X-API-Key": made.text}
    async with desk.session.post(f"{desk.url}/api/ws-ticket", headers=key) as answer:
        ticket = (await answer.json())["ticket"]
    how = {"ticket": ticket} if is_ticket else {"headers": key}
    async with open_screen(desk, **how) as ending, open_screen(desk) as going_on:
        await ending.subscribe("messages")
        async with transaction(door.pool, role=tenancy.APP, workspaces=[desk.workspace_id]) as conn:
            await revoke_token(conn, await own(door, desk), made.token.id)
        with pytest.raises(Closed) as closed:
            await ending.next()
        assert closed.value.code == 4401
        assert (await going_on.subscribe("messages"))["data"]["cursor"]


async def test_who_is_removed_sees_no_more(door: Door) -> None:
    tenant = await door.add_tenant()
    desk = await door.desk(tenant)
    async with open_screen(desk) as screen:
        await screen.subscribe("messages")
        async with transaction(door.pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
            await conn.execute("delete from members where workspace_id = $1", tenant.workspace_id)
        with pytest.raises(Closed) as closed:
            await screen.next()
        assert closed.value.code == 4401
