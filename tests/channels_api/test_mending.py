"""A number that does not connect is mended: by other ids, by connecting it again, by removing it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_hex
from uuid import UUID

import pytest

from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.checking import Claim, Finding
from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import ChannelDirectory, refresh_directory
from hoopoe.identity.roles import Role
from hoopoe.kernel.db.pool import Pool
from tests.channels.twilio.server import error
from tests.channels_api.test_audit import entries_of
from tests.channels_api.test_twilio_channels import MASTER, connected_to, describe, listed, new_line
from tests.support.api import Api, Caller
from tests.support.inbox import add_channel, add_thread

RIGHT = f"AC{token_hex(16)}"


def only_account(account_sid: str, number: str) -> Callable[[Claim], Awaitable[Finding]]:
    """A provider that knows one account with one number."""

    async def check(claim: Claim) -> Finding:
        if getattr(claim, "account_sid", None) == account_sid and claim.number == number:
            return Finding()
        return Finding(ReasonCode.ACCOUNT_NOT_FOUND, "The account was not found with this auth token.")

    return check


async def connect_wrongly(connected: Api, number: str) -> tuple[Caller, str]:
    """A channel whose account SID has a typing error."""
    connected.app.state.check_channel = only_account(RIGHT, number)
    owner = await connected.register()
    channel = (await owner.post("/api/channels", describe(number))).json()
    assert (channel["status"], channel["status_reason_code"]) == ("pending", "account_not_found")
    assert channel["activated_at"] is None
    return owner, f"/api/channels/{channel['id']}"


async def test_a_masters_token_is_never_kept_in_place_of_the_sub_accounts(api: Api) -> None:
    number = new_line()
    async with connected_to(api, Accounts=(503, None)) as connected:
        owner = await connected.register()
        answer = await owner.post("/api/channels", describe(number, master_account_sid=MASTER))
        refusal = answer.json()["error"]
        assert (answer.status_code, refusal["code"]) == (422, "sub_account_not_read")
        assert refusal["details"]["reason_code"] == "unreachable"
        assert "Twilio could not be reached" in refusal["message"]
        assert (await owner.get("/api/channels")).json()["data"] == []
        assert await entries_of(owner) == []


@pytest.mark.parametrize(
    ("reply", "reason_code"),
    [
        ((404, error(20404)), "account_not_found"),
        ((401, error(20003)), "wrong_token"),
        ((200, {"status": "active", "auth_token": "x" * 32, "owner_account_sid": "AC" + "b2" * 16}), "not_sub_account"),
    ],
)
async def test_why_a_sub_account_was_not_read_is_told(api: Api, reply: tuple[int, object], reason_code: str) -> None:
    async with connected_to(api, Accounts=reply) as connected:
        owner = await connected.register()
        answer = await owner.post("/api/channels", describe(new_line(), master_account_sid=MASTER))
        assert answer.json()["error"]["details"]["reason_code"] == reason_code


async def test_a_wrong_id_is_mended(api: Api) -> None:
    number = new_line()
    async with connected_to(api) as connected:
        owner, path = await connect_wrongly(connected, number)
        mended = (await owner.patch(path, {"account_sid": RIGHT})).json()
        assert (mended["status"], mended["status_reason"], mended["status_reason_code"]) == ("active", None, None)
        assert (mended["account_sid"], mended["activated_at"] is not None) == (RIGHT, True)
        assert (await entries_of(owner))[-2] == ("channel.updated", {"account_sid": RIGHT})


async def test_a_wrong_number_is_mended_in_any_spelling(api: Api) -> None:
    wrong, right = new_line(), new_line()
    async with connected_to(api) as connected:
        connected.app.state.check_channel = only_account(RIGHT, right)
        owner = await connected.register()
        channel = (await owner.post("/api/channels", describe(wrong, account_sid=RIGHT))).json()
        path = f"/api/channels/{channel['id']}"
        assert (await owner.patch(path, {"number": "not one"})).status_code == 422
        mended = (await owner.patch(path, {"number": f"{right[:4]} {right[4:]}"})).json()
        assert (mended["status"], mended["number"]) == ("active", right)


async def test_ids_of_the_other_provider_are_refused(api: Api) -> None:
    number = new_line()
    async with connected_to(api) as connected:
        owner, path = await connect_wrongly(connected, number)
        answer = await owner.patch(path, {"waba_id": "102290129340398"})
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == ["waba_id"]


async def test_the_ids_of_a_channel_that_was_active_stay(api: Api) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        channel = (await owner.post("/api/channels", describe(number))).json()
        path = f"/api/channels/{channel['id']}"
        for status in ("active", "disabled"):
            await owner.patch(path, {"status": status})
            answer = await owner.patch(path, {"account_sid": RIGHT, "number": new_line()})
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "channel_was_active")
            assert answer.json()["error"]["details"]["fields"] == ["account_sid", "number"]
        assert (await owner.get(path)).json()["account_sid"] == channel["account_sid"]


async def test_an_id_may_not_become_another_channels(api: Api) -> None:
    first, second = new_line(), new_line()
    async with connected_to(api) as connected:
        owner, path = await connect_wrongly(connected, first)
        other = (await owner.post("/api/channels", describe(second))).json()
        answer = await owner.patch(path, {"number": other["number"]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "channel_exists")


async def test_connecting_again_replaces_a_channel_that_was_never_active(api: Api) -> None:
    number = new_line()
    async with connected_to(api) as connected:
        owner, path = await connect_wrongly(connected, number)
        again = await owner.post("/api/channels", describe(number, account_sid=RIGHT))
        assert (again.status_code, again.json()["status"]) == (201, "active")
        assert [channel["id"] for channel in (await owner.get("/api/channels")).json()["data"]] == [again.json()["id"]]
        assert (await owner.get(path)).status_code == 404
        assert [action for action, _ in await entries_of(owner)] == [
            "channel.connected",
            "channel.removed",
            "channel.connected",
        ]
        third = await owner.post("/api/channels", describe(number, account_sid=RIGHT))
        assert (third.status_code, third.json()["error"]["code"]) == (409, "channel_exists")


async def test_a_finding_counts_for_what_was_checked_only(api: Api, pool: Pool) -> None:
    """Ids that change while the old ones are read at the provider do not become active by them."""
    mine, victims = new_line(), new_line()
    async with connected_to(api) as connected:
        owner, path = await connect_wrongly(connected, mine)
        began, may_end = asyncio.Event(), asyncio.Event()

        async def slow(_: Claim) -> Finding:
            began.set()
            await may_end.wait()
            return Finding()

        connected.app.state.check_channel = slow
        checking = asyncio.create_task(owner.post(f"{path}/check"))
        await began.wait()
        connected.app.state.check_channel = only_account(RIGHT, mine)
        changed = await owner.patch(path, {"number": victims})
        assert changed.json()["status"] == "pending"
        may_end.set()
        late = await checking
        assert (late.status_code, late.json()["error"]["code"]) == (409, "channel_changed")
        assert (await owner.get(path)).json()["status"] == "pending"
        directory = ChannelDirectory()
        await refresh_directory(pool, connected.services.keyring, directory)
        assert directory.route(Provider.TWILIO, sender_id=victims, account_id=None) == ()


async def test_a_channel_without_conversations_is_removed(api: Api) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        channel = (await owner.post("/api/channels", describe(number))).json()
        path = f"/api/channels/{channel['id']}"
        assert (await owner.delete(path)).status_code == 204
        assert (await owner.get(path)).status_code == 404
        assert (await owner.delete(path)).status_code == 404
        assert (await entries_of(owner))[-1][0] == "channel.removed"
        assert (await owner.post("/api/channels", describe(number))).json()["status"] == "active"


async def test_a_channel_with_conversations_stays(api: Api) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    await add_thread(api, owner.scope, channel_id)
    answer = await owner.delete(f"/api/channels/{channel_id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "channel_in_use")
    assert (await owner.get(f"/api/channels/{channel_id}")).status_code == 200


async def test_a_channel_for_which_messages_wait_stays(api: Api, pool: Pool) -> None:
    owner = await api.register()
    channel_id = await add_channel(api, owner.scope)
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        await conn.execute(
            "insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item, not_before) "
            "values ($1, $2, 'm:1', 1, 'message', '{}', 'infinity')",
            owner.workspace_id,
            channel_id,
        )
    assert (await owner.delete(f"/api/channels/{channel_id}")).json()["error"]["code"] == "channel_in_use"


async def test_who_may_not_change_channels_removes_none(api: Api) -> None:
    owner, stranger = await api.register(), await api.register()
    channel_id: UUID = await add_channel(api, owner.scope)
    agent = await api.add_member(owner, Role.AGENT)
    assert (await agent.delete(f"/api/channels/{channel_id}")).status_code == 403
    assert (await stranger.delete(f"/api/channels/{channel_id}")).status_code == 404
    assert (await owner.get(f"/api/channels/{channel_id}")).status_code == 200
