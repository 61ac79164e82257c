"""Faults: each strikes as told, nothing else changes, and the log says what was done on purpose."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatorProcess, SimulatorRefusedError


async def fault(graph: Graph, kind: str, **more: object) -> None:
    await graph.simulator.set_faults({"kind": kind, "phone_number_id": graph.channel.phone_number_id, **more})


async def test_drop_accepts_nothing(simulator: SimulatorProcess, graph: Graph, customer: str) -> None:
    await fault(graph, "drop", count=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await graph.send_text(customer)
    assert await simulator.accepted(graph.channel) == []
    row = (await simulator.log(kind="send"))[-1]
    assert (row["status"], row["fault"]) == (None, "drop")
    await graph.send_text(customer)
    assert len(await simulator.accepted(graph.channel)) == 1


async def test_accept_and_never_answer(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    await fault(graph, "accept_and_never_answer", count=1, seconds=0.2)
    started = time.monotonic()
    with pytest.raises(aiohttp.ClientConnectionError):
        await graph.send_text(customer, biz_opaque_callback_data="lost.1")
    assert time.monotonic() - started >= 0.2
    (accepted,) = await simulator.accepted(graph.channel)
    assert accepted["biz_opaque_callback_data"] == "lost.1"
    await receiver.wait_for_statuses(accepted["wamid"], "sent", "delivered")
    assert (await simulator.wait_for_reply(customer))["id"] == accepted["wamid"]
    row = (await simulator.log(kind="send"))[-1]
    assert (row["status"], row["fault"]) == (None, "accept_and_never_answer")


async def test_who_hangs_up_first_is_still_in_the_log(simulator: SimulatorProcess, graph: Graph, customer: str) -> None:
    await fault(graph, "accept_and_never_answer", seconds=30)
    with pytest.raises(TimeoutError):
        await graph.call(
            "POST",
            f"{graph.channel.phone_number_id}/messages",
            {"messaging_product": "whatsapp", "to": customer, "text": {"body": "bye"}},
            timeout=aiohttp.ClientTimeout(total=0.2),
        )
    assert len(await simulator.accepted(graph.channel)) == 1
    assert (await simulator.log(kind="send"))[-1]["phone_number_id"] == graph.channel.phone_number_id


@pytest.mark.parametrize(
    ("kind", "more", "answered"),
    [
        ("refuse_429", {}, (400, 130429)),
        ("refuse_pair_rate", {}, (400, 131056)),
        ("error_5xx", {}, (503, 2)),
        ("error_5xx", {"code": 131016}, (503, 131016)),
        ("refuse_code", {"code": 131031}, (403, 131031)),
        ("refuse_code", {"code": 132015}, (400, 132015)),
    ],
)
async def test_refusals(
    kind: str, more: dict[str, Any], answered: tuple[int, int], graph: Graph, customer: str
) -> None:
    simulator = graph.simulator
    await fault(graph, kind, **more)
    got, answer = await graph.send(to=customer, type="text", text={"body": "x"})
    assert (got, answer["error"]["code"]) == answered
    assert await simulator.accepted(graph.channel) == []
    assert (await simulator.log(kind="send"))[-1]["code"] == answered[1]


async def test_delay(graph: Graph, customer: str) -> None:
    await fault(graph, "delay", seconds=0.2, count=1)
    started = time.monotonic()
    await graph.send_text(customer)
    assert time.monotonic() - started >= 0.2


async def test_receipts_are_left_alone(simulator: SimulatorProcess, graph: Graph, customer: str) -> None:
    await fault(graph, "refuse_429")
    (message,) = await simulator.messages(customer)
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}
    assert (await graph.call("POST", f"{graph.channel.phone_number_id}/messages", body))[0] == 200


async def test_count_scope_and_type(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    other = Graph(simulator, await simulator.add_channel(receiver.url))
    await fault(graph, "refuse_429", count=2)
    await other.send_text(customer)
    results = [(await graph.send(to=customer, type="text", text={"body": "x"}))[0] for _ in range(4)]
    assert results == [400, 400, 200, 200]
    (listed,) = (await simulator.call("GET", "/world/faults"))["faults"]
    assert (listed["count"], listed["struck"]) == (0, 2)
    await fault(graph, "refuse_code", code=132015, message_type="template")
    await graph.send_text(customer)
    content = {"name": "hello_world", "language": {"code": "en_US"}}
    assert (await graph.send(to=customer, type="template", template=content))[0] == 400


async def test_probability(graph: Graph, customer: str) -> None:
    await fault(graph, "refuse_429", probability=0.5)
    results = {(await graph.send(to=customer, type="text", text={"body": "x"}))[0] for _ in range(40)}
    assert results == {200, 400}
    await fault(graph, "refuse_429", probability=0)
    await graph.send_text(customer)


async def test_duplicate(simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver) -> None:
    await fault(graph, "duplicate")
    message_id = await simulator.say(customer, graph.channel, "twice")
    await receiver.wait(lambda: len(receiver.messages()) == 3, "both copies")
    copies = receiver.received[1:]
    assert copies[0].body == copies[1].body
    assert [message["id"] for message in receiver.messages()[1:]] == [message_id, message_id]
    rows = await simulator.log(kind="message")
    assert "duplicate" in [row["fault"] for row in rows[-2:]]
    await simulator.wait_for_status(customer, message_id, "delivered")


async def test_reorder(simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver) -> None:
    await fault(graph, "reorder", count=1, seconds=0.2)
    sent = [await simulator.say(customer, graph.channel, text) for text in ("first", "second")]
    await receiver.wait(lambda: len(receiver.messages()) == 3, "both")
    assert [message["id"] for message in receiver.messages()[1:]] == sent[::-1]


async def test_delayed_webhooks_keep_their_order(
    simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver
) -> None:
    await fault(graph, "delay_webhooks", seconds=0.1, count=1)
    sent = [await simulator.say(customer, graph.channel, text) for text in ("first", "second")]
    await receiver.wait(lambda: len(receiver.messages()) == 3, "both")
    assert [message["id"] for message in receiver.messages()[1:]] == sent


async def test_slow_statuses(graph: Graph, customer: str, receiver: Receiver) -> None:
    await fault(graph, "slow_statuses", seconds=0.3, count=1)
    slow = await graph.send_text(customer)
    quick = await graph.send_text(customer)
    await receiver.wait_for_statuses(quick, "sent", "delivered")
    assert receiver.statuses(slow) == []
    await receiver.wait_for_statuses(slow, "sent", "delivered")


async def test_dropped_statuses(simulator: SimulatorProcess, graph: Graph, customer: str, receiver: Receiver) -> None:
    await fault(graph, "drop_statuses", count=1)
    message_id = await graph.send_text(customer)
    await receiver.wait(lambda: receiver.statuses(message_id), "status")
    assert [item["status"] for item in receiver.statuses(message_id)] == ["delivered"]
    rows = [row for row in await simulator.log(kind="status") if row["fault"] == "drop_statuses"]
    assert rows[-1]["phone_number_id"] == graph.channel.phone_number_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "earthquake"},
        {"kind": "drop", "probability": 2},
        {"kind": "drop", "count": 0},
        {"kind": "refuse_code"},
        {"kind": "delay", "seconds": -1},
        {"kind": "drop", "when": "now"},
    ],
)
async def test_wrong_faults_change_nothing(wrong: dict[str, Any], simulator: SimulatorProcess, graph: Graph) -> None:
    await fault(graph, "delay", seconds=0)
    with pytest.raises(SimulatorRefusedError, match="422"):
        await simulator.set_faults(wrong)
    assert len((await simulator.world())["faults"]) == 1
    await simulator.set_faults()
    assert (await simulator.world())["faults"] == []
