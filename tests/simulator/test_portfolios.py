"""One person, a user id for each portfolio."""

from __future__ import annotations

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess, make_channel


async def add_channel(simulator: SimulatorProcess, receiver: Receiver, portfolio: str) -> SimulatedChannel:
    made = make_channel(receiver.url)
    fields = {field: getattr(made, field) for field in made.__slots__}
    await simulator.call("POST", "/world/channels", {**fields, "portfolio": portfolio})
    return made


async def test_two_numbers_of_one_portfolio_know_a_person_alike(
    simulator: SimulatorProcess, receiver: Receiver, number: str
) -> None:
    channels = [await add_channel(simulator, receiver, portfolio) for portfolio in ("one", "one", "two", "")]
    await simulator.add_person("Noura", number, username="noura.a")
    for count, channel in enumerate(channels, 1):
        await simulator.say(number, channel, "hi")
        await receiver.wait(lambda count=count: len(receiver.messages()) >= count, f"message {count}")
    first, again, other, own = [message["from_user_id"] for message in receiver.messages()]
    assert first == again
    assert len({first, other, own}) == 3
    assert own == (await simulator.call("GET", f"/phones/{number}"))["user_id"]
    for user_id in (first, other, own):
        assert (await simulator.call("GET", f"/phones/{user_id}"))["name"] == "Noura"

    status, answer = await Graph(simulator, channels[0]).send(recipient=first, type="text", text={"body": "yours"})
    assert (status, answer["contacts"][0]["user_id"]) == (200, first)
    status, answer = await Graph(simulator, channels[0]).send(recipient=other, type="text", text={"body": "nobody's"})
    failed = str(answer["messages"][0]["id"])
    await receiver.wait(lambda: receiver.statuses(failed), "the failure")
    assert [each["status"] for each in receiver.statuses(failed)] == ["failed"]
    told = [each for each in receiver.statuses() if each["id"] != failed]
    assert {each["recipient_user_id"] for each in told} <= {first}


async def test_who_moves_gets_another_id_at_each(simulator: SimulatorProcess, receiver: Receiver, number: str) -> None:
    channels = [await add_channel(simulator, receiver, portfolio) for portfolio in ("three", "four")]
    for channel in channels:
        await simulator.say(number, channel, "hi")
    await simulator.call("POST", f"/phones/{number}/user-id")
    await receiver.wait(lambda: len(receiver.messages()) >= 4, "both notices")
    texts = {each["from_user_id"] for each in receiver.messages() if each["type"] == "text"}
    notices = [each["system"] for each in receiver.messages() if each["type"] == "system"]
    assert {each["previous_user_id"] for each in notices} == texts
    assert len({each["user_id"] for each in notices} | texts) == 4
