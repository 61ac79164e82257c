"""What Meta tells of accounts: any field, signed, and what it says of a number is so in the Graph from then on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator.limits import Limit, Limits
from tests.simulator.graph import Graph
from tests.simulator.receiver import CUT, Receiver, is_signed, run_receiver
from tests.support.simulator import SimulatedChannel, SimulatorClient, make_channel, start_simulator

FIELDS = (
    "quality_rating,throughput,whatsapp_business_manager_messaging_limit,messaging_limit_tier,name_status,is_on_biz_app"
)


async def tell(simulator: SimulatorClient, channel: SimulatedChannel, field: str, **value: object) -> None:
    path = f"/world/channels/{channel.phone_number_id}/events"
    assert (await simulator.call("POST", path, {"field": field, "value": value}))["is_told"]


async def read_number(graph: Graph) -> dict[str, Any]:
    status, node = await graph.call("GET", f"{graph.channel.phone_number_id}?fields={FIELDS}")
    assert status == 200
    return node


async def test_any_field_is_told_signed_and_again_until_it_is_taken(
    simulator: SimulatorClient, channel: SimulatedChannel, receiver: Receiver
) -> None:
    receiver.answers.extend([500, CUT])
    body = {"field": "moon_phase_update", "value": {"phase": "full"}, "time": 1764320400, "entry_id": "900"}
    await simulator.call("POST", f"/world/channels/{channel.number}/events", body)
    await receiver.wait(lambda: len(receiver.received) == 3, "third try")
    assert len({received.body for received in receiver.received}) == 1
    assert all(is_signed(received, channel.app_secret) for received in receiver.received)
    assert json.loads(receiver.received[0].body)["entry"] == [
        {"id": "900", "time": 1764320400, "changes": [{"value": {"phase": "full"}, "field": "moon_phase_update"}]}
    ]


async def test_an_event_of_a_number_names_it_and_one_of_people_has_its_metadata(
    simulator: SimulatorClient, channel: SimulatedChannel, receiver: Receiver
) -> None:
    await tell(simulator, channel, "security", event="PIN_CHANGED")
    await tell(simulator, channel, "user_preferences", user_preferences=[])
    await receiver.wait(lambda: len(receiver.received) == 2, "both events")
    security, people = (received.changes[0]["value"] for received in receiver.received)
    assert security["display_phone_number"] == channel.number.removeprefix("+")
    assert people["metadata"]["phone_number_id"] == channel.phone_number_id


async def test_what_is_said_of_a_number_is_so_in_the_graph_and_after_a_restart(tmp_path: Path) -> None:
    async with run_receiver() as receiver:
        made = make_channel(receiver.url)
        async with start_simulator(tmp_path, is_kept=True) as simulator:
            graph = Graph(simulator, await simulator.add_channel(channel=made))
            assert await read_number(graph) == {
                "quality_rating": "GREEN",
                "throughput": {"level": "STANDARD"},
                "whatsapp_business_manager_messaging_limit": "TIER_2K",
                "messaging_limit_tier": "TIER_2K",
                "name_status": "APPROVED",
                "is_on_biz_app": False,
                "id": made.phone_number_id,
            }
            quality = "phone_number_quality_update"
            await tell(simulator, made, quality, event="FLAGGED", current_limit="TIER_1K")
            await tell(simulator, made, quality, event="THROUGHPUT_UPGRADE", current_limit="TIER_UNLIMITED")
            await tell(simulator, made, "phone_number_name_update", decision="REJECTED")
        async with start_simulator(tmp_path, is_kept=True) as simulator:
            node = await read_number(Graph(simulator, made))
    assert (node["quality_rating"], node["throughput"], node["name_status"]) == ("RED", {"level": "HIGH"}, "REJECTED")
    assert node["messaging_limit_tier"] == "TIER_UNLIMITED"


async def test_a_limit_is_that_of_all_numbers_of_the_account(
    simulator: SimulatorClient, channel: SimulatedChannel
) -> None:
    await tell(simulator, channel, "business_capability_update", max_daily_conversations_per_business="TIER_100K")
    node = await read_number(Graph(simulator, channel))
    assert node["whatsapp_business_manager_messaging_limit"] == "TIER_100K"


async def test_twilio_tells_nothing_of_an_account(simulator: SimulatorClient) -> None:
    line = await simulator.add_twilio_channel()
    body = {"field": "security", "value": {}}
    refused = await simulator.call("POST", f"/world/channels/{line.phone_number_id}/events", body, status=409)
    assert refused["error"]["code"] == "no_account_events"


def test_a_faster_number_may_send_more_in_a_second() -> None:
    limits = Limits(is_strict=False)
    fast = [limits.take("fast", f"{place}", now=1000, per_second=1000) for place in range(1001)]
    assert (fast[:1000], fast[1000]) == ([None] * 1000, Limit.THROUGHPUT)
    slow = [limits.take("slow", f"{place}", now=1000, per_second=20) for place in range(21)]
    assert (slow[:20], slow[20]) == ([None] * 20, Limit.THROUGHPUT)
    # A number that became faster does not wait for what it was.
    assert limits.take("slow", "more", now=1000.01, per_second=1000) is None
