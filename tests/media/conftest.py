"""The app, a simulated world, and customers who send files at either provider."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from hoopoe.media import problems
from tests.media.street import Street, open_street
from tests.support.api import Api, api
from tests.support.simulator import SimulatorProcess, start_simulator

__all__ = ["api"]


@pytest.fixture(scope="module")
async def simulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SimulatorProcess]:
    async with start_simulator(tmp_path_factory.mktemp("world")) as running:
        yield running


@pytest.fixture(params=["meta", "twilio"])
async def street(request: pytest.FixtureRequest, api: Api, simulator: SimulatorProcess) -> AsyncIterator[Street]:
    yield await open_street(api, simulator, is_twilio=request.param == "twilio")
    await simulator.set_faults()


@pytest.fixture
async def meta(api: Api, simulator: SimulatorProcess) -> AsyncIterator[Street]:
    yield await open_street(api, simulator)
    await simulator.set_faults()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once."""
    monkeypatch.setattr(problems, "DELAYS", (0.05,) * 7)
