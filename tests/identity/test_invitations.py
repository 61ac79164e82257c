"""Invitations: by link and by mail, once, for a week, for whom they are meant."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pyotp
import pytest

from hoopoe.identity.throttle import INVITATIONS_OF_WORKSPACE, INVITATIONS_TO_ADDRESS, LOGINS_FROM_PLACE, spend
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.secrets import hash_token
from tests.support.api import PASSWORD, Api, Caller, registration
from tests.support.mails import Postman


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def invite(owner: Caller, **given: Any) -> dict[str, Any]:
    answer = await owner.post("/api/invitations", {"role": "agent", **given})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def accept(api: Api, token: str, email: str, /, **given: Any) -> httpx2.Response:
    body = {"email": email, "password": PASSWORD, "name": "Sami", **given}
    return await api.new_client().post(f"/api/auth/invitations/{token}/accept", json=body)


def new_email() -> str:
    return str(registration()["email"])


async def age(pool: Pool, token: str) -> None:
    """Let a week pass for an invitation."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute("select set_config('app.token', $1, true)", hash_token(token).hex())
        tag = await conn.execute(
            "update invitations set expires_at = expires_at - $2::interval where token_hash = $1",
            hash_token(token),
            timedelta(days=7, seconds=1),
        )
    assert tag == "UPDATE 1"


async def test_a_stranger_accepts_and_is_a_member(api: Api) -> None:
    owner = await api.register(workspace_name="مقهى القمر")
    made = await invite(owner)
    assert made["link"].endswith(f"/invitation#{made['token']}")
    assert made["is_mailed"] is False, "there is no mail server here"
    shown = (await api.new_client().get(f"/api/auth/invitations/{made['token']}")).json()
    assert (shown["workspace_name"], shown["role"], shown["email"]) == ("مقهى القمر", "agent", None)
    email = new_email()
    answer = await accept(api, made["token"], email, name="سامي")
    assert answer.status_code == 200, answer.text
    session = answer.json()
    assert (session["workspace"]["id"], session["workspace"]["role"]) == (str(owner.workspace_id), "agent")
    members = (await owner.get(f"/api/workspaces/{owner.workspace_id}/members")).json()["data"]
    assert [(each["name"], each["email"], each["role"]) for each in members][-1] == ("سامي", email, "agent")
    assert (await owner.get("/api/invitations")).json()["data"] == []
    actions = [entry["action"] for entry in (await owner.get("/api/audit")).json()["data"]]
    assert actions == ["invitation.accepted", "invitation.created"]


async def test_who_has_an_account_joins_with_it(api: Api) -> None:
    owner, other = await api.register(), await api.register(name="Sara")
    made = await invite(owner, role="admin")
    answer = await accept(api, made["token"], other.session["user"]["email"])
    session = answer.json()
    assert (session["user"]["id"], session["user"]["name"]) == (str(other.user_id), "Sara")
    assert [each["role"] for each in session["workspaces"]] == ["owner", "admin"]


