"""Bots as files: out, in again, from other products; what is refused, with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hoopoe.flows.exchange import MAX_BYTES
from hoopoe.identity.roles import Role
from hoopoe.kernel.ids import new_id
from tests.preview.flows import later
from tests.support.api import Api, Caller

from .test_bot_tests import HELLO, keep
from .test_bots import CAFE, make_bot, publish

FOREIGN = Path(__file__).parents[1] / "flows" / "exchange"
IMPORT = "/api/bots/import"


async def send(caller: Caller, content: Any, *, query: str = "") -> Any:
    body = content if isinstance(content, bytes | str) else json.dumps(content)
    return await caller.send("POST", f"{IMPORT}{query}", content=body)


def flow_of(blueprint: dict[str, Any]) -> dict[str, Any]:
    """A blueprint without what says whose it is."""
    return {name: value for name, value in blueprint.items() if name not in ("bot_id", "version")}


async def count_bots(caller: Caller) -> int:
    return len((await caller.get("/api/bots?limit=100")).json()["data"])


async def test_a_bot_goes_out_and_comes_in_elsewhere_as_it_was(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    answer = await owner.get(f"/api/bots/{bot['id']}/export")
    assert answer.headers["content-disposition"] == f'attachment; filename="bot-{bot["id"]}.json"'
    file = answer.json()
    assert (file["format"], file["format_version"], file["name"]) == ("hoopoe.bot", 1, "Café")
    assert (file["languages"], file["tests"], file["tables"], file["credentials"]) == (["en", "ar"], [], [], [])
    report = (await send(other, file)).json()
    assert (report["format"], report["is_dry_run"], report["notes"]) == ("hoopoe", False, [])
    [made] = report["bots"]
    assert (made["name"], made["errors"], made["missing"]) == ("Café", 0, [])
    flow = (await other.get(f"/api/bots/{made['id']}/flow")).json()
    assert flow_of(flow["blueprint"]) == flow_of(CAFE)
    assert (await other.get(f"/api/bots/{made['id']}/export")).json() == file
    await publish(other, made["id"])


async def test_the_version_that_is_asked_for_goes_out(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=CAFE)
    assert (await owner.get(f"/api/bots/{bot['id']}/export?version=published")).status_code == 404
    await publish(owner, bot["id"])
    await owner.put(f"/api/bots/{bot['id']}/flow", {"blueprint": {"name": "Empty"}})
    for version, nodes in (("draft", 0), ("published", len(CAFE["nodes"])), ("1", len(CAFE["nodes"]))):
        file = (await owner.get(f"/api/bots/{bot['id']}/export?version={version}")).json()
        assert len(file["blueprint"]["nodes"]) == nodes


async def test_a_dry_run_says_all_and_makes_nothing(api: Api) -> None:
    owner = await api.register()
    content = (FOREIGN / "rapidpro" / "parcel.json").read_bytes()
    dry = (await send(owner, content, query="?dry_run=true")).json()
    assert (dry["format"], dry["is_dry_run"], dry["bots"][0]["id"]) == ("rapidpro", True, None)
    assert dry["bots"][0]["missing"] == [{"kind": "credential", "name": "Authorization"}]
    [note] = dry["bots"][0]["notes"]
    assert (note["place"], note["outcome"], note["reason"]) == ("nodes.3.actions.0", "changed", "secret_removed")
    assert "Authorization" in note["words"]["en"]
    assert "Authorization" in note["words"]["ar"]
    assert await count_bots(owner) == 0
    real = (await send(owner, content)).json()
    assert real["bots"][0]["id"] is not None
    assert {**real["bots"][0], "id": None} == dry["bots"][0]
    assert "Token 123456" not in json.dumps((await owner.get(f"/api/bots/{real['bots'][0]['id']}/flow")).json())
    await publish(owner, real["bots"][0]["id"])


async def test_every_flow_of_a_file_becomes_a_bot(api: Api) -> None:
    owner = await api.register()
    report = (await send(owner, (FOREIGN / "rapidpro" / "course_signup.json").read_bytes())).json()
    assert [bot["name"] for bot in report["bots"]] == ["Course sign-up", "Ask for the town"]
    assert {note["reason"] for note in report["notes"]} == {"not_a_flow", "trigger", "trigger_by_name"}
    assert await count_bots(owner) == 2
    parent, child = report["bots"]
    nodes = (await owner.get(f"/api/bots/{parent['id']}/flow")).json()["blueprint"]["nodes"]
    called = [node["config"]["bot_id"] for node in nodes if node["type"] == "run_flow"]
    assert called in ([], [child["id"]]), "by its id here, where there is such a node"


async def test_imports_are_in_the_audit_log(api: Api) -> None:
    owner = await api.register()
    made = (await send(owner, (FOREIGN / "typebot" / "help_desk.json").read_bytes())).json()["bots"][0]
    entries = (await owner.get("/api/audit")).json()["data"]
    [entry] = [each for each in entries if each["action"] == "bot.imported"]
    assert (entry["target_id"], entry["after"]) == (made["id"], {"name": "Help desk", "format": "typebot"})


async def test_only_those_who_may_change_bots_import(api: Api) -> None:
    owner = await api.register()
    viewer = await api.add_member(owner, Role.VIEWER)
    assert (await send(viewer, {"name": "x", "nodes": [], "edges": []})).status_code == 403
    assert await count_bots(owner) == 0


async def test_what_another_bot_is_needed_for_is_missing_only_where_it_is_not_there(api: Api) -> None:
    owner = await api.register()
    here, elsewhere = (await make_bot(owner))["id"], str(new_id())
    nodes = [{"id": f"n{n}", "type": "run_flow", "config": {"bot_id": key}} for n, key in enumerate((here, elsewhere))]
    report = (await send(owner, {"name": "Caller", "nodes": nodes, "edges": []})).json()
    assert report["bots"][0]["missing"] == [{"kind": "flow", "name": elsewhere}]


async def test_a_bot_takes_its_tests_along(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    for name in ("Hello", "تحية"):
        await keep(owner, bot, HELLO, {"type": "wait"}, name=name)
    await keep(owner, await make_bot(owner, blueprint=later(hours=2)), HELLO, name="Another bot's")
    file = (await owner.get(f"/api/bots/{bot['id']}/export")).json()
    assert [test["name"] for test in file["tests"]] == ["Hello", "تحية"]
    await send(other, file, query="?dry_run=true")
    assert await count_bots(other) == 0
    [made] = (await send(other, file)).json()["bots"]
    assert made["notes"] == []
    assert (await other.get(f"/api/bots/{made['id']}/export")).json() == file
    report = (await other.post(f"/api/bots/{made['id']}/tests/run", {})).json()
    assert (report["passed"], report["failed"]) == (2, 0)


async def test_a_test_that_cannot_be_read_is_named_and_the_others_are_taken(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO)
    file = (await owner.get(f"/api/bots/{bot['id']}/export")).json()
    [good] = file["tests"]
    file["tests"] = [{"name": "Old", "script": {"steps": []}}, good, {"inputs": ["{}"]}]
    dry = (await send(owner, file, query="?dry_run=true")).json()["bots"][0]
    made = (await send(owner, file)).json()["bots"][0]
    assert {**made, "id": None} == dry
    assert [(note["place"], note["outcome"], note["reason"]) for note in made["notes"]] == [
        ("tests.0", "left_out", "test_unreadable"),
        ("tests.2", "left_out", "test_unreadable"),
    ]
    assert made["outcomes"] == {"left_out": 2}
    assert "Old: script.setting: " in made["notes"][0]["words"]["en"]
    assert "Old: script.setting: " in made["notes"][0]["words"]["ar"]
    listed = (await owner.get(f"/api/bots/{made['id']}/tests")).json()["data"]
    assert [test["name"] for test in listed] == ["Hello"]


async def test_what_no_import_would_read_does_not_go_out(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    long = {"type": "say", "message": {"type": "text", "text": "م" * 4_000}}
    for number in range(11):
        await keep(owner, bot, *[long] * 100, name=f"Long {number}")
    answer = await owner.get(f"/api/bots/{bot['id']}/export")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bot_file_too_large")
    small = (await owner.get(f"/api/bots/{bot['id']}/export?tests=false")).json()
    assert (small["tests"], len(small["blueprint"]["nodes"])) == ([], 4)
    listed = (await owner.get(f"/api/bots/{bot['id']}/tests?limit=100")).json()["data"]
    for test in listed[:2]:
        assert (await owner.delete(f"/api/bots/{bot['id']}/tests/{test['id']}")).status_code == 204
    largest = (await owner.get(f"/api/bots/{bot['id']}/export")).json()
    content = json.dumps(largest, indent=2, ensure_ascii=False).encode() + b"\n"
    assert MAX_BYTES * 0.8 < len(content) <= MAX_BYTES
    [made] = (await send(owner, content)).json()["bots"]
    assert (made["notes"], len(largest["tests"])) == ([], 9), "what goes out comes in"


async def test_a_file_has_500_tests_at_most(api: Api) -> None:
    owner = await api.register()
    bot = await make_bot(owner, blueprint=later(hours=1))
    await keep(owner, bot, HELLO)
    file = (await owner.get(f"/api/bots/{bot['id']}/export")).json()
    [test] = file["tests"]
    answer = await send(owner, {**file, "tests": [test] * 501})
    assert answer.json()["error"]["details"]["fields"][0]["field"] == "tests"
    [made] = (await send(owner, {**file, "tests": [test] * 500})).json()["bots"]
    assert (await owner.post(f"/api/bots/{made['id']}/tests/run", {})).json()["passed"] == 500


async def test_a_credential_is_missing_only_where_none_is_stored_by_its_name(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    given = {"name": "Authorization", "kind": "bearer", "hosts": ["api.example.com"], "secret": "s3cret-s3cret"}
    stored = await owner.post("/api/credentials", given)
    assert stored.status_code == 201, stored.text
    content = (FOREIGN / "rapidpro" / "parcel.json").read_bytes()
    missing = [
        (await send(each, content, query="?dry_run=true")).json()["bots"][0]["missing"] for each in (owner, other)
    ]
    assert missing == [[], [{"kind": "credential", "name": "Authorization"}]]


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        (b"", "line 1, column 1", "not_json"),
        (b'{"nodes": [,]}', "line 1, column 12", "not_json"),
        (b'{"nodes": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", "line 1, column 1035", "too_deep"),
        (b"[]", "file", "wrong_type"),
        ({"hello": "world"}, "file", "unknown_format"),
        ({"format": "hoopoe.bot", "format_version": 9, "name": "x", "blueprint": {}}, "format_version", "too_new"),
        ({"format": "hoopoe.bot", "format_version": 1, "name": "x"}, "blueprint", "missing"),
        ({"format": "hoopoe.bot", "format_version": 1, "name": " ", "blueprint": {}}, "name", "missing"),
        (
            {"format": "hoopoe.bot", "format_version": 1, "name": "x", "blueprint": {}, "secret": 1},
            "secret",
            "unknown_field",
        ),
        (
            {"format": "hoopoe.bot", "format_version": 1, "name": "x", "blueprint": {}, "tests": 1},
            "tests",
            "wrong_type",
        ),
        ({"name": "x", "nodes": [{"id": "?"}], "edges": []}, "nodes.0.id", "bad_name"),
        ({"flows": [{"spec_version": "11.12", "nodes": [], "localization": {}}]}, "flows.0.spec_version", "wrong_spec"),
        ({"version": 11, "flows": [{"action_sets": [], "rule_sets": []}]}, "flows", "wrong_spec"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_a_bad_file_is_refused_with_the_place(api: Api, content: Any, place: str, code: str) -> None:
    owner = await api.register()
    answer = await send(owner, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "validation_failed")
    [fault] = answer.json()["error"]["details"]["fields"]
    assert (fault["field"], fault["code"]) == (place, code)
    assert await count_bots(owner) == 0


async def test_a_file_has_8_megabytes_at_most(api: Api) -> None:
    owner = await api.register()
    answer = await send(owner, b" " * MAX_BYTES + b"{}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")
    small = (FOREIGN / "typebot" / "lead_form.json").read_bytes()
    answer = await send(owner, b" " * (MAX_BYTES - len(small)) + small)
    assert answer.status_code == 200, answer.text


async def test_a_secret_that_was_typed_in_stays_here_and_is_asked_for_there(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    call = {"url": "https://shop.example/orders?page=1", "headers": {"Authorization": "Bearer abc-123"}}
    flow = {
        "name": "Shop",
        "nodes": [
            {"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}},
            {"id": "look", "type": "http_request", "config": call},
        ],
        "edges": [{"id": "e1", "source": "start", "target": "look"}],
    }
    bot = await make_bot(owner, blueprint=flow)
    content = (await owner.get(f"/api/bots/{bot['id']}/export")).text
    assert "abc-123" not in content
    assert json.loads(content)["credentials"] == [{"name": "Authorization", "service": ""}]
    [made] = (await send(other, content)).json()["bots"]
    assert made["missing"] == [{"kind": "credential", "name": "Authorization"}]
    assert (await other.post(f"/api/bots/{made['id']}/publish")).status_code == 422
    stored = {"name": "Authorization", "kind": "bearer", "hosts": ["shop.example"], "secret": "another"}
    assert (await other.post("/api/credentials", stored)).status_code == 201
    await publish(other, made["id"])
    here = (await owner.get(f"/api/bots/{bot['id']}/flow")).json()["blueprint"]
    assert here["nodes"][1]["config"]["headers"] == call["headers"], "nothing is changed here"
