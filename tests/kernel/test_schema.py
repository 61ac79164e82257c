"""The schema's version, told without Alembic, is the one that Alembic tells."""

from __future__ import annotations

import asyncpg
from alembic.config import Config
from alembic.script import ScriptDirectory

from hoopoe.kernel.db.migrate import MIGRATIONS
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.schema import is_up_to_date, newest_revision
from tests.support.database import Cluster
from tests.support.ready_made import VERSION


def test_the_newest_revision_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


async def test_a_database_is_up_to_date_when_it_has_that_revision(cluster: Cluster) -> None:
    dsn = await cluster.clone()
    assert await is_up_to_date(dsn)
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("update alembic_version set version_num = 'older'")
        assert not await is_up_to_date(dsn)
        await conn.execute("drop table alembic_version")
        assert not await is_up_to_date(dsn)
    finally:
        await conn.close()


async def test_the_tests_run_on_the_version_that_was_asked_for(pool: Pool) -> None:
    async with pool.acquire() as conn:
        assert await conn.fetchval("select current_setting('server_version_num')::int / 10000") == int(VERSION)
