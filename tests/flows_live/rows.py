"""Looking into, and reaching into, the database of a running Hoopoe: for what no API shows or does."""

from __future__ import annotations

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Record, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from tests.e2e.house import House, Shop
from tests.support.simulator import wait_until


async def fetch(house: House, shop: Shop, sql: str, *arguments: object) -> list[Record]:
    """Run a statement as the shop's own API would."""
    workspace_id = shop.tenant.workspace_id
    async with (
        open_pool(house.stack.database.dsn, size=1) as pool,
        transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn,
    ):
        return list(await conn.fetch(sql, *arguments))


async def read_everything(house: House, sql: str) -> list[Record]:
    """Run a query over the rows of all workspaces, as an operator would."""
    async with (
        open_pool(house.stack.database.dsn, size=1) as pool,
        transaction(pool, role=tenancy.OPERATOR) as conn,
    ):
        return list(await conn.fetch(sql))


async def wait_for_rows(house: House, shop: Shop, sql: str, count: int = 1) -> list[Record]:
    """The rows of a query, once there are so many."""

    async def look() -> list[Record] | None:
        rows = await fetch(house, shop, sql)
        return rows if len(rows) >= count else None

    return await wait_until(look, f"{count} rows of {sql}", within=30)


async def kill_worker(house: House) -> None:
    """kill -9 of the worker; returns when another one runs."""
    before = house.stack.processes["worker0"].pid
    house.stack.kill("worker0")

    async def look() -> bool:
        return house.stack.processes["worker0"].pid != before

    await wait_until(look, "another worker")


async def end_leases(house: House, shop: Shop) -> None:
    """The minute after which an effect's worker counts as dead has passed."""
    async with open_pool(house.stack.database.dsn, size=1) as pool, transaction(pool, role=tenancy.PIPE) as conn:
        tag = await conn.execute(
            "update effects set lease_until = now() - interval '1 s' where workspace_id = $1 and state = 'running'",
            shop.tenant.workspace_id,
        )
    assert tag == "UPDATE 1", tag
