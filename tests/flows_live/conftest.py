"""One Hoopoe as processes for all tests of this folder, and another system that its flows may call."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.house import House
from tests.flows_live.other_system import OtherSystem, run_other_system
from tests.support.stack import run_stack


@pytest.fixture(scope="package")
async def other() -> AsyncIterator[OtherSystem]:
    async with run_other_system() as running:
        yield running


@pytest.fixture(scope="package")
async def house(other: OtherSystem) -> AsyncIterator[House]:
    async with run_stack(variables={"OUTBOUND_ALLOW": f"127.0.0.1:{other.port}"}) as stack:
        yield House(stack)
