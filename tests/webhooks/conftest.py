"""A running web process, tenants, and turns taken by hand: the test says when the inbox is worked through."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from hoopoe.flows.demo.echo import echo_blueprint
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.core import fetch_rows, make_handlers, take_turns
from tests.support.database import Cluster
from tests.support.desk import Desk, open_desk, post_webhook, run_web, sign
from tests.support.simulator import wait_until
from tests.support.tenants import Tenant, make_tenant
from tests.webhooks.bodies import JsonObject, body, change, entry


@dataclass(frozen=True)
class Door:
    """The webhook's address, and what comes of what is posted there."""

    url: str
    settings: Settings
    pool: Pool
    session: aiohttp.ClientSession

    async def add_tenant(self, **options: Any) -> Tenant:
        """A workspace with an echo bot whose channel the web process knows."""
        dsn = self.settings.require_database_url()
        tenant = await make_tenant(dsn, make_keyring(self.settings), blueprint=echo_blueprint(), **options)

        async def look() -> bool:
            query = f"hub.mode=subscribe&hub.verify_token={tenant.verify_token}&hub.challenge=1"
            async with self.session.get(f"{self.url}/api/whatsapp/webhook?{query}") as answer:
                return answer.status == 200

        await wait_until(look, "channel in the web process's directory")
        return tenant

    async def desk(self, tenant: Tenant) -> Desk:
        return await open_desk(self.settings.require_database_url(), tenant, self.url, self.session)

    async def post(self, tenant: Tenant, content: object) -> int:
        """Post a body that the tenant's app signed."""
        raw = json.dumps(content).encode()
        return await post_webhook(self.session, self.url, raw, signature=sign(tenant.app_secret, raw))

    async def post_messages(self, tenant: Tenant, *messages: Any, **value: Any) -> int:
        """Post one change with these messages."""
        return await self.post(tenant, body(entry(tenant, change(tenant, *messages, **value))))

    async def take_turns(self) -> None:
        await take_turns(self.pool, make_handlers())

    async def filed(self, tenant: Tenant, direction: str = "in") -> Sequence[JsonObject]:
        """The tenant's messages, once the inbox was worked through."""
        await self.take_turns()
        rows = await fetch_rows(
            self.pool,
            tenant,
            "select type, content, provider_id, conversation_id, at from messages where direction = $1 order by id",
            direction,
        )
        return [dict(row) for row in rows]

    async def texts(self, tenant: Tenant) -> list[str]:
        """What people wrote to the tenant."""
        return [row["content"]["body"] for row in await self.filed(tenant)]

    async def dead_letters(self, tenant: Tenant) -> Sequence[JsonObject]:
        """What could not be handled."""
        rows = await fetch_rows(self.pool, tenant, "select kind, payload, error_code from dead_letters order by id")
        return [dict(row) for row in rows]

    async def count_journal(self, where: str, *arguments: object) -> int:
        """Rows of the journal of requests, which belongs to no tenant."""
        async with self.pool.acquire() as conn, conn.transaction():
            await conn.execute("set local role hoopoe_operator")
            count: int = await conn.fetchval(" ".join(["select count(*) from journal where", where]), *arguments)
            return count


@pytest.fixture(scope="package")
async def door(settings: Settings, cluster: Cluster, pool: Pool) -> AsyncIterator[Door]:
    """One web process for all tests of a folder, each with a workspace of its own."""
    variables = {
        "DATABASE_URL": cluster.url,
        "HOOPOE_KEYS": ",".join(settings.require_keys()),
    }
    async with run_web(cluster.server.home, variables) as url, aiohttp.ClientSession() as session:
        yield Door(url, settings, pool, session)
