"""Credentials over HTTP: in, listed without the secret, and out."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.credentials.schemas import CredentialKind
from hoopoe.flows.credentials.using import Credential, CredentialRefusedError, matches_host
from hoopoe.identity.roles import Role
from hoopoe.kernel.outbound_http import OutboundRequest
from tests.support.api import Api

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


def test_a_credential_shows_nothing_of_itself() -> None:
    assert "hunter" not in repr(Credential("Shop", CredentialKind.BASIC, ("x",), None, "me:hunter2"))
