"""From the simulated WhatsApp to the API: events on their way, and what a check of the connection reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from hoopoe.channels.account_events import NumberFacts, Quality, Throughput
from hoopoe.channels.meta.check import read_facts
from tests.support.desk import Desk
from tests.support.simulator import (
    SimulatedChannel,
    SimulatorClient,
    make_channel,
    start_simulator,
    wait_until,
)
from tests.support.tenants import Tenant
from tests.webhooks.conftest import Door

JsonObject = dict[str, Any]


@pytest.fixture(scope="module")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimulatorClient]:
    async with start_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


async def connect(door: Door, simulator: SimulatorClient) -> tuple[Tenant, SimulatedChannel, Desk]:
    """A workspace whose number is one of the simulator's, and its owner's desk."""
    made = await simulator.add_channel(channel=make_channel(f"{door.url}/api/whatsapp/webhook"))
    tenant = await door.add_tenant(
        number=made.number,
        phone_number_id=made.phone_number_id,
        waba_id=made.waba_id,
        app_secret=made.app_secret,
        access_token=made.access_token,
        has_limits=True,
    )
    return tenant, made, await door.desk(tenant)


async def tell(simulator: SimulatorClient, channel: SimulatedChannel, field: str, **value: object) -> None:
    await simulator.call("POST", f"/world/channels/{channel.phone_number_id}/events", {"field": field, "value": value})


async def wait_for_events(door: Door, desk: Desk, count: int) -> list[JsonObject]:
    async def look() -> list[JsonObject] | None:
        await door.take_turns()
        events: list[JsonObject] = (await desk.get("/api/account-events"))["data"]
        return events if len(events) == count else None

    return await wait_until(look, f"{count} account events")


async def test_a_throughput_upgrade_makes_the_channel_as_fast_as_it_may_be(
    door: Door, simulator: SimulatorClient
) -> None:
    tenant, made, desk = await connect(door, simulator)
    await tell(
        simulator, made, "phone_number_quality_update", event="THROUGHPUT_UPGRADE", current_limit="TIER_UNLIMITED"
    )
    [event] = await wait_for_events(door, desk, 1)
    assert (event["kind"], event["what"], event["channel"]["name"]) == ("number_quality", "throughput_upgrade", "Line")
    channel = await desk.get(f"/api/channels/{tenant.channel_id}")
    assert (channel["throughput"], channel["messages_per_second"]) == ("high", 1000)


async def test_a_person_who_stops_marketing_is_in_the_events(door: Door, simulator: SimulatorClient) -> None:
    _, made, desk = await connect(door, simulator)
    preference = {"wa_id": "966500000177", "category": "marketing_messages", "value": "stop", "timestamp": 1764320400}
    await tell(simulator, made, "user_preferences", user_preferences=[preference])
    [event] = await wait_for_events(door, desk, 1)
    assert (event["kind"], event["what"], event["new_value"]) == ("preference", "stop", "marketing")
    assert event["contact"]["id"]
    assert event["subject"] is None


async def test_who_may_not_read_the_journal_does_not_see_what_came(door: Door, simulator: SimulatorClient) -> None:
    tenant, made, desk = await connect(door, simulator)
    await tell(simulator, made, "security", event="PIN_CHANGED")
    [event] = await wait_for_events(door, desk, 1)
    assert event["raw"]["event"] == "PIN_CHANGED"
    async with door.pool.acquire() as conn, conn.transaction():
        await conn.execute("set local role hoopoe_app")
        await conn.execute(f"set local app.workspaces = '{tenant.workspace_id}'")
        await conn.execute("update members set role = 'viewer' where workspace_id = $1", tenant.workspace_id)
    [event] = (await desk.get("/api/account-events"))["data"]
    assert event["raw"] is None


async def read_from(url: str, channel: SimulatedChannel) -> NumberFacts:
    async with aiohttp.ClientSession() as session:
        return await read_facts(
            session,
            base_url=url,
            version="v25.0",
            phone_number_id=channel.phone_number_id,
            access_token=channel.access_token,
        )


async def test_a_check_reads_what_is_so_of_a_number(simulator: SimulatorClient) -> None:
    made = await simulator.add_channel()
    assert await read_from(simulator.url, made) == NumberFacts(
        Quality.HIGH, "2000", Throughput.STANDARD, "approved", is_on_phone=False
    )


async def test_a_field_that_the_graph_does_not_know_costs_only_itself() -> None:
    """An older version: it refuses a request for the first unknown field that it meets."""
    asked: list[list[str]] = []
    known: JsonObject = {"quality_rating": "YELLOW", "messaging_limit_tier": "TIER_1K", "name_status": "APPROVED"}

    async def answer(request: web.Request) -> web.Response:
        names = request.query["fields"].split(",")
        asked.append(names)
        for name in names:
            if name not in known:
                words = f"(#100) Tried accessing nonexisting field ({name}) on node type (WhatsAppBusinessPhoneNumber)"
                return web.json_response({"error": {"code": 100, "message": words}}, status=400)
        return web.json_response({name: known[name] for name in names})

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        facts = await read_from(url, make_channel(""))
    finally:
        await runner.cleanup()
    assert facts == NumberFacts(Quality.MEDIUM, "1000", None, "approved")
    assert len(asked) == 4


async def test_a_graph_that_is_away_or_refuses_says_nothing(simulator: SimulatorClient) -> None:
    made = await simulator.add_channel()
    assert await read_from("http://127.0.0.1:9", made) == NumberFacts()
    stranger = make_channel("")
    assert await read_from(simulator.url, stranger) == NumberFacts()
