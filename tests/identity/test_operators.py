"""Operators: people and keys that see the pages about all workspaces, and nobody else does."""

from __future__ import annotations

from typing import Any

import httpx2

from hoopoe.identity.operators import create_operator_key, revoke_operator_keys, set_operator
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.support.api import Api, Caller, open_api
from tests.support.database import Cluster
from tests.support.inbox import add_channel, add_thread

PATH = "/api/operator/workspaces"


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def make_operator(api: Api, pool: Pool) -> Caller:
    person = await api.register()
    async with transaction(pool, role=tenancy.APP) as conn:
        assert await set_operator(conn, f" {person.session['user']['email'].upper()} ", is_one=True)
    return person


async def find(caller: Caller, workspace_id: object) -> dict[str, Any]:
    cursor = ""
    while True:
        page = (await caller.get(f"{PATH}?limit=100{cursor}")).json()
        for row in page["data"]:
            if row["id"] == str(workspace_id):
                return dict(row)
        assert page["next_cursor"] is not None
        cursor = f"&cursor={page['next_cursor']}"


async def test_an_operator_sees_every_workspace_and_opens_none(api: Api, pool: Pool) -> None:
    operator, tenant = await make_operator(api, pool), await api.register(workspace_name="مقهى قمر")
    await api.add_member(tenant, "agent")
    await add_thread(api, tenant.scope, await add_channel(api, tenant.scope))
    row = await find(operator, tenant.workspace_id)
    assert (row["name"], row["owners"]) == ("مقهى قمر", [tenant.session["user"]["email"]])
    assert (row["member_count"], row["active_channel_count"]) == (2, 1)
    assert row["last_conversation_at"] is not None
    there = {"X-Workspace-Id": str(tenant.workspace_id)}
    assert code_of(await operator.get("/api/conversations", headers=there)) == (404, "not_found")
    assert (await operator.get("/api/auth/me")).json()["user"]["is_operator"] is True


async def test_an_operators_key_opens_the_operators_pages_alone_until_it_ends(api: Api, pool: Pool) -> None:
    async with transaction(pool, role=tenancy.APP) as conn:
        text = await create_operator_key(conn, "billing")
    client = api.new_client()
    for headers in ({"X-API-Key": text}, {"Authorization": f"Bearer {text}"}):
        assert (await client.get(PATH, headers=headers)).status_code == 200
        assert code_of(await client.get("/api/conversations", headers=headers)) == (401, "not_authenticated")
    both = {"X-API-Key": text, "Authorization": f"Bearer {text}x"}
    assert code_of(await client.get(PATH, headers=both)) == (401, "not_authenticated")
    async with transaction(pool, role=tenancy.APP) as conn:
        assert await revoke_operator_keys(conn, "billing") == 1
    assert code_of(await client.get(PATH, headers={"X-API-Key": text})) == (401, "not_authenticated")


async def test_everybody_else_is_refused(api: Api, pool: Pool) -> None:
    operator, owner = await make_operator(api, pool), await api.register()
    assert code_of(await owner.get(PATH)) == (403, "operators_only")
    token = (await operator.post("/api/tokens", {"name": "CI"})).json()["token"]
    client = api.new_client()
    assert code_of(await client.get(PATH, headers={"X-API-Key": token})) == (403, "operators_only")
    assert code_of(await client.get(PATH)) == (401, "not_authenticated")
    assert code_of(await client.get(PATH, headers={"X-API-Key": "hak_made-up"})) == (401, "not_authenticated")
    async with transaction(pool, role=tenancy.APP) as conn:
        assert await set_operator(conn, operator.session["user"]["email"], is_one=False)
    assert code_of(await operator.get(PATH)) == (403, "operators_only")


async def test_the_first_person_of_an_installation_runs_it(cluster: Cluster, settings: Settings) -> None:
    dsn = await cluster.clone()
    async with open_pool(dsn, size=1) as pool, transaction(pool, role=tenancy.APP) as conn:
        assert await conn.fetchval("select count(*) from users") == 0
    fresh = Settings.model_validate({**settings.model_dump(), "database_url": dsn})
    async with open_api(fresh) as running:
        first, second = await running.register(), await running.register()
        assert [each.session["user"]["is_operator"] for each in (first, second)] == [True, False]
