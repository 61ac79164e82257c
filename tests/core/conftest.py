"""A simulator of its own for each test of what leaves, and a tenant whose number it serves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.simulator import SimulatorProcess, start_simulator
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def simulator(tmp_path: Path) -> AsyncIterator[SimulatorProcess]:
    async with start_simulator(tmp_path) as running:
        yield running


@pytest.fixture
async def tenant(settings: Settings, simulator: SimulatorProcess) -> Tenant:
    channel = await simulator.add_channel()
    return await make_tenant(
        settings.require_database_url(),
        make_keyring(settings),
        blueprint=echo_blueprint(),
        number=channel.number,
        phone_number_id=channel.phone_number_id,
        waba_id=channel.waba_id,
        access_token=channel.access_token,
    )
