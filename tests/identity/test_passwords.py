"""New passwords, by a mailed link or by the old one; and where one is logged in."""

from __future__ import annotations

import asyncio
import re

import httpx2
import pytest

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.secrets import hash_token
from tests.support.api import PASSWORD, Api, Caller
from tests.support.mails import Postman

NEW = "and never loses one"


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def mail_of(caller: Caller) -> str:
    return str(caller.session["user"]["email"])


async def log_in(api: Api, email: str, password: str) -> httpx2.Response:
    return await api.new_client().post(
        "/api/auth/login",
        json={"email": email, "password": password},
        headers={"User-Agent": "Test/1.0 (Café)".encode()},
    )


async def forget(api: Api, email: str) -> int:
    return (await api.new_client().post("/api/auth/password-reset", json={"email": email})).status_code


async def read_link(postman: Postman, email: str) -> str:
    await postman.deliver()
    found = re.search(r"/new-password#(hpr_[\w-]+)", postman.to(email)[-1].get_content())
    assert found is not None
    return found[1]


async def reset(api: Api, token: str, password: str = NEW) -> httpx2.Response:
    return await api.new_client().post(f"/api/auth/password-reset/{token}", json={"password": password})


async def test_a_mailed_link_sets_a_new_password_and_ends_every_session(api: Api, postman: Postman) -> None:
    owner = await api.register()
    assert await forget(api, mail_of(owner).upper()) == 202
    token = await read_link(postman, mail_of(owner))
    assert (await owner.get("/api/auth/me")).status_code == 200, "asking ends nothing"
    assert (await reset(api, token)).status_code == 204
    assert (await owner.get("/api/auth/me")).status_code == 401
    answer = await log_in(api, mail_of(owner), NEW)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    [entry] = (await api.new_client().get("/api/audit?action=password.reset", headers=bearer)).json()["data"]
    assert (entry["actor_id"], entry["actor_kind"], entry["address"]) == (str(owner.user_id), "link", "127.0.0.1")
    assert (await log_in(api, mail_of(owner), PASSWORD)).status_code == 401
    assert (await log_in(api, mail_of(owner), NEW)).status_code == 200


async def test_a_link_is_good_once_and_only_the_newest(api: Api, postman: Postman) -> None:
    owner = await api.register()
    await forget(api, mail_of(owner))
    old = await read_link(postman, mail_of(owner))
    await forget(api, mail_of(owner))
    token = await read_link(postman, mail_of(owner))
    assert code_of(await reset(api, old)) == (404, "reset_gone")
    answers = await asyncio.gather(*(reset(api, token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


async def test_after_an_hour_the_link_is_gone(api: Api, postman: Postman, pool: Pool) -> None:
    owner = await api.register()
    await forget(api, mail_of(owner))
    token = await read_link(postman, mail_of(owner))
    async with pool.acquire() as conn:
        tag = await conn.execute(
            "update password_resets set expires_at = expires_at - interval '61 minutes' where token_hash = $1",
            hash_token(token),
        )
    assert tag == "UPDATE 1"
    assert code_of(await reset(api, token)) == (404, "reset_gone")


async def test_nobody_learns_who_has_an_account(api: Api, postman: Postman) -> None:
    assert await forget(api, "nobody.at.all@cafe.example.com") == 202
    assert await forget(api, "not an address") == 202
    await postman.deliver()
    assert postman.to("nobody.at.all@cafe.example.com") == []


async def test_a_mailbox_is_not_flooded(api: Api, postman: Postman) -> None:
    owner = await api.register()
    statuses = [await forget(api, mail_of(owner)) for _ in range(12)]
    assert statuses == [202] * 10 + [429] * 2
    await postman.deliver()
    assert len(postman.to(mail_of(owner))) == 10


async def test_a_weak_password_uses_no_link_up(api: Api, postman: Postman) -> None:
    owner = await api.register()
    await forget(api, mail_of(owner))
    token = await read_link(postman, mail_of(owner))
    assert (await reset(api, token, "short")).status_code == 422
    assert (await reset(api, token)).status_code == 204


async def test_who_knows_the_old_password_sets_a_new_one(api: Api) -> None:
    owner = await api.register()
    other = (await log_in(api, mail_of(owner), PASSWORD)).json()["access_token"]
    change = {"current_password": PASSWORD, "new_password": NEW}
    wrong = await owner.post("/api/auth/password", change | {"current_password": "wrong"})
    assert [fault["field"] for fault in wrong.json()["error"]["details"]["fields"]] == ["current_password"]
    assert (await owner.post("/api/auth/password", change)).status_code == 204
    assert (await owner.get("/api/auth/me")).status_code == 200, "this session goes on"
    gone = await api.new_client().get("/api/auth/me", headers={"Authorization": f"Bearer {other}"})
    assert gone.status_code == 401
    assert (await log_in(api, mail_of(owner), NEW)).status_code == 200


async def test_a_password_is_not_guessed_by_changing_it(api: Api) -> None:
    owner = await api.register()
    body = {"current_password": "wrong", "new_password": NEW}
    statuses = [(await owner.post("/api/auth/password", body)).status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2


async def test_sessions_are_listed_and_ended(api: Api) -> None:
    owner = await api.register()
    other = (await log_in(api, mail_of(owner), PASSWORD)).json()["access_token"]
    listed = (await owner.get("/api/auth/sessions")).json()["data"]
    assert [each["is_current"] for each in listed] == [False, True]
    assert listed[0]["agent"].startswith("Test/1.0")
    assert (await owner.delete(f"/api/auth/sessions/{listed[0]['id']}")).status_code == 204
    gone = await api.new_client().get("/api/auth/me", headers={"Authorization": f"Bearer {other}"})
    assert gone.status_code == 401
    assert len((await owner.get("/api/auth/sessions")).json()["data"]) == 1
    stranger = await api.register()
    assert (await stranger.delete(f"/api/auth/sessions/{listed[1]['id']}")).status_code == 404


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_key_is_no_person(api: Api, is_known: bool) -> None:
    owner = await api.register()
    key = (await owner.post("/api/tokens", {"name": "CI"})).json()["token"]
    headers = {"X-API-Key": key}
    password = PASSWORD if is_known else "wrong"
    client = api.new_client()
    body = {"current_password": password, "new_password": NEW}
    assert code_of(await client.post("/api/auth/password", json=body, headers=headers)) == (403, "session_only")
    for path in ("/api/auth/sessions", "/api/auth/second-factor"):
        answer = await client.get(path, headers=headers)
        assert code_of(answer) == (403, "session_only")
        assert "127.0.0.1" not in answer.text
    [session] = (await owner.get("/api/auth/sessions")).json()["data"]
    answer = await client.delete(f"/api/auth/sessions/{session['id']}", headers=headers)
    assert code_of(answer) == (403, "session_only")
