"""Previews over HTTP: played without being kept, refused in words."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from hoopoe.flows.demo import cafe_blueprint
from hoopoe.flows.preview import routes
from hoopoe.identity.throttle import Budget
from tests.bots.test_bots import make_bot, publish
from tests.preview.flows import asks, blueprint, later, looks_up, reply
from tests.support.api import Api, Caller

HELLO = {"type": "say", "message": {"type": "text", "text": "Hello"}}
WAIT = {"type": "wait"}
PATH = "/api/flows/simulate"


async def play(caller: Caller, **given: Any) -> dict[str, Any]:
    answer = await caller.post(PATH, given)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def words(played: dict[str, Any]) -> list[str]:
    return [each["content"]["body"] for act in played["acts"] for each in act["spoken"]]


async def test_a_flow_is_played_act_by_act_and_back(api: Api) -> None:
    owner = await api.register()
    first = await play(owner, blueprint=asks(timeout=600), acts=[HELLO])
    assert words(first) == ["How many?"]
    assert first["wait"]["type"] == "message"
    assert first["wait"]["node_id"] == "ask"
    assert [step[0] for step in first["acts"][0]["traces"][0]["path"]] == ["start", "ask"]
    three = {"type": "say", "message": {"type": "text", "text": "3"}}
    for _ in range(2):
        answered = await play(owner, blueprint=asks(timeout=600), state=first["state"], acts=[three])
        assert words(answered) == ["3 it is"], "the same state gives the same again"
        assert answered["wait"] is None
    late = await play(owner, blueprint=asks(timeout=600), state=first["state"], acts=[{"type": "wait"}])
    assert words(late) == ["Too late"]


async def test_the_clock_shuts_the_window(api: Api) -> None:
    owner = await api.register()
    played = await play(owner, blueprint=later(hours=30), acts=[HELLO, {"type": "wait"}])
    assert [each["is_refused"] for act in played["acts"] for each in act["spoken"]] == [False, True]
    assert played["is_window_open"] is False


async def test_a_bots_draft_and_its_version_are_played_as_they_are(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=asks(timeout=600))
    await publish(owner, bot["id"])
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": later(hours=1)})
    assert words(await play(owner, bot_id=bot["id"], acts=[HELLO])) == ["Thank you, Sara"]
    assert words(await play(owner, bot_id=bot["id"], version="published", acts=[HELLO])) == ["How many?"]
    assert words(await play(owner, bot_id=bot["id"], version="1", acts=[HELLO])) == ["How many?"]


async def test_a_question_in_a_flow_that_is_run_is_answered_there(api: Api) -> None:
    owner = await api.register()
    asked = await make_bot(owner, blueprint=asks(timeout=600))
    await publish(owner, asked["id"])
    run = {"id": "run", "type": "run_flow", "config": {"bot_id": asked["id"]}}
    flow = blueprint(run, reply("after", "Back again"), edges=[("start", "next", "run"), ("run", "done", "after")])
    first = await play(owner, blueprint=flow, acts=[HELLO])
    assert words(first) == ["How many?"]
    three = {"type": "say", "message": {"type": "text", "text": "3"}}
    assert words(await play(owner, blueprint=flow, state=first["state"], acts=[three])) == ["3 it is", "Back again"]


async def test_arabic_is_spoken_to_who_writes_it(api: Api) -> None:
    owner = await api.register()
    hello = {"type": "say", "message": {"type": "text", "text": "مرحبا"}}
    played = await play(owner, blueprint=cafe_blueprint(), acts=[hello])
    assert played["language"] == "ar"
    assert any("\u0600" <= letter <= "\u06ff" for letter in words(played)[0])


@pytest.mark.parametrize(("given", "status", "code"), [
    ({}, 422, "validation_failed"),
    ({"blueprint": {"nodes": 3}}, 422, "validation_failed"),
    ({"blueprint": {"name": "x", "nodes": [{"id": "a", "type": "delay", "config": {}}]}}, 422, "flow_invalid"),
    ({"blueprint": later(hours=1), "state": {"shape": 1}}, 422, "validation_failed"),
    ({"blueprint": later(hours=1), "acts": [{"type": "wait"}]}, 409, "act_not_possible"),
    ({"blueprint": later(hours=1), "acts": [{"type": "answer", "result": {}}]}, 409, "act_not_possible"),
    ({"blueprint": later(hours=1), "acts": [HELLO] * 51}, 422, "validation_failed"),
    ({"blueprint": later(hours=1), "setting": {"starts_at": "2026-03-01T12:00:00"}}, 422, "validation_failed"),
])  # fmt: skip
async def test_what_cannot_be_played_is_refused_in_words(
    api: Api, given: dict[str, Any], status: int, code: str
) -> None:
    owner = await api.register()
    answer = await owner.post(PATH, given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text


async def test_another_workspaces_bot_is_not_played(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    assert (await stranger.post(PATH, {"bot_id": bot["id"], "acts": [HELLO]})).status_code == 404


async def test_a_state_that_somebody_made_up_breaks_nothing(api: Api) -> None:
    owner = await api.register()
    state = (await play(owner, blueprint=asks(timeout=600), acts=[HELLO]))["state"]
    for spoilt in ({}, {"v": 2}, {"v": 1, "status": "waiting"}, {**state["session"]["state"], "variables": []}):
        given = {**state, "session": {**state["session"], "state": spoilt}}
        answer = await owner.post(PATH, {"blueprint": asks(timeout=600), "state": given, "acts": [HELLO]})
        assert answer.status_code in (200, 422), answer.text


ODD: tuple[Any, ...] = (
    None, "", "zz", -1, 10**12, 1.5, True, [], [{}], {}, {"v": 9}, "2026-01-01T00:00:00", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z", "00000000-0000-0000-0000-000000000009",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


def spoil(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy with something odd in one place."""
    if not path:
        return odd
    copied = copy.copy(value)
    copied[path[0]] = spoil(value[path[0]], path[1:], odd)
    return copied


