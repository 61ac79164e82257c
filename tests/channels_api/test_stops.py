"""A number that stops by itself is told to people: on every screen at once, and by one mail to each who may mend it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from hoopoe.channels.account_events import Standing
from hoopoe.channels.alerts import TRIES, Failures, tell_of_stops
from hoopoe.channels.facts import Told, keep_facts
from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.trouble import stop_channels
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel
from tests.support.mails import Postman, postman

__all__ = ["postman"]

URL = "https://hoopoe.example"


async def stop(api: Api, caller: Caller, channel_id: UUID) -> None:
    """As a refused send does it."""
    async with transaction(api.services.pool, role=tenancy.PIPE) as conn:
        await stop_channels(conn, {(caller.workspace_id, channel_id): RULES[190]})


async def tell(api: Api) -> None:
    while await tell_of_stops(api.services.pool, api.services.keyring, URL, Failures()):
        pass


async def told(api: Api, caller: Caller, channel_id: UUID) -> int:
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        count: int = await conn.fetchval(
            "select count(*) from events where workspace_id = $1 and type = $2 and ref = $3",
            caller.workspace_id,
            EventType.CHANNEL_CHANGED,
            channel_id,
        )
    return count


async def make_active(api: Api, caller: Caller, channel_id: UUID) -> None:
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        await conn.execute("update channels set status = 'active' where id = $1", channel_id)


async def test_who_may_mend_it_has_one_mail_however_often_it_is_met(api: Api, postman: Postman) -> None:
    owner = await api.register(workspace_name="مطعم القمر")
    members = {role: await api.add_member(owner, role) for role in ("admin", "agent", "viewer")}
    addresses = {role: str(member.session["user"]["email"]) for role, member in members.items()}
    addresses["owner"] = str(owner.session["user"]["email"])
    async with transaction(api.services.pool, role=tenancy.APP, user_id=members["admin"].user_id) as conn:
        await conn.execute("update users set locale = 'ar' where id = $1", members["admin"].user_id)
    channel_id = await add_channel(api, owner.scope)
    for _ in range(3):
        await stop(api, owner, channel_id)
    await tell(api)
    await stop(api, owner, channel_id)
    await tell(api)
    await postman.deliver()
    [english], [arabic] = postman.to(addresses["owner"]), postman.to(addresses["admin"])
    assert english["subject"] == "Line has stopped sending"
    assert RULES[190].text.en in english.get_content()
    assert f"{URL}/channels" in english.get_content()
    assert "مطعم القمر" in english.get_content()
    assert arabic["subject"] == "توقف الإرسال من Line"
    assert RULES[190].text.ar in arabic.get_content()
    assert postman.to(addresses["agent"]) == postman.to(addresses["viewer"]) == []
    assert await told(api, owner, channel_id) == 1, "screens too are told once"


async def test_another_stop_is_told_again(api: Api, postman: Postman) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    for _ in range(2):
        await stop(api, owner, channel_id)
        await tell(api)
        await make_active(api, owner, channel_id)
    await postman.deliver()
    assert len(postman.to(str(owner.session["user"]["email"]))) == 2


async def test_what_works_again_by_then_is_not_told(api: Api, postman: Postman) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    await stop(api, owner, channel_id)
    await make_active(api, owner, channel_id)
    await tell(api)
    await stop(api, owner, channel_id)
    await owner.delete(f"/api/workspaces/{owner.workspace_id}")
    await tell(api)
    await postman.deliver()
    assert postman.to(str(owner.session["user"]["email"])) == []


async def test_an_account_that_is_switched_off_is_told_as_well(api: Api, postman: Postman) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    async with transaction(api.services.pool, role=tenancy.PIPE, workspaces=[owner.workspace_id]) as conn:
        now = datetime.now(UTC)
        for _ in range(2):
            await keep_facts(conn, [Told(owner.workspace_id, channel_id, now, standing=Standing.BLOCKED)])
    await tell(api)
    await postman.deliver()
    [mail] = postman.to(str(owner.session["user"]["email"]))
    assert "switched this account off" in mail.get_content()
    assert await told(api, owner, channel_id) == 1


async def test_one_that_cannot_be_told_holds_nobody_up_and_is_given_up(
    api: Api, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hoopoe.channels.alerts.AT_ONCE", 1)
    owner = await api.register()
    broken, whole = [await add_channel(api, owner.scope) for _ in range(2)]
    for channel_id in (broken, whole):
        await stop(api, owner, channel_id)
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
        await conn.execute("update channel_alerts set words = '{}' where channel_id = $1", broken)
    failures, counts, left = Failures(), [], []
    for _ in range(TRIES + 1):
        counts.append(await tell_of_stops(api.services.pool, api.services.keyring, URL, failures))
        async with transaction(api.services.pool, role=tenancy.APP, workspaces=[owner.workspace_id]) as conn:
            left.append(await conn.fetchval("select count(*) from channel_alerts"))
    assert counts == [0, 1] + [0] * (TRIES - 1), "the first cannot be told; then those come that did not fail"
    assert left == [2] + [1] * (TRIES - 1) + [0]
    assert not failures
    await postman.deliver()
    assert len(postman.to(str(owner.session["user"]["email"]))) == 1


async def test_screens_are_told_of_what_a_person_does_too(api: Api) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    assert (await owner.patch(f"/api/channels/{channel_id}", {"status": "disabled"})).status_code == 200
    assert await told(api, owner, channel_id) == 1
