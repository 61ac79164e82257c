"""Guessing passwords and codes: at the same time, from everywhere, and what strangers cannot do to a person."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import httpx2
import pyotp
import pytest

from hoopoe.identity.devices import COOKIE
from hoopoe.identity.throttle import (
    CODES,
    LOGINS_FROM_PLACE,
    LOGINS_OF_ACCOUNT,
    RESETS_OF_ACCOUNT,
    group_address,
    spend,
)
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.housekeeping import keep_house
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.http.edge import Edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.serve import make_server_config
from hoopoe.main.services import attach_services
from tests.support.api import ORIGIN, PASSWORD, Api, Caller, registration
from tests.support.housekeeping import forget_nothing
from tests.support.mails import Postman

WRONG = "not the password"


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else ""


def mail_of(person: Caller) -> str:
    return str(person.session["user"]["email"])


async def log_in(client: httpx2.AsyncClient, email: str, password: str = PASSWORD, **given: Any) -> httpx2.Response:
    return await client.post("/api/auth/login", json={"email": email, "password": password, **given})


async def count(answers: Awaitable[list[httpx2.Response]]) -> Counter[tuple[int, str]]:
    return Counter(map(code_of, await answers))


def new_address() -> str:
    return f"198.51.{secrets.randbelow(256)}.{secrets.randbelow(256)}"


async def switch_on(person: Caller) -> str:
    """The secret of a second factor."""
    made = (await person.post("/api/auth/second-factor", {"password": PASSWORD})).json()
    confirmed = await person.post("/api/auth/second-factor/confirm", {"code": pyotp.TOTP(made["secret"]).now()})
    assert confirmed.status_code == 200, confirmed.text
    return str(made["secret"])


async def exhaust(pool: Pool, email: str) -> None:
    """Strangers everywhere have guessed as often as they may."""
    async with transaction(pool, role=tenancy.APP) as conn:
        for _ in range(LOGINS_OF_ACCOUNT.limit):
            await spend(conn, LOGINS_OF_ACCOUNT.of(email))


async def test_at_the_same_time_no_more_passwords_are_looked_at(api: Api) -> None:
    email = mail_of(await api.register())
    guesses = (log_in(api.new_client(), email, f"guess number {n}") for n in range(60))
    assert await count(asyncio.gather(*guesses)) == {
        (401, "wrong_credentials"): LOGINS_FROM_PLACE.limit,
        (429, "too_many_logins"): 60 - LOGINS_FROM_PLACE.limit,
    }


async def test_at_the_same_time_no_more_codes_are_looked_at(api: Api) -> None:
    noura = await api.register()
    await switch_on(noura)
    # Each from another address: whoever guesses codes knows the password, and is counted by the person.
    guesses = (log_in(api.new_client(new_address()), mail_of(noura), code=f"x{n:05d}") for n in range(40))
    assert await count(asyncio.gather(*guesses)) == {
        (401, "wrong_code"): CODES.limit,
        (429, "too_many_logins"): 40 - CODES.limit,
    }


async def test_many_logins_at_once_wait_or_are_asked_to_come_again(api: Api) -> None:
    """Each of another person: no budget stops them, and a machine can look at so many passwords in a second."""
    people = [registration()["email"] for _ in range(200)]
    told = await count(asyncio.gather(*(log_in(api.new_client(), email, WRONG) for email in people)))
    assert set(told) <= {(401, "wrong_credentials"), (429, "too_many_at_once")}
    assert told[401, "wrong_credentials"] >= 50
    one = await api.register()
    assert (await log_in(api.new_client(), mail_of(one))).status_code == 200


async def test_a_network_of_ipv6_is_one_place(api: Api) -> None:
    email = mail_of(await api.register())
    places = [f"2001:db8:1:2::{n:x}" for n in range(1, LOGINS_FROM_PLACE.limit + 3)]
    answers = [await log_in(api.new_client(place), email, WRONG) for place in places]
    assert [answer.status_code for answer in answers] == [401] * LOGINS_FROM_PLACE.limit + [429] * 2
    assert (await log_in(api.new_client("2001:db8:1:3::1"), email)).status_code == 200


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
        (None, ""),
    ],
)
def test_how_addresses_are_counted(address: str | None, group: str) -> None:
    assert group_address(address) == group


async def test_an_account_is_not_guessed_from_everywhere_and_its_person_gets_in(api: Api, pool: Pool) -> None:
    noura, other = await api.register(), await api.register()
    email = mail_of(noura)
    await exhaust(pool, email.upper().lower())
    refused = await log_in(api.new_client(new_address()), email)
    assert code_of(refused) == (429, "too_many_logins")
    assert 0 < int(refused.headers["retry-after"]) <= LOGINS_OF_ACCOUNT.seconds + 1
    # In a browser where the person was before strangers have no say.
    assert (await log_in(noura.client, email)).status_code == 200
    # But guesses are counted there too.
    wrong = [await log_in(noura.client, email, WRONG) for _ in range(12)]
    assert [answer.status_code for answer in wrong] == [401] * 10 + [429] * 2
    assert (await log_in(api.new_client(new_address()), mail_of(other))).status_code == 200


@pytest.mark.parametrize("kind", ["another person's", "forged", "cut", "odd"])
async def test_only_a_browser_of_the_person_is_known(api: Api, pool: Pool, kind: str) -> None:
    noura, other = await api.register(), await api.register()
    await exhaust(pool, mail_of(noura))
    own, foreign = (each.client.cookies[COOKIE] for each in (noura, other))
    signature = foreign.rpartition(".")[2]
    cookie = {
        "another person's": foreign,
        "forged": f"{noura.user_id}.{secrets.token_urlsafe(16)}.{signature}",
        "cut": own.rpartition(".")[0],
        "odd": own[:-4] + "\u00e9\u00e9",
    }[kind]
    given = {"email": mail_of(noura), "password": PASSWORD}
    headers = {"Cookie": f"{COOKIE}={cookie}".encode("latin-1")}
    answer = await api.new_client(new_address()).post("/api/auth/login", json=given, headers=headers)
    assert code_of(answer) == (429, "too_many_logins")


async def test_the_cookie_of_a_known_browser_is_no_scripts_and_logs_nobody_in(api: Api) -> None:
    noura = await api.register()
    answer = await log_in(api.new_client(), mail_of(noura))
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE)]
    assert {"httponly", "samesite=strict", "path=/api/auth"} <= set(cookie.lower().split("; "))
    bare = {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}"}
    assert (await api.new_client().post("/api/auth/refresh", headers=bare)).status_code == 401


async def test_a_mailed_link_lets_a_person_in_whatever_strangers_do(api: Api, pool: Pool, postman: Postman) -> None:
    noura = await api.register()
    await exhaust(pool, mail_of(noura))
    fresh = api.new_client(new_address())
    assert (await fresh.post("/api/auth/password-reset", json={"email": mail_of(noura)})).status_code == 202
    await postman.deliver()
    found = re.search(r"#(hpr_[\w-]+)", postman.to(mail_of(noura))[-1].get_content())
    assert found is not None
    answer = await fresh.post(f"/api/auth/password-reset/{found[1]}", json={"password": "and never loses one"})
    assert answer.status_code == 204
    assert (await log_in(fresh, mail_of(noura), "and never loses one")).status_code == 200
    assert code_of(await log_in(api.new_client(new_address()), mail_of(noura))) == (429, "too_many_logins")


async def test_what_was_right_costs_nothing(api: Api) -> None:
    noura = await api.register()
    for _ in range(LOGINS_FROM_PLACE.limit + 5):
        assert (await log_in(api.new_client(), mail_of(noura))).status_code == 200
    await switch_on(noura)
    for _ in range(LOGINS_FROM_PLACE.limit + 5):
        assert code_of(await log_in(api.new_client(), mail_of(noura))) == (401, "second_factor_required")


async def test_a_mailbox_is_not_flooded_from_everywhere(api: Api, postman: Postman) -> None:
    noura = await api.register()
    given = {"email": mail_of(noura)}
    asked = [
        await api.new_client(new_address()).post("/api/auth/password-reset", json=given)
        for _ in range(RESETS_OF_ACCOUNT.limit + 2)
    ]
    assert [answer.status_code for answer in asked] == [202] * RESETS_OF_ACCOUNT.limit + [429] * 2
    await postman.deliver()
    assert len(postman.to(mail_of(noura))) == RESETS_OF_ACCOUNT.limit


async def test_counts_begin_anew_and_go_when_they_are_over(api: Api, pool: Pool) -> None:
    email = mail_of(await api.register())
    for _ in range(LOGINS_FROM_PLACE.limit):
        await log_in(api.new_client(), email, WRONG)
    assert (await log_in(api.new_client(), email)).status_code == 429
    key = LOGINS_FROM_PLACE.of(email, "127.0.0.1").key
    async with transaction(pool, role=tenancy.APP) as conn:
        await conn.execute("update login_failures set ends_at = now() where key = $1", key)
    assert code_of(await log_in(api.new_client(), email, WRONG)) == (401, "wrong_credentials")
    async with transaction(pool, role=tenancy.APP) as conn:
        assert await conn.fetchval("select failures from login_failures where key = $1", key) == 1
        await conn.execute("update login_failures set ends_at = now() where key = $1", key)
    await keep_house(pool, forget=forget_nothing)
    async with transaction(pool, role=tenancy.APP) as conn:
        assert await conn.fetchval("select count(*) from login_failures where key = $1", key) == 0


async def test_the_log_tells_of_wrong_tries_and_nobody_floods_it(api: Api) -> None:
    noura, owner = await api.register(), await api.register()
    token = (await owner.post("/api/invitations", {"role": "agent"})).json()["token"]
    joined = {"email": mail_of(noura), "password": PASSWORD}
    assert (await noura.client.post(f"/api/auth/invitations/{token}/accept", json=joined)).status_code == 200
    stranger = api.new_client("198.51.100.9")
    for _ in range(LOGINS_FROM_PLACE.limit + 5):
        await log_in(stranger, mail_of(noura), WRONG)
    for caller in (noura, owner):
        entries = (await caller.get("/api/audit?action=session.refused")).json()["data"]
        assert [entry["after"] for entry in entries] == [{"wrong": "password", "tries": n} for n in (10, 1)]
        assert {(entry["actor_id"], entry["actor_kind"], entry["address"]) for entry in entries} == {
            (None, "stranger", "198.51.100.9")
        }
        assert {entry["target_id"] for entry in entries} == {str(noura.user_id)}
    await switch_on(owner)
    await log_in(api.new_client(), mail_of(owner), code="000000x")
    [entry] = (await owner.get("/api/audit?action=session.refused&limit=1")).json()["data"]
    assert entry["after"] == {"wrong": "code", "tries": 1}


async def test_an_address_makes_so_many_accounts(api: Api) -> None:
    settings = api.services.settings.model_copy(update={"registrations_per_hour": 3})
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    here = Api(app, api.services, Edge(app, is_https=False))

    async def register(address: str, **changes: Any) -> httpx2.Response:
        return await here.new_client(address).post("/api/auth/register", json=registration(**changes))

    network = f"2001:db8:{secrets.randbelow(65536):x}:{secrets.randbelow(65536):x}"
    taken = mail_of(await api.register())
    assert code_of(await register(f"{network}::1", email=taken)) == (409, "email_taken")
    answers = await asyncio.gather(*(register(f"{network}::{n:x}") for n in range(2, 8)))
    assert Counter(map(code_of, answers)) == {(201, ""): 2, (429, "too_many_registrations"): 4}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers if answer.status_code == 429)
    assert (await register(new_address())).status_code == 201


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "seen"),
    [
        (("127.0.0.1", "::1"), "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (("127.0.0.1", "::1"), "10.0.0.5", "203.0.113.7", "10.0.0.5"),
        (("10.0.0.0/8",), "10.0.0.5", "203.0.113.7", "203.0.113.7"),
        (("10.0.0.0/8",), "10.0.0.5", "6.6.6.6, 203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ((), "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
)
async def test_only_trusted_proxies_say_where_a_request_comes_from(
    api: Api, proxies: tuple[str, ...], peer: str, told: str, seen: str
) -> None:
    settings = api.services.settings.model_copy(update={"trusted_proxies": proxies})
    config = make_server_config(api.edge, settings)
    config.load()
    app: Any = config.loaded_app
    transport = httpx2.ASGITransport(app=app, client=(peer, 4321))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers={"X-Forwarded-For": told}) as client:
        session = (await client.post("/api/auth/register", json=registration())).json()
        bearer = {"Authorization": f"Bearer {session['access_token']}"}
        [listed] = (await client.get("/api/auth/sessions", headers=bearer)).json()["data"]
    assert listed["address"] == seen
