"""Keys of tenants' tables begin with the workspace, and refer to tenants' tables through it."""

from __future__ import annotations

from sqlalchemy import MetaData

import hoopoe.channels.tables
import hoopoe.contacts.tables
import hoopoe.conversations.tables
import hoopoe.flows.versions.tables
from hoopoe.kernel.db.pool import Pool
from tests.architecture.catalog import UNIQUE_KEYS, read_tables

# Unique keys that are the same for all tenants, each for a reason. An entry that is not needed fails.
GLOBAL_KEYS = {
    "personal_access_tokens_token_hash_key": "a request is found by its token before its workspace is known",
    "ws_tickets_token_hash_key": "a connection is found by its ticket before its workspace is known",
    "invitations_token_hash_key": "who is invited shows the link before belonging to the workspace",
    "flow_hooks_token_hash_key": "another system calls a secret address, which names no workspace",
    "flow_hooks_former": "the same, until the address before the last one has ended",
    "channels_route": "one number leads to one workspace: that is how webhooks are routed",
    "channels_twilio_account_route": "a number of an account leads to one workspace: that is how webhooks are routed",
}

# Foreign keys into tables that are no tenant's.
SHARED_TARGETS = {
    "workspaces": "a workspace is keyed by its own id",
    "users": "a person may be a member of many workspaces",
}


async def test_unique_keys_begin_with_the_workspace(pool: Pool) -> None:
    async with pool.acquire() as conn:
        tables = await read_tables(conn)
        keys = await conn.fetch(UNIQUE_KEYS)
    bare = {row["index"] for row in keys if tables[row["table"]].is_tenant and row["columns"][0] != "workspace_id"}
    assert bare == set(GLOBAL_KEYS)


async def test_foreign_keys_between_tenants_tables_hold_the_workspace(pool: Pool) -> None:
    async with pool.acquire() as conn:
        tables = await read_tables(conn)
    used = set()
    for table in tables.values():
        for key in table.foreign_keys if table.is_tenant else ():
            if tables[key.target].is_tenant:
                assert (key.columns[0], key.target_columns[0]) == ("workspace_id", "workspace_id"), key
            else:
                used.add(key.target)
    assert used == set(SHARED_TARGETS)


async def test_every_tenant_table_forces_row_level_security(pool: Pool) -> None:
    async with pool.acquire() as conn:
        tables = await read_tables(conn)
        forced = await conn.fetch("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    tenant = {table.name for table in tables.values() if table.is_tenant}
    assert tenant <= {row["relname"] for row in forced}


async def test_the_columns_that_code_names_exist(pool: Pool) -> None:
    async with pool.acquire() as conn:
        tables = await read_tables(conn)
    described: list[MetaData] = [
        hoopoe.channels.tables.metadata,
        hoopoe.contacts.tables.metadata,
        hoopoe.conversations.tables.metadata,
        hoopoe.flows.versions.tables.metadata,
    ]
    for metadata in described:
        for name, table in metadata.tables.items():
            assert set(table.columns.keys()) <= tables[name].columns, name
