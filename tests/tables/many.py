"""Tables of so many rows that a worker changes their columns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.tables.limits import MAX_REWRITTEN
from hoopoe.tables.rewriter import RewriteRunner
from tests.support.api import Api, Caller
from tests.tables.menu import JsonObject, make_table

LARGE = MAX_REWRITTEN + 1
FILL = """
insert into data_rows (workspace_id, table_id, id, cells, folded)
select $1, $2, ('0198c0de-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, c, c from generate_series(1, $4) as i
cross join lateral (
    select jsonb_build_object($3::text, case when i % $5 = 0 then 'many' else i::text end) as c
) as cells
"""
COLUMNS = [{"name": "size", "type": "text"}, {"name": "kind", "type": "choice", "options": ["Hot"]}]


async def make_large(
    api: Api, caller: Caller, *, count: int = LARGE, odd: int = 1_000_000, columns: list[JsonObject] | None = None
) -> JsonObject:
    """A table whose first column counts its rows as texts; every `odd`th says `many`."""
    table = await make_table(caller, {"name": "Large", "columns": columns or COLUMNS})
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        place = (caller.workspace_id, UUID(table["id"]))
        await conn.execute(FILL, *place, table["columns"][0]["id"], count, odd)
        await conn.execute("update data_tables set row_count = $3 where workspace_id = $1 and id = $2", *place, count)
    return table


def rewriter_of(api: Api) -> RewriteRunner:
    return RewriteRunner(api.services.pool, api.services.bus, grace_seconds=0)


async def work(api: Api) -> None:
    """Let a worker do all that waits, also what waits for a while."""
    while True:
        async with transaction(api.services.pool, role=tenancy.PIPE) as conn:
            await conn.execute("update data_rewrites set lease_until = null")
        if not await rewriter_of(api).take_one():
            return


async def fetch(api: Api, caller: Caller, statement: str, *values: Any) -> list[Record]:
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[caller.workspace_id]) as conn:
        return list(await conn.fetch(statement, *values))


async def add_rewrite(api: Api, scope: WorkspaceScope, table: JsonObject) -> UUID:
    """A change of the key that has failed."""
    async with transaction(api.services.pool, role=tenancy.APP, workspaces=[scope.workspace_id]) as conn:
        rewrite_id: UUID = await conn.fetchval(
            """
            insert into data_rewrites (workspace_id, id, table_id, kind, table_revision, state, is_open, finished_at)
            values ($1, $2, $3, 'key', 1, 'failed', false, now()) returning id
            """,
            scope.workspace_id,
            new_id(),
            UUID(table["id"]),
        )
    return rewrite_id
