"""Workspaces: several to a person, settings, logo, deletion and its undoing."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx2
import pytest

from hoopoe.channels.directory import ChannelDirectory, refresh_directory
from hoopoe.identity.actions.workspaces import MAX_LOGO_BYTES, MAX_OWNED
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.api import Api, Caller, registration
from tests.support.inbox import add_channel

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def here(caller: Caller) -> str:
    return f"/api/workspaces/{caller.workspace_id}"


async def actions_of(caller: Caller, workspace_id: object) -> list[str]:
    answer = await caller.get("/api/audit", headers={"X-Workspace-Id": str(workspace_id)})
    return [entry["action"] for entry in answer.json()["data"]]


async def test_a_person_makes_another_workspace_and_owns_it(api: Api) -> None:
    noura = await api.register(workspace_name="مقهى قمر")
    given = {"name": "  مخبز   قمر ", "timezone": "Asia/Riyadh", "currency": "KWD", "languages": ["ar"]}
    made = (await noura.post("/api/workspaces", given)).json()
    assert (made["name"], made["role"]) == ("مخبز قمر", "owner")
    assert (made["timezone"], made["currency"], made["languages"]) == ("Asia/Riyadh", "KWD", ["ar"])
    assert UUID(made["id"]) != noura.workspace_id
    listed = (await noura.get("/api/workspaces")).json()["data"]
    assert [each["name"] for each in listed] == ["مقهى قمر", "مخبز قمر"]
    assert (await noura.get(f"/api/workspaces/{made['id']}")).json() == made
    assert await actions_of(noura, made["id"]) == ["workspace.created"]
    me = (await noura.get("/api/auth/me", headers={"X-Workspace-Id": made["id"]})).json()
    assert (me["workspace"]["name"], len(me["workspaces"])) == ("مخبز قمر", 2)


async def test_workspaces_come_in_pages(api: Api) -> None:
    owner = await api.register()
    for name in ("B", "C", "D"):
        await owner.post("/api/workspaces", {"name": name})
    first = (await owner.get("/api/workspaces?limit=3")).json()
    second = (await owner.get(f"/api/workspaces?limit=3&cursor={first['next_cursor']}")).json()
    assert [each["name"] for each in (*first["data"], *second["data"])] == ["Café Qamar", "B", "C", "D"]
    assert second["next_cursor"] is None


async def test_a_person_owns_only_so_many(api: Api) -> None:
    owner = await api.register()
    made = [await owner.post("/api/workspaces", {"name": f"No {number}"}) for number in range(MAX_OWNED)]
    assert [answer.status_code for answer in made[:-1]] == [201] * (MAX_OWNED - 1)
    assert code_of(made[-1]) == (409, "too_many_workspaces")


async def test_at_the_same_time_and_with_a_key_it_is_not_one_more(api: Api) -> None:
    owner = await api.register()
    made = await asyncio.gather(*(owner.post("/api/workspaces", {"name": f"W{n}"}) for n in range(MAX_OWNED + 10)))
    assert sorted(answer.status_code for answer in made) == [201] * (MAX_OWNED - 1) + [409] * 11
    token = (await owner.post("/api/tokens", {"name": "CI"})).json()["token"]
    key = Caller(api.new_client(), owner.session, {"X-API-Key": token})
    assert code_of(await key.post("/api/workspaces", {"name": "One more"})) == (409, "too_many_workspaces")


async def test_a_key_sees_its_own_workspace_alone(api: Api) -> None:
    owner = await api.register()
    other = (await owner.post("/api/workspaces", {"name": "Other"})).json()
    token = (await owner.post("/api/tokens", {"name": "CI"})).json()["token"]
    key = Caller(api.new_client(), owner.session, {"Authorization": f"Bearer {token}"})
    assert [each["id"] for each in (await key.get("/api/workspaces")).json()["data"]] == [str(owner.workspace_id)]
    assert code_of(await key.get(f"/api/workspaces/{other['id']}")) == (404, "not_found")
    assert (await key.get(here(owner))).status_code == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " \u200f "}, "name"),
        ({"timezone": "Riyadh"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"currency": "sar"}, "currency"),
        ({"currency": "XYZ"}, "currency"),
        ({"languages": []}, "languages"),
        ({"languages": ["ar", "ar"]}, "languages"),
        ({"languages": ["klingon"]}, "languages.0"),
        ({"languages": ["qqq"]}, "languages"),
        ({"owner": "me"}, "owner"),
    ],
)
async def test_settings_that_cannot_be(api: Api, given: dict[str, object], field: str) -> None:
    owner = await api.register()
    before = (await owner.get(here(owner))).json()
    answer = await owner.patch(here(owner), given)
    assert code_of(answer) == (422, "validation_failed")
    assert [each["field"] for each in answer.json()["error"]["details"]["fields"]] == [field]
    assert (await owner.get(here(owner))).json() == before


async def test_settings_change_and_the_log_says_from_what(api: Api) -> None:
    owner = await api.register(workspace_name="Qamar")
    answer = await owner.patch(here(owner), {"name": "قمر", "timezone": "Asia/Riyadh", "currency": "SAR"})
    assert (answer.json()["name"], answer.json()["timezone"]) == ("قمر", "Asia/Riyadh")
    [entry] = (await owner.get("/api/audit")).json()["data"]
    assert entry["action"] == "workspace.updated"
    assert (entry["before"], entry["after"]) == (
        {"name": "Qamar", "timezone": "UTC"},
        {"name": "قمر", "timezone": "Asia/Riyadh"},
    )
    await owner.patch(here(owner), {"name": "قمر"})
    assert len((await owner.get("/api/audit")).json()["data"]) == 1


async def test_a_logo_is_stored_shown_and_taken_away(api: Api) -> None:
    owner = await api.register()
    assert (await owner.get(here(owner))).json()["logo_url"] is None
    assert code_of(await owner.get(f"{here(owner)}/logo")) == (404, "not_found")
    first = (await owner.put(f"{here(owner)}/logo", content=PNG)).json()["logo_url"]
    second = (await owner.put(f"{here(owner)}/logo", content=b"RIFF1234WEBP" + bytes(9))).json()["logo_url"]
    assert first != second
    shown = await owner.get(second)
    assert (shown.headers["content-type"], shown.content) == ("image/webp", b"RIFF1234WEBP" + bytes(9))
    assert (await owner.get("/api/workspaces")).json()["data"][0]["logo_url"] == second
    agent = await api.add_member(owner, "agent")
    assert (await agent.get(second)).status_code == 200
    assert code_of(await agent.put(f"{here(owner)}/logo", content=PNG)) == (403, "not_permitted")
    stranger = await api.register()
    assert code_of(await stranger.get(second)) == (404, "not_found")
    assert (await owner.delete(f"{here(owner)}/logo")).status_code == 204
    assert code_of(await owner.delete(f"{here(owner)}/logo")) == (404, "not_found")
    assert (await owner.get(here(owner))).json()["logo_url"] is None


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + bytes(20),
        b"RIFF1234WAVE" + bytes(20),
        PNG + bytes(MAX_LOGO_BYTES),
    ],
    ids=["empty", "svg", "gif", "sound", "too large"],
)
async def test_what_is_no_logo(api: Api, image: bytes) -> None:
    owner = await api.register()
    answer = await owner.put(f"{here(owner)}/logo", content=image, headers={"content-type": "image/png"})
    assert code_of(answer) == (422, "validation_failed")
    assert answer.json()["error"]["details"]["fields"][0]["field"] == "body"
    assert (await owner.get(here(owner))).json()["logo_url"] is None


async def read_routes(api: Api, pool: Pool) -> set[UUID]:
    """The channels that the routing table knows."""
    directory = ChannelDirectory()
    await refresh_directory(pool, api.app.state.keyring, directory)
    return set(directory.by_id)


async def test_a_deleted_workspace_is_its_owners_alone_and_comes_back_whole(api: Api, pool: Pool) -> None:
    owner = await api.register()
    agent = await api.add_member(owner, "agent")
    channel_id = await add_channel(api, owner.scope)
    token = (await owner.post("/api/tokens", {"name": "CI"})).json()["token"]
    assert channel_id in await read_routes(api, pool)

    deleted = (await owner.delete(here(owner))).json()
    assert deleted["deleted_at"] is not None
    assert deleted["purged_from"] > deleted["deleted_at"]
    assert channel_id not in await read_routes(api, pool)
    assert code_of(await owner.get("/api/conversations")) == (403, "not_permitted")
    assert code_of(await owner.patch(here(owner), {"name": "Other"})) == (403, "not_permitted")
    assert code_of(await agent.get(here(owner))) == (404, "not_found")
    assert code_of(await agent.get("/api/conversations")) == (404, "not_found")
    assert code_of(await api.new_client().get(here(owner), headers={"X-API-Key": token})) == (
        401,
        "not_authenticated",
    )
    assert (await owner.get(here(owner))).json()["deleted_at"] == deleted["deleted_at"]
    assert (await owner.delete(here(owner))).json()["deleted_at"] == deleted["deleted_at"]

    restored = (await owner.post(f"{here(owner)}/restore")).json()
    assert (restored["deleted_at"], restored["purged_from"]) == (None, None)
    assert channel_id in await read_routes(api, pool)
    assert (await agent.get("/api/conversations")).status_code == 200
    assert (await api.new_client().get(here(owner), headers={"X-API-Key": token})).status_code == 200
    assert (await actions_of(owner, owner.workspace_id))[:2] == ["workspace.restored", "workspace.deleted"]


async def test_a_number_that_somebody_else_connected_stays_off_after_the_return(api: Api, pool: Pool) -> None:
    first, second = await api.register(), await api.register()
    one = await add_channel(api, first.scope, phone_number_id="106540352249999")
    await first.delete(here(first))
    two = await add_channel(api, second.scope, phone_number_id="106540352249999")
    await first.post(f"{here(first)}/restore")
    routes = await read_routes(api, pool)
    assert (one in routes, two in routes) == (False, True)
    assert (await first.get(f"/api/channels/{one}")).json()["status"] == "disabled"


async def test_only_owners_delete(api: Api) -> None:
    owner = await api.register()
    admin = await api.add_member(owner, "admin")
    assert code_of(await admin.delete(here(owner))) == (403, "not_permitted")
    assert (await owner.get(here(owner))).json()["deleted_at"] is None


async def test_after_thirty_days_there_is_nothing_to_restore(api: Api, pool: Pool) -> None:
    owner = await api.register()
    await owner.delete(here(owner))
    async with transaction(pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update workspaces set deleted_at = now() - interval '31 days'")
    assert code_of(await owner.post(f"{here(owner)}/restore")) == (404, "not_found")


async def test_deleted_and_restored_at_the_same_time_ends_in_one_of_both(api: Api) -> None:
    owner = await api.register()
    answers = await asyncio.gather(
        *(owner.delete(here(owner)) if number % 2 else owner.post(f"{here(owner)}/restore") for number in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    await owner.post(f"{here(owner)}/restore")
    entries = (await actions_of(owner, owner.workspace_id))[::-1]
    assert entries == ["workspace.deleted", "workspace.restored"] * (len(entries) // 2)


async def test_the_session_goes_on_where_the_page_says(api: Api) -> None:
    async with api.browser() as browser:
        answer = await browser.post("/api/auth/register", json=registration())
        home = answer.json()["workspace"]["id"]
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        other = (await browser.post("/api/workspaces", json={"name": "Other"}, headers=bearer)).json()["id"]
        moved = (await browser.post("/api/auth/refresh", headers={"X-Workspace-Id": other})).json()
        assert (moved["workspace"]["id"], len(moved["workspaces"])) == (other, 2)
        # A new tab, which names none, begins where the last one was.
        assert (await browser.post("/api/auth/refresh")).json()["workspace"]["id"] == other
        strange = (await api.register()).workspace_id
        kept = await browser.post("/api/auth/refresh", headers={"X-Workspace-Id": str(strange)})
        assert kept.json()["workspace"]["id"] == other
        bearer = {"Authorization": f"Bearer {moved['access_token']}"}
        await browser.delete(f"/api/workspaces/{other}", headers=bearer)
        shown = (await browser.post("/api/auth/refresh", headers={"X-Workspace-Id": other})).json()["workspace"]
        assert (shown["id"], shown["deleted_at"] is not None) == (other, True)
        assert (await browser.post("/api/auth/refresh")).json()["workspace"]["id"] == home
        await browser.delete(f"/api/workspaces/{home}", headers=bearer)
        last = (await browser.post("/api/auth/refresh")).json()
        assert (last["workspace"]["id"], last["workspace"]["deleted_at"] is not None) == (other, True)
        assert [each["deleted_at"] is not None for each in last["workspaces"]] == [True, True]
