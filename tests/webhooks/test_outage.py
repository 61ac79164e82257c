"""While the database is away nothing is acknowledged; when it is back, everything arrives once."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.embedded import start_embedded
from hoopoe.kernel.db.pool import open_pool
from hoopoe.kernel.secrets import Keyring, new_master_key
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.desk import post_webhook, run_web
from tests.support.ready_made import VERSION, start_migrated
from tests.support.simulator import start_simulator, wait_until
from tests.support.tenants import make_tenant

CUSTOMERS = 10
QUICK_RETRIES = {"SIMULATOR_RETRY_GAP": "0.1", "SIMULATOR_RETRY_GAP_MAX": "0.5"}


@pytest.fixture
async def home() -> AsyncIterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hoopoe-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


async def test_nothing_is_acknowledged_while_the_database_is_away(home: Path) -> None:
    database = await asyncio.to_thread(start_migrated, home)
    key = new_master_key()
    try:
        async with (
            run_web(home, {"DATABASE_URL": database.dsn, "HOOPOE_KEYS": key}) as url,
            start_simulator(home / "simulator", environment=QUICK_RETRIES) as simulator,
            aiohttp.ClientSession() as session,
        ):
            channel = await simulator.add_channel(f"{url}/api/whatsapp/webhook")
            tenant = await make_tenant(
                database.dsn,
                Keyring([key]),
                blueprint=echo_blueprint(),
                phone_number_id=channel.phone_number_id,
                waba_id=channel.waba_id,
                app_secret=channel.app_secret,
                verify_token=channel.verify_token,
            )

            async def shake() -> bool:
                verify = f"/world/channels/{channel.phone_number_id}/verify"
                async with session.post(simulator.url + verify) as answer:
                    return answer.status < 400

            await wait_until(shake, "channel in the directory")
            await asyncio.to_thread(database.stop)
            for n in range(CUSTOMERS):
                await simulator.say(f"+96650000{n:04d}", channel, f"#{n}#")

            async def look() -> bool:
                return len(await simulator.log(kind="message")) >= 3 * CUSTOMERS

            await wait_until(look, "retries of the provider")
            statuses = {row["status"] for row in await simulator.log(kind="message")}
            assert statuses == {503}
            assert await post_webhook(session, url, b"null", signature=None) == 400, "what is wrong is still told"

            database = await asyncio.to_thread(start_embedded, home, version=VERSION)
            await simulator.wait_until_settled()
            async with open_pool(database.dsn, size=4) as pool:
                await take_turns(pool, make_handlers())
                rows = await fetch_rows(pool, tenant, "select content->>'body' from messages where direction = 'in'")
            assert sorted(row[0] for row in rows) == [f"#{n}#" for n in range(CUSTOMERS)]
    finally:
        await asyncio.to_thread(database.stop)
