"""Logging in, staying logged in, being thrown out."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import httpx2
import jwt
import pytest

from hoopoe.identity.throttle import LOGINS_FROM_PLACE
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.secrets import hash_token
from tests.support.api import ORIGIN, PASSWORD, Api, Caller, registration


async def log_in(api: Api, email: str, password: str = PASSWORD) -> httpx2.Response:
    return await api.new_client().post("/api/auth/login", json={"email": email, "password": password})


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def age_replacement(pool: Pool, token: str, by: timedelta) -> None:
    """Let time pass for a replaced token. Machine time does not move, so its mark does."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        tag = await conn.execute(
            "update refresh_tokens set replaced_at = replaced_at - $2::interval where token_hash = $1",
            hash_token(token),
            by,
        )
    assert tag == "UPDATE 1"


async def test_who_knows_the_password_logs_in(api: Api) -> None:
    owner = await api.register()
    answer = await log_in(api, f"  {owner.session['user']['email'].upper()} ")
    assert answer.status_code == 200
    assert answer.json()["user"] == owner.session["user"]
    assert answer.json()["workspace"] == owner.session["workspace"]


async def test_a_password_is_taken_letter_by_letter(api: Api) -> None:
    given = registration(password="  كلمة سر فيها مسافات  ")
    assert (await api.new_client().post("/api/auth/register", json=given)).status_code == 201
    assert (await log_in(api, given["email"], given["password"])).status_code == 200
    assert (await log_in(api, given["email"], given["password"].strip())).status_code == 401


async def test_access_tokens_say_which_workspace_they_are_for(api: Api) -> None:
    owner = await api.register()
    claims = jwt.decode(owner.session["access_token"], options={"verify_signature": False})
    assert set(claims) == {"sub", "restaurantId", "role", "sid", "iat", "exp"}
    assert claims["restaurantId"] == str(owner.workspace_id)
    assert claims["exp"] - claims["iat"] == 900


async def test_a_wrong_password_and_an_unknown_email_are_answered_alike(api: Api) -> None:
    owner = await api.register()
    wrong = await log_in(api, owner.session["user"]["email"], "not the password")
    unknown = await log_in(api, registration()["email"])
    assert code_of(wrong) == code_of(unknown) == (401, "wrong_credentials")
    assert wrong.json()["error"]["message"] == unknown.json()["error"]["message"]


async def test_an_unknown_email_takes_as_long_as_a_wrong_password(api: Api) -> None:
    owner = await api.register()

    async def median(*emails: str) -> float:
        times = []
        for email in emails:
            begun = time.perf_counter()
            assert (await log_in(api, email, "not the password")).status_code == 401
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    wrong = await median(*[owner.session["user"]["email"]] * 7)
    unknown = await median(*(registration()["email"] for _ in range(7)))
    # Without the second hash an unknown e-mail would answer in a tenth of the time.
    assert unknown > wrong / 3


