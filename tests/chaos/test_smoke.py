"""The path, with every process there: a phone writes, a flow answers, statuses come back."""

from __future__ import annotations

from hoopoe.flows.demo import cafe_blueprint
from tests.support.stack import run_stack


async def test_a_phone_gets_one_answer_and_the_ticks_come_back() -> None:
    async with run_stack() as stack:
        _, channel = await stack.add_tenant(cafe_blueprint())
        sent = await stack.simulator.say("+966500000101", channel, "السلام عليكم")
        answer = await stack.simulator.wait_for_reply("+966500000101", after=sent)
        await stack.simulator.wait_for_status("+966500000101", sent, "read")
        await stack.simulator.wait_until_settled()
        assert answer["direction"] == "in"
        assert len(await stack.simulator.accepted(channel)) == 1
