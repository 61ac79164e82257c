"""Statements that are sent as one: all of them, or none."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.tenants import make_tenant

CONTACTS = "insert into contacts (workspace_id, id, name) select * from unnest($1::uuid[], $2::uuid[], $3::text[])"
IDENTITIES = """
insert into identities (workspace_id, kind, scope, value, contact_id)
select workspace_id, 'phone', '', value, contact_id
from unnest($1::uuid[], $2::text[], $3::uuid[]) as added (workspace_id, value, contact_id)
"""
RENAME = "update contacts set name = $2 where workspace_id = $1 and name = $3"


async def read_people(pool: Pool, workspace_id: UUID) -> list[tuple[str, str]]:
    async with transaction(pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
        rows = await conn.fetch(
            "select name, value from contacts join identities on identities.workspace_id = contacts.workspace_id "
            "and contact_id = contacts.id order by value"
        )
    return [(row["name"], row["value"]) for row in rows]


async def test_what_is_sent_together_is_written_whole_whatever_the_order(pool: Pool, settings: Settings) -> None:
    workspace = (await make_tenant(settings.require_database_url(), make_keyring(settings))).workspace_id
    people = [new_id(), new_id()]
    writes = Writes()
    writes.add(IDENTITIES, [workspace] * 2, ["+1", "+2"], people)
    writes.add(CONTACTS, [workspace] * 2, people, ["Nora", "نورة"])
    async with transaction(pool, role="hoopoe_pipe", workspaces=[workspace]) as conn:
        await writes.run(conn)
        await writes.run(conn)
    assert await read_people(pool, workspace) == [("Nora", "+1"), ("نورة", "+2")], "the second run has nothing to do"
    writes.add(RENAME, workspace, "Noor", "Nora")
    async with transaction(pool, role="hoopoe_pipe", workspaces=[workspace]) as conn:
        await writes.run(conn)
    assert await read_people(pool, workspace) == [("Noor", "+1"), ("نورة", "+2")]


async def test_one_that_is_refused_takes_the_others_with_it(pool: Pool, settings: Settings) -> None:
    workspace = (await make_tenant(settings.require_database_url(), make_keyring(settings))).workspace_id
    person = new_id()
    writes = Writes()
    writes.add(CONTACTS, [workspace], [person], ["Nora"])
    writes.add(IDENTITIES, [workspace] * 2, ["+1", "+2"], [person, new_id()])
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with transaction(pool, role="hoopoe_pipe", workspaces=[workspace]) as conn:
            await writes.run(conn)
    assert await read_people(pool, workspace) == []
