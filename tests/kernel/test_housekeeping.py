"""What is kept, what goes, and that the pipe can remove nothing that is still of use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.housekeeping import DAYS_AHEAD, PARTITIONED, keep_house
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.housekeeping import forget_nothing
from tests.support.tenants import Tenant, make_tenant


@pytest.fixture
async def tenant(settings: Settings) -> Tenant:
    return await make_tenant(settings.require_database_url(), make_keyring(settings))


@pytest.mark.parametrize("table", PARTITIONED)
async def test_partitions_are_made_ahead_and_dropped_behind(pool: Pool, table: str) -> None:
    old = datetime.now(UTC).date() - timedelta(days=PARTITIONED[table] + 5)
    async with pool.acquire() as conn:
        await conn.execute(
            f"create table {table}_{old:%Y%m%d} partition of {table} "
            f"for values from ('{old}') to ('{old + timedelta(days=1)}')"
        )
    await keep_house(pool, forget=forget_nothing)
    await keep_house(pool, forget=forget_nothing)
    async with pool.acquire() as conn:
        names = {
            row["name"]
            for row in await conn.fetch(
                "select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::text::regclass", table
            )
        }
    ahead = [datetime.now(UTC).date() + timedelta(days=day) for day in range(1, DAYS_AHEAD + 1)]
    assert names >= {f"{table}_default", *(f"{table}_{day:%Y%m%d}" for day in ahead)}
    assert f"{table}_{old:%Y%m%d}" not in names


async def test_what_has_run_out_goes_and_the_rest_stays(pool: Pool, tenant: Tenant) -> None:
    workspace, user = tenant.workspace_id, tenant.user_id
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        for name, hours in (("old", 48), ("new", 1)):
            secret = f"{workspace}{name}".encode()
            await conn.execute(
                "insert into idempotency_keys (workspace_id, key, fingerprint, created_at) "
                "values ($1, $2, '', now() - make_interval(hours => $3))",
                workspace,
                name,
                hours,
            )
            await conn.execute(
                "insert into ws_tickets (workspace_id, id, user_id, token_hash, expires_at) "
                "values ($1, $2, $3, $4, now() + make_interval(hours => 2 - $5::int))",
                workspace,
                new_id(),
                user,
                secret,
                hours,
            )
            await conn.execute(
                "insert into refresh_tokens (id, user_id, family_id, token_hash, expires_at) "
                "values ($1, $2, $1, $3, now() - make_interval(hours => 4 * $4::int))",
                new_id(),
                user,
                secret,
                hours,
            )
        for key, state, days in (("done", "done", 15), ("fresh", "done", 13), ("waiting", "waiting", 15)):
            await conn.execute(
                "insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item, state, received_at, "
                "not_before) "
                "values ($1, $2, $3, 1, 'message', '{}', $4, now() - make_interval(days => $5), 'infinity')",
                workspace,
                tenant.channel_id,
                key,
                state,
                days,
            )
    await keep_house(pool, forget=forget_nothing)
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        keys = await conn.fetch("select key from idempotency_keys")
        assert [row["key"] for row in keys] == ["new"]
        tickets = await conn.fetch("select token_hash from ws_tickets")
        assert [row["token_hash"] for row in tickets] == [f"{workspace}new".encode()]
        tokens = await conn.fetch("select token_hash from refresh_tokens where user_id = $1", user)
        assert [row["token_hash"] for row in tokens] == [f"{workspace}new".encode()]
        inbox = await conn.fetch("select provider_key from inbox order by 1")
        assert [row["provider_key"] for row in inbox] == ["fresh", "waiting"]
