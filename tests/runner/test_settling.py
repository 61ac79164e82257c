"""What a flow asks of its own tables while somebody holds one: nobody else waits, and nothing is done twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID, uuid4

import pytest

from hoopoe.flows.runner.effects import (
    BUSY_TRIES,
    MAX_ATTEMPTS,
    SETTLED_AT_ONCE,
    EffectCall,
    EffectRunner,
    Perform,
    Settle,
    in_doubt,
)
from hoopoe.flows.runner.lines import Lines
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.tables.actions import create_table
from hoopoe.tables.limits import TableLimits
from hoopoe.tables.querying import answer_query
from hoopoe.tables.schemas import TableCreate
from tests.preview.flows import blueprint, reply
from tests.runner.talk import Talk, open_talk
from tests.support.locks import wait_for_blocked
from tests.support.simulator import wait_until

LIMITS = TableLimits(tables=100, rows=100_000)
ANSWER = partial(answer_query, limits=LIMITS)
FLOW = blueprint(
    {
        "id": "add",
        "type": "database_query",
        "config": {"operation": "insert", "table": "Orders", "values": {"code": "{{ message.text }}"}},
    },
    reply("kept", "Kept"),
    reply("failed", "Failed"),
    edges=[("start", "next", "add"), ("add", "success", "kept"), ("add", "error", "failed")],
)


async def open_orders(pool: Pool, settings: Settings) -> Talk:
    """A conversation that waits for a row to be added."""
    talk = await open_talk(pool, settings, FLOW)
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    given = TableCreate.model_validate({"name": "Orders", "columns": [{"name": "code", "type": "text"}]})
    async with transaction(pool, role=tenancy.APP, workspaces=[talk.tenant.workspace_id]) as conn:
        await create_table(conn, scope, given, limits=LIMITS)
    await talk.say("A1")
    return talk


async def run(talk: Talk, pool: Pool, statement: str) -> None:
    async with transaction(pool, role=tenancy.APP, workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute(statement)


async def _perform(_: EffectCall) -> JsonObject:
    raise AssertionError("nothing of this leaves the database")


@asynccontextmanager
async def run_effects(
    settings: Settings, *, size: int, answer: Settle = ANSWER, perform: Perform = _perform
) -> AsyncIterator[Pool]:
    """A worker's effects, with a pool of their own."""
    async with open_pool(settings.require_database_url(), size=size) as pool:
        runner = EffectRunner(pool, Bus(settings.require_database_url()), perform, {"database_query": answer})
        running = asyncio.ensure_future(runner.run())
        try:
            yield pool
        finally:
            running.cancel()
            await asyncio.wait([running])


async def result_of(talk: Talk) -> JsonObject:
    """What the conversation is told in the end."""
    answered = "select item -> 'result' as result from inbox where kind = 'effect'"

    async def is_there() -> bool:
        return bool(await talk.fetch(answered))

    await wait_until(is_there, "a result")
    [row] = await talk.fetch(answered)
    result: JsonObject = row["result"]
    return result


async def test_a_table_that_is_held_takes_no_connections(pool: Pool, settings: Settings) -> None:
    talk = await open_orders(pool, settings)
    more = "jsonb_build_object('id', gen_random_uuid())"
    more = f"select (jsonb_populate_record(effects, {more})).* from effects cross join generate_series(1, 24)"  # noqa: S608  # a constant
    await run(talk, pool, f"insert into effects {more}")
    async with run_effects(settings, size=3) as small:
        async with transaction(pool, role=tenancy.APP, workspaces=[talk.tenant.workspace_id]) as conn:
            await conn.execute("select from data_tables for update")
            await wait_for_blocked(pool, conn)
            for _ in range(10):
                begun = time.monotonic()
                async with transaction(small, role=tenancy.PIPE) as other:
                    await other.fetchval("select 1")
                assert time.monotonic() - begun < 0.4, "a loop of the same worker waited for a connection"
                await asyncio.sleep(0.1)

        async def are_done() -> bool:
            return not await talk.fetch("select from effects where state <> 'done'")

        await wait_until(are_done, "rows of everybody")
    states = await talk.fetch("select state, count(*) from effects group by state")
    assert [tuple(row) for row in states] == [("done", 25)]
    assert (await talk.fetch("select count(*) from data_rows"))[0]["count"] == 25, "each once"


async def test_a_table_that_is_held_for_too_long_fails(pool: Pool, settings: Settings) -> None:
    talk = await open_orders(pool, settings)
    await run(talk, pool, f"update effects set attempt = {BUSY_TRIES - 2}")  # noqa: S608  # a constant
    async with transaction(pool, role=tenancy.APP, workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute("select from data_tables for update")
        async with run_effects(settings, size=3):
            assert await result_of(talk) == {
                "ok": False,
                "row_count": 0,
                "error": "The table was busy for too long. Nothing was done.",
            }
    assert await talk.fetch("select from data_rows") == []


async def test_what_was_interrupted_too_often_was_not_done(pool: Pool, settings: Settings) -> None:
    talk = await open_orders(pool, settings)
    lost = f"state = 'running', attempt = {MAX_ATTEMPTS}, lease_until = now() - interval '1 second'"
    await run(talk, pool, f"update effects set {lost}")  # noqa: S608  # a constant
    async with run_effects(settings, size=3):
        result = await result_of(talk)
    assert (result["ok"], result["error"]) == (False, "It was interrupted too often. Nothing was done.")
    assert await talk.fetch("select from data_rows") == []


async def test_what_nobody_foresaw_is_said_and_the_flow_goes_on(
    pool: Pool, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = await open_orders(pool, settings)

    async def fail(conn: Connection, workspace_id: UUID, request: JsonObject) -> JsonObject:
        await answer_query(conn, workspace_id, request, limits=LIMITS)
        raise KeyError("what nobody foresaw")

    async with run_effects(settings, size=3, answer=fail):
        result = await result_of(talk)
    assert (result["ok"], result["error"]) == (False, "It failed. Nothing was done.")
    assert await talk.fetch("select from data_rows") == []
    printed = capsys.readouterr()
    assert "effect_failed" in printed.out + printed.err
    assert "what nobody foresaw" in printed.out + printed.err


async def test_a_request_that_failed_in_our_own_hands_is_in_doubt(pool: Pool, settings: Settings) -> None:
    talk = await open_orders(pool, settings)
    await run(talk, pool, "update effects set kind = 'http_request'")

    async def fail(_: EffectCall) -> JsonObject:
        raise KeyError("what nobody foresaw")

    async with run_effects(settings, size=3, perform=fail):
        assert await result_of(talk) == in_doubt()


async def test_a_slow_workspace_waits_behind_its_own() -> None:
    lines, slow, quick = Lines(2), uuid4(), uuid4()
    served: list[str] = []

    async def ask(workspace: UUID, name: str, seconds: float) -> None:
        async with lines.take(workspace):
            served.append(name)
            await asyncio.sleep(seconds)

    await asyncio.gather(*(ask(slow, f"slow {n}", 0.05) for n in range(3)), ask(quick, "quick", 0))
    assert served[:2] == ["slow 0", "quick"]
    assert served[2:] == ["slow 1", "slow 2"]
    assert SETTLED_AT_ONCE > 1
