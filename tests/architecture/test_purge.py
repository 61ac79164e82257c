"""A workspace that was deleted long ago: every table of the catalog is emptied, and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoopoe.kernel.db import purge, tenancy
from hoopoe.kernel.db.housekeeping import DELETED_DAYS, keep_house
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from tests.architecture.catalog import fill_workspace, read_tables
from tests.support.database import Cluster


async def count_rows(pool: Pool, workspace_id: UUID) -> dict[str, int]:
    async with transaction(pool, role=tenancy.OPERATOR) as conn:
        tables = [table.name for table in (await read_tables(conn)).values() if table.is_tenant]
        return {
            name: await conn.fetchval(f"select count(*) from {name} where workspace_id = $1", workspace_id)  # noqa: S608
            for name in tables
        }


async def make_workspace(pool: Pool, *, deleted_days: int | None) -> UUID:
    """A workspace with a row in every table."""
    workspace_id = new_id()
    async with pool.acquire() as conn:
        tables = await read_tables(conn)
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
        await fill_workspace(conn, tables, workspace_id)
        await conn.execute(
            "update workspaces set deleted_at = now() - make_interval(days => $2) where id = $1",
            workspace_id,
            deleted_days,
        )
    return workspace_id


async def read_workspace(pool: Pool, workspace_id: UUID) -> dict[str, Any]:
    async with transaction(pool, role=tenancy.OPERATOR) as conn:
        return dict(await conn.fetchrow("select * from workspaces where id = $1", workspace_id) or {})


async def test_what_was_deleted_long_ago_is_gone_and_nothing_else(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purge, "SLICE", 1)
    async with open_pool(await cluster.clone(), size=3) as pool:
        old = await make_workspace(pool, deleted_days=DELETED_DAYS + 1)
        recent = await make_workspace(pool, deleted_days=DELETED_DAYS - 1)
        alive = await make_workspace(pool, deleted_days=None)
        full = await count_rows(pool, alive)
        assert min(full.values()) > 0
        asked: list[UUID] = []
        is_away = True

        async def forget(workspace_id: UUID) -> bool:
            asked.append(workspace_id)
            return not is_away

        await keep_house(pool, forget=forget)
        assert (await count_rows(pool, old))["messages"] == full["messages"], "what is kept elsewhere goes first"
        is_away = False
        await keep_house(pool, forget=forget)
        assert asked == [old, old]
        assert {name for name, count in (await count_rows(pool, old)).items() if count} == {"audit_entries"}
        for kept in (recent, alive):
            left = await count_rows(pool, kept)
            # Run out, or (the merge) of a contact that there is not.
            gone_by_itself = {"inbox", "ws_tickets", "idempotency_keys", "contact_merges"}
            assert {name for name in full if left[name] < full[name]} <= gone_by_itself
        gone = await read_workspace(pool, old)
        assert (gone["name"], gone["purged_at"] is not None) == ("", True)
        await keep_house(pool, forget=forget)
        assert (await read_workspace(pool, old))["purged_at"] == gone["purged_at"]
