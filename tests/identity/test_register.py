"""Registering: a user, a workspace and the ownership, all or nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.http.edge import Edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.support.api import PASSWORD, Api, registration


async def test_who_registers_owns_a_workspace_and_is_logged_in(api: Api) -> None:
    given = registration(name="نورة القحطاني", workspace_name="  مقهى   قمر ", locale="ar")
    answer = await api.new_client().post("/api/auth/register", json=given)
    assert answer.status_code == 201
    session = answer.json()
    user = session["user"]
    assert (user["name"], user["email"], user["locale"]) == ("نورة القحطاني", given["email"], "ar")
    assert user["has_second_factor"] is False
    assert session["workspace"]["name"] == "مقهى قمر"
    assert session["workspace"]["role"] == "owner"
    [summary] = session["workspaces"]
    assert (summary["id"], summary["name"], summary["role"]) == (session["workspace"]["id"], "مقهى قمر", "owner")
    assert (session["token_type"], session["expires_in"]) == ("bearer", 900)


async def test_the_refresh_token_is_out_of_reach_of_scripts_and_other_sites(api: Api) -> None:
    answer = await api.new_client().post("/api/auth/register", json=registration())
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("hoopoe_refresh=")]
    assert cookie.startswith("hoopoe_refresh=hrt_")
    for part in ("HttpOnly", "SameSite=strict", "Path=/api/auth"):
        assert part in cookie
    assert "hrt_" not in answer.text


async def test_an_email_registers_once_however_it_is_written(api: Api) -> None:
    given = registration()
    client = api.new_client()
    assert (await client.post("/api/auth/register", json=given)).status_code == 201
    answer = await client.post("/api/auth/register", json={**given, "email": given["email"].upper()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "email_taken")


async def test_two_who_register_at_once_get_one_user_and_one_workspace(api: Api, pool: Pool) -> None:
    given = registration(workspace_name=f"Race {registration()['email']}")
    answers = await asyncio.gather(*(api.new_client().post("/api/auth/register", json=given) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        name = given["workspace_name"]
        assert await conn.fetchval("select count(*) from workspaces where name = $1", name) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": ""}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": " " * 12}, "password"),
        ({"password": "password1234"}, "password"),
        ({"password": "qwertyuiop12"}, "password"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"workspace_name": "\u200f \t"}, "workspace_name"),
        ({"locale": "fr"}, "locale"),
        ({"is_operator": True}, "is_operator"),
    ],
)
async def test_every_fault_names_its_field(api: Api, changes: dict[str, Any], field: str) -> None:
    answer = await api.new_client().post("/api/auth/register", json=registration(**changes))
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "validation_failed"
    assert [fault["field"] for fault in error["details"]["fields"]] == [field]


async def test_a_refused_password_is_not_sent_back(api: Api) -> None:
    answer = await api.new_client().post("/api/auth/register", json=registration(password="zebra"))
    assert "zebra" not in answer.text


async def test_the_password_is_kept_as_argon2id(api: Api, pool: Pool) -> None:
    caller = await api.register()
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        stored = await conn.fetchval("select password_hash from users where id = $1", caller.user_id)
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_setup_is_needed_until_somebody_registered(api: Api) -> None:
    await api.register()
    answer = await api.new_client().get("/api/auth/setup")
    assert answer.json() == {"needs_setup": False, "has_simulator": False, "simulator_url": None}


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, None),
        ({"meta_graph_url": "http://127.0.0.1:8100"}, "http://127.0.0.1:8100"),
        ({"meta_graph_url": "http://127.0.0.1:8101"}, None),
        ({"meta_graph_url": "http://127.0.0.1:8100", "public_url": "http://cafe.lan:8000"}, "http://cafe.lan:8100"),
        ({"meta_graph_url": "https://graph.example.com:8100"}, None),
    ],
)
async def test_the_first_page_learns_where_the_simulated_phone_is(
    api: Api, changes: dict[str, Any], url: str | None
) -> None:
    settings = api.services.settings.model_copy(update=changes)
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    setup = (await Api(app, api.services, Edge(app, is_https=False)).new_client().get("/api/auth/setup")).json()
    assert (setup["has_simulator"], setup["simulator_url"]) == (url is not None, url)
