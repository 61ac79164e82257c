"""Each test has a receiver, a Twilio number and a person of its own; the simulator is the session's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.simulator.twilio.app import FormReceiver, Twilio, run_form_receiver
from tests.support.simulator import SimulatedTwilioChannel, SimulatorProcess


@pytest_asyncio.fixture
async def forms() -> AsyncIterator[FormReceiver]:
    async with run_form_receiver() as running:
        yield running


@pytest_asyncio.fixture
async def sender(simulator: SimulatorProcess, forms: FormReceiver) -> SimulatedTwilioChannel:
    return await simulator.add_twilio_channel(forms.url, status_callback_url=f"{forms.url}/status?own=1")


@pytest.fixture
def twilio(simulator: SimulatorProcess, sender: SimulatedTwilioChannel) -> Twilio:
    return Twilio(simulator, sender)


@pytest_asyncio.fixture
async def person(
    simulator: SimulatorProcess, sender: SimulatedTwilioChannel, forms: FormReceiver, number: str
) -> AsyncIterator[str]:
    """The number of a person who has just written, so that the window is open."""
    await simulator.say(number, sender, "hi")
    await forms.wait(forms.messages, "first message")
    yield number
    await simulator.set_faults()
