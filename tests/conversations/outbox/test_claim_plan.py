"""Claiming under a backlog that the planner's statistics know nothing of (docs/decisions/0010)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from hoopoe.conversations.outbox.claim import CLAIM, SHARE_OF_RATE, claim_sends
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.conversations.outbox.backlog import add_people, add_sends
from tests.support.database import Cluster
from tests.support.tenants import Tenant, make_tenant

CONVERSATIONS = 500
QUEUED_EACH = 10
ROOM = 400
BLOCKS_PER_QUEUED_ROW = 10


@pytest.fixture
async def backlog(cluster: Cluster, settings: Settings) -> AsyncIterator[tuple[Pool, Tenant]]:
    """A channel whose statistics say that all was sent, and then everybody's replies at once."""
    dsn = await cluster.clone()
    tenant = await make_tenant(dsn, make_keyring(settings))
    async with open_pool(dsn, size=2) as pool:
        async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
            await add_people(conn, tenant, CONVERSATIONS)
            await add_sends(conn, tenant, each=1, state="done")
        async with pool.acquire() as conn:
            await conn.execute("analyze")
        async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
            await add_sends(conn, tenant, each=QUEUED_EACH, state="queued")
        yield pool, tenant


async def test_a_claim_reads_each_queued_row_a_few_times_at_most(backlog: tuple[Pool, Tenant]) -> None:
    pool, tenant = backlog
    first = await claim_sends(pool, room=ROOM, lease_seconds=30)
    assert len(first) == len({send.conversation_id for send in first}) == ROOM
    async with transaction(pool, role=tenancy.PIPE) as conn:
        explained = await conn.fetchval(
            f"explain (analyze, buffers, format json) {CLAIM}",
            [tenant.workspace_id],
            [tenant.channel_id],
            ROOM,
            30.0,
            ROOM,
            [0],
            SHARE_OF_RATE,
        )
    plan = (json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]
    blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    assert plan["Actual Rows"] == CONVERSATIONS - ROOM
    assert blocks < BLOCKS_PER_QUEUED_ROW * CONVERSATIONS * QUEUED_EACH
