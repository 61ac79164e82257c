"""Personal access tokens, WebSocket tickets, the workspace of a request, the development clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hoopoe.identity.authentication import authenticate_bearer, redeem_ticket
from hoopoe.identity.scope import PrincipalKind
from hoopoe.identity.tokens import derive_clock_token
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.http.edge import Edge
from hoopoe.kernel.settings import Switch
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.support.api import Api, Caller
from tests.support.simulator import wait_until


async def make_token(caller: Caller, **changes: object) -> dict[str, object]:
    answer = await caller.post("/api/tokens", {"name": "CI", **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def with_token(
    api: Api, token: object, path: str = "/api/auth/me", **headers: str
) -> tuple[int, dict[str, object]]:
    answer = await api.new_client().get(path, headers={"Authorization": f"Bearer {token}", **headers})
    return answer.status_code, answer.json()


async def test_a_token_works_wherever_a_session_does(api: Api) -> None:
    owner = await api.register()
    token = (await make_token(owner))["token"]
    assert str(token).startswith("hpt_")
    assert len(str(token)) == 47
    status, me = await with_token(api, token)
    assert status == 200
    assert me["user"] == owner.session["user"]
    assert (await with_token(api, token, "/api/conversations"))[0] == 200


async def test_a_token_is_shown_once_and_kept_as_a_hash(api: Api, pool: Pool) -> None:
    owner = await api.register()
    token = str((await make_token(owner))["token"])
    listed = (await owner.get("/api/tokens")).json()["data"]
    assert len(listed) == 1
    assert "token" not in listed[0]
    assert token not in str(listed)
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        stored = await conn.fetchval("select token_hash from personal_access_tokens where user_id = $1", owner.user_id)
    assert token.encode() not in stored
    assert len(stored) == 32


async def test_use_is_noted_once_a_minute(api: Api, pool: Pool) -> None:
    owner = await api.register()
    token = (await make_token(owner))["token"]

    async def last_used() -> datetime | None:
        async with pool.acquire() as conn, conn.transaction():
            await conn.execute("set local role hoopoe_operator")
            return await conn.fetchval(
                "select last_used_at from personal_access_tokens where user_id = $1", owner.user_id
            )

    assert await last_used() is None
    await with_token(api, token)
    first = await last_used()
    assert first is not None
    await with_token(api, token)
    assert await last_used() == first


async def test_revoked_and_expired_tokens_are_refused(api: Api) -> None:
    owner = await api.register()
    made = await make_token(owner)
    assert (await owner.delete(f"/api/tokens/{made['id']}")).status_code == 204
    assert (await with_token(api, made["token"]))[0] == 401
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    short = (await make_token(owner, expires_at=soon))["token"]

    async def is_over() -> bool:
        return (await with_token(api, short))[0] == 401

    await wait_until(is_over, "refusal of a token that is over")
    assert (await with_token(api, "hpt_" + "x" * 43))[0] == 401


async def test_a_token_that_is_over_before_it_begins_is_not_made(api: Api) -> None:
    owner = await api.register()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    answer = await owner.post("/api/tokens", {"name": "Late", "expires_at": yesterday})
    assert (answer.status_code, answer.json()["error"]["details"]["fields"][0]["code"]) == (422, "past")


async def test_a_key_says_that_it_is_the_key_which_may_not(api: Api) -> None:
    owner = await api.register()
    narrow = (await make_token(owner, scopes=["channels:read"]))["token"]
    _, refused = await with_token(api, narrow, "/api/bots")
    assert refused["error"]["message"] == "This key does not allow this."


async def test_a_token_opens_its_own_workspace_only(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    agent = await api.add_member(owner, "agent")
    token = (await make_token(agent))["token"]
    status, me = await with_token(api, token)
    assert (status, me["workspace"]["id"]) == (200, str(owner.workspace_id))
    assert len(me["workspaces"]) == 1
    own = agent.session["workspaces"][0]["id"]
    for foreign in (str(other.workspace_id), own):
        assert (await with_token(api, token, "/api/auth/me", **{"X-Workspace-Id": foreign}))[0] == 404


async def test_nobody_revokes_a_colleagues_token(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    made = await make_token(agent)
    assert (await owner.delete(f"/api/tokens/{made['id']}")).status_code == 404
    assert (await with_token(api, made["token"]))[0] == 200


@pytest.mark.parametrize("header", ["X-Restaurant-Id", "X-Workspace-Id"])
async def test_the_header_chooses_the_workspace(api: Api, header: str) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    bare = {"Authorization": agent.headers["Authorization"]}
    own = agent.session["workspaces"][0]["id"]
    assert (await agent.client.get("/api/auth/me", headers=bare)).json()["workspace"]["id"] == own
    chosen = await agent.client.get("/api/auth/me", headers={**bare, header: str(owner.workspace_id)})
    assert chosen.json()["workspace"]["id"] == str(owner.workspace_id)


@pytest.mark.parametrize("headers", [{"X-Workspace-Id": str(uuid4())}, {"X-Restaurant-Id": "x"}])
async def test_a_workspace_that_is_not_ones_own_is_not_found(api: Api, headers: dict[str, str]) -> None:
    owner = await api.register()
    assert (await owner.get("/api/auth/me", headers=headers)).status_code == 404


async def test_headers_that_differ_name_no_workspace(api: Api) -> None:
    owner = await api.register()
    headers = {"X-Workspace-Id": str(owner.workspace_id), "X-Restaurant-Id": str(uuid4())}
    assert (await owner.get("/api/auth/me", headers=headers)).status_code == 404


async def test_a_ticket_opens_one_connection(api: Api, pool: Pool) -> None:
    owner = await api.register()
    ticket = (await owner.post("/api/ws-ticket")).json()["ticket"]
    scope = await redeem_ticket(pool, ticket)
    assert scope is not None
    assert (scope.workspace_id, scope.user_id) == (owner.workspace_id, owner.user_id)
    assert await redeem_ticket(pool, ticket) is None
    assert await redeem_ticket(pool, "hwt_" + "x" * 43) is None


async def test_a_ticket_is_good_for_a_moment(api: Api, pool: Pool) -> None:
    owner = await api.register()
    ticket = (await owner.post("/api/ws-ticket")).json()["ticket"]
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("update ws_tickets set expires_at = now() - interval '1 second'")
    assert await redeem_ticket(pool, ticket) is None


async def test_a_bearer_opens_the_websocket_as_well(api: Api, pool: Pool) -> None:
    owner = await api.register()
    made = await make_token(owner)
    bus, signer = api.services.bus, api.services.signer
    scope = await authenticate_bearer(pool, bus, signer, bearer=str(made["token"]))
    assert scope is not None
    assert scope.principal is PrincipalKind.TOKEN
    assert await authenticate_bearer(pool, bus, signer, bearer="hpt_nothing") is None


async def test_the_simulator_and_the_owner_move_the_clock_and_nobody_else(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    theirs = {"Authorization": f"Bearer {(await make_token(agent))['token']}"}
    assert (await api.new_client().post("/api/dev/clock", json={"seconds": 60}, headers=theirs)).status_code == 403
    assert (await api.new_client().post("/api/dev/clock", json={"seconds": 60})).status_code == 401
    simulator = {"Authorization": f"Bearer {derive_clock_token(api.services.keyring)}"}
    client = api.new_client()
    try:
        before = (await client.post("/api/dev/clock", json={"seconds": 60}, headers=simulator)).json()
        after = (await owner.post("/api/dev/clock", {"seconds": 30})).json()
        assert after["shift_seconds"] - before["shift_seconds"] == 30
    finally:
        answer = await client.delete("/api/dev/clock", headers=simulator)
    assert answer.json()["shift_seconds"] == 0


async def test_without_the_switch_there_is_no_clock(api: Api) -> None:
    off = api.services.settings.model_copy(update={"hoopoe_dev_clock": Switch.OFF})
    app = make_http_app(off)
    attach_services(app, api.services)
    app.state.settings = off
    owner = await api.register()
    here = Api(app, api.services, Edge(app, is_https=False))
    answer = await here.new_client().post("/api/dev/clock", json={"seconds": 1}, headers=dict(owner.headers))
    assert answer.status_code == 404
