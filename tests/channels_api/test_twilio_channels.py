"""Channels at Twilio over the API: own accounts and sub-accounts, checked before they are active."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from secrets import token_hex
from typing import Any

import pytest

from hoopoe.channels.checking import make_check
from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import ChannelDirectory, refresh_directory
from hoopoe.channels.twilio.check import SANDBOX_NUMBER
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.http.edge import Edge
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.channels.twilio.server import Reply, by_path, error, run_twilio
from tests.support.api import Api, point_outside

MASTER = "AC" + "a1" * 16


def describe(number: str, /, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Branch line",
        "provider": "twilio",
        "number": number,
        "account_sid": f"AC{token_hex(16)}",
        "auth_token": token_hex(16),
        **changes,
    }


def new_line() -> str:
    return f"+96650{int(token_hex(4), 16) % 10**7:07d}"


def listed(number: str) -> dict[str, Reply | list[Reply]]:
    return {
        "Accounts": (200, {"status": "active", "auth_token": "the-subs-own-token", "owner_account_sid": MASTER}),
        "Senders": (200, {"senders": [{"sender_id": f"whatsapp:{number}", "status": "ONLINE"}], "meta": {}}),
    }


@contextlib.asynccontextmanager
async def connected_to(api: Api, **replies: Reply | list[Reply]) -> AsyncIterator[Api]:
    """The app whose Twilio gives these answers."""
    async with run_twilio(by_path(**replies)) as twilio:
        settings = api.services.settings.model_copy(update={"twilio_api_url": twilio.url})
        app = make_http_app(settings)
        attach_services(app, api.services)
        app.state.check_channel = make_check(point_outside(api, settings))
        yield Api(app, api.services, Edge(app, is_https=False))


async def test_a_number_that_the_account_lists_becomes_active(api: Api, pool: Pool) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        body = describe(number)
        answer = await owner.post("/api/channels", body)
        channel = answer.json()
        assert (answer.status_code, channel["status"], channel["status_reason"]) == (201, "active", None)
        assert (channel["provider"], channel["account_sid"], channel["verify_token"]) == (
            "twilio",
            body["account_sid"],
            None,
        )
        assert (channel["phone_number_id"], channel["waba_id"], channel["messages_per_second"]) == (None, None, 1.0)
        assert channel["credentials"] == {
            "app_secret": False,
            "access_token": False,
            "verify_token": False,
            "auth_token": True,
        }
        address, _, overrides = channel["webhook_url"].partition("#")
        assert address.endswith("/whatsapp/webhook")
        assert not address.endswith("/api/whatsapp/webhook")
        # Without these Twilio calls once and drops what it could not deliver.
        asked = dict(part.split("=") for part in overrides.split("&"))
        assert (asked["rc"], set(asked["rp"].split(","))) == ("5", {"5xx", "ct", "rt"})
        assert int(asked["ct"]) + int(asked["rt"]) < int(asked["tt"]) <= 15_000
        assert body["auth_token"] not in answer.text
        directory = ChannelDirectory()
        await refresh_directory(pool, connected.services.keyring, directory)
        routed = directory.by_sender[Provider.TWILIO, number][0]
        assert (routed.account_id, routed.access_token) == (body["account_sid"], body["auth_token"])
        assert routed.signing_secret == body["auth_token"].encode()


async def test_of_a_sub_account_only_its_own_token_is_kept(api: Api, pool: Pool) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        answer = await owner.post("/api/channels", describe(number, master_account_sid=MASTER))
        assert answer.json()["status"] == "active"
        directory = ChannelDirectory()
        await refresh_directory(pool, connected.services.keyring, directory)
        assert directory.by_sender[Provider.TWILIO, number][0].access_token == "the-subs-own-token"


async def test_somebody_elses_sub_account_stays_closed(api: Api) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        answer = await owner.post("/api/channels", describe(number, master_account_sid="AC" + "b2" * 16))
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "sub_account_not_read")
        assert "sub-account" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("replies", "word"),
    [
        ({"Accounts": (401, error(20003))}, "auth token"),
        ({"Accounts": (200, {"status": "suspended"})}, "suspended"),
        ({"Accounts": (200, {"status": "active"}), "Senders": (200, {"senders": [], "meta": {}})}, "sender"),
        ({"Accounts": (503, None)}, "reached"),
    ],
)
async def test_what_is_wrong_is_said_in_words(api: Api, replies: dict[str, Reply], word: str) -> None:
    async with connected_to(api, **replies) as connected:
        owner = await connected.register()
        channel = (await owner.post("/api/channels", describe(new_line()))).json()
        assert channel["status"] == "pending"
        assert word in channel["status_reason"]


async def test_one_number_is_connected_once(api: Api) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner, other = await connected.register(), await connected.register()
        body = describe(number)
        assert (await owner.post("/api/channels", body)).json()["status"] == "active"
        again = await owner.post("/api/channels", describe(number))
        assert (again.status_code, again.json()["error"]["code"]) == (409, "channel_exists")
        second = (await other.post("/api/channels", body)).json()
        assert second["status"] == "pending"
        assert "connected already" in second["status_reason"]


async def test_secrets_of_another_provider_are_refused(api: Api) -> None:
    number = new_line()
    async with connected_to(api, **listed(number)) as connected:
        owner = await connected.register()
        channel = (await owner.post("/api/channels", describe(number))).json()
        path = f"/api/channels/{channel['id']}"
        answer = await owner.patch(path, {"app_secret": "a-secret-of-meta", "name": "not this either"})
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == ["app_secret"]
        assert (await owner.get(path)).json()["name"] == "Branch line"
        changed = (await owner.patch(path, {"auth_token": "another-auth-token"})).json()
        assert changed["status"] == "active"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"account_sid": "AC123"}, "account_sid"),
        ({"account_sid": "../../v1"}, "account_sid"),
        ({"auth_token": "short"}, "auth_token"),
        ({"auth_token": None}, "auth_token"),
        ({"master_account_sid": "me"}, "master_account_sid"),
        ({"number": "0501234567"}, "number"),
        ({"waba_id": "102290129340398"}, "waba_id"),
    ],
)
async def test_every_fault_names_its_field(api: Api, changes: dict[str, Any], field: str) -> None:
    owner = await api.register()
    answer = await owner.post("/api/channels", describe(new_line(), **changes))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == [field]


async def test_twilios_sandbox_number_serves_every_account(api: Api, pool: Pool) -> None:
    """Everybody's number: each account's channel of it is routed by the account."""
    async with connected_to(api, **listed(SANDBOX_NUMBER)) as connected:
        channels = []
        for _ in range(2):
            owner = await connected.register()
            channel = (await owner.post("/api/channels", describe(SANDBOX_NUMBER))).json()
            assert (channel["status"], channel["status_reason"]) == ("active", None)
            channels.append(channel)
        copy = describe(SANDBOX_NUMBER, account_sid=channels[0]["account_sid"])
        third = (await (await connected.register()).post("/api/channels", copy)).json()
        assert (third["status"], third["status_reason_code"]) == ("pending", "number_taken")
        directory = ChannelDirectory()
        await refresh_directory(pool, connected.services.keyring, directory)
        for channel in channels:
            routed = directory.route(Provider.TWILIO, sender_id=SANDBOX_NUMBER, account_id=channel["account_sid"])
            assert [str(each.id) for each in routed] == [channel["id"]]
        assert directory.route(Provider.TWILIO, sender_id=SANDBOX_NUMBER, account_id="AC" + "0" * 32) == ()
