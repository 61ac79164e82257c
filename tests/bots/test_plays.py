"""Playing takes its time, and holds up nobody: neither the loop, nor the database, nor another workspace."""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import pairwise
from typing import Any

import pytest

from hoopoe.flows.preview import bench, routes
from hoopoe.flows.rehearsals import playing
from hoopoe.identity.throttle import Budget
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.bots.test_bot_tests import HELLO, SETTING, keep, reworded, run
from tests.bots.test_bots import make_bot
from tests.bots.test_previews import PATH
from tests.preview.flows import blueprint, later
from tests.support.api import Api, Caller

DAY = {"type": "wait", "seconds": 86_400}
COUNTED = "{{ message.text | upcase | downcase | size }}"


def turning(expressions: int = 100) -> dict[str, Any]:
    """Goes round by itself, a second at a time, and computes a lot each time, until the engine stops it."""
    steps = [
        {"id": f"s{n}", "type": "store_variable", "config": {"variable_name": "v", "value": COUNTED * expressions}}
        for n in range(3)
    ]
    pause = {"id": "pause", "type": "delay", "config": {"duration": 1}}
    names = ["start", "pause", "s0", "s1", "s2", "pause"]
    return blueprint(pause, *steps, edges=[(a, "next", b) for a, b in pairwise(names)])


async def play_long(owner: Caller, flow: dict[str, Any] | None = None) -> int:
    return (await owner.post(PATH, {"blueprint": flow or turning(), "acts": [HELLO, DAY]})).status_code


async def wait_for_play(owner: Caller) -> None:
    while not bench.is_playing(owner.workspace_id):  # noqa: ASYNC110  # the seat has no event for tests
        await asyncio.sleep(0.001)


async def ask_until(task: asyncio.Task[Any], stranger: Caller) -> list[float]:
    """How long each request of somebody else took that was answered before the task was done."""
    waits: list[float] = []
    while not task.done():
        begun = time.monotonic()
        assert (await stranger.get("/api/bots")).status_code == 200
        if not task.done():
            waits.append(time.monotonic() - begun)
    return waits


async def test_another_request_is_answered_while_a_long_preview_is_played(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    assert await play_long(owner, later(hours=1)) == 200  # the app builds its routes at the first request
    begun = time.monotonic()
    long = asyncio.create_task(play_long(owner))
    waits = await ask_until(long, stranger)
    took = time.monotonic() - begun
    assert await long == 200
    figures = f"{took:.2f} s; {len(waits)} requests meanwhile, the slowest {max(waits, default=0):.3f} s"
    logging.getLogger(__name__).warning("a play of %s", figures)
    assert len(waits) >= 5, f"in the loop not one would be answered before it ends: {figures}"
    assert max(waits) < took / 2, figures


async def test_another_request_is_answered_while_tests_are_played_before_publishing(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    bot = await make_bot(owner, blueprint=turning(40))
    await keep(owner, bot, HELLO, DAY)
    publishing = asyncio.create_task(owner.post(f"/api/bots/{bot['id']}/publish"))
    waits = await ask_until(publishing, stranger)
    assert (await publishing).status_code == 200
    assert len(waits) >= 3


async def test_nothing_is_held_while_tests_are_played(api: Api) -> None:
    """A draft is saved meanwhile, and no transaction is open; then what was tested is not published any more."""
    owner = await api.register()
    bot = await make_bot(owner, blueprint=turning(40))
    await keep(owner, bot, HELLO, DAY)
    publishing = asyncio.create_task(owner.post(f"/api/bots/{bot['id']}/publish"))
    await wait_for_play(owner)
    saved = await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": reworded()})
    assert (saved.status_code, publishing.done()) == (200, False)
    assert (await publishing).json()["error"]["code"] == "draft_changed"


async def test_a_play_has_its_time_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await api.register()
    monkeypatch.setattr(routes, "PREVIEW_SECONDS", 0.02)
    answer = await owner.post(PATH, {"blueprint": turning(), "acts": [HELLO, DAY]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "play_too_long")
    bot = await make_bot(owner, blueprint=turning(20))
    await keep(owner, bot, HELLO)
    await keep(owner, bot, HELLO, DAY)
    monkeypatch.setattr(playing, "TESTS_SECONDS", 0.02)
    for path in ("tests/run", "publish"):
        answer = await owner.post(f"/api/bots/{bot['id']}/{path}", {})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "play_too_long")
    assert await play_long(owner, later(hours=1)) == 200, "the next one has its own"


async def test_a_workspace_plays_one_at_a_time_and_few_wait(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, stranger = await api.register(), await api.register()
    monkeypatch.setattr(bench, "MAX_WAITING", 2)
    first = [asyncio.create_task(play_long(owner)) for _ in range(5)]
    await wait_for_play(owner)
    assert await play_long(stranger, later(hours=1)) == 200, "another workspace has its own turn"
    assert sorted(await asyncio.gather(*first)) == [200, 200, 429, 429, 429]


async def test_plays_are_counted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await api.register()
    monkeypatch.setattr(routes, "PLAYS", Budget("of this test", 2, 60))
    answers = [await owner.post(PATH, {"blueprint": later(hours=1), "acts": [HELLO]}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["code"] == "too_many_plays"
    assert int(answers[2].headers["Retry-After"]) >= 1


async def test_a_refused_request_may_be_sent_again_under_its_key(api: Api) -> None:
    """The claim is not kept while tests are played: else nothing could ever be published under it."""
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO, {"type": "wait"})
    path, key = f"/api/bots/{bot['id']}", {"Idempotency-Key": f"publish-{bot['id']}"}
    await owner.put(f"{path}/flow", {"blueprint": reworded()})
    assert (await owner.post(f"{path}/publish", headers=key)).json()["error"]["code"] == "tests_differ"
    await owner.put(f"{path}/flow", {"blueprint": later(hours=1)})
    answers = await asyncio.gather(*(owner.post(f"{path}/publish", headers=key) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json()["version"]["number"] for answer in answers] == [1, 1, 1]


async def test_a_test_begins_in_times_that_clocks_have(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    test = await keep(owner, bot, HELLO, {"type": "wait"})
    for at in ("9999-12-31T23:59:59Z", "1999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        script = {**test["script"], "setting": {**SETTING, "starts_at": at}}
        answer = await owner.patch(f"/api/bots/{bot['id']}/tests/{test['id']}", {"script": script})
        assert answer.status_code == 422


async def test_a_stored_test_that_cannot_be_played_stops_no_other(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO, {"type": "wait"}, name="Old")
    await keep(owner, bot, HELLO, name="New")
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("""
            update bot_tests set script = jsonb_set(script, '{setting,starts_at}', '"9999-12-31T23:59:59Z"')
            where name = 'Old'
        """)
    assert [each["name"] for each in (await owner.get(f"/api/bots/{bot['id']}/tests")).json()["data"]] == ["Old", "New"]
    assert (await run(owner, bot))["passed"] == 2
    assert (await owner.post(f"/api/bots/{bot['id']}/publish")).status_code == 200
