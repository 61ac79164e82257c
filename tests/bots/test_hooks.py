"""Attacks on secret addresses, over HTTP: guesses, floods, what is too large or no call, and calls that come twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from hoopoe.flows.beginning.budgets import CallLimits, spend_call
from hoopoe.flows.beginning.calls import KEPT_CALLS, MAX_BYTES
from hoopoe.identity.roles import Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.webhooks.routing import hearing_lane_of
from tests.support.api import Api, Caller
from tests.support.everything import HOOKED
from tests.support.inbox import add_channel, add_thread

PHONE = "966501234567"


@dataclass(frozen=True, slots=True)
class Shop:
    """A workspace with a bot that another system starts, and a person who wrote to it."""

    api: Api
    owner: Caller
    bot_id: str
    conversation_id: str

    @property
    def path(self) -> str:
        return f"/api/bots/{self.bot_id}/hooks"

    async def make(self, node_id: str = "start", **more: Any) -> dict[str, Any]:
        answer = await self.owner.post(self.path, {"node_id": node_id, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        made["path"] = "/api/" + made["url"].partition("/api/")[2]
        return made

    async def calls(self, hook: dict[str, Any]) -> list[tuple[int, str | None]]:
        """What is noted of the calls, the oldest first."""
        answer = await self.owner.get(f"{self.path}/{hook['id']}/calls")
        return [(each["status"], each["reason"]) for each in reversed(answer.json()["data"])]

    async def started(self) -> int:
        """How many flows were begun from outside."""
        async with transaction(self.api.services.pool, role=tenancy.APP, workspaces=[self.owner.workspace_id]) as conn:
            count: int = await conn.fetchval("select count(*) from inbox where provider_key like 'h:%'")
            return count


async def open_shop(api: Api, *, phones: tuple[str, ...] = (PHONE,)) -> Shop:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    threads = [await add_thread(api, owner.scope, channel_id, phone=phone) for phone in phones]
    bot = (await owner.post("/api/bots", {"name": "Hooked", "blueprint": HOOKED})).json()["id"]
    assert (await owner.post(f"/api/bots/{bot}/publish")).status_code == 200
    return Shop(api, owner, bot, str(threads[0].id))


async def call(api: Api, path: str, body: Any = None, **options: Any) -> httpx2.Response:
    """As another system does it: without any token of ours."""
    given = {"json": {"phone": PHONE} if body is None else body} if "content" not in options else {}
    return await api.new_client().post(path, **given, **options)


async def test_a_secret_that_is_nearly_right_is_wrong_and_nothing_tells_how_nearly(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    secret = hook["path"].rpartition("/")[2]
    near = [secret[:-1], secret + "x", secret.swapcase(), secret.removeprefix("hook_"), "x" * 5_000, "%00", secret[:20]]
    answers = [await call(api, f"/api/hooks/{each}") for each in near]
    assert {answer.status_code for answer in answers} == {404}
    assert {answer.json()["error"]["message"] for answer in answers} == {"There is no such thing here."}
    # Found by its hash, so the comparison never sees the secret; and only the hash is kept.
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        row = await conn.fetchrow("select to_jsonb(h)::text as text from flow_hooks as h")
    assert row is not None
    assert secret not in row["text"]
    assert await shop.calls(hook) == []


async def test_of_another_workspace_nothing_is_reached(api: Api) -> None:
    mine, theirs = await open_shop(api), await open_shop(api, phones=("966507654321",))
    hook = await mine.make()
    answer = await call(api, hook["path"], {"phone": "966507654321"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "nobody_to_start")
    assert (await call(api, hook["path"], {"phone": PHONE}, headers={"X-Workspace-Id": "x"})).status_code == 202
    assert (await mine.started(), await theirs.started()) == (1, 0)
    for path in (f"{theirs.path}/{hook['id']}/calls", f"{mine.path}/{hook['id']}/calls"):
        assert (await theirs.owner.get(path)).status_code == 404
    agent = await api.add_member(mine.owner, Role.AGENT)
    assert (await agent.post(mine.path, {"node_id": "start"})).status_code == 403


@pytest.mark.parametrize(
    "written", ["0501234567", "٠٥٠١٢٣٤٥٦٧", "+966 50 123-4567", "00966501234567", "\u200e+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧"]
)
async def test_a_number_is_understood_as_people_write_it(api: Api, written: str) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    answer = await call(api, hook["path"], {"phone": written})
    assert (answer.status_code, answer.json().get("conversation_id")) == (202, shop.conversation_id), answer.text


async def test_a_number_that_needs_its_country_is_refused_by_its_field(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    for written in ("0123", "01234567890123", "٠"):
        answer = await call(api, hook["path"], {"phone": written})
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == ["phone"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "validation_failed"),
        (b"{", 422, "validation_failed"),
        (b"[]", 422, "validation_failed"),
        (b'"966501234567"', 422, "validation_failed"),
        (b'{"order": 1}', 422, "validation_failed"),
        (b'{"phone": "no number"}', 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": "\\u0000"}', 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": "\\ud800"}', 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": ' + b"[" * 500 + b"]" * 500 + b"}", 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": NaN}', 422, "validation_failed"),
        (b"\xff\xfe", 422, "validation_failed"),
        (b'{"phone": "966501234567", "x": "' + b"x" * MAX_BYTES + b'"}', 413, "body_too_large"),
        (b'{"phone": "966509999999"}', 409, "nobody_to_start"),
    ],
)
async def test_what_is_no_call_is_refused_and_noted(api: Api, content: bytes, status: int, code: str) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    answer = await call(api, hook["path"], content=content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert await shop.calls(hook) == [(status, code)]
    assert (await call(api, hook["path"])).status_code == 202
    assert await shop.calls(hook) == [(status, code), (202, None)]
    assert await shop.started() == 1


async def test_a_body_without_end_is_not_read_to_its_end(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    sent = 0

    async def pour() -> Any:
        nonlocal sent
        for _ in range(900):
            sent += 1024
            yield b"x" * 1024

    answer = await call(api, hook["path"], content=pour())
    assert answer.status_code == 413
    assert await shop.calls(hook) == [(413, "body_too_large")]


async def test_a_flood_is_held_and_told_when_to_come_back(api: Api) -> None:
    shop = await open_shop(api)
    hook, other = await shop.make(), await shop.make("again")
    begun_at, answers = time.monotonic(), list[httpx2.Response]()
    while all(answer.status_code == 202 for answer in answers) and len(answers) < 300:
        answers += await asyncio.gather(*(call(api, hook["path"]) for _ in range(5)))
    answers += [await call(api, hook["path"])]
    seconds = time.monotonic() - begun_at
    counts = Counter(answer.status_code for answer in answers)
    assert counts[202] + counts[429] == len(answers)
    assert 60 <= counts[202] <= 60 + seconds, "a token comes every second"
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "too_many_calls"
    assert 1 <= int(refused.headers["retry-after"]) <= 2
    assert await shop.started() == counts[202]
    noted = Counter(await shop.calls(hook))
    assert noted[429, "too_many_calls"] == 1, "one refusal tells of all of ten seconds"
    assert (await call(api, other["path"])).status_code == 202, "another address has room of its own"


async def test_one_workspace_has_so_many_and_no_more(api: Api) -> None:
    shop, other = await open_shop(api), await open_shop(api)
    limits = CallLimits(of_hook=3, of_workspace=5)

    async def spend(which: Shop, hook: dict[str, Any]) -> bool:
        workspace_id = which.owner.workspace_id
        async with transaction(api.services.pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
            return (await spend_call(conn, workspace_id, hook["id"], limits)).wait_seconds is None

    first, second, theirs = await shop.make(), await shop.make("again"), await other.make()
    # At the same time, too: the buckets are rows.
    assert sum(await asyncio.gather(*(spend(shop, first) for _ in range(8)))) == 3
    assert sum(await asyncio.gather(*(spend(shop, second) for _ in range(8)))) == 2
    assert await spend(other, theirs)


async def test_a_call_that_comes_twice_starts_one_flow(api: Api) -> None:
    shop = await open_shop(api, phones=(PHONE, "966501111111"))
    hook = await shop.make()
    key = {"Idempotency-Key": "order-42"}
    answers = await asyncio.gather(*(call(api, hook["path"], headers=key) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert Counter(answer.json()["is_repeated"] for answer in answers) == {False: 1, True: 4}
    assert {answer.json()["conversation_id"] for answer in answers} == {shop.conversation_id}
    assert await shop.started() == 1
    other = await call(api, hook["path"], {"phone": "966501111111"}, headers=key)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    # A rotation changes the secret and not what was called already.
    rotated = await shop.make()
    assert (await call(api, rotated["path"], headers=key)).json()["is_repeated"] is True
    assert await shop.started() == 1


@pytest.mark.parametrize("waits", [False, True])
async def test_a_key_counts_whichever_number_the_person_wrote_to_last(api: Api, waits: bool) -> None:
    """Also while the first waits in the lane of what the bot is yet to hear."""
    shop = await open_shop(api, phones=(PHONE, "966501111111"))
    hook = await shop.make()
    key = {"Idempotency-Key": "order-42"}
    assert (await call(api, hook["path"], headers=key)).status_code == 202
    if waits:
        async with transaction(api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
            lane = hearing_lane_of(UUID(shop.conversation_id))
            await conn.execute("update inbox set lane = $1 where provider_key like 'h:%'", lane)
    newer = await write_to_another_number(shop)
    answer = await call(api, hook["path"], headers=key)
    assert (answer.status_code, answer.json()) == (
        202,
        {"conversation_id": shop.conversation_id, "is_repeated": True},
    )
    assert await shop.started() == 1
    other = await call(api, hook["path"], {"phone": "966501111111"}, headers=key)
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    another = await call(api, hook["path"], headers={"Idempotency-Key": "order-43"})
    assert another.json() == {"conversation_id": newer, "is_repeated": False}


async def test_of_two_calls_at_once_one_starts_whichever_number_is_the_newest(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    for n in range(5):
        key = {"Idempotency-Key": f"order-{n}"}
        answers, _ = await asyncio.gather(
            asyncio.gather(*(call(api, hook["path"], headers=key) for _ in range(4))), write_to_another_number(shop)
        )
        assert {answer.status_code for answer in answers} == {202}
        assert Counter(answer.json()["is_repeated"] for answer in answers) == {False: 1, True: 3}
        assert len({answer.json()["conversation_id"] for answer in answers}) == 1
        assert await shop.started() == n + 1


async def write_to_another_number(shop: Shop) -> str:
    """The person has a newer conversation, on another channel of the workspace; its id."""
    channel_id = await add_channel(shop.api, shop.owner.scope)
    thread = await add_thread(shop.api, shop.owner.scope, channel_id, phone=PHONE, written_at=datetime.now(UTC))
    return str(thread.id)


async def test_a_rotated_address_ends_when_it_is_said_to(api: Api) -> None:
    shop = await open_shop(api)
    first = await shop.make()
    assert first["former_until"] is None
    second = await shop.make(keep_former_seconds=3_600)
    assert second["id"] == first["id"]
    assert second["former_until"] is not None
    for hook in (first, second):
        assert (await call(api, hook["path"])).status_code == 202
    third = await shop.make(keep_former_seconds=3_600)
    assert (await call(api, first["path"])).status_code == 404, "of two before it only the last one"
    assert (await call(api, second["path"])).status_code == 202
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        await conn.execute("update flow_hooks set former_until = now() - interval '1 second'")
    assert (await call(api, second["path"])).status_code == 404
    assert (await call(api, third["path"])).status_code == 202
    fourth = await shop.make()
    assert (await call(api, third["path"])).status_code == 404, "at once, where nobody says otherwise"
    [listed] = (await shop.owner.get(shop.path)).json()["data"]
    assert (listed["id"], listed["former_until"], "url" in listed) == (first["id"], None, False)
    audit = (await shop.owner.get("/api/audit")).text
    assert audit.count("hook.created") == 1
    assert audit.count("hook.rotated") == 3
    assert fourth["path"].rpartition("/")[2] not in audit
    assert (await shop.owner.post(shop.path, {"node_id": "start", "keep_former_seconds": 604_801})).status_code == 422


async def test_of_many_calls_the_last_are_kept(api: Api) -> None:
    shop = await open_shop(api)
    hook = await shop.make()
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        await conn.execute(
            "insert into flow_hook_calls (workspace_id, id, hook_id, at, status) "
            "select $1, gen_random_uuid(), $2, now() - interval '1 hour', 202 from generate_series(1, $3)",
            shop.owner.workspace_id,
            hook["id"],
            KEPT_CALLS + 5,
        )
    assert (await call(api, hook["path"], {"phone": "966509999999"})).status_code == 409
    assert (await shop.calls(hook))[-1] == (409, "nobody_to_start")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[shop.owner.workspace_id]) as conn:
        assert await conn.fetchval("select count(*) from flow_hook_calls") == KEPT_CALLS
