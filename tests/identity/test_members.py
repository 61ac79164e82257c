"""Members: roles, removal, leaving; keys with scopes; what the audit log says of it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from hoopoe.identity.roles import PERMISSIONS, PERSONAL, Role
from tests.support.api import Api, Caller


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def members_of(caller: Caller) -> str:
    return f"/api/workspaces/{caller.workspace_id}/members"


def path_of(member: Caller) -> str:
    return f"{members_of(member)}/{member.user_id}"


async def read_roles(caller: Caller) -> dict[str, str]:
    answer = await caller.get(members_of(caller))
    return {each["user_id"]: each["role"] for each in answer.json()["data"]}


async def test_members_are_listed_in_pages_who_joined_first_first(api: Api) -> None:
    owner = await api.register(name="نورة القحطاني")
    others = [await api.add_member(owner, "agent") for _ in range(4)]
    seen: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await owner.get(f"{members_of(owner)}?limit=2{cursor}")).json()
        seen += page["data"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [each["user_id"] for each in seen] == [str(each.user_id) for each in (owner, *others)]
    assert (seen[0]["name"], seen[0]["role"]) == ("نورة القحطاني", "owner")


async def test_another_role_is_felt_at_once_and_noted(api: Api) -> None:
    owner = await api.register(name="نورة")
    agent = await api.add_member(owner, "agent")
    assert code_of(await agent.get("/api/audit")) == (403, "not_permitted")
    answer = await owner.patch(path_of(agent), {"role": "admin"})
    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    [entry] = (await agent.get("/api/audit?action=member.role_changed")).json()["data"]
    assert (entry["actor_id"], entry["actor_name"], entry["actor_kind"]) == (str(owner.user_id), "نورة", "session")
    assert (entry["target_kind"], entry["target_id"]) == ("member", str(agent.user_id))
    assert (entry["before"], entry["after"]) == ({"role": "agent"}, {"role": "admin"})
    assert entry["address"]


async def test_the_same_role_again_is_not_noted(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    assert (await owner.patch(path_of(agent), {"role": "agent"})).status_code == 200
    assert (await owner.get("/api/audit")).json()["data"] == []


async def test_the_last_owner_stays(api: Api) -> None:
    owner = await api.register()
    await api.add_member(owner, "admin")
    assert code_of(await owner.patch(path_of(owner), {"role": "admin"})) == (409, "last_owner")
    assert code_of(await owner.delete(path_of(owner))) == (409, "last_owner")
    assert code_of(await owner.post(f"{members_of(owner)}/leave")) == (409, "last_owner")
    assert (await read_roles(owner))[str(owner.user_id)] == "owner"
    assert (await owner.get("/api/audit")).json()["data"] == []


@pytest.mark.parametrize("verb", ["demote", "remove"])
async def test_two_owners_who_end_each_other_leave_one(api: Api, verb: str) -> None:
    for _ in range(5):
        one = await api.register()
        other = await api.add_member(one, "owner")

        async def end(by: Caller, whom: Caller) -> httpx2.Response:
            if verb == "demote":
                return await by.patch(path_of(whom), {"role": "viewer"})
            return await by.delete(path_of(whom))

        answers = await asyncio.gather(end(one, other), end(other, one))
        good = [answer for answer in answers if answer.is_success]
        assert len(good) == 1, [answer.text for answer in answers]
        survivor = one if answers[0].is_success else other
        assert list((await read_roles(survivor)).values()).count("owner") == 1


async def test_an_admin_has_no_say_over_owners(api: Api) -> None:
    owner = await api.register()
    admin, second = await api.add_member(owner, "admin"), await api.add_member(owner, "owner")
    assert code_of(await admin.patch(path_of(second), {"role": "viewer"})) == (403, "owners_only")
    assert code_of(await admin.delete(path_of(second))) == (403, "owners_only")
    assert code_of(await admin.patch(path_of(admin), {"role": "owner"})) == (403, "owners_only")


async def test_who_is_removed_is_out_with_all_tokens(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    key = (await agent.post("/api/tokens", {"name": "CI"})).json()["token"]
    assert (await owner.delete(path_of(agent))).status_code == 204
    assert (await agent.get("/api/conversations")).status_code == 404
    answer = await api.new_client().get("/api/auth/me", headers={"X-API-Key": key})
    assert code_of(answer) == (401, "not_authenticated")
    assert code_of(await owner.delete(path_of(agent))) == (404, "not_found")


async def test_anybody_but_the_last_owner_may_leave(api: Api) -> None:
    owner = await api.register()
    viewer = await api.add_member(owner, "viewer")
    assert (await viewer.post(f"{members_of(viewer)}/leave")).status_code == 204
    assert (await viewer.get(members_of(viewer))).status_code == 404
    [entry] = (await owner.get("/api/audit")).json()["data"]
    assert (entry["action"], entry["actor_id"]) == ("member.left", str(viewer.user_id))


async def test_members_of_another_workspace_are_not_found(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    assert code_of(await owner.patch(path_of(other), {"role": "viewer"})) == (404, "not_found")
    assert code_of(await owner.delete(path_of(other))) == (404, "not_found")


async def test_every_fault_of_a_field_is_named(api: Api) -> None:
    owner = await api.register()
    answer = await owner.patch(path_of(owner), {"role": "king", "crown": True})
    assert code_of(answer) == (422, "validation_failed")
    assert {each["field"] for each in answer.json()["error"]["details"]["fields"]} == {"role", "crown"}


async def make_key(caller: Caller, **changes: Any) -> httpx2.Response:
    return await caller.post("/api/tokens", {"name": "مفتاح", **changes})


async def test_a_key_may_no_more_than_its_scopes(api: Api) -> None:
    owner = await api.register()
    made = (await make_key(owner, scopes=["conversations:read", "conversations:read"])).json()
    assert made["scopes"] == ["conversations:read"]
    headers = {"X-API-Key": made["token"]}
    client = api.new_client()
    assert (await client.get("/api/conversations", headers=headers)).status_code == 200
    assert code_of(await client.get(members_of(owner), headers=headers)) == (403, "not_permitted")


async def open_key(api: Api, caller: Caller, **changes: Any) -> Caller:
    made = (await make_key(caller, **changes)).json()
    return Caller(api.new_client(), {**caller.session, "token": made}, {"X-API-Key": made["token"]})


@pytest.mark.parametrize("role", list(Role))
async def test_a_key_places_nobody_above_itself(api: Api, role: Role) -> None:
    """A key of one scope may not make itself an owner by inviting one, or by changing a role."""
    owner = await api.register()
    colleague = await api.add_member(owner, "viewer" if role is not Role.VIEWER else "agent")
    key = await open_key(api, owner, scopes=["members:write"])
    for answer in (
        await key.post("/api/invitations", {"role": role}),
        await key.patch(path_of(colleague), {"role": role}),
    ):
        assert code_of(answer) == (403, "not_permitted")
        missing = answer.json()["error"]["details"]["permission"]
        assert missing in PERMISSIONS[role] - PERSONAL
    made = (await owner.post("/api/invitations", {"role": role})).json()
    assert code_of(await key.post(f"/api/invitations/{made['id']}/renew")) == (403, "not_permitted")
    assert (await read_roles(owner))[str(colleague.user_id)] != role
    assert len((await owner.get("/api/invitations")).json()["data"]) == 1


async def test_a_key_places_whom_it_reaches_itself(api: Api) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    scopes = sorted({"members:write"} | (PERMISSIONS[Role.AGENT] - PERSONAL))
    key = await open_key(api, owner, scopes=scopes)
    assert (await key.post("/api/invitations", {"role": "agent"})).status_code == 201
    assert (await key.patch(path_of(agent), {"role": "viewer"})).status_code == 200
    for role in ("owner", "admin"):
        assert code_of(await key.post("/api/invitations", {"role": role})) == (403, "not_permitted")
    whole = await open_key(api, owner)
    assert (await whole.post("/api/invitations", {"role": "owner"})).status_code == 201


async def test_a_key_loses_what_its_maker_loses(api: Api) -> None:
    owner = await api.register()
    admin = await api.add_member(owner, "admin")
    headers = {"X-API-Key": (await make_key(admin, scopes=["audit:read"])).json()["token"]}
    client = api.new_client()
    assert (await client.get("/api/audit", headers=headers)).status_code == 200
    assert (await owner.patch(path_of(admin), {"role": "agent"})).status_code == 200
    assert code_of(await client.get("/api/audit", headers=headers)) == (403, "not_permitted")


async def test_a_role_does_not_give_scopes_that_it_lacks(api: Api) -> None:
    viewer = await api.add_member(await api.register(), "viewer")
    assert code_of(await make_key(viewer, scopes=["channels:write"])) == (422, "validation_failed")


async def test_a_sessions_token_is_no_api_key_and_two_that_differ_are_none(api: Api) -> None:
    owner = await api.register()
    token = (await make_key(owner)).json()["token"]
    bearer = owner.headers["Authorization"]
    client = api.new_client()
    for headers in ({"X-API-Key": bearer.removeprefix("Bearer ")}, {"X-API-Key": token, "Authorization": bearer}):
        assert code_of(await client.get("/api/auth/me", headers=headers)) == (401, "not_authenticated")
    both = {"X-API-Key": token, "Authorization": f"Bearer {token}"}
    assert (await client.get("/api/auth/me", headers=both)).status_code == 200


async def test_making_and_revoking_a_key_is_noted_without_its_text(api: Api) -> None:
    owner = await api.register()
    made = (await make_key(owner)).json()
    assert (await owner.delete(f"/api/tokens/{made['id']}")).status_code == 204
    answer = await owner.get("/api/audit")
    assert [each["action"] for each in answer.json()["data"]] == ["token.revoked", "token.created"]
    assert made["token"] not in answer.text
    first = (await owner.get("/api/audit?limit=1")).json()
    rest = (await owner.get(f"/api/audit?cursor={first['next_cursor']}")).json()
    assert [each["action"] for each in rest["data"]] == ["token.created"]
    assert (await owner.get(f"/api/audit?actor_id={made['id']}")).json()["data"] == []
