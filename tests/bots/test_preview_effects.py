"""Effects in a preview: answered from examples, from what was answered last, and for real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from hoopoe.flows.credentials.using import CredentialShelf
from hoopoe.flows.preview import routes
from hoopoe.flows.runner.performing import Performing
from hoopoe.identity.roles import Role
from hoopoe.identity.throttle import Budget
from hoopoe.kernel.outbound_http import open_outbound, read_allowed
from tests.bots.test_bots import make_bot
from tests.bots.test_previews import HELLO, PATH, play, words
from tests.flows_live.other_system import OtherSystem, run_other_system
from tests.preview.flows import blueprint, later, looks_up, reply
from tests.support.api import Api, Caller

EXAMPLE = {"type": "perform", "by": "example"}
REAL = {"type": "perform", "by": "real"}


def asks_other(url: str, **config: Any) -> dict[str, Any]:
    """Asks another system, says what it answered, or that it did not."""
    return blueprint(
        {"id": "look", "type": "http_request", "config": {"url": url, "save_as": "found", **config}},
        reply("good", "It said {{ found.status }} {{ dish }}"),
        reply("bad", "It said nothing"),
        edges=[("start", "next", "look"), ("look", "ok", "good"), ("look", "error", "bad")],
    )


@pytest.fixture
async def other(api: Api) -> AsyncIterator[OtherSystem]:
    """A system that this app may call, as OUTBOUND_ALLOW would have it."""
    services = api.services
    async with run_other_system() as system, open_outbound([f"127.0.0.1:{system.port}"]) as outbound:
        allowed = read_allowed([f"127.0.0.1:{system.port}"])
        given = services.perform_effect
        assert isinstance(given, Performing)
        shelf = CredentialShelf(services.pool, services.keyring, allowed)
        api.app.state.perform_effect = replace(given, outbound=outbound, credentials=shelf)
        yield system
        api.app.state.perform_effect = given


async def audited(owner: Caller) -> list[dict[str, Any]]:
    entries = (await owner.get("/api/audit")).json()["data"]
    return [entry["after"] for entry in entries if entry["action"] == "preview.performed"]


async def test_a_real_answer_comes_by_the_client_of_production_and_is_in_the_log(api: Api, other: OtherSystem) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    flow = asks_other(other.url("/echo/dish?day=1"), mapping={"dish": "what[1]"})
    played = await play(owner, blueprint=flow, bot_id=bot["id"], acts=[HELLO, REAL])
    assert words(played) == ["It said 200 day=1"]
    performed = played["acts"][1]["performed"]
    assert (performed["source"], performed["result"]["status"]) == ("real", 200)
    assert performed["seconds"] >= 0
    [asked] = await other.wait_for("/echo/dish")
    assert asked.key, "it carries an Idempotency-Key, as in production"
    [entry] = await audited(owner)
    assert (entry["method"], entry["url"]) == ("GET", other.url("/echo/dish")), "without its query"
    # What it answered does the same again by hand: so it can be kept as a test.
    by_hand = {"type": "answer", "result": performed["result"]}
    assert words(await play(owner, blueprint=flow, acts=[HELLO, by_hand])) == ["It said 200 day=1"]


async def test_a_credential_goes_to_its_own_host_and_is_told_to_nobody(api: Api, other: OtherSystem) -> None:
    owner = await api.register()
    secret = "a-secret-of-the-kitchen"
    stored = {"name": "Kitchen", "kind": "bearer", "hosts": ["127.0.0.1"], "secret": secret}
    assert (await owner.post("/api/credentials", stored)).status_code == 201
    flow = asks_other(other.url("/echo/dish"), credential="Kitchen")
    played = await play(owner, blueprint=flow, acts=[HELLO, REAL])
    assert secret not in str(played)
    [asked] = await other.wait_for("/echo/dish")
    assert asked.headers["authorization"] == f"Bearer {secret}"
    elsewhere = asks_other("https://elsewhere.example.com/", credential="Kitchen")
    assert words(await play(owner, blueprint=elsewhere, acts=[HELLO, REAL])) == ["It said nothing"]


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/", "http://127.0.0.1:5432/", "http://[::1]/"])
async def test_nothing_inside_is_called(api: Api, other: OtherSystem, url: str) -> None:
    owner = await api.register()
    played = await play(owner, blueprint=asks_other(url), acts=[HELLO, REAL])
    assert words(played) == ["It said nothing"]
    assert played["acts"][1]["performed"]["result"]["status"] is None


async def test_only_who_may_change_bots_asks_others_and_not_for_ever(
    api: Api, other: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await api.register()
    given = {"blueprint": asks_other(other.url("/dish")), "acts": [HELLO, REAL]}
    for role in (Role.VIEWER, Role.AGENT):
        assert (await (await api.add_member(owner, role)).post(PATH, given)).status_code == 403
    assert other.requests == []
    twice = await owner.post(PATH, {**given, "acts": [HELLO, REAL, HELLO, REAL]})
    assert twice.status_code == 422, "one at a time"
    monkeypatch.setattr(routes, "REAL_REQUESTS", Budget("of this test", 2, 60))
    answers = [await owner.post(PATH, given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"]["code"] == "too_many_real_requests"
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert len(other.requests) == 2


async def test_what_is_asked_for_real_is_asked_last(api: Api, other: OtherSystem) -> None:
    """Whatever came after it could be refused, and with it the answer: asked again, it would be done twice."""
    owner = await api.register()
    flow = asks_other(other.url("/order"), method="POST", body={"dish": "kabsa"})
    impossible = {"type": "wait"}
    refused = await owner.post(PATH, {"blueprint": flow, "acts": [HELLO, REAL, impossible]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "validation_failed")
    assert other.requests == [], "nothing was done"
    asked = await play(owner, blueprint=flow, acts=[HELLO, REAL])
    after = {"blueprint": flow, "state": asked["state"], "acts": [impossible]}
    assert (await owner.post(PATH, after)).status_code == 409
    assert len(other.requests) == 1


async def test_an_example_has_what_the_node_reads(api: Api) -> None:
    owner = await api.register()
    mapping = {"dish": "items[0].name", "price": "items[0].price"}
    flow = asks_other("https://menu.example/", mapping=mapping)
    played = await play(owner, blueprint=flow, acts=[HELLO, EXAMPLE])
    performed = played["acts"][1]["performed"]
    assert performed["source"] == "example"
    assert performed["result"]["body"] == {"items": [{"name": "example dish", "price": "example price"}]}
    assert words(played) == ["It said 200 example dish"]


async def test_files_are_not_fetched_for_real(api: Api) -> None:
    owner = await api.register()
    photo = {"kind": "image", "url": "https://menu.example/dish.png"}
    flow = blueprint(
        {"id": "photo", "type": "whatsapp_reply", "config": {"message": "Look", "media": photo}},
        edges=[("start", "next", "photo")],
    )
    shown = await play(owner, blueprint=flow, acts=[HELLO, EXAMPLE])
    assert [each["type"] for act in shown["acts"] for each in act["spoken"]] == ["image"]
    refused = await owner.post(PATH, {"blueprint": flow, "acts": [HELLO, REAL]})
    assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (409, "not_performed")


async def test_nothing_is_performed_where_nothing_waits_for_it(api: Api) -> None:
    owner = await api.register()
    for act in (EXAMPLE, REAL):
        refused = await owner.post(PATH, {"blueprint": later(hours=1), "acts": [HELLO, act]})
        assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (409, "no_effect")


async def test_what_would_become_of_a_person_is_shown(api: Api) -> None:
    owner = await api.register()
    flow = blueprint(
        {"id": "tag", "type": "tag", "config": {"add": ["vip"]}},
        {"id": "human", "type": "assign_to_human", "config": {"note": "Wants a table"}},
        edges=[("start", "next", "tag"), ("tag", "next", "human")],
    )
    [act] = (await play(owner, blueprint=flow, acts=[HELLO]))["acts"]
    assert [(each["kind"], each["name"]) for each in act["changes"]] == [("tag_added", "vip"), ("handed_over", None)]
    assert act["changes"][1]["value"] == "Wants a table"
    assert (await owner.get("/api/conversations")).json()["data"] == [], "nobody was changed, or made"


async def test_tests_of_bots_ask_nobody(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=looks_up())
    setting = {"starts_at": "2026-03-01T09:00:00Z", "timezone": "Asia/Riyadh"}
    given = {"name": "x", "setting": setting, "acts": [HELLO, REAL]}
    assert (await owner.post(f"/api/bots/{bot['id']}/tests", given)).status_code == 422


async def test_what_a_flow_that_is_run_asks_has_an_example_of_its_own(api: Api) -> None:
    owner = await api.register()
    asking = await make_bot(owner, blueprint=asks_other("https://menu.example/", mapping={"dish": "items[0].name"}))
    await owner.post(f"/api/bots/{asking['id']}/publish")
    run = {"id": "look", "type": "run_flow", "config": {"bot_id": asking["id"]}}
    flow = blueprint(run, reply("after", "Back again"), edges=[("start", "next", "look"), ("look", "done", "after")])
    played = await play(owner, blueprint=flow, acts=[HELLO, EXAMPLE])
    assert played["acts"][1]["performed"]["result"]["body"] == {"items": [{"name": "example dish"}]}
    assert words(played) == ["It said 200 example dish", "Back again"]
