"""Row-level security alone: raw SQL as the API's role, in workspace A, against every table of workspace B.

The tables come from the catalog, so a new one is tried by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from tests.architecture.catalog import Table, fill_workspace, make_insert, make_row, read_tables
from tests.support.database import Cluster

REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.ForeignKeyViolationError)

# Not even the API's role changes what is in these.
APPEND_ONLY = {"audit_entries"}


@dataclass(frozen=True, slots=True)
class World:
    """Two workspaces with a row in every table each."""

    pool: Pool
    tables: dict[str, Table]
    a: UUID
    b: UUID
    rows_a: dict[str, dict[str, Any]]
    rows_b: dict[str, dict[str, Any]]

    @property
    def tenant_tables(self) -> list[Table]:
        return [table for table in self.tables.values() if table.is_tenant]


@pytest.fixture(scope="module")
async def world(cluster: Cluster) -> AsyncIterator[World]:
    a, b = new_id(), new_id()
    async with open_pool(await cluster.clone(), size=3) as pool:
        async with pool.acquire() as conn:
            tables = await read_tables(conn)
        rows = []
        for workspace_id in (a, b):
            async with transaction(pool, role=tenancy.APP, workspaces=[workspace_id]) as conn:
                rows.append(await fill_workspace(conn, tables, workspace_id))
        yield World(pool, tables, a, b, *rows)


async def snapshot(world: World) -> dict[str, list[Any]]:
    """All of B, as the operator sees it."""
    async with transaction(world.pool, role=tenancy.OPERATOR) as conn:
        return {
            table.name: await conn.fetch(f"select * from {table.name} where workspace_id = $1", world.b)  # noqa: S608
            for table in world.tenant_tables
        }


async def run(world: World, sql: str, *arguments: object, workspaces: tuple[UUID, ...] | None = None) -> str:
    """One statement in a transaction of its own as the API's role."""
    claimed = (world.a,) if workspaces is None else workspaces
    async with transaction(world.pool, role=tenancy.APP, workspaces=claimed) as conn:
        tag: str = await conn.execute(sql, *arguments)
        return tag


async def count(conn: Connection, sql: str, *arguments: object) -> int:
    found: int = await conn.fetchval(sql, *arguments)
    return found


async def test_there_is_something_to_try(world: World) -> None:
    assert len(world.tenant_tables) > 20
    found = await snapshot(world)
    assert all(len(rows) == 1 for rows in found.values()), found


async def test_nothing_of_another_workspace_is_seen(world: World) -> None:
    async with transaction(world.pool, role=tenancy.APP, workspaces=[world.a]) as conn:
        for table in world.tenant_tables:
            assert await count(conn, f"select count(*) from {table.name}") == 1, table.name  # noqa: S608
            assert await count(conn, f"select count(*) from {table.name} where workspace_id = $1", world.b) == 0  # noqa: S608
        assert await count(conn, "select count(*) from workspaces") == 1


async def test_without_a_workspace_nothing_is_seen_at_all(world: World) -> None:
    async with transaction(world.pool, role=tenancy.APP) as conn:
        for table in world.tenant_tables:
            assert await count(conn, f"select count(*) from {table.name}") == 0, table.name  # noqa: S608


async def test_the_login_role_itself_sees_nothing(world: World) -> None:
    async with world.pool.acquire() as conn:
        for table in world.tenant_tables:
            assert await count(conn, f"select count(*) from {table.name}") == 0, table.name  # noqa: S608


async def test_nothing_of_another_workspace_is_changed_or_deleted(world: World) -> None:
    before = await snapshot(world)
    for table in world.tenant_tables:
        for sql in (
            f"update {table.name} set workspace_id = workspace_id where workspace_id = $1",  # noqa: S608
            f"delete from {table.name} where workspace_id = $1",  # noqa: S608
        ):
            if table.name in APPEND_ONLY:
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                    await run(world, sql, world.a)
                continue
            assert (await run(world, sql, world.b)).endswith(" 0"), table.name
    assert await snapshot(world) == before


async def test_nothing_is_put_into_another_workspace(world: World) -> None:
    before = await snapshot(world)
    for table in world.tenant_tables:
        row = make_row(table, world.rows_b, world.b)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await run(world, make_insert(table.name, row), *row.values())
        with pytest.raises(REFUSED):
            await run(world, f"update {table.name} set workspace_id = $1", world.b)  # noqa: S608
    assert await snapshot(world) == before


async def test_nothing_is_linked_to_another_workspace(world: World) -> None:
    """Each foreign key between tenants' tables, pointed at B's row from A's."""
    tried = 0
    for table in world.tenant_tables:
        for key in table.foreign_keys:
            target = world.tables[key.target]
            if not target.is_tenant:
                continue
            pairs = [
                (column, world.rows_b[key.target][target_column])
                for column, target_column in zip(key.columns, key.target_columns, strict=True)
                if column != "workspace_id"
            ]
            changes = ", ".join(f"{column} = ${place}" for place, (column, _) in enumerate(pairs, 1))
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await run(world, f"update {table.name} set {changes}", *(value for _, value in pairs))  # noqa: S608
            tried += 1
    assert tried > 15


async def test_workers_see_tenants_tables_only_inside_the_claimed_set(world: World) -> None:
    """Queue tables are open to workers as a whole; everything else is not."""
    async with transaction(world.pool, role=tenancy.PIPE, workspaces=[world.a]) as conn:
        seen = {
            table.name: await count(conn, f"select count(*) from {table.name} where workspace_id = $1", world.b)  # noqa: S608
            for table in world.tenant_tables
        }
        open_ones = await conn.fetch("select tablename from pg_policies where policyname = 'queue'")
    assert {name for name, found in seen.items() if found} == {row["tablename"] for row in open_ones}


async def test_a_token_opens_its_own_row_and_nothing_else(world: World) -> None:
    token_hash = world.rows_b["personal_access_tokens"]["token_hash"]
    async with transaction(world.pool, role=tenancy.APP, token_hash=token_hash) as conn:
        assert await count(conn, "select count(*) from personal_access_tokens") == 1
        for name in ("conversations", "messages", "channels", "bots", "members"):
            assert await count(conn, f"select count(*) from {name}") == 0  # noqa: S608


async def test_the_journal_shows_a_tenant_only_requests_that_are_all_its_own(world: World) -> None:
    async with transaction(world.pool, role=tenancy.PIPE) as conn:
        for owner in (world.a, world.b, None):
            await conn.execute(
                "insert into journal (id, method, path, body, body_bytes, outcome, status, owner_id) "
                "values ($1, 'POST', '/', '', 0, 'stored', 200, $2)",
                new_id(),
                owner,
            )
    async with transaction(world.pool, role=tenancy.APP, workspaces=[world.a]) as conn:
        assert [row["owner_id"] for row in await conn.fetch("select owner_id from journal")] == [world.a]
    for statement in (
        "insert into journal (id, method, path, body, body_bytes, outcome, status) values "
        "('0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11', 'POST', '/', '', 0, 'stored', 200)",
        "update journal set status = 403",
        "delete from journal",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(world, statement)
