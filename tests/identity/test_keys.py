"""Keys of everybody in a workspace: who sees and revokes them, and that no key makes or ends another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.support.api import PASSWORD, Api, Caller


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def keys_of(caller: Caller) -> str:
    return f"/api/workspaces/{caller.workspace_id}/tokens"


@pytest.mark.parametrize("scopes", [None, ["tokens:write", "members:write", "audit:read"]])
async def test_a_key_makes_no_key_and_ends_none(api: Api, scopes: list[str] | None) -> None:
    """A child would outlive the end of its parent: its expiry, its revocation, its limit."""
    owner = await api.register()
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    key = await api.make_key(owner, scopes=scopes, expires_at=soon, requests_per_minute=50)
    other = await api.make_key(owner)
    assert code_of(await key.post("/api/tokens", {"name": "Child"})) == (403, "session_only")
    for path in (f"/api/tokens/{other.session['key']['id']}", f"{keys_of(owner)}/{other.session['key']['id']}"):
        assert code_of(await key.delete(path)) == (403, "session_only")
    assert (await other.get("/api/auth/me")).status_code == 200
    assert len((await owner.get("/api/tokens")).json()["data"]) == 2


async def test_owners_and_admins_see_everybodys_keys_and_never_a_text(api: Api) -> None:
    owner = await api.register(name="نورة")
    admin, agent = await api.add_member(owner, "admin"), await api.add_member(owner, "agent")
    stranger = await api.register()
    await api.make_key(stranger)
    first = await api.make_key(owner, name="صندوق")
    second = await api.make_key(agent, name="Till", scopes=["conversations:read"])
    assert (await second.get("/api/conversations")).status_code == 200
    for caller in (owner, admin):
        answer = await caller.get(keys_of(owner))
        listed = answer.json()["data"]
        assert [(each["name"], each["user_id"], each["user_role"]) for each in listed] == [
            ("Till", str(agent.user_id), "agent"),
            ("صندوق", str(owner.user_id), "owner"),
        ]
        assert (listed[0]["scopes"], listed[1]["scopes"]) == (["conversations:read"], None)
        assert listed[0]["last_used_at"] is not None
        assert listed[1]["user_name"] == "نورة"
        assert all(key.session["key"]["token"] not in answer.text for key in (first, second))
    assert code_of(await agent.get(keys_of(owner))) == (403, "not_permitted")
    page = (await owner.get(f"{keys_of(owner)}?limit=1")).json()
    rest = (await owner.get(f"{keys_of(owner)}?limit=1&cursor={page['next_cursor']}")).json()
    assert [each["name"] for each in (*page["data"], *rest["data"])] == ["Till", "صندوق"]
    assert rest["next_cursor"] is None


async def test_a_members_key_is_revoked_at_once_once_and_it_is_noted(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    key = await api.make_key(agent, name="Till")
    path = f"{keys_of(owner)}/{key.session['key']['id']}"
    assert (await owner.delete(path)).status_code == 204
    assert code_of(await key.get("/api/auth/me")) == (401, "not_authenticated")
    assert code_of(await owner.delete(path)) == (404, "not_found")
    assert (await owner.get(keys_of(owner))).json()["data"] == []
    [entry] = (await owner.get("/api/audit?action=token.revoked")).json()["data"]
    assert (entry["actor_id"], entry["target_id"]) == (str(owner.user_id), key.session["key"]["id"])
    assert entry["before"] == {"name": "Till", "user_id": str(agent.user_id)}


async def test_only_owners_revoke_an_owners_key(api: Api) -> None:
    owner = await api.register()
    admin, agent = await api.add_member(owner, "admin"), await api.add_member(owner, "agent")
    key = await api.make_key(owner)
    path = f"{keys_of(owner)}/{key.session['key']['id']}"
    assert code_of(await admin.delete(path)) == (403, "owners_only")
    assert code_of(await agent.delete(path)) == (403, "not_permitted")
    stranger = await api.register()
    assert code_of(await stranger.delete(path)) == (404, "not_found")
    assert code_of(await stranger.delete(f"{keys_of(stranger)}/{key.session['key']['id']}")) == (404, "not_found")
    assert (await key.get("/api/auth/me")).status_code == 200


async def test_another_password_ends_sessions_and_no_key(api: Api) -> None:
    """Programs go on: docs/subsystems/http-api.md says so, and so does the page where it is changed."""
    owner = await api.register()
    key = await api.make_key(owner)
    change = {"current_password": PASSWORD, "new_password": "and never loses one"}
    assert (await owner.post("/api/auth/password", change)).status_code == 204
    assert (await key.get("/api/auth/me")).status_code == 200