async def test_too_many_failures_close_the_door_for_this_email_and_address_only(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    email = owner.session["user"]["email"]
    for _ in range(LOGINS_FROM_PLACE.limit):
        assert (await log_in(api, email, "not the password")).status_code == 401
    answer = await log_in(api, email)
    assert code_of(answer) == (429, "too_many_logins")
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60 + 1
    assert (await log_in(api, other.session["user"]["email"])).status_code == 200


async def test_a_success_forgets_the_failures(api: Api) -> None:
    email = (await api.register()).session["user"]["email"]
    for _ in range(2):
        for _ in range(LOGINS_FROM_PLACE.limit - 1):
            assert (await log_in(api, email, "not the password")).status_code == 401
        assert (await log_in(api, email)).status_code == 200


async def test_a_refresh_rotates_the_cookie(api: Api) -> None:
    owner = await api.register()
    first = owner.client.cookies["hoopoe_refresh"]
    answer = await owner.client.post("/api/auth/refresh")
    assert answer.status_code == 200
    assert answer.json()["workspace"] == owner.session["workspace"]
    assert owner.client.cookies["hoopoe_refresh"] != first
    assert (await owner.client.post("/api/auth/refresh")).status_code == 200


async def refresh_with(api: Api, token: str) -> httpx2.Response:
    return await api.new_client().post("/api/auth/refresh", headers={"Cookie": f"hoopoe_refresh={token}"})


async def test_two_tabs_may_use_one_cookie_within_the_grace(api: Api) -> None:
    token = (await api.register()).client.cookies["hoopoe_refresh"]
    assert (await refresh_with(api, token)).status_code == 200
    assert (await refresh_with(api, token)).status_code == 200


async def test_a_stolen_cookie_ends_the_whole_session(api: Api, pool: Pool) -> None:
    owner = await api.register()
    stolen = owner.client.cookies["hoopoe_refresh"]
    fresh = await owner.client.post("/api/auth/refresh")
    await age_replacement(pool, stolen, timedelta(seconds=11))
    assert code_of(await refresh_with(api, stolen)) == (401, "session_expired")
    # Nobody can tell the thief from the owner: neither the newest cookie nor its access token works.
    assert code_of(await owner.client.post("/api/auth/refresh")) == (401, "session_expired")
    me = await api.new_client().get("/api/auth/me", headers={"Authorization": f"Bearer {fresh.json()['access_token']}"})
    assert code_of(me) == (401, "not_authenticated")


async def test_logging_out_ends_the_access_token_too(api: Api) -> None:
    owner = await api.register()
    answer = await owner.client.post("/api/auth/logout")
    assert answer.status_code == 204
    assert "hoopoe_refresh" not in owner.client.cookies
    assert code_of(await owner.get("/api/auth/me")) == (401, "not_authenticated")
    assert (await owner.client.post("/api/auth/logout")).status_code == 204


@pytest.mark.parametrize("path", ["refresh", "logout", "login", "register"])
@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
)
async def test_other_sites_cannot_use_the_cookie(api: Api, path: str, headers: dict[str, str]) -> None:
    owner = await api.register()
    body = {
        "login": {"email": owner.session["user"]["email"], "password": PASSWORD},
        "register": registration(),
    }.get(path)
    answer = await owner.client.post(f"/api/auth/{path}", json=body, headers=headers)
    assert code_of(answer) == (403, "cross_origin")
    assert (await owner.get("/api/auth/me")).status_code == 200


async def test_our_own_pages_can(api: Api) -> None:
    owner = await api.register()
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert (await owner.client.post("/api/auth/refresh", headers=headers)).status_code == 200


async def test_me_says_who_asks_and_what_is_allowed(api: Api) -> None:
    owner = await api.register()
    viewer = await api.add_member(owner, "viewer")
    mine, theirs = (await owner.get("/api/auth/me")).json(), (await viewer.get("/api/auth/me")).json()
    assert mine["user"] == owner.session["user"]
    assert "channels:write" in mine["permissions"]
    assert theirs["workspace"]["id"] == str(owner.workspace_id)
    assert theirs["workspace"]["role"] == "viewer"
    assert "conversations:write" not in theirs["permissions"]
    assert {each["role"] for each in theirs["workspaces"]} == {"owner", "viewer"}


def forge(owner: Caller, key: str, **changes: object) -> str:
    claims = jwt.decode(owner.session["access_token"], options={"verify_signature": False})
    return jwt.encode({**claims, **changes}, key, algorithm="HS256" if key else "none")


async def test_forged_access_tokens_are_refused(api: Api) -> None:
    owner = await api.register()
    good = owner.session["access_token"]
    header, payload, signature = good.split(".")
    expired = forge(owner, "k" * 32, exp=int(time.time()) - 1)
    for token in (
        forge(owner, "k" * 32),
        forge(owner, ""),
        expired,
        f"{header}.{payload}.",
        f"{header}.{signature}",
        "x",
    ):
        answer = await api.new_client().get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert code_of(answer) == (401, "not_authenticated")


async def test_a_removed_member_is_out_at_once(api: Api, pool: Pool) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    assert (await agent.get("/api/conversations")).status_code == 200
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{owner.workspace_id}'")
        await conn.execute("delete from members where user_id = $1", agent.user_id)
    assert code_of(await agent.get("/api/conversations")) == (404, "not_found")


async def test_a_session_ends_with_the_last_membership(api: Api) -> None:
    owner = await api.register()
    assert (await owner.delete(f"/api/workspaces/{owner.workspace_id}")).status_code == 200
    agent = await api.register()
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[agent.workspace_id]) as conn:
        await conn.execute("delete from members where user_id = $1", agent.user_id)
    assert code_of(await agent.client.post("/api/auth/refresh")) == (403, "no_workspace")
    assert code_of(await agent.client.post("/api/auth/refresh")) == (401, "session_expired")
    # Whoever is only out of a deleted workspace still owns it, and may restore it.
    assert (await owner.client.post("/api/auth/refresh")).status_code == 200
