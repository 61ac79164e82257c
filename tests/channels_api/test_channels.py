"""Channels: connected only when the simulator vouches for the number, secrets never shown, one owner per number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.checking import Claim, Finding, make_check
from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import ChannelDirectory, refresh_directory
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.http.edge import Edge
from hoopoe.kernel.ids import new_id
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import attach_services
from tests.support.api import Api, Caller, point_outside
from tests.support.simulator import SimulatedChannel, SimulatorClient, start_simulator


@pytest.fixture(scope="module")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimulatorClient]:
    async with start_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(scope="module")
async def connected(api: Api, simulator: SimulatorClient) -> Api:
    """The app whose provider is the simulator."""
    settings = api.services.settings.model_copy(update={"meta_graph_url": simulator.url})
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.settings = settings
    app.state.check_channel = make_check(point_outside(api, settings))
    return Api(app, api.services, Edge(app, is_https=False))


async def find_good(_: Claim) -> Finding:
    """A provider whose app has another secret by now."""
    return Finding()


def describe(channel: SimulatedChannel, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Main line",
        "provider": "meta",
        "number": channel.number,
        "phone_number_id": channel.phone_number_id,
        "waba_id": channel.waba_id,
        "access_token": channel.access_token,
        "app_secret": channel.app_secret,
        "verify_token": channel.verify_token,
        **changes,
    }


async def connect(owner: Caller, channel: SimulatedChannel, **changes: Any) -> dict[str, Any]:
    answer = await owner.post("/api/channels", describe(channel, **changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_number_whose_credentials_read_it_becomes_active(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    pasted = {"number": f"{number.number[:4]} {number.number[4:]}", "access_token": f" {number.access_token}\n"}
    channel = await connect(owner, number, **pasted)
    assert (channel["status"], channel["status_reason"]) == ("active", None)
    assert channel["number"] == number.number
    assert channel["credentials"] == {
        "app_secret": True,
        "access_token": True,
        "verify_token": True,
        "auth_token": False,
    }
    assert channel["webhook_url"].endswith("/api/whatsapp/webhook")
    assert (await owner.get(f"/api/channels/{channel['id']}")).json().items() <= channel.items()


async def test_secrets_go_in_and_never_come_out(connected: Api, simulator: SimulatorClient, pool: Pool) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    created = await owner.post("/api/channels", describe(number))
    path = f"/api/channels/{created.json()['id']}"
    texts = [created.text, (await owner.get("/api/channels")).text, (await owner.get(path)).text]
    texts.append((await owner.patch(path, {"app_secret": "another-secret-1"})).text)
    for secret in (number.access_token, number.app_secret, number.verify_token, "another-secret-1"):
        assert all(secret not in text for text in texts)
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_operator")
        row = await conn.fetchrow("select * from channels where workspace_id = $1", owner.workspace_id)
    assert row is not None
    assert all(number.access_token.encode() not in row[name] for name in ("access_token", "app_secret"))


async def test_a_verify_token_that_we_made_is_shown_once(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    created = await connect(owner, await simulator.add_channel(), verify_token=None)
    assert len(created["verify_token"]) >= 32
    assert created["verify_token"] not in (await owner.get("/api/channels")).text
    brought = await connect(owner, await simulator.add_channel())
    assert brought["verify_token"] is None


async def test_a_provider_that_does_not_answer_says_nothing_against_a_channel(
    connected: Api, simulator: SimulatorClient
) -> None:
    owner = await connected.register()
    channel = await connect(owner, await simulator.add_channel())
    nobody = connected.app.state.settings.model_copy(update={"meta_graph_url": "http://127.0.0.1:9"})
    kept, connected.app.state.check_channel = (
        connected.app.state.check_channel,
        make_check(point_outside(connected, nobody)),
    )
    checked = (await owner.post(f"/api/channels/{channel['id']}/check")).json()
    connected.app.state.check_channel = kept
    assert (checked["status"], checked["status_reason_code"]) == ("active", "unreachable")
    checked = (await owner.post(f"/api/channels/{channel['id']}/check")).json()
    assert (checked["status"], checked["status_reason_code"]) == ("active", None)


async def test_a_wrong_app_secret_is_found_before_its_webhooks_are_refused(
    connected: Api, simulator: SimulatorClient
) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    channel = await connect(owner, number, app_secret="another-apps-secret")
    assert (channel["status"], channel["status_reason_code"]) == ("pending", "wrong_app_secret")
    path = f"/api/channels/{channel['id']}"
    mended = (await owner.patch(path, {"app_secret": number.app_secret})).json()
    assert (mended["status"], mended["status_reason"]) == ("active", None)
    refusal = await owner.patch(path, {"app_secret": "another-apps-secret"})
    assert (refusal.status_code, refusal.json()["error"]["details"]["reason_code"]) == (422, "wrong_app_secret")


async def test_wrong_credentials_leave_it_pending_with_words(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    channel = await connect(owner, number, access_token="EAAwrongwrongwrong")
    assert channel["status"] == "pending"
    assert "access token" in channel["status_reason"]
    path = f"/api/channels/{channel['id']}"
    assert (await owner.post(f"{path}/check")).json()["status"] == "pending"
    mended = (await owner.patch(path, {"access_token": number.access_token})).json()
    assert (mended["status"], mended["status_reason"]) == ("active", None)


async def test_nobody_claims_a_number_with_another_ones_id(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    mine, other = await simulator.add_channel(), await simulator.add_channel()
    channel = await connect(owner, mine, number=other.number)
    assert channel["status"] == "pending"
    assert mine.number[-4:] in channel["status_reason"].replace(" ", "")


async def test_a_number_belongs_to_one_workspace_and_the_other_learns_nothing(
    connected: Api, simulator: SimulatorClient
) -> None:
    first, second = await connected.register(workspace_name="First"), await connected.register()
    number = await simulator.add_channel()
    held = await connect(first, number)
    late = await connect(second, number)
    assert late["status"] == "pending"
    assert "First" not in late["status_reason"]
    assert held["id"] not in str(late)
    await first.patch(f"/api/channels/{held['id']}", {"status": "disabled"})
    assert (await second.post(f"/api/channels/{late['id']}/check")).json()["status"] == "active"
    back = (await first.patch(f"/api/channels/{held['id']}", {"status": "active"})).json()
    assert back["status"] == "pending"


async def test_one_workspace_connects_a_number_once(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    await connect(owner, number)
    answer = await owner.post("/api/channels", describe(number))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "channel_exists")


async def test_a_token_that_stops_working_is_an_error_in_words(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    channel = await connect(owner, number)
    path = f"/api/channels/{channel['id']}"
    refusal = await owner.patch(path, {"access_token": "EAAwrongwrongwrong", "name": "Other"})
    assert (refusal.status_code, refusal.json()["error"]["code"]) == (422, "credentials_refused")
    assert refusal.json()["error"]["details"]["reason_code"] == "wrong_token"
    kept = (await owner.post(f"{path}/check")).json()
    assert (kept["status"], kept["name"]) == ("active", channel["name"]), "the token that works stays"


async def test_a_token_that_the_provider_takes_back_is_an_error_in_words(
    connected: Api, simulator: SimulatorClient
) -> None:
    owner = await connected.register()
    channel = await connect(owner, await simulator.add_channel())

    async def refuse(_: Claim) -> Finding:
        return Finding(ReasonCode.WRONG_TOKEN, "The access token is not valid any more.")

    kept, connected.app.state.check_channel = connected.app.state.check_channel, refuse
    broken = (await owner.post(f"/api/channels/{channel['id']}/check")).json()
    connected.app.state.check_channel = kept
    assert (broken["status"], broken["status_reason_code"]) == ("error", "wrong_token")
    assert "access token" in broken["status_reason"]


async def test_when_the_provider_is_away_the_channel_waits(api: Api, simulator: SimulatorClient) -> None:
    settings = api.services.settings.model_copy(update={"meta_graph_url": "http://127.0.0.1:9"})
    app = make_http_app(settings)
    attach_services(app, api.services)
    app.state.check_channel = make_check(point_outside(api, settings))
    owner = await Api(app, api.services, Edge(app, is_https=False)).register()
    channel = await connect(owner, await simulator.add_channel())
    assert channel["status"] == "pending"
    assert "reached" in channel["status_reason"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "0501234567"}, "number"),
        ({"number": "not a number"}, "number"),
        ({"phone_number_id": "../../me"}, "phone_number_id"),
        ({"waba_id": ""}, "waba_id"),
        ({"access_token": "short"}, "access_token"),
        ({"access_token": "EAA\r\nX-Evil: 1"}, "access_token"),
        ({"app_secret": None}, "app_secret"),
        ({"name": ""}, "name"),
        ({"provider": "telegram"}, "provider"),
        ({"status": "active"}, "status"),
    ],
)
async def test_every_fault_names_its_field(
    connected: Api, simulator: SimulatorClient, changes: dict[str, Any], field: str
) -> None:
    owner = await connected.register()
    answer = await owner.post("/api/channels", describe(await simulator.add_channel(), **changes))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["error"]["details"]["fields"]] == [field]
    assert "EAA" not in answer.text


async def test_changes_reach_the_directory_with_their_secrets(
    connected: Api, simulator: SimulatorClient, pool: Pool
) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    channel = await connect(owner, number)
    directory = ChannelDirectory()
    keyring = connected.services.keyring
    await refresh_directory(pool, keyring, directory)
    assert directory.by_sender[Provider.META, number.phone_number_id][0].signing_secret == number.app_secret.encode()
    path = f"/api/channels/{channel['id']}"
    kept, connected.app.state.check_channel = connected.app.state.check_channel, find_good
    await owner.patch(path, {"app_secret": "another-secret-1"})
    connected.app.state.check_channel = kept
    assert await refresh_directory(pool, keyring, directory)
    assert directory.by_sender[Provider.META, number.phone_number_id][0].signing_secret == b"another-secret-1"
    await owner.patch(path, {"status": "disabled"})
    await refresh_directory(pool, keyring, directory)
    assert (Provider.META, number.phone_number_id) not in directory.by_sender


async def test_a_channel_is_bound_to_a_bot_of_its_own_workspace(connected: Api, simulator: SimulatorClient) -> None:
    owner, stranger = await connected.register(), await connected.register()
    channel = await connect(owner, await simulator.add_channel())
    path = f"/api/channels/{channel['id']}"
    bot = (await owner.post("/api/bots", {"name": "Bot"})).json()
    foreign = (await stranger.post("/api/bots", {"name": "Bot"})).json()
    changed = (await owner.patch(path, {"bot_id": bot["id"], "messages_per_second": 10})).json()
    assert (changed["bot_id"], changed["messages_per_second"]) == (bot["id"], 10)
    for unknown in (foreign["id"], str(new_id())):
        answer = await owner.patch(path, {"bot_id": unknown, "name": "not this either"})
        assert answer.json()["error"]["details"]["fields"][0]["field"] == "bot_id"
    assert (await owner.get(path)).json()["name"] == "Main line"
    assert (await owner.patch(path, {"bot_id": None})).json()["bot_id"] is None


async def test_an_agent_sees_channels_and_does_not_change_them(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    channel = await connect(owner, await simulator.add_channel())
    agent = await connected.add_member(owner, "agent")
    assert len((await agent.get("/api/channels")).json()["data"]) == 1
    path = f"/api/channels/{channel['id']}"
    assert (await agent.post("/api/channels", describe(await simulator.add_channel()))).status_code == 403
    assert (await agent.patch(path, {"name": "x"})).status_code == 403
    assert (await agent.post(f"{path}/check")).status_code == 403


async def test_the_journal_shows_a_workspace_its_own_parts(connected: Api, pool: Pool) -> None:
    owner, stranger = await connected.register(), await connected.register()
    channel_id = new_id()
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_pipe")
        for outcome in ("stored", "unreadable", "kept"):
            await conn.execute(
                """
                insert into journal_items (workspace_id, id, journal_id, channel_id, field, outcome, reason,
                                           item_count, raw)
                values ($1, $2, $3, $4, 'messages', $5, null, 1, '{"a": 1}')
                """,
                *(owner.workspace_id, new_id(), new_id(), channel_id, outcome),
            )
    found = (await owner.get("/api/webhooks/items")).json()["data"]
    assert [each["result"] for each in found] == ["ignored", "unreadable", "stored"]
    assert found[0]["raw"] == {"a": 1}
    for query, count in ((f"?channel_id={channel_id}", 3), (f"?channel_id={new_id()}", 0), ("?result=ignored", 1)):
        assert len((await owner.get(f"/api/webhooks/items{query}")).json()["data"]) == count
    assert (await stranger.get("/api/webhooks/items")).json()["data"] == []
    agent = await connected.add_member(owner, "agent")
    assert (await agent.get("/api/webhooks/items")).status_code == 403


async def test_a_checked_number_says_its_quality_limit_and_speed_and_keeps_to_it(
    connected: Api, simulator: SimulatorClient
) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    channel = await connect(owner, number)
    assert (channel["quality"], channel["messaging_limit"], channel["name_status"]) == ("high", "2000", "approved")
    assert (channel["throughput"], channel["messages_per_second"]) == ("standard", 80)
    path = f"/api/channels/{channel['id']}"
    upgrade = {"field": "phone_number_quality_update", "value": {"event": "THROUGHPUT_UPGRADE"}}
    await simulator.call("POST", f"/world/channels/{number.phone_number_id}/events", upgrade, status=200)
    checked = (await owner.post(f"{path}/check")).json()
    assert (checked["throughput"], checked["messages_per_second"]) == ("high", 1000)
    assert (await owner.patch(path, {"messages_per_second": 30})).json()["messages_per_second"] == 30
    assert (await owner.post(f"{path}/check")).json()["messages_per_second"] == 30


async def test_a_number_that_is_on_a_phone_too_is_slower(connected: Api, simulator: SimulatorClient) -> None:
    owner = await connected.register()
    number = await simulator.add_channel()
    fields = {name: getattr(number, name) for name in number.__slots__}
    await simulator.call("POST", "/world/channels", {**fields, "is_on_biz_app": True, "throughput_level": "HIGH"})
    channel = await connect(owner, number)
    assert (channel["throughput"], channel["messages_per_second"]) == ("coexistence", 20)
