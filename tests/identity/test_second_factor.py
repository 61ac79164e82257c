"""The second factor: switching it on, logging in with it, losing the phone, and those who guess."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import pyotp
import pytest

from hoopoe.identity.actions.second_factor import RECOVERY_CODES, STEP_SECONDS
from hoopoe.identity.throttle import CODES
from tests.support.api import PASSWORD, Api, Caller

PATH = "/api/auth/second-factor"


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def code_at(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes away."""
    return pyotp.TOTP(secret).at(int(time.time()) + steps * STEP_SECONDS)


async def log_in(api: Api, person: Caller, code: str | None = None, password: str = PASSWORD) -> httpx2.Response:
    given = {"email": person.session["user"]["email"], "password": password}
    return await api.new_client().post("/api/auth/login", json={**given, **({"code": code} if code else {})})


async def switch_on(person: Caller) -> tuple[str, list[str]]:
    """The secret, and the recovery codes."""
    made = (await person.post(PATH, {"password": PASSWORD})).json()
    answer = await person.post(f"{PATH}/confirm", {"code": code_at(made["secret"])})
    assert answer.status_code == 200, answer.text
    return made["secret"], answer.json()["codes"]


async def test_nothing_is_asked_before_a_code_was_confirmed(api: Api) -> None:
    noura = await api.register()
    made = (await noura.post(PATH, {"password": PASSWORD})).json()
    assert pyotp.parse_uri(made["uri"]).secret == made["secret"]
    assert pyotp.parse_uri(made["uri"]).name == noura.session["user"]["email"]
    assert (await log_in(api, noura)).status_code == 200
    wrong = await noura.post(f"{PATH}/confirm", {"code": code_at(made["secret"], steps=40)})
    assert code_of(wrong) == (422, "validation_failed")
    assert wrong.json()["error"]["details"]["fields"][0]["field"] == "code"
    assert (await noura.get(PATH)).json() == {"is_on": False, "recovery_codes_left": 0}


async def test_logging_in_asks_for_a_code_and_takes_each_once(api: Api) -> None:
    noura = await api.register()
    secret, _ = await switch_on(noura)
    assert code_of(await log_in(api, noura)) == (401, "second_factor_required")
    assert code_of(await log_in(api, noura, code_at(secret))) == (401, "wrong_code")
    shown = code_at(secret, steps=1)
    answer = await log_in(api, noura, f" {shown[:3]} {shown[3:]} ")
    assert (answer.status_code, answer.json()["user"]["has_second_factor"]) == (200, True)
    assert code_of(await log_in(api, noura, shown)) == (401, "wrong_code")
    # Who does not know the password is told nothing of a second factor.
    assert code_of(await log_in(api, noura, password="not the password")) == (401, "wrong_credentials")


async def test_one_code_at_the_same_time_logs_in_once(api: Api) -> None:
    noura = await api.register()
    secret, _ = await switch_on(noura)
    shown = code_at(secret, steps=1)
    answers = await asyncio.gather(*(log_in(api, noura, shown) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]


async def test_a_recovery_code_logs_in_once_and_others_replace_it(api: Api) -> None:
    noura = await api.register()
    _, codes = await switch_on(noura)
    assert len(set(codes)) == RECOVERY_CODES
    assert (await log_in(api, noura, codes[0].upper().replace("-", " "))).status_code == 200
    assert code_of(await log_in(api, noura, codes[0])) == (401, "wrong_code")
    assert (await noura.get(PATH)).json()["recovery_codes_left"] == RECOVERY_CODES - 1
    fresh = (await noura.post(f"{PATH}/recovery-codes", {"password": PASSWORD})).json()["codes"]
    assert code_of(await log_in(api, noura, codes[1])) == (401, "wrong_code")
    assert (await log_in(api, noura, fresh[1])).status_code == 200
    other = await api.register()
    await switch_on(other)
    assert code_of(await log_in(api, other, fresh[2])) == (401, "wrong_code")


async def test_it_is_switched_off_with_the_password_and_the_log_says_all_of_it(api: Api) -> None:
    noura = await api.register()
    await switch_on(noura)
    assert code_of(await noura.post(PATH, {"password": PASSWORD})) == (409, "second_factor_on")
    wrong = await noura.post(f"{PATH}/off", {"password": "not the password"})
    assert (code_of(wrong), wrong.json()["error"]["details"]["fields"][0]["field"]) == (
        (422, "validation_failed"),
        "password",
    )
    assert (await noura.post(f"{PATH}/off", {"password": PASSWORD})).status_code == 204
    assert (await log_in(api, noura)).status_code == 200
    assert code_of(await noura.post(f"{PATH}/recovery-codes", {"password": PASSWORD})) == (409, "second_factor_off")
    entries = (await noura.get("/api/audit")).json()["data"]
    assert [entry["action"] for entry in entries] == [
        "session.started",
        "second_factor.switched_off",
        "second_factor.switched_on",
    ]


async def test_who_guesses_codes_waits(api: Api) -> None:
    noura = await api.register()
    await switch_on(noura)
    for _ in range(CODES.limit):
        assert code_of(await log_in(api, noura, "000000x")) == (401, "wrong_code")
    refused = await log_in(api, noura, "000000x")
    assert code_of(refused) == (429, "too_many_logins")
    assert int(refused.headers["retry-after"]) > 0


@pytest.mark.parametrize("code", ["٠٠٠٠٠٠", "'; drop table users", "\u0000", "1" * 32])
async def test_odd_codes_are_wrong_codes(api: Api, code: str) -> None:
    noura = await api.register()
    await switch_on(noura)
    assert code_of(await log_in(api, noura, code)) == (401, "wrong_code")


@pytest.mark.parametrize("path", [PATH, f"{PATH}/recovery-codes", f"{PATH}/off"])
async def test_no_key_touches_it(api: Api, path: str) -> None:
    noura = await api.register()
    token = (await noura.post("/api/tokens", {"name": "CI"})).json()["token"]
    answer = await api.new_client().post(path, json={"password": PASSWORD}, headers={"X-API-Key": token})
    assert code_of(answer) == (403, "session_only")


async def test_an_invitation_asks_for_it_too(api: Api) -> None:
    owner, noura = await api.register(), await api.register()
    secret, _ = await switch_on(noura)
    token = (await owner.post("/api/invitations", {"role": "agent"})).json()["token"]
    given: dict[str, Any] = {"email": noura.session["user"]["email"], "password": PASSWORD}
    path = f"/api/auth/invitations/{token}/accept"
    assert code_of(await api.new_client().post(path, json=given)) == (401, "second_factor_required")
    assert code_of(await api.new_client().post(path, json={**given, "code": "000000"})) == (401, "wrong_code")
    accepted = await api.new_client().post(path, json={**given, "code": code_at(secret, steps=1)})
    assert (accepted.status_code, accepted.json()["workspace"]["id"]) == (200, str(owner.workspace_id))


async def test_the_secret_is_sealed_and_never_told_again(api: Api) -> None:
    noura = await api.register()
    secret, _ = await switch_on(noura)
    for path in ("/api/auth/me", PATH, "/api/audit"):
        assert secret not in (await noura.get(path)).text
    async with api.services.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        stored: bytes = await conn.fetchval("select totp_secret from users where id = $1", noura.user_id)
    assert secret.encode() not in stored
