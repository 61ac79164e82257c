"""How many requests a key may make in a minute, and what the headers say of it."""

from __future__ import annotations

import asyncio

import httpx2

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from tests.support.api import Api


def rate_of(answer: httpx2.Response) -> tuple[int, int]:
    return int(answer.headers["x-ratelimit-limit"]), int(answer.headers["x-ratelimit-remaining"])


async def test_a_key_makes_sixty_requests_a_minute_and_each_answer_says_how_many_are_left(api: Api) -> None:
    owner = await api.register()
    key = await api.make_key(owner)
    assert key.session["key"]["requests_per_minute"] == Settings.model_fields["api_key_per_minute"].default == 60
    answers = [await key.get("/api/auth/me") for _ in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert [rate_of(answer) for answer in answers] == [(60, left) for left in range(59, -1, -1)] + [(60, 0)]
    refused = answers[-1]
    assert refused.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert refused.headers["x-ratelimit-reset"] == refused.headers["retry-after"]
    # Another key and the dashboard are no part of it.
    assert (await (await api.make_key(owner)).get("/api/auth/me")).status_code == 200
    dashboard = await owner.get("/api/auth/me")
    assert dashboard.status_code == 200
    assert "x-ratelimit-limit" not in dashboard.headers


async def test_at_the_same_time_none_slips_through(api: Api) -> None:
    key = await api.make_key(await api.register(), requests_per_minute=20)
    answers = await asyncio.gather(*(key.get("/api/auth/me") for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 30


async def test_after_the_minute_it_begins_anew(api: Api, pool: Pool) -> None:
    key = await api.make_key(await api.register(), requests_per_minute=1)
    assert (await key.get("/api/auth/me")).status_code == 200
    assert (await key.get("/api/auth/me")).status_code == 429
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(
            "update key_windows set began_at = began_at - interval '60 seconds' where key_id = $1::uuid",
            key.session["key"]["id"],
        )
    assert rate_of(await key.get("/api/auth/me")) == (1, 0)


async def test_refusals_carry_the_headers_too(api: Api) -> None:
    key = await api.make_key(await api.register(), scopes=["workspace:read"])
    assert rate_of(await key.get("/api/conversations")) == (60, 59)
    assert rate_of(await key.patch(f"/api/workspaces/{key.workspace_id}", {"name": 5})) == (60, 58)


async def test_an_unknown_key_counts_nowhere(api: Api) -> None:
    answer = await api.new_client().get("/api/auth/me", headers={"X-API-Key": "hpt_" + "x" * 43})
    assert answer.status_code == 401
    assert "x-ratelimit-limit" not in answer.headers


async def test_a_limit_that_cannot_be(api: Api) -> None:
    owner = await api.register()
    for limit in (0, -1, 6_001, "many"):
        answer = await owner.post("/api/tokens", {"name": "CI", "requests_per_minute": limit})
        assert answer.status_code == 422
        assert answer.json()["error"]["details"]["fields"][0]["field"] == "requests_per_minute"
