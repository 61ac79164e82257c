"""A migration that cannot have a lock gives up quickly, leaves nothing half-done, and goes through afterwards."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from alembic.script import ScriptDirectory

from hoopoe.kernel.db.migrate import MigrationBlockedError, migrate
from hoopoe.kernel.db.schema import MIGRATIONS, read_revision
from tests.support.database import Cluster, with_database

LOCK_TIMEOUT_MS = 100
# A migration asks for several locks one after the other; `build_indexes` waits longer than others.
LONGEST_SECONDS = 15.0

TABLES = """
select string_agg(quote_ident(relname), ', ') from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> 'alembic_version'
"""
# Everything that a migration may leave: columns, constraints, indexes that count, policies, grants, functions.
SCHEMA = """
select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
       || coalesce(column_default, '') from information_schema.columns where table_schema = 'public'
union all
select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index ' || pg_get_indexdef(indexrelid) from pg_index
where indisvalid and indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
union all
select 'policy ' || tablename || ' ' || policyname || ' ' || roles::text || ' ' || coalesce(qual, '') from pg_policies
union all
select 'grant ' || table_name || ' ' || grantee || ' ' || privilege_type from information_schema.role_table_grants
where table_schema = 'public'
union all
select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
union all
select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
"""

# What grows with what people write. Channels, members, flows, dead letters stay few.
LARGE = (
    "messages", "message_versions", "message_reactions", "media_files", "conversations", "conversation_events",
    "contacts", "identities", "former_identities", "inbox", "outbox", "outbox_attempts", "journal", "events",
    "flow_sessions", "timers", "effects",
)  # fmt: skip
# After each command of a migration: what its transaction has read from end to end, and holds against writers.
WATCH = """
create table noted (relation text, mode text);
create function note_scans() returns event_trigger language plpgsql security definer set search_path = public as $$
begin
    insert into noted
    select scanned.relname, held.mode from pg_stat_xact_user_tables as scanned
    join pg_locks as held on held.relation = scanned.relid and held.pid = pg_backend_pid() and held.granted
    where scanned.seq_scan > 0
      and held.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock');
end $$;
create event trigger note_scans on ddl_command_end execute function note_scans();
"""


async def read_schema(dsn: str) -> set[str]:
    conn = await asyncpg.connect(dsn)
    try:
        return {row[0] for row in await conn.fetch(SCHEMA)}
    finally:
        await conn.close()


async def make_database(cluster: Cluster) -> str:
    """An empty database, without any schema."""
    name = f"bare_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(cluster.server.admin_dsn)
    try:
        await admin.execute(f"create database {name} owner hoopoe")
    finally:
        await admin.close()
    return with_database(cluster.url, name)


async def upgrade(dsn: str, revision: str, *, pauses: tuple[float, ...] = ()) -> None:
    await asyncio.to_thread(migrate, dsn, to=revision, pauses=pauses, lock_timeout_ms=LOCK_TIMEOUT_MS)


def read_chain() -> dict[str, str]:
    """Every migration's text by its revision, in the order in which they are applied: that of their links."""
    chain = ScriptDirectory(str(MIGRATIONS.parent)).walk_revisions()
    return {each.revision: Path(each.path).read_text() for each in reversed(list(chain))}


async def test_every_migration_gives_up_leaves_nothing_and_goes_through_later(cluster: Cluster) -> None:
    """Somebody reads every table, and does not end: each migration in turn goes through beside that, or gives up."""
    dsn = await make_database(cluster)
    files = read_chain()
    revisions = list(files)
    await upgrade(dsn, revisions[0])
    blocked = []
    for before, revision in pairwise(revisions):
        schema = await read_schema(dsn)
        reader = await asyncpg.connect(dsn)
        begun = time.monotonic()
        try:
            async with reader.transaction():
                await reader.execute(f"lock table {await reader.fetchval(TABLES)} in access share mode")
                try:
                    await upgrade(dsn, revision)
                except MigrationBlockedError as error:
                    blocked.append(revision)
                    assert time.monotonic() - begun < LONGEST_SECONDS
                    assert f"after {before} did not get a lock in 1 tries" in str(error)
                    assert "lock table" in str(error)
                    assert await read_revision(dsn) == before
                    # `build_indexes` commits what it did so far: it may be there already, and nothing is gone.
                    left = await read_schema(dsn)
                    assert left == schema or ("build_indexes(" in files[revision] and left > schema), left ^ schema
        finally:
            await reader.close()
        await upgrade(dsn, revision)
        assert await read_revision(dsn) == revision
    assert await read_schema(dsn) == await read_schema(await cluster.clone())
    assert {"0003", "0009", "0014"} <= set(blocked)


async def test_a_blocked_migration_is_tried_again(cluster: Cluster) -> None:
    dsn = await make_database(cluster)
    await upgrade(dsn, "0002")
    reader = await asyncpg.connect(dsn)
    try:
        transaction = reader.transaction()
        await transaction.start()
        await reader.execute("lock table conversations in access share mode")
        later = asyncio.create_task(upgrade(dsn, "0003", pauses=(0.2,) * 50))
        await asyncio.sleep(0.6)
        assert not later.done()
        await transaction.rollback()
        await asyncio.wait_for(later, 30)
    finally:
        await reader.close()
    assert await read_revision(dsn) == "0003"


async def test_other_errors_are_not_tried_again(cluster: Cluster) -> None:
    dsn = await make_database(cluster)
    await upgrade(dsn, "0001")
    conn = await asyncpg.connect(dsn)
    try:
        await conn.execute("alter table inbox rename to elsewhere")
        await conn.execute("alter sequence inbox_seq_seq rename to elsewhere_seq")
    finally:
        await conn.close()
    with pytest.raises(Exception, match="inbox_seq_seq") as caught:
        await upgrade(dsn, "0002", pauses=(60.0,))
    assert not isinstance(caught.value, MigrationBlockedError)


async def test_no_migration_reads_a_large_table_to_its_end_while_writers_wait(cluster: Cluster) -> None:
    dsn = await make_database(cluster)
    found = {}
    await upgrade(dsn, "0001")
    watcher = await asyncpg.connect(with_database(cluster.server.admin_dsn, urlsplit(dsn).path[1:]))
    try:
        await watcher.execute(WATCH)
        for revision in [*read_chain()][1:]:
            # What a migration makes itself is empty.
            grown = {row[0] for row in await watcher.fetch("select relname from pg_class")}.intersection(LARGE)
            await upgrade(dsn, revision)
            rows = await watcher.fetch("delete from noted returning relation, mode")
            found[revision] = {tuple(row) for row in rows if row["relation"] in grown}
    finally:
        await watcher.close()
    assert {revision: seen for revision, seen in found.items() if seen} == {}


async def test_every_constraint_is_valid_and_a_writer_delays_no_validation(cluster: Cluster) -> None:
    """Whoever writes the tables goes on writing: the validations go through beside that."""
    dsn = await make_database(cluster)
    await upgrade(dsn, "0021")
    unproven = "select conrelid::regclass::text from pg_constraint where not convalidated"
    writer = await asyncpg.connect(dsn)
    try:
        tables = sorted({row[0] for row in await writer.fetch(unproven)})
        assert tables == ["conversation_events", "identities", "messages"]
        async with writer.transaction():
            await writer.execute(f"lock table {', '.join(tables)} in row exclusive mode")
            await upgrade(dsn, "0022")
        await upgrade(dsn, "head")
        assert await writer.fetch(unproven) == []
    finally:
        await writer.close()
