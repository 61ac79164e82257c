"""A run of a schedule that is due, or half done, while somebody publishes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hoopoe.flows.beginning import schedules
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from tests.flows_live.blueprints import blueprint, say
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel, add_thread


def daily(words: str, *, at: str = "09:00", tags: tuple[str, ...] = ("vip",)) -> dict[str, Any]:
    flow = blueprint(say("words", words))
    flow["nodes"][0]["config"] = {"trigger_type": "schedule", "schedule": {"at": at, "tags": list(tags)}}
    return flow


async def publish(owner: Caller, bot: str, flow: dict[str, Any]) -> None:
    assert (await owner.put(f"{bot}/flow", {"blueprint": flow})).status_code == 200
    answer = await owner.post(f"{bot}/publish")
    assert answer.status_code == 200, answer.text


async def change(api: Api, owner: Caller, statement: str, *args: Any) -> None:
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute(statement, *args)


async def read(api: Api, owner: Caller) -> Any:
    """The one schedule, and whether it is of the version that is published."""
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        [row] = await conn.fetch(
            "select due_at, after_id, version_id = published_version_id as is_new from flow_schedules "
            "join bots on bots.workspace_id = flow_schedules.workspace_id and bots.id = bot_id"
        )
        return row


async def open_daily(api: Api) -> tuple[Caller, str]:
    owner = await api.register()
    made = await owner.post("/api/bots", {"name": "Daily", "blueprint": daily("Good morning")})
    bot = f"/api/bots/{made.json()['id']}"
    assert (await owner.post(f"{bot}/publish")).status_code == 200
    return owner, bot


async def test_who_is_yet_to_be_started_is_started_on_what_was_published_meanwhile(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "SLICE", 2)
    owner, bot = await open_daily(api)
    channel_id = await add_channel(api, owner.scope)
    threads = [await add_thread(api, owner.scope, channel_id) for _ in range(5)]
    await change(api, owner, "update contacts set tags = array['vip']")
    await change(api, owner, "update flow_schedules set due_at = domain_now() - interval '1 minute'")
    assert await schedules.run_schedules(api.services.pool)
    await publish(owner, bot, daily("Good morning to you"))
    row = await read(api, owner)
    assert row["is_new"]
    assert row["after_id"] is not None
    for _ in range(2):
        assert await schedules.run_schedules(api.services.pool)
    assert not await schedules.run_schedules(api.services.pool)
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        started = await conn.fetch("select (item ->> 'conversation_id')::uuid as id from inbox")
    assert sorted(each["id"] for each in started) == sorted(thread.id for thread in threads)
    assert (await read(api, owner))["due_at"] > datetime.now(UTC)


@pytest.mark.parametrize("after_id", [None, new_id()])
async def test_a_run_that_waits_for_the_worker_is_not_put_off_to_the_next_day(api: Api, after_id: UUID | None) -> None:
    owner, bot = await open_daily(api)
    due_at = datetime.now(UTC) - timedelta(seconds=20)
    await change(api, owner, "update flow_schedules set due_at = $1, after_id = $2", due_at, after_id)
    await publish(owner, bot, daily("Good morning to you"))
    row = await read(api, owner)
    assert (row["due_at"], row["after_id"], row["is_new"]) == (due_at, after_id, True)


@pytest.mark.parametrize("changed", [{"at": "10:00"}, {"tags": ("regular",)}])
async def test_other_times_or_people_are_planned_anew(api: Api, changed: dict[str, Any]) -> None:
    owner, bot = await open_daily(api)
    await change(api, owner, "update flow_schedules set due_at = domain_now() - interval '20 seconds'")
    await publish(owner, bot, daily("Good morning", **changed))
    row = await read(api, owner)
    assert row["due_at"] > datetime.now(UTC)
    assert (row["after_id"], row["is_new"]) == (None, True)
