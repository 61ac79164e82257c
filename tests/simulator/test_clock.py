"""The clock: it closes windows, and whoever was asked to be told is told before the answer comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.simulator.graph import Graph
from tests.simulator.receiver import run_receiver
from tests.support.simulator import SimulatorProcess, SimulatorRefusedError, start_simulator

HOUR = 3600


@asynccontextmanager
async def run_listener(status: int) -> AsyncIterator[tuple[str, list[tuple[str, Any]]]]:
    heard: list[tuple[str, Any]] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append((request.headers.get("Authorization", ""), await request.json()))
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/clock", listen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/clock", heard
    finally:
        await runner.cleanup()


async def test_the_window_closes_after_24_hours_and_opens_again(tmp_path: Path) -> None:
    async with start_simulator(tmp_path) as simulator, run_receiver() as receiver:
        graph = Graph(simulator, await simulator.add_channel(receiver.url))
        person = "+966500000101"
        await simulator.say(person, graph.channel, "hi")
        await simulator.advance(24 * HOUR - 60)
        inside = await graph.send_text(person)
        statuses = await receiver.wait_for_statuses(inside, "sent", "delivered")
        await simulator.advance(60)
        outside = await graph.send_text(person)
        (failed,) = await receiver.wait_for_statuses(outside, "failed")
        assert failed["errors"][0]["code"] == 131047
        assert int(failed["timestamp"]) - int(statuses[0]["timestamp"]) >= 60
        await simulator.say(person, graph.channel, "me again")
        await receiver.wait_for_statuses(await graph.send_text(person), "sent", "delivered")
        assert (await simulator.call("GET", f"/phones/{person}"))["threads"][0]["is_window_open"] is True


async def test_listeners_are_told_and_a_failure_is_told_back(tmp_path: Path) -> None:
    async with run_listener(200) as (good, heard), run_listener(500) as (bad, _):
        environment = {
            "SIMULATOR_CLOCK_LISTENERS": f"{good}, {bad}, http://127.0.0.1:1/nobody",
            "SIMULATOR_CLOCK_TOKEN": "secret",
        }
        async with start_simulator(tmp_path, environment=environment) as simulator:
            before = datetime.fromisoformat((await simulator.world())["clock"]["now"])
            answer = await simulator.advance(23 * HOUR)
            assert heard == [("Bearer secret", {"seconds": 23 * HOUR})]
            assert [item["ok"] for item in answer["listeners"]] == [True, False, False]
            assert answer["listeners"][1]["status"] == 500
            assert "No answer" in answer["listeners"][2]["error"]
            moved = datetime.fromisoformat(answer["now"]) - before
            assert 23 * HOUR <= moved.total_seconds() < 23 * HOUR + 60
            answer = await simulator.call("POST", "/world/clock/reset")
            assert heard[1] == ("Bearer secret", {"seconds": -23 * HOUR})
            assert answer["offset_seconds"] == 0
            assert [row["kind"] for row in await simulator.log(kind="clock")] == ["clock"] * 6


@pytest.mark.parametrize("seconds", [0, -5, "soon", None])
async def test_time_goes_forward_only(seconds: object, simulator: SimulatorProcess) -> None:
    before = (await simulator.world())["clock"]["offset_seconds"]
    with pytest.raises(SimulatorRefusedError, match="422"):
        await simulator.call("POST", "/world/clock/advance", {"seconds": seconds})
    assert (await simulator.world())["clock"]["offset_seconds"] == before


async def test_media_expire_in_world_time(tmp_path: Path) -> None:
    async with start_simulator(tmp_path) as simulator, run_receiver() as receiver:
        graph = Graph(simulator, await simulator.add_channel(receiver.url))
        await simulator.send("+966500000101", graph.channel, "image", {"data": "YQ==", "mime_type": "image/png"})
        await receiver.wait(receiver.messages, "message")
        image = receiver.messages()[0]["image"]
        headers = {"Authorization": f"Bearer {graph.channel.access_token}"}
        await simulator.advance(299)
        async with simulator.session.get(image["url"], headers=headers) as response:
            assert response.status == 200
        await simulator.advance(2)
        async with simulator.session.get(image["url"], headers=headers) as response:
            assert response.status == 404
        assert (await graph.call("GET", image["id"]))[0] == 200
        await simulator.advance(7 * 24 * HOUR)
        assert (await graph.call("GET", image["id"]))[0] == 400