async def test_no_made_up_state_is_a_fault_of_ours(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something odd in every place of a state that waits for another system and holds a message."""
    monkeypatch.setattr(routes, "PLAYS", Budget("of made-up states", 10_000, 60))
    owner = await api.register()
    flow = looks_up()
    state = (await play(owner, blueprint=flow, acts=[HELLO, HELLO]))["state"]
    assert len(state["session"]["held"]) == 1
    answered = {"type": "answer", "result": {"ok": True, "status": 200, "body": {"name": "Kabsa"}, "error": None}}
    waits = {**WAIT, "seconds": 400 * 24 * 3600}
    wrong: list[Any] = []
    chance = random.Random(8)
    for path in places(state):
        for odd in chance.sample(ODD, 4):
            acts = [chance.choice((HELLO, answered, waits))]
            answer = await owner.post(PATH, {"blueprint": flow, "state": spoil(state, path, odd), "acts": acts})
            if answer.status_code not in (200, 409, 422):
                wrong.append((path, odd, answer.status_code))
    assert wrong == []


async def test_a_state_has_a_time_that_goes_on(api: Api) -> None:
    owner = await api.register()
    state = (await play(owner, blueprint=later(hours=1), acts=[HELLO]))["state"]
    for at in ("2026-01-01T00:00:00", "9999-12-31T23:59:59Z", "1900-01-01T00:00:00Z"):
        answer = await owner.post(PATH, {"blueprint": later(hours=1), "state": {**state, "at": at}, "acts": [HELLO]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "validation_failed")
    last = {**state, "at": "2399-12-31T00:00:00Z"}
    answer = await owner.post(
        PATH, {"blueprint": later(hours=1), "state": last, "acts": [{**WAIT, "seconds": 86_400}] * 2}
    )
    assert answer.json()["error"]["details"] == {"act": 1, "reason": "too_late"}
