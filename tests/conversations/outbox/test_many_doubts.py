"""More doubts than fit into one look: those that wait for a person do not hide the others."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from hoopoe.channels.contract import Provider
from hoopoe.conversations.outbox.settle import PAGE, RESOLVE, resolve_doubts
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.conversations.outbox.backlog import add_people, add_sends
from tests.support.core import fetch_rows
from tests.support.database import Cluster
from tests.support.tenants import Tenant, make_tenant

FOR_PEOPLE = 250
AGE = "update outbox set attempted_at = now() - interval '{age}' where workspace_id = $1 and state = '{state}'"
TOLD = """
update outbox set attempted_at = now() - interval '2 min', status_seen_at = now() - interval '1 s'
where workspace_id = $1 and state = 'done'
"""


@pytest.fixture
async def dsn(cluster: Cluster) -> str:
    return await cluster.clone()


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    """As the worker has it."""
    async with open_pool(dsn, size=2, is_probing=True) as pool:
        yield pool


@pytest.fixture
async def silent(pool: Pool, settings: Settings, dsn: str) -> Tenant:
    """A workspace with 250 sends in doubt from one claim, of which nothing will ever be known."""
    tenant = await make_tenant(dsn, make_keyring(settings))
    async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
        await add_people(conn, tenant, FOR_PEOPLE)
        await add_sends(conn, tenant, each=1, state="unknown")
        await conn.execute(AGE.format(age="1 hour", state="unknown"), tenant.workspace_id)
    return tenant


async def test_a_doubt_behind_many_that_wait_for_a_person_is_settled(
    pool: Pool, settings: Settings, dsn: str, silent: Tenant
) -> None:
    lucky = await make_tenant(dsn, make_keyring(settings))
    async with transaction(pool, role=tenancy.APP, workspaces=[lucky.workspace_id]) as conn:
        await add_people(conn, lucky, 1)
        await add_sends(conn, lucky, each=1, state="unknown")
        await add_sends(conn, lucky, each=1, state="done")
        await conn.execute(AGE.format(age="5 min", state="unknown"), lucky.workspace_id)
    assert await resolve_doubts(pool, after_seconds=0.0) == FOR_PEOPLE + 1
    assert await _states(pool, lucky) == [("done", False), ("unknown", True)]
    async with transaction(pool, role=tenancy.APP, workspaces=[lucky.workspace_id]) as conn:
        await conn.execute(TOLD, lucky.workspace_id)
    assert await resolve_doubts(pool, after_seconds=0.0) == 1
    assert await _states(pool, lucky) == [("done", False), ("queued", False)]
    assert set(await _states(pool, silent)) == {("unknown", True)}


async def test_a_page_of_doubts_is_found_by_its_index(pool: Pool, silent: Tenant) -> None:
    """Also where statistics say that nothing is in doubt."""
    async with transaction(pool, role=tenancy.APP, workspaces=[silent.workspace_id]) as conn:
        await add_sends(conn, silent, each=40, state="done")
    async with pool.acquire() as conn:
        await conn.execute("analyze outbox")
    async with transaction(pool, role=tenancy.PIPE) as conn:
        explained = await conn.fetchval(
            "explain (analyze, buffers, format json) " + RESOLVE.replace("{type}", EventType.MESSAGE_STATUS),
            0.0,
            [Provider.META],
            datetime.min.replace(tzinfo=UTC),
            0,
            PAGE,
        )
    nodes = list(_nodes((json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]))
    assert "outbox_doubt" in {node.get("Index Name") for node in nodes}
    assert "Seq Scan" not in {node["Node Type"] for node in nodes if node.get("Relation Name") == "outbox"}


async def _states(pool: Pool, tenant: Tenant) -> list[tuple[str, bool]]:
    rows = await fetch_rows(pool, tenant, "select state, needs_person from outbox order by state")
    return [(row["state"], row["needs_person"]) for row in rows]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
