"""What is kept, what goes, and that the pipe can remove nothing that is still of use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.housekeeping import DAYS_AHEAD, PARTITIONED, Keeping, keep_house
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
                "insert into book_names (workspace_id, kind, scope, value, name, at) "
                "values ($1, 'phone', '', $2, 'Lina', now() - make_interval(days => 15 * $3::int))",
                workspace,
                secret.hex(),
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
        names = await conn.fetch("select value from book_names")
        assert [row["value"] for row in names] == [f"{workspace}new".encode().hex()]
        tokens = await conn.fetch("select token_hash from refresh_tokens where user_id = $1", user)
        assert [row["token_hash"] for row in tokens] == [f"{workspace}new".encode()]
        inbox = await conn.fetch("select provider_key from inbox order by 1")
        assert [row["provider_key"] for row in inbox] == ["fresh", "waiting"]


TRACE = """
insert into sprint_traces (workspace_id, conversation_id, id, session_id, sprint, bot_id, version_id, at, trace,
                           created_at)
values ($1, $2, $2, $2, 1, $2, $2, now(), '{}', now() - make_interval(days => $3))
"""
PUBLISHED = """
insert into events (workspace_id, type, ref, at) values ($1, 'message.received', $2, now() - make_interval(days => $3))
"""


@pytest.mark.parametrize(("table", "statement"), [("sprint_traces", TRACE), ("events", PUBLISHED)])
async def test_what_was_written_while_nobody_kept_house_goes_as_well(
    pool: Pool, tenant: Tenant, table: str, statement: str
) -> None:
    """Without a partition for its day a row falls into the default one, which is never dropped."""
    async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
        for days in (PARTITIONED[table] + 2, PARTITIONED[table] - 1):
            await conn.execute(statement, tenant.workspace_id, new_id(), days)
    await keep_house(pool, forget=forget_nothing)
    async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
        assert await conn.fetchval(f"select count(*) from {table}") == 1  # noqa: S608 - names from above


EVENT = """
insert into account_events (workspace_id, id, key, kind, what, about, severity, details, field, raw, at, received_at)
values ($1, $2, $3, 'account', 'other', 'account', 'info', '{}', 'f', '{}', domain_now() - make_interval(days => $4),
        domain_now() - make_interval(days => $5))
"""
MERGE = """
insert into contact_merges (workspace_id, id, kept_id, merged_id, reason, shown, moved, at)
values ($1, $2, $3, $4, 'message', '{}', '{}', domain_now() - make_interval(days => $5))
"""


async def test_what_accounts_and_merges_told_goes_when_its_days_are_over(pool: Pool, tenant: Tenant) -> None:
    workspace = tenant.workspace_id
    contact, alias, nobody = new_id(), new_id(), new_id()
    merges = {"old": new_id(), "new": new_id(), "through an alias": new_id(), "of nobody": new_id()}
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        for key, at, received in (("old", 40, 40), ("told late", 40, 1), ("new", 1, 1)):
            await conn.execute(EVENT, workspace, new_id(), key, at, received)
        await conn.execute("insert into contacts (workspace_id, id) values ($1, $2)", workspace, contact)
        await conn.execute(
            "insert into contact_aliases (workspace_id, id, contact_id) values ($1, $2, $3)", workspace, alias, contact
        )
        for name, kept, days in (
            ("old", contact, 40),
            ("new", contact, 1),
            ("through an alias", alias, 1),
            ("of nobody", nobody, 1),
        ):
            await conn.execute(MERGE, workspace, merges[name], kept, new_id(), days)
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(account_events=30, merges=30))
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        assert {row["key"] for row in await conn.fetch("select key from account_events")} == {"told late", "new"}
        left = {row["id"] for row in await conn.fetch("select id from contact_merges")}
        assert left == {merges["new"], merges["through an alias"]}
        assert await conn.fetchval("select count(*) from contact_aliases") == 1, "old ids lead on for good"


async def test_consent_is_kept_as_long_as_the_contact_and_goes_with_it(pool: Pool, tenant: Tenant) -> None:
    """It proves what a person wanted."""
    workspace, contact = tenant.workspace_id, new_id()
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        await conn.execute("insert into contacts (workspace_id, id) values ($1, $2)", workspace, contact)
        await conn.execute(
            "insert into consents (workspace_id, contact_id, category, state, method, at) "
            "values ($1, $2, 'marketing', 'opted_out', 'keyword', domain_now() - interval '9 years')",
            workspace,
            contact,
        )
        await conn.execute(
            "insert into consent_changes (workspace_id, id, contact_id, category, state, method, at) "
            "values ($1, $2, $2, 'marketing', 'opted_out', 'keyword', domain_now() - interval '9 years')",
            workspace,
            contact,
        )
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(account_events=30, merges=30))
    count = "select (select count(*) from consents) + (select count(*) from consent_changes)"
    async with transaction(pool, role=tenancy.APP, workspaces=[workspace]) as conn:
        assert await conn.fetchval(count) == 2
        await conn.execute("delete from contacts where id = $1", contact)
        assert await conn.fetchval(count) == 0
