"""Fixtures that every slice's tests share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest
from xdist.remote import Producer

from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.secrets import new_master_key
from hoopoe.kernel.settings import Settings
from tests.support.database import Cluster, make_template, run_cluster
from tests.support.spreading import Spreading, put_longest_first

# The same examples on each run, so that a test fails for what was changed and not for what was drawn, and no bound on
# the time of one, which is the machine's. `--hypothesis-profile=search` draws others.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, print_blob=True)
hypothesis.settings.load_profile("same")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Spreading | None:
    """Whole folders are spread as tests/support/spreading.py says."""
    return Spreading(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        put_longest_first(items)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The test process's own PostgreSQL."""
    with run_cluster() as running:
        asyncio.run(make_template(running))
        yield running


@pytest.fixture(scope="session")
def settings(cluster: Cluster) -> Settings:
    """Settings as a web or worker process would have them, on the test database."""
    return Settings.model_validate(
        {
            "hoopoe_home": cluster.server.home,
            "database_url": cluster.url,
            "hoopoe_keys": new_master_key(),
            "hoopoe_dev_clock": "on",
            # Every test registers people of its own, all from one address.
            "registrations_per_hour": 0,
        }
    )


@pytest.fixture(scope="session")
async def pool(cluster: Cluster) -> AsyncIterator[Pool]:
    """Connections of the login role: take a role with `transaction`."""
    async with open_pool(cluster.url, size=20) as opened:
        yield opened
