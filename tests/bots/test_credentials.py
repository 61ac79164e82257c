"""Credentials over HTTP: in, listed without the secret, and out."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from hoopoe.flows.credentials.schemas import CredentialKind
from hoopoe.flows.credentials.using import Credential, CredentialRefusedError, matches_host
from hoopoe.flows.runner.waiting_times import read_retry_after
from hoopoe.identity.roles import Role
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.outbound_http import OutboundRequest
from tests.support.api import Api
from tests.support.locks import wait_for_blocked

GIVEN: dict[str, Any] = {
    "name": "Shop",
    "kind": "bearer",
    "hosts": ["API.Shop.example.com"],
    "secret": "sk_live_0123456789",
}


async def test_a_secret_goes_in_and_never_comes_out(api: Api) -> None:
    owner = await api.register()
    created = await owner.post("/api/credentials", GIVEN)
    assert created.status_code == 201
    assert created.json()["hosts"] == ["api.shop.example.com"]
    listed = await owner.get("/api/credentials")
    audit = await owner.get("/api/audit")
    for answer in (created, listed, audit):
        assert "sk_live" not in answer.text
    assert "credential.created" in audit.text
    again = await owner.post("/api/credentials", GIVEN)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "credential_exists")
    gone = await owner.delete(f"/api/credentials/{created.json()['id']}")
    assert gone.status_code == 204
    assert (await owner.get("/api/credentials")).json()["data"] == []
    assert (await owner.delete(f"/api/credentials/{created.json()['id']}")).status_code == 404
    assert "credential.deleted" in (await owner.get("/api/audit")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"hosts": []},
        {"hosts": ["https://example.com"]},
        {"hosts": ["*"]},
        {"hosts": ["*.com"]},
        {"hosts": ["exa mple.com"]},
        {"secret": ""},
        {"secret": "two\r\nlines"},
        {"secret": "سر"},
        {"secret": "sk_live_ "},
        {"kind": "header", "parameter": "X-Key", "secret": "clé"},
        {"kind": "basic"},
        {"kind": "basic", "username": "with:colon"},
        {"kind": "header"},
        {"kind": "header", "parameter": "Host"},
        {"kind": "query", "parameter": "a=b"},
        {"kind": "cookie"},
        {"name": " "},
    ],
)
async def test_what_is_no_credential_is_refused_without_saying_it_back(api: Api, wrong: dict[str, Any]) -> None:
    owner = await api.register()
    answer = await owner.post("/api/credentials", {**GIVEN, **wrong})
    assert answer.status_code == 422, answer.text
    assert "sk_live" not in answer.text


async def test_a_secret_that_no_header_takes_is_refused_with_its_field(api: Api) -> None:
    owner = await api.register()
    refused = await owner.post("/api/credentials", {**GIVEN, "secret": "سر"})
    [fault] = refused.json()["error"]["details"]["fields"]
    assert fault["field"] == "secret"
    assert "header" in fault["message"]
    # A password and a query parameter are encoded on their way.
    for number, kind in enumerate(({"kind": "basic", "username": "me"}, {"kind": "query", "parameter": "key"})):
        taken = await owner.post("/api/credentials", {**GIVEN, **kind, "name": f"K{number}", "secret": "سر"})
        assert taken.status_code == 201, taken.text


async def test_an_agent_sees_and_changes_none(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, Role.AGENT)
    assert (await agent.post("/api/credentials", GIVEN)).status_code == 403


@pytest.mark.parametrize(
    ("host", "pattern", "matches"),
    [
        ("api.example.com", "api.example.com", True),
        ("api.example.com.evil.com", "api.example.com", False),
        ("evilexample.com", "*.example.com", False),
        ("a.b.example.com", "*.example.com", True),
        ("example.com", "*.example.com", False),
        ("10.127.0.0", "*.127.0.0", False),
        ("", "example.com", False),
    ],
)
def test_hosts(host: str, pattern: str, matches: bool) -> None:
    assert matches_host(host, pattern) is matches


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/",
        "https://api.example.com@evil.com/",
        "https://evil.com/?https://api.example.com",
        "https://api.example.com.evil.com/",
        "https://[::1]/",
        "https://[broken/",
        "//api.example.com/",
        "",
    ],
)
def test_no_spelling_of_an_address_gets_a_secret_that_is_not_its_own(url: str) -> None:
    credential = Credential("Shop", CredentialKind.BEARER, ("api.example.com",), None, "secret")
    with pytest.raises(CredentialRefusedError):
        credential.sign(OutboundRequest("GET", url))


def flow(*names: str | None) -> dict[str, Any]:
    """A flow that asks another system once for each credential."""
    calls = [
        {
            "id": f"ask{place}",
            "type": "http_request",
            "name": f"Ask {place}",
            "config": {"url": "https://api.shop.example.com/", **({"credential": name} if name else {})},
        }
        for place, name in enumerate(names)
    ]
    nodes = [{"id": "start", "type": "whatsapp_trigger", "config": {"trigger_type": "any_message"}}, *calls]
    edges = [
        {"id": f"e{place}", "source": one["id"], "target": other["id"], "sourceHandle": "ok" if place else None}
        for place, (one, other) in enumerate(pairwise(nodes))
    ]
    return {"name": "Shop", "nodes": nodes, "edges": edges}


def faults_of(answer: dict[str, Any], code: str) -> list[tuple[Any, ...]]:
    return [
        (each["node_id"], each["field"], each["severity"], each["subject"])
        for each in answer["faults"]
        if each["code"] == code
    ]


async def test_a_draft_that_names_what_is_not_here_says_so_and_is_not_published(api: Api) -> None:
    owner = await api.register()
    bot = (await owner.post("/api/bots", {"name": "Shop"})).json()["id"]
    saved = (await owner.put(f"/api/bots/{bot}/flow", {"blueprint": flow("Shop", None, "Till")})).json()
    assert faults_of(saved, "credential_missing") == [
        ("ask0", "credential", "error", "Shop"),
        ("ask2", "credential", "error", "Till"),
    ]
    assert [(each["name"], each["service"]) for each in saved["blueprint"]["credentials"]] == [
        ("Shop", "Shop"),
        ("Till", "Till"),
    ]
    refused = await owner.post(f"/api/bots/{bot}/publish")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "flow_invalid")
    assert faults_of(refused.json()["error"]["details"], "credential_missing") != []
    # Somebody else's of the same name is nobody's here.
    stranger = await api.register()
    await stranger.post("/api/credentials", {**GIVEN, "name": "Till"})
    await owner.post("/api/credentials", GIVEN)
    opened = (await owner.get(f"/api/bots/{bot}/flow")).json()
    assert faults_of(opened, "credential_missing") == [("ask2", "credential", "error", "Till")]
    saved = (await owner.put(f"/api/bots/{bot}/flow", {"blueprint": flow("Shop")})).json()
    assert [each["name"] for each in saved["blueprint"]["credentials"]] == ["Shop"], "the list is in step"
    assert (await owner.post(f"/api/bots/{bot}/publish")).status_code == 200


async def test_where_a_credential_is_used(api: Api) -> None:
    owner = await api.register()
    await owner.post("/api/credentials", {**GIVEN, "name": "Unused"})
    created = (await owner.post("/api/credentials", GIVEN)).json()
    assert created["places"] == []
    bot = (await owner.post("/api/bots", {"name": "Sales", "blueprint": flow("Shop")})).json()["id"]
    await owner.post(f"/api/bots/{bot}/publish")
    await owner.put(f"/api/bots/{bot}/flow", {"blueprint": flow(None, "Shop")})
    shop, unused = (await owner.get("/api/credentials")).json()["data"]
    assert unused["places"] == []
    assert [(each["bot_name"], each["node_id"], each["node_name"], each["version"]) for each in shop["places"]] == [
        ("Sales", "ask1", "Ask 1", "draft"),
        ("Sales", "ask0", "Ask 0", "published"),
    ]


async def test_a_secret_is_replaced_and_a_name_changed_without_touching_a_flow(api: Api) -> None:
    owner = await api.register()
    created = (await owner.post("/api/credentials", GIVEN)).json()
    path = f"/api/credentials/{created['id']}"
    bot = (await owner.post("/api/bots", {"name": "Sales", "blueprint": flow("Shop")})).json()["id"]
    replaced = await owner.patch(path, {"secret": "sk_live_of_tomorrow"})
    assert (replaced.status_code, replaced.json()["name"], replaced.json()["changed_at"] is None) == (
        200,
        "Shop",
        False,
    )
    others = {"name": "Till", "hosts": ["*.example.com"]}
    refused = (await owner.patch(path, others)).json()["error"]["details"]["fields"]
    assert [(each["field"], each["code"]) for each in refused] == [("secret", "missing")]
    renamed = await owner.patch(path, {**others, "secret": "sk_live_of_tomorrow"})
    # What is less than what was is no risk.
    fewer = await owner.patch(path, {"hosts": ["*.shop.example.com", "pay.example.com"]})
    assert fewer.json()["hosts"] == ["*.shop.example.com", "pay.example.com"]
    assert (await owner.patch(path, {"hosts": ["*.example.com"]})).status_code == 422
    await owner.patch(path, {"hosts": ["*.example.com"], "secret": "sk_live_of_tomorrow"})
    assert (renamed.json()["name"], renamed.json()["former_names"], renamed.json()["hosts"]) == (
        "Till",
        ["Shop"],
        ["*.example.com"],
    )
    assert [each["node_id"] for each in renamed.json()["places"]] == ["ask0"]
    opened = (await owner.get(f"/api/bots/{bot}/flow")).json()
    assert faults_of(opened, "credential_missing") == []
    [fault] = [each for each in opened["faults"] if each["code"] == "credential_renamed"]
    assert (fault["severity"], fault["fix"]) == (
        "warning",
        [{"kind": "set_field", "id": "ask0", "field": "credential", "value": "Till"}],
    )
    assert (await owner.post(f"/api/bots/{bot}/publish")).status_code == 200
    # Who takes the old name takes what leads to it.
    await owner.post("/api/credentials", GIVEN)
    shop, till = (await owner.get("/api/credentials")).json()["data"]
    assert (till["former_names"], till["places"], len(shop["places"])) == ([], [], 1)
    assert (await owner.patch(path, {"name": "Shop"})).json()["error"]["code"] == "credential_exists"
    audit = (await owner.get("/api/audit")).text
    assert "credential.updated" in audit
    assert "sk_live" not in audit + replaced.text + renamed.text


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("bearer", {"username": "me"}),
        ("bearer", {"username": "me", "secret": "other"}),
        ("basic", {"secret": "a password without its name"}),
        ("basic", {"username": "a name without its password"}),
        ("bearer", {"secret": "two\nlines"}),
        ("bearer", {"secret": "سر"}),
        ("bearer", {"hosts": []}),
        ("bearer", {"kind": "basic"}),
        ("bearer", {"name": ""}),
    ],
)
async def test_half_a_change_is_none(api: Api, kind: str, change: dict[str, Any]) -> None:
    owner = await api.register()
    given = {**GIVEN, "kind": kind, **({"username": "me"} if kind == "basic" else {})}
    created = (await owner.post("/api/credentials", given)).json()
    answer = await owner.patch(f"/api/credentials/{created['id']}", change)
    assert answer.status_code == 422, answer.text
    assert "without its" not in answer.text.replace(str(change.get("username")), "")
    assert (await owner.get("/api/credentials")).json()["data"] == [created]


async def test_nobody_changes_a_strangers(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    created = (await owner.post("/api/credentials", GIVEN)).json()
    answer = await stranger.patch(f"/api/credentials/{created['id']}", {"hosts": ["evil.example.com"]})
    assert answer.status_code == 404
    agent = await api.add_member(owner, Role.AGENT)
    assert (await agent.patch(f"/api/credentials/{created['id']}", {"name": "x"})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": " 120 "}, 120),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "9" * 400}, 999_999_999),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT", "date": "Fri, 31 Dec 1999 23:59:29 GMT"}, 30),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT", "date": "nonsense"}, 0),
    ],
)
def test_how_long_another_system_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


def test_a_credential_shows_nothing_of_itself() -> None:
    assert "hunter" not in repr(Credential("Shop", CredentialKind.BASIC, ("x",), None, "me:hunter2"))


async def test_of_two_that_take_one_name_at_once_the_second_is_told(api: Api) -> None:
    owner = await api.register()
    one, other = [
        (await owner.post("/api/credentials", {**GIVEN, "name": name})).json()["id"] for name in ("One", "Other")
    ]
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update credentials set name = 'Till' where id = $1", one)
        renaming = asyncio.ensure_future(owner.patch(f"/api/credentials/{other}", {"name": "Till"}))
        await wait_for_blocked(api.services.pool, conn)
    answer = await renaming
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "credential_exists")
