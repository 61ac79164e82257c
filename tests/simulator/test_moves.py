"""People who change their number or get another user id: the business is told, the old address is nobody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess, SimulatorRefusedError, start_simulator


def other(number: str) -> str:
    """A number beside this one that nobody has."""
    return f"{number[:5]}9{number[6:]}" if number[5] != "9" else f"{number[:5]}8{number[6:]}"


async def heard(receiver: Receiver, count: int) -> list[dict[str, Any]]:
    """What the app was told of, once it is so many messages."""
    await receiver.wait(lambda: len(receiver.messages()) >= count, f"{count} messages")
    return receiver.messages()


async def test_a_new_number(
    simulator: SimulatorProcess, graph: Graph, channel: SimulatedChannel, receiver: Receiver, customer: str
) -> None:
    before = await simulator.call("GET", f"/phones/{customer}")
    new = other(customer)
    after = await simulator.call("POST", f"/phones/{customer}/number", {"number": new})
    assert (after["number"], after["name"], after["user_id"] != before["user_id"]) == (new, before["name"], True)
    await simulator.say(new, channel, "from the new one")
    _, notice, text = await heard(receiver, 3)
    assert (notice["type"], notice["from"], notice["from_user_id"]) == (
        "system",
        customer.removeprefix("+"),
        before["user_id"],
    )
    assert notice["system"] | {"body": ""} == {
        "body": "",
        "type": "user_changed_number",
        "wa_id": new.removeprefix("+"),
        "user_id": after["user_id"],
        "previous_user_id": before["user_id"],
    }
    assert (text["from"], text["from_user_id"]) == (new.removeprefix("+"), after["user_id"])
    with pytest.raises(SimulatorRefusedError, match="404"):
        await simulator.call("GET", f"/phones/{customer}")
    with pytest.raises(SimulatorRefusedError, match="404"):
        await simulator.call("GET", f"/phones/{before['user_id']}")
    assert len(await simulator.messages(new)) == 2, "the history stays"


async def test_the_old_number_gets_another_owner(
    simulator: SimulatorProcess, channel: SimulatedChannel, customer: str
) -> None:
    before = await simulator.call("GET", f"/phones/{customer}")
    new = other(customer)
    await simulator.call("POST", f"/phones/{customer}/number", {"number": new})
    made = await simulator.add_person("Sami", customer)
    assert made["threads"] == []
    ids = {before["user_id"], made["user_id"], (await simulator.call("GET", f"/phones/{new}"))["user_id"]}
    assert len(ids) == 3
    await simulator.say(customer, channel, "who is this?")
    assert [len(await simulator.messages(each)) for each in (customer, new)] == [1, 1]


async def test_another_user_id(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, customer: str
) -> None:
    before = await simulator.call("GET", f"/phones/{customer}")
    after = await simulator.call("POST", f"/phones/{customer}/user-id")
    assert (after["number"], after["user_id"] != before["user_id"]) == (customer, True)
    given = await simulator.call("POST", f"/phones/{customer}/user-id", {"user_id": f"SA.9{before['user_id'][4:]}"})
    assert given["user_id"] == f"SA.9{before['user_id'][4:]}"
    _, first, second = await heard(receiver, 3)
    assert [notice["system"]["type"] for notice in (first, second)] == ["user_changed_user_id"] * 2
    assert [notice["system"]["previous_user_id"] for notice in (first, second)] == [
        before["user_id"],
        after["user_id"],
    ]


async def test_a_username_hides_the_number_and_goes_again(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, customer: str
) -> None:
    await simulator.change_person(customer, username="noura.a")
    await simulator.say(customer, channel, "hidden")
    await simulator.change_person(customer, username="")
    await simulator.say(customer, channel, "shown")
    messages = await heard(receiver, 3)
    assert ["from" in message for message in messages] == [True, False, True]
    assert len({message["from_user_id"] for message in messages}) == 1


async def test_what_cannot_be(simulator: SimulatorProcess, customer: str) -> None:
    there = (await simulator.call("GET", "/phones/+966500000101"))["user_id"]
    for path, body, status in (
        ("number", {"number": "+966500000101"}, 409),
        ("number", {"number": "noura"}, 422),
        ("user-id", {"user_id": there}, 409),
        ("user-id", {"user_id": "noura"}, 422),
    ):
        with pytest.raises(SimulatorRefusedError, match=str(status)):
            await simulator.call("POST", f"/phones/{customer}/{path}", body)
    await simulator.change_person(customer, reachable=False)
    with pytest.raises(SimulatorRefusedError, match="409"):
        await simulator.call("POST", f"/phones/{customer}/user-id")


async def test_who_moved_has_moved_after_a_restart(tmp_path: Path) -> None:
    async with start_simulator(tmp_path, is_kept=True) as simulator:
        await simulator.call("POST", "/phones/+966500000101/number", {"number": "+966500000191"})
        await simulator.add_person("Sami", "+966500000101")
        await simulator.stop()
        await simulator.start()
        assert (await simulator.call("GET", "/phones/+966500000191"))["name"] == "نورة العتيبي"
        assert (await simulator.call("GET", "/phones/+966500000101"))["name"] == "Sami"
