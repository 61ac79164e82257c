"""Tests of bots over HTTP: kept from a preview, played, accepted, deleted."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from hoopoe.flows.versions.actions import save_draft
from hoopoe.flows.versions.queries import hold_bot
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.bots.test_bots import make_bot
from tests.preview.flows import asks, later
from tests.support.api import Api, Caller
from tests.support.locks import wait_for_blocked

HELLO = {"type": "say", "message": {"type": "text", "text": "Hello"}}
SETTING = {"starts_at": "2026-03-01T09:00:00Z", "timezone": "Asia/Riyadh"}


async def keep(owner: Caller, bot: dict[str, Any], *acts: dict[str, Any], name: str = "Hello") -> dict[str, Any]:
    answer = await owner.post(f"/api/bots/{bot['id']}/tests", {"name": name, "setting": SETTING, "acts": list(acts)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def run(owner: Caller, bot: dict[str, Any], **given: Any) -> dict[str, Any]:
    answer = await owner.post(f"/api/bots/{bot['id']}/tests/run", given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def reworded() -> dict[str, Any]:
    """`later`, which asks otherwise."""
    changed = later(hours=1)
    changed["nodes"][3]["config"]["message"] = "How did you like it?"
    return changed


async def test_a_preview_is_kept_and_shows_what_a_change_does(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    test = await keep(owner, bot, HELLO, {"type": "wait"})
    said = [[each["content"]["body"] for each in step["expected"]] for step in test["script"]["steps"]]
    assert said == [["Thank you, Sara"], ["How was it?"]]
    assert (await run(owner, bot))["passed"] == 1

    changed = later(hours=1)
    changed["nodes"][3]["config"]["message"] = "How did you like it?"
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": changed})
    report = await run(owner, bot)
    assert (report["passed"], report["failed"]) == (0, 1)
    [first, second] = report["data"][0]["steps"]
    assert (first["is_same"], second["is_same"]) == (True, False)
    assert second["got"][0]["content"]["body"] == "How did you like it?"

    await owner.patch(f"/api/bots/{bot['id']}/tests/{test['id']}", {"accepts": True})
    assert (await run(owner, bot))["passed"] == 1


async def test_publishing_plays_the_tests_and_takes_a_difference_only_when_told_to(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO, {"type": "wait"})
    assert (await owner.post(f"/api/bots/{bot['id']}/publish")).status_code == 200
    changed = later(hours=1)
    changed["nodes"][3]["config"]["message"] = "How did you like it?"
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": changed})
    refused = await owner.post(f"/api/bots/{bot['id']}/publish")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "tests_differ")
    [run_] = refused.json()["error"]["details"]["report"]["data"]
    assert [step["is_same"] for step in run_["steps"]] == [True, False]
    assert (await owner.get(f"/api/bots/{bot['id']}")).json()["published"]["number"] == 1, "nothing was published"
    accepted = await owner.post(f"/api/bots/{bot['id']}/publish", {"accepts_differences": True})
    assert accepted.json()["version"]["number"] == 2
    assert (await run(owner, bot))["passed"] == 1, "the test expects what was accepted"


async def test_what_is_published_is_what_was_tested(api: Api) -> None:
    """Somebody saves between the tests and the version, while publishing waits for the bot's row."""
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO, {"type": "wait"})
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await hold_bot(conn, owner.scope, UUID(bot["id"]))
        publishing = asyncio.create_task(owner.post(f"/api/bots/{bot['id']}/publish"))
        await wait_for_blocked(api.services.pool, conn)
        await save_draft(conn, owner.scope, UUID(bot["id"]), reworded())
    answer = await publishing
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "draft_changed")
    assert answer.json()["error"]["details"]["revision"] == 2
    assert (await owner.get(f"/api/bots/{bot['id']}")).json()["published"] is None


async def test_what_is_published_is_what_was_looked_at(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    path = f"/api/bots/{bot['id']}/publish"
    await keep(owner, bot, HELLO, {"type": "wait"})
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": reworded()})
    for seen in ({"base_revision": 1}, {"base_revision": 1, "accepts_differences": True}):
        answer = await owner.post(path, seen)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "draft_changed")
    assert (await run(owner, bot))["failed"] == 1, "nothing was accepted"
    taken = await owner.post(path, {"base_revision": 2, "accepts_differences": True})
    assert (taken.status_code, taken.json()["version"]["number"]) == (200, 1)


async def test_a_refusal_tells_of_the_tests_that_fail_alone(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO, name="Hello")
    await keep(owner, bot, HELLO, {"type": "wait"}, name="Later")
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": reworded()})
    report = (await owner.post(f"/api/bots/{bot['id']}/publish")).json()["error"]["details"]["report"]
    assert (report["passed"], report["failed"], [each["name"] for each in report["data"]]) == (1, 1, ["Later"])


async def test_a_draft_with_errors_is_refused_for_these_and_not_for_its_tests(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO)
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": {"name": "Empty"}})
    refused = await owner.post(f"/api/bots/{bot['id']}/publish")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "flow_invalid")


async def test_tests_are_renamed_listed_and_deleted(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=asks(timeout=60))
    tests = [await keep(owner, bot, HELLO, name=f"Test {n}") for n in range(3)]
    await owner.patch(f"/api/bots/{bot['id']}/tests/{tests[0]['id']}", {"name": "اختبار"})
    listed = (await owner.get(f"/api/bots/{bot['id']}/tests?limit=2")).json()
    assert [each["name"] for each in listed["data"]] == ["اختبار", "Test 1"]
    rest = (await owner.get(f"/api/bots/{bot['id']}/tests?limit=2&cursor={listed['next_cursor']}")).json()
    assert [each["name"] for each in rest["data"]] == ["Test 2"]
    assert (await run(owner, bot, ids=[tests[1]["id"]]))["passed"] == 1
    assert (await owner.delete(f"/api/bots/{bot['id']}/tests/{tests[1]['id']}")).status_code == 204
    assert (await owner.post(f"/api/bots/{bot['id']}/tests/run", {"ids": [tests[1]["id"]]})).status_code == 404
    assert (await run(owner, bot))["passed"] == 2


async def test_what_cannot_happen_is_not_kept(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    path = f"/api/bots/{bot['id']}/tests"
    answer = await owner.post(path, {"name": "No", "setting": SETTING, "acts": [{"type": "wait"}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "act_not_possible")
    answer = await owner.post(path, {"name": "No", "setting": {}, "acts": [HELLO]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "validation_failed")
    assert (await owner.get(path)).json()["data"] == []


async def test_a_strangers_test_is_not_found(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    bot, own = await make_bot(owner, blueprint=later(hours=1)), await make_bot(stranger, blueprint=later(hours=1))
    test = await keep(owner, bot, HELLO)
    for bot_id in (bot["id"], own["id"]):
        path = f"/api/bots/{bot_id}/tests/{test['id']}"
        assert (await stranger.patch(path, {"name": "Mine"})).status_code == 404
        assert (await stranger.delete(path)).status_code == 404
    assert (await stranger.get(f"/api/bots/{bot['id']}/tests")).status_code == 404
    assert (await stranger.post(f"/api/bots/{bot['id']}/tests/run", {})).status_code == 404
