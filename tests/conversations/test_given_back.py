"""What a member had when the member goes, or may only read from now on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.api import PASSWORD, Api, Caller
from tests.support.inbox import Thread, add_channel, add_thread
from tests.support.locks import wait_for_blocked

ENDS = ["removed", "left", "demoted"]


async def end(owner: Caller, agent: Caller, how: str) -> None:
    members = f"/api/workspaces/{owner.workspace_id}/members"
    if how == "removed":
        answer = await owner.delete(f"{members}/{agent.user_id}")
    elif how == "left":
        answer = await agent.post(f"{members}/leave")
    else:
        answer = await owner.patch(f"{members}/{agent.user_id}", {"role": "viewer"})
    assert answer.status_code in (200, 204), answer.text


async def read(caller: Caller, thread: Thread) -> dict[str, Any]:
    conversation: dict[str, Any] = (await caller.get(f"/api/conversations/{thread.id}")).json()
    return conversation


async def last_event(caller: Caller, thread: Thread) -> dict[str, Any]:
    event: dict[str, Any] = (await caller.get(f"/api/conversations/{thread.id}/events")).json()["data"][0]
    return event


@pytest.mark.parametrize("how", ENDS)
async def test_conversations_stay_with_people_and_are_nobodys(api: Api, how: str) -> None:
    owner = await api.register(name="نورة")
    agent = await api.add_member(owner, "agent")
    channel_id = await add_channel(api, owner.scope)
    mine, theirs, closed = [await add_thread(api, owner.scope, channel_id) for _ in range(3)]
    for caller, thread in ((agent, mine), (owner, theirs), (agent, closed)):
        assert (await caller.post(f"/api/conversations/{thread.id}/takeover")).status_code == 200
    assert (await agent.post(f"/api/conversations/{closed.id}/close")).status_code == 200
    await end(owner, agent, how)
    given_back = await read(owner, mine)
    assert (given_back["mode"], given_back["assignee"]) == ("human", None)
    event = await last_event(owner, mine)
    by = agent if how == "left" else owner
    assert (event["type"], event["actor"]["id"]) == ("unassigned", str(by.user_id))
    assert (await read(owner, theirs))["assignee"]["id"] == str(owner.user_id)
    assert (await last_event(owner, closed))["type"] == "closed"


async def test_a_role_that_may_write_keeps_them(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    await agent.post(f"/api/conversations/{thread.id}/takeover")
    assert (
        await owner.patch(f"/api/workspaces/{owner.workspace_id}/members/{agent.user_id}", {"role": "admin"})
    ).status_code == 200
    assert (await read(owner, thread))["assignee"]["id"] == str(agent.user_id)


async def test_what_is_refused_gives_nothing_back(api: Api) -> None:
    owner = await api.register()
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    await owner.post(f"/api/conversations/{thread.id}/takeover")
    assert (await owner.post(f"/api/workspaces/{owner.workspace_id}/members/leave")).status_code == 409
    assert (await read(owner, thread))["assignee"]["id"] == str(owner.user_id)


@pytest.mark.parametrize("how", ENDS)
async def test_who_takes_over_while_being_ended_has_nothing_afterwards(api: Api, how: str) -> None:
    """Whichever comes first, a conversation is nobody's in the end, and nobody meets an error of ours."""
    for _ in range(5):
        owner = await api.register()
        agent = await api.add_member(owner, "agent")
        thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
        taken, _ = await asyncio.gather(agent.post(f"/api/conversations/{thread.id}/takeover"), end(owner, agent, how))
        assert taken.status_code in (200, 401, 403, 404), taken.text
        assert (await read(owner, thread))["assignee"] is None


async def test_the_rows_are_locked_while_a_member_is_changed(api: Api) -> None:
    """A take-over that waits for the change sees it."""
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    thread = await add_thread(api, owner.scope, await add_channel(api, owner.scope))
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("select from members where user_id = $1 for update", agent.user_id)
        taking = asyncio.create_task(agent.post(f"/api/conversations/{thread.id}/takeover"))
        await wait_for_blocked(api.services.pool, conn)
        assert not taking.done()
        await conn.execute("update members set role = 'viewer' where user_id = $1", agent.user_id)
    assert (await taking).status_code == 403
    assert (await read(owner, thread))["assignee"] is None


async def test_who_was_removed_logs_in_and_makes_a_workspace(api: Api) -> None:
    owner = await api.register()
    agent = await api.register(name="Sara")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[agent.workspace_id]) as conn:
        await conn.execute("delete from members where workspace_id = $1", agent.workspace_id)
    given = {"email": agent.session["user"]["email"], "password": PASSWORD}
    refused = await api.new_client().post("/api/auth/login", json=given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "no_workspace")
    answer = await api.new_client().post("/api/auth/login", json={**given, "workspace_name": "Sara's own"})
    session = answer.json()
    assert (answer.status_code, session["workspace"]["name"]) == (200, "Sara's own"), answer.text
    assert session["workspace"]["role"] == "owner"
    assert session["workspace"]["id"] != str(owner.workspace_id)
    again = (await api.new_client().post("/api/auth/login", json={**given, "workspace_name": "Another"})).json()
    assert [each["name"] for each in again["workspaces"]] == ["Sara's own"], "who has one goes there"
