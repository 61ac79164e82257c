"""The control API: people, threads, the log, what was accepted, the stream, the page."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import (
    SimulatedChannel,
    SimulatorProcess,
    SimulatorRefusedError,
    make_channel,
    start_simulator,
)


async def test_the_people_of_a_new_world(tmp_path: Path) -> None:
    async with start_simulator(tmp_path) as simulator:
        phones = (await simulator.call("GET", "/phones"))["phones"]
        assert [phone["number"] for phone in phones] == [
            "+966500000101",
            "+966500000102",
            "+966500000103",
            None,
            "+966500000105",
        ]
        assert phones[0]["name"] == "نورة العتيبي"
        assert phones[3]["username"] == "@tariq.m"
        assert [phone["blocked"] for phone in phones] == [False, False, False, False, True]
        assert len({phone["user_id"] for phone in phones}) == 5


async def test_a_configuration_file(tmp_path: Path) -> None:
    channel = make_channel("http://127.0.0.1:1/hook")
    config = tmp_path / "config.json"
    fields = {name: getattr(channel, name) for name in channel.__slots__}
    person = {"name": "Lina", "number": "+966 50 111 2222", "language": "en"}
    config.write_text(json.dumps({"channels": [fields], "people": [person], "time_zone": "Asia/Riyadh"}))
    environment = {"SIMULATOR_CONFIG": str(config)}
    async with start_simulator(tmp_path, environment=environment, is_kept=True) as simulator:
        world = await simulator.world()
        (shown,) = world["channels"]
        assert (shown["number"], shown["phone_number_id"]) == (channel.number, channel.phone_number_id)
        assert world["clock"]["time_zone"] == "Asia/Riyadh"
        assert channel.app_secret not in json.dumps(world)
        assert channel.access_token not in json.dumps(world)
        assert [phone["name"] for phone in (await simulator.call("GET", "/phones"))["phones"]] == ["Lina"]
        await simulator.change_person("+966501112222", blocked=True)
        await simulator.stop()
        await simulator.start()
        assert len((await simulator.world())["channels"]) == 1
        assert (await simulator.call("GET", "/phones/+966501112222"))["blocked"] is True


async def test_a_person_from_beginning_to_end(
    simulator: SimulatorProcess, graph: Graph, number: str, receiver: Receiver
) -> None:
    made = await simulator.add_person("Lina", number, language="en")
    assert (made["number"], made["language"], made["threads"]) == (number, "en", [])
    for spelling in (number, number.removeprefix("+"), f"{number[:4]} {number[4:8]}-{number[8:]}", made["user_id"]):
        assert (await simulator.call("GET", f"/phones/{spelling}"))["name"] == "Lina"
    with pytest.raises(SimulatorRefusedError, match="409"):
        await simulator.add_person("Somebody else", number)
    changed = await simulator.change_person(number, name="Lina A.", blocked=True)
    assert (changed["name"], changed["blocked"], changed["language"]) == ("Lina A.", True, "en")
    with pytest.raises(SimulatorRefusedError, match=r"409.*unblock"):
        await simulator.say(number, graph.channel, "hi")
    await simulator.change_person(number, blocked=False, reachable=False)
    with pytest.raises(SimulatorRefusedError, match=r"409.*out of reach"):
        await simulator.say(number, graph.channel, "hi")
    await simulator.call("DELETE", f"/phones/{number}")
    with pytest.raises(SimulatorRefusedError, match="404"):
        await simulator.messages(number)
    failed = await graph.send_text(number)
    await receiver.wait_for_statuses(failed, "failed")


async def test_a_number_that_nobody_has_becomes_a_person(
    simulator: SimulatorProcess, channel: SimulatedChannel, number: str
) -> None:
    await simulator.say(number, channel, "I am new")
    assert (await simulator.call("GET", f"/phones/{number}"))["name"] == number
    await simulator.say("SA.123456789", channel, "I have no number")
    assert (await simulator.call("GET", "/phones/SA.123456789"))["number"] is None


WRONG_MESSAGES: dict[str, tuple[dict[str, Any], int]] = {
    "no channel": ({"type": "text", "text": {"body": "x"}}, 422),
    "unknown channel": ({"to": "+1999", "type": "text", "text": {"body": "x"}}, 404),
    "unknown type": ({"to": "CHANNEL", "type": "dance", "dance": {}}, 422),
    "no object": ({"to": "CHANNEL", "type": "text"}, 422),
    "object of another type": ({"to": "CHANNEL", "type": "text", "image": {"id": "1"}}, 422),
    "two objects": ({"to": "CHANNEL", "type": "text", "text": {"body": "x"}, "raw": {}}, 422),
    "empty text": ({"to": "CHANNEL", "type": "text", "text": {"body": ""}}, 422),
    "picture without source": ({"to": "CHANNEL", "type": "image", "image": {}}, 422),
    "picture that is not there": ({"to": "CHANNEL", "type": "image", "image": {"id": "1"}}, 404),
    "picture that is not base64": ({"to": "CHANNEL", "type": "image", "image": {"data": "%"}}, 422),
    "a button that nobody offered": ({"to": "CHANNEL", "type": "button_reply", "button_reply": {"id": "x"}}, 422),
}


@pytest.mark.parametrize("name", WRONG_MESSAGES)
async def test_wrong_messages_change_nothing(
    name: str, simulator: SimulatorProcess, channel: SimulatedChannel, number: str, receiver: Receiver
) -> None:
    body, status = WRONG_MESSAGES[name]
    await simulator.add_person("Lina", number)
    given = {**body, "to": channel.number} if body.get("to") == "CHANNEL" else body
    answer = await simulator.call("POST", f"/phones/{number}/messages", given, status=status)
    assert set(answer["error"]) == {"code", "message", "details"}
    assert await simulator.messages(number) == []
    assert receiver.received == []


async def test_not_a_number_and_not_json(simulator: SimulatorProcess, channel: SimulatedChannel) -> None:
    body = {"to": channel.number, "type": "text", "text": {"body": "x"}}
    await simulator.call("POST", "/phones/nobody/messages", body, status=404)
    url = f"{simulator.url}/phones/+966500000101/messages"
    async with simulator.session.post(url, data=b"{") as response:
        assert response.status == 400
    for wrong in ({"name": "x"}, {"name": "", "number": "+966500000999"}, {"name": "x", "number": "12"}):
        await simulator.call("POST", "/phones", wrong, status=422)


async def test_a_picture_by_multipart(
    simulator: SimulatorProcess, channel: SimulatedChannel, number: str, receiver: Receiver
) -> None:
    form = aiohttp.FormData({"to": channel.number, "type": "document", "caption": "My receipt"})
    form.add_field("file", b"%PDF-1.7", filename="receipt.pdf", content_type="application/pdf")
    async with simulator.session.post(f"{simulator.url}/phones/{number}/messages", data=form) as response:
        assert response.status == 201
    await receiver.wait(receiver.messages, "message")
    document = receiver.messages()[0]["document"]
    assert (document["filename"], document["caption"]) == ("receipt.pdf", "My receipt")
    async with simulator.session.post(
        f"{simulator.url}/phones/{number}/messages",
        data=aiohttp.FormData({"to": channel.number}, default_to_multipart=True),
    ) as response:
        assert response.status == 422


async def test_messages_behind_one(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    other = await simulator.add_channel(receiver.url)
    first = await graph.send_text(customer, "one")
    second = await graph.send_text(customer, "two")
    third = await simulator.say(customer, other, "three")
    assert [message["id"] for message in await simulator.messages(customer, after=first)] == [second, third]
    assert [message["id"] for message in await simulator.messages(customer, channel=other)] == [third]
    assert await simulator.messages(customer, after=third) == []
    await simulator.call("GET", f"/phones/{customer}/messages?after=wamid.unknown", status=404)
    page = await simulator.call("GET", f"/phones/{customer}/messages?after={first}&limit=1")
    assert ([message["id"] for message in page["messages"]], page["has_more"]) == ([second], True)
    threads = (await simulator.call("GET", f"/phones/{customer}"))["threads"]
    assert [(thread["messages"], thread["unread"]) for thread in threads] == [(3, 2), (1, 0)]


async def test_accepted_in_order(simulator: SimulatorProcess, graph: Graph, customer: str) -> None:
    sent = [await graph.send_text(customer, f"{place}", biz_opaque_callback_data=f"m{place}.1") for place in range(5)]
    rows = await simulator.accepted(graph.channel)
    assert [row["wamid"] for row in rows] == sent
    assert [row["body"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["biz_opaque_callback_data"] for row in rows] == [f"m{place}.1" for place in range(5)]
    assert rows[0]["to"] == customer.removeprefix("+")
    assert sorted(row["seq"] for row in rows) == [row["seq"] for row in rows]


async def test_the_wire_log(
    simulator: SimulatorProcess, graph: Graph, customer: str, channel: SimulatedChannel
) -> None:
    last = (await simulator.log())[-1]["seq"]
    counts = (await simulator.world())["counts"]
    buttons = [{"type": "reply", "reply": {"id": name, "title": name}} for name in ("a", "b")]
    content = {"type": "button", "body": {"text": "x"}, "action": {"buttons": buttons}}
    await graph.send(to=customer, type="interactive", interactive=content)
    await graph.send(to=customer, type="text", text={"body": ""})
    rows = await simulator.log(after=last, kind="send")
    assert [(row["direction"], row["status"], row["code"]) for row in rows] == [
        ("from_app", 200, None),
        ("from_app", 400, 131008),
    ]
    assert rows[0]["summary"] == "POST /messages interactive, 2 buttons"
    assert json.loads(rows[0]["body"])["interactive"] == content
    assert rows[0]["ms"] >= 0
    assert "131008" in rows[1]["summary"]
    after = (await simulator.world())["counts"]
    assert (after["out"] - counts["out"], after["refused"] - counts["refused"]) == (2, 1)
    (message,) = [
        row for row in await simulator.log(kind="message") if row["phone_number_id"] == channel.phone_number_id
    ]
    assert (message["direction"], message["status"], message["signature"][:7]) == ("to_app", 200, "sha256=")
    newest = await simulator.call("GET", "/world/log?limit=1&kind=send")
    assert [row["seq"] for row in newest["log"]] == [rows[1]["seq"]]
    assert channel.access_token not in json.dumps(await simulator.log())


async def test_the_log_is_bounded(tmp_path: Path) -> None:
    async with start_simulator(tmp_path, environment={"SIMULATOR_LOG_ROWS": "5"}) as simulator:
        graph = Graph(simulator, await simulator.add_channel())
        for _ in range(9):
            await graph.call("GET", graph.channel.waba_id)
        assert [row["seq"] for row in await simulator.log()] == [5, 6, 7, 8, 9]
        assert (await simulator.world())["counts"]["out"] == 9


async def test_the_stream_tells_what_happens(simulator: SimulatorProcess, graph: Graph, customer: str) -> None:
    async with simulator.session.get(f"{simulator.url}/world/stream") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": hello\n"
        message_id = await graph.send_text(customer, "live")
        seen: list[str] = []
        async with asyncio.timeout(10):
            while not {"message", "log", "status"} <= set(seen):
                line = await response.content.readline()
                if line.startswith(b"event: "):
                    seen.append(line.removeprefix(b"event: ").strip().decode())
                elif line.startswith(b"data: ") and seen[-1] == "message":
                    message = json.loads(line.removeprefix(b"data: "))
                    assert (message["id"], message["text"]["body"]) == (message_id, "live")


async def test_the_handshake_on_demand(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver
) -> None:
    path = f"/world/channels/{channel.phone_number_id}/verify"
    assert await simulator.call("POST", path) == {"ok": True, "error": None}
    receiver.verify_token = "another"
    answer = await simulator.call("POST", path)
    assert answer["ok"] is False
    assert "challenge" in answer["error"]


async def test_a_number_belongs_to_one_channel(simulator: SimulatorProcess, channel: SimulatedChannel) -> None:
    fields = {name: getattr(channel, name) for name in channel.__slots__}
    await simulator.call("POST", "/world/channels", {**fields, "name": "Renamed"})
    await simulator.call("POST", "/world/channels", {**fields, "phone_number_id": "1065000000"}, status=409)
    await simulator.call("POST", "/world/channels", {**fields, "callback_url": "ftp://x"}, status=422)


async def test_the_page_may_call_from_elsewhere(simulator: SimulatorProcess) -> None:
    async with simulator.session.get(f"{simulator.url}/world", headers={"Origin": "http://localhost:5173"}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    async with simulator.session.get(simulator.url) as response:
        assert (response.status, "not built" in await response.text()) == (200, True)


async def test_the_built_page_is_served(tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    async with start_simulator(tmp_path, environment={"SIMULATOR_WEB": str(web)}) as simulator:
        (web / "phone.html").write_text("<h1>phone</h1>")
        (web / "assets" / "a.js").write_text("1")
        for path, wanted in (("/", "<h1>phone</h1>"), ("/assets/a.js", "1")):
            async with simulator.session.get(simulator.url + path) as response:
                assert (response.status, await response.text()) == (200, wanted)
        for path in ("/assets/b.js", "/%2e%2e/ready.json", "/nothing"):
            async with simulator.session.get(URL(simulator.url + path, encoded=True)) as response:
                assert response.status == 404
        assert (await simulator.world())["channels"] == []


async def test_the_page_of_the_control_api_needs_nothing_from_outside(tmp_path: Path) -> None:
    async with (
        start_simulator(tmp_path) as simulator,
        aiohttp.ClientSession() as http,
        http.get(f"{simulator.url}/docs") as answer,
    ):
        page = await answer.text()
    assert answer.status == 200
    assert "/phones/{number}/messages" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
