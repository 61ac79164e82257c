"""One Hoopoe as processes for all tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.e2e.house import House
from tests.support.stack import run_stack


@pytest.fixture(scope="package")
async def house() -> AsyncIterator[House]:
    async with run_stack(variables={"SEND_FIRST_RETRY_SECONDS": "0.1"}) as stack:
        yield House(stack)
