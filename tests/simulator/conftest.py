"""One simulator for all tests here; each test has a receiver, a channel and a person of its own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.simulator.graph import Graph
from tests.simulator.receiver import Receiver, run_receiver
from tests.support.simulator import SimulatedChannel, SimulatorProcess, start_simulator


@pytest_asyncio.fixture(scope="session")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimulatorProcess]:
    environment = {"SIMULATOR_RETRY_GAP": "0.02", "SIMULATOR_RETRY_GAP_MAX": "0.05", "SIMULATOR_RETRIES": "6"}
    async with start_simulator(tmp_path_factory.mktemp("simulator"), environment=environment) as running:
        yield running


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with run_receiver() as running:
        yield running


@pytest_asyncio.fixture
async def channel(simulator: SimulatorProcess, receiver: Receiver) -> SimulatedChannel:
    made = await simulator.add_channel(receiver.url)
    receiver.verify_token = made.verify_token
    return made


@pytest.fixture
def graph(simulator: SimulatorProcess, channel: SimulatedChannel) -> Graph:
    return Graph(simulator, channel)


@pytest.fixture
def number() -> str:
    """A number that nobody has yet."""
    return f"+9665{secrets.randbelow(10**8):08d}"


@pytest_asyncio.fixture
async def customer(
    simulator: SimulatorProcess, channel: SimulatedChannel, receiver: Receiver, number: str
) -> AsyncIterator[str]:
    """The number of a person who has just written, so that the window is open."""
    await simulator.say(number, channel, "hi")
    await receiver.wait(receiver.messages, "first message")
    yield number
    await simulator.set_faults()