async def test_a_link_is_good_once(api: Api) -> None:
    owner = await api.register()
    made = await invite(owner)
    answers = await asyncio.gather(*(accept(api, made["token"], new_email()) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404]
    assert len((await owner.get(f"/api/workspaces/{owner.workspace_id}/members")).json()["data"]) == 2
    assert code_of(await api.new_client().get(f"/api/auth/invitations/{made['token']}")) == (404, "invitation_gone")


async def test_only_whom_it_is_for_may_accept(api: Api) -> None:
    owner = await api.register()
    email = new_email()
    made = await invite(owner, email=email)
    assert code_of(await accept(api, made["token"], new_email())) == (404, "invitation_gone")
    assert (await accept(api, made["token"], email.upper())).status_code == 200


async def test_after_a_week_it_is_gone_and_may_be_renewed(api: Api, pool: Pool) -> None:
    owner = await api.register()
    made = await invite(owner)
    await age(pool, made["token"])
    assert code_of(await accept(api, made["token"], new_email())) == (404, "invitation_gone")
    renewed = (await owner.post(f"/api/invitations/{made['id']}/renew")).json()
    assert renewed["token"] != made["token"]
    assert code_of(await accept(api, made["token"], new_email())) == (404, "invitation_gone")
    assert (await accept(api, renewed["token"], new_email())).status_code == 200


async def test_a_revoked_link_is_gone(api: Api) -> None:
    owner = await api.register()
    made = await invite(owner)
    assert (await owner.delete(f"/api/invitations/{made['id']}")).status_code == 204
    assert code_of(await accept(api, made["token"], new_email())) == (404, "invitation_gone")
    assert (await owner.delete(f"/api/invitations/{made['id']}")).status_code == 404


async def test_a_wrong_password_uses_nothing_up(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    made = await invite(owner)
    email = other.session["user"]["email"]
    assert code_of(await accept(api, made["token"], email, password="wrong")) == (401, "wrong_credentials")
    assert (await accept(api, made["token"], email)).status_code == 200


async def test_a_member_cannot_join_twice(api: Api) -> None:
    owner = await api.register()
    made = await invite(owner)
    mine = owner.session["user"]["email"]
    assert code_of(await accept(api, made["token"], mine)) == (409, "already_member")
    assert code_of(await owner.post("/api/invitations", {"role": "agent", "email": mine})) == (409, "already_member")
    assert (await accept(api, made["token"], new_email())).status_code == 200, "a refusal uses nothing up"


@pytest.mark.parametrize(
    ("given", "field"), [({"name": None}, "name"), ({"password": "short"}, "password"), ({"email": "no"}, "email")]
)
async def test_a_new_account_says_what_it_lacks(api: Api, given: dict[str, Any], field: str) -> None:
    owner = await api.register()
    made = await invite(owner)
    answer = await accept(api, made["token"], new_email(), **given)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == [field]


async def test_only_owners_invite_owners(api: Api) -> None:
    owner = await api.register()
    admin = await api.add_member(owner, "admin")
    assert code_of(await admin.post("/api/invitations", {"role": "owner"})) == (403, "owners_only")
    made = await invite(owner, role="owner")
    assert code_of(await admin.post(f"/api/invitations/{made['id']}/renew")) == (403, "owners_only")


async def test_an_invitation_is_mailed_in_the_readers_language(api: Api, postman: Postman) -> None:
    owner = await api.register(name="نورة", workspace_name="مقهى\r\nBcc: x@evil.example")
    email = new_email()
    made = await invite(owner, email=email)
    await postman.deliver()
    [mail] = postman.to(email)
    assert mail["subject"] == "نورة invites you to مقهى Bcc: x@evil.example"
    assert mail["bcc"] is None
    assert made["link"] in mail.get_content()
    await owner.post(f"/api/invitations/{made['id']}/renew")
    await postman.deliver()
    assert len(postman.to(email)) == 2
    arabic = registration(locale="ar")
    await api.new_client().post("/api/auth/register", json=arabic)
    await invite(owner, email=arabic["email"])
    await postman.deliver()
    [mail] = postman.to(arabic["email"])
    assert mail["subject"].startswith("دعوة من نورة إلى مقهى")
    assert "بدور: موظف" in mail.get_content()


async def test_an_address_is_invited_once_and_then_renewed(api: Api, postman: Postman) -> None:
    owner, other = await api.register(), await api.register()
    email = new_email()
    made = await invite(owner, email=email)
    again = {"role": "admin", "email": email.upper()}
    answers = [await owner.post("/api/invitations", again) for _ in range(3)]
    assert {code_of(answer) for answer in answers} == {(409, "already_invited")}
    assert answers[0].json()["error"]["details"] == {"invitation_id": made["id"]}
    await postman.deliver()
    assert len(postman.to(email)) == 1
    await invite(other, email=email)
    await owner.delete(f"/api/invitations/{made['id']}")
    assert (await owner.post("/api/invitations", again)).status_code == 201


async def test_at_the_same_time_an_address_is_invited_once(api: Api) -> None:
    owner = await api.register()
    body = {"role": "agent", "email": new_email()}
    answers = await asyncio.gather(*(owner.post("/api/invitations", body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_nobody_is_flooded_with_invitations(api: Api, postman: Postman) -> None:
    """Neither by renewing one, nor from many workspaces; a link without an e-mail can still be handed on."""
    email = new_email()
    owner, other = await api.register(), await api.register()
    made = await invite(owner, email=email)
    for _ in range(INVITATIONS_TO_ADDRESS.limit - 1):
        made = (await owner.post(f"/api/invitations/{made['id']}/renew")).json()
    for answer in (
        await owner.post(f"/api/invitations/{made['id']}/renew"),
        await other.post("/api/invitations", {"role": "agent", "email": email.upper()}),
    ):
        assert code_of(answer) == (429, "too_many_invitations")
        assert answer.json()["error"]["details"] == {"of": "address"}
        assert 0 < int(answer.headers["retry-after"]) <= INVITATIONS_TO_ADDRESS.seconds + 1
    await postman.deliver()
    assert len(postman.to(email)) == INVITATIONS_TO_ADDRESS.limit
    assert (await other.get("/api/invitations")).json()["data"] == []
    assert (await accept(api, made["token"], email)).status_code == 200, "the last link is still good"
    await invite(other)


async def test_a_workspace_invites_only_so_many_in_a_day(api: Api, pool: Pool) -> None:
    owner = await api.register()
    made = await invite(owner)
    async with transaction(pool, role=tenancy.APP) as conn:
        for _ in range(INVITATIONS_OF_WORKSPACE.limit - 1):
            await spend(conn, INVITATIONS_OF_WORKSPACE.of(owner.workspace_id))
    for answer in (
        await owner.post("/api/invitations", {"role": "agent"}),
        await owner.post("/api/invitations", {"role": "agent", "email": new_email()}),
        await owner.post(f"/api/invitations/{made['id']}/renew"),
    ):
        assert code_of(answer) == (429, "too_many_invitations")
        assert answer.json()["error"]["details"] == {"of": "workspace"}
    assert (await accept(api, made["token"], new_email())).status_code == 200
    await invite(await api.register())


async def test_into_a_deleted_workspace_nobody_comes(api: Api) -> None:
    owner, other = await api.register(), await api.register()
    made = await invite(owner)
    here = f"/api/workspaces/{owner.workspace_id}"
    assert (await owner.delete(here)).status_code == 200
    assert code_of(await api.new_client().get(f"/api/auth/invitations/{made['token']}")) == (404, "invitation_gone")
    for email in (new_email(), other.session["user"]["email"]):
        assert code_of(await accept(api, made["token"], email)) == (404, "invitation_gone")
    assert len((await other.get("/api/workspaces")).json()["data"]) == 1
    assert (await owner.post(f"{here}/restore")).status_code == 200
    assert len((await owner.get(f"{here}/members")).json()["data"]) == 1
    assert (await accept(api, made["token"], other.session["user"]["email"])).status_code == 200


async def test_an_invitation_for_somebody_else_tells_nothing_of_a_password(api: Api) -> None:
    owner, noura = await api.register(), await api.register()
    made = await invite(owner, email=new_email())
    email = noura.session["user"]["email"]
    for password in (PASSWORD, "not the password", "short"):
        assert code_of(await accept(api, made["token"], email, password=password)) == (404, "invitation_gone")
    assert code_of(await accept(api, made["token"], new_email(), password="short")) == (404, "invitation_gone")
    # Nothing was tried, so nothing was counted.
    for _ in range(LOGINS_FROM_PLACE.limit):
        await accept(api, made["token"], email, password="wrong")
    login = {"email": email, "password": PASSWORD}
    assert (await api.new_client().post("/api/auth/login", json=login)).status_code == 200


async def test_a_code_is_used_up_also_where_the_invitation_is_refused(api: Api) -> None:
    owner, noura = await api.register(), await api.register()
    factor = (await noura.post("/api/auth/second-factor", {"password": PASSWORD})).json()
    confirm = {"code": pyotp.TOTP(factor["secret"]).now()}
    codes = (await noura.post("/api/auth/second-factor/confirm", confirm)).json()["codes"]
    email = noura.session["user"]["email"]
    assert (await accept(api, (await invite(owner))["token"], email, code=codes[0])).status_code == 200
    again = (await invite(owner))["token"]
    assert code_of(await accept(api, again, email, code=codes[1])) == (409, "already_member")
    assert code_of(await accept(api, again, email, code=codes[1])) == (401, "wrong_code")
    assert (await noura.get("/api/auth/second-factor")).json()["recovery_codes_left"] == len(codes) - 2
