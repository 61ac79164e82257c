"""Reads of tests of bots, and playing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from hoopoe.flows.engine import Flow
from hoopoe.flows.preview.acts import Setting
from hoopoe.flows.preview.bench import compute
from hoopoe.flows.preview.loading import compile_preview, load_blueprint, load_stage
from hoopoe.flows.rehearsals import schemas
from hoopoe.flows.rehearsals.rehearse import rehearse
from hoopoe.flows.rehearsals.script import read_stored
from hoopoe.flows.runner.libraries import Libraries
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound

TESTS = """
select id, bot_id, name, script::text as script, created_at, updated_at from bot_tests
where workspace_id = $1 and bot_id = $2 and ($3::uuid is null or id > $3) order by id limit $4
"""
ONE = """
select id, bot_id, name, script::text as script, created_at, updated_at from bot_tests
where workspace_id = $1 and bot_id = $2 and id = $3
"""
PLAYED = """
select id, name, script::text as script from bot_tests
where workspace_id = $1 and bot_id = $2 and ($3::uuid[] is null or id = any ($3)) order by id limit $4
"""
MOST = 500


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A test as it is stored: read where it is played, for a long one takes its time."""

    id: UUID
    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that playing tests needs, so that it needs no database."""

    flow: Flow
    libraries: Libraries
    tests: Sequence[Unplayed]


async def list_tests(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, after: UUID | None, limit: int
) -> list[schemas.BotTest]:
    """A bot's tests, the oldest first."""
    rows = await conn.fetch(TESTS, scope.workspace_id, bot_id, after, limit)
    return [_read(row) for row in rows]


async def read_test(conn: Connection, scope: WorkspaceScope, bot_id: UUID, test_id: UUID) -> schemas.BotTest:
    """One of them. Raises `NotFound`."""
    row = await conn.fetchrow(ONE, scope.workspace_id, bot_id, test_id)
    if row is None:
        raise NotFound
    return _read(row)


async def load_flow(conn: Connection, scope: WorkspaceScope, bot_id: UUID, version: str) -> tuple[Flow, Libraries]:
    """A bot's flow as tests play it, and the flows that it runs. Raises `NotFound`, or `FlowInvalid`."""
    blueprint = await load_blueprint(conn, scope, blueprint=None, bot_id=bot_id, version=version)
    flow = await compute(partial(compile_preview, blueprint))
    return flow, (await load_stage(conn, scope, flow, Setting(), None)).libraries


async def load_tests(
    conn: Connection, scope: WorkspaceScope, bot_id: UUID, *, version: str, ids: Sequence[UUID] | None
) -> Loaded:
    """A bot's tests, or some of them, and what they are played on. Raises `NotFound`, or `FlowInvalid`."""
    flow, libraries = await load_flow(conn, scope, bot_id, version)
    rows = await conn.fetch(PLAYED, scope.workspace_id, bot_id, None if ids is None else list(ids), MOST)
    if ids is not None and not set(ids) <= {row["id"] for row in rows}:
        raise NotFound
    return Loaded(flow, libraries, [Unplayed(row["id"], row["name"], row["script"]) for row in rows])


def play_test(loaded: Loaded, test: Unplayed, pace: Callable[[], None] | None = None) -> schemas.BotTestRun:
    """Play one of them. `pace` may end it by a refusal."""
    rehearsal = rehearse(loaded.flow, read_stored(test.script), loaded.libraries, pace)
    return schemas.show_run(test.id, test.name, rehearsal)


def report_runs(runs: Sequence[schemas.BotTestRun]) -> schemas.BotTestReport:
    """How they went."""
    passed = sum(run.has_passed for run in runs)
    return schemas.BotTestReport(passed=passed, failed=len(runs) - passed, data=list(runs))


def _read(row: Record) -> schemas.BotTest:
    return schemas.BotTest(
        id=row["id"],
        bot_id=row["bot_id"],
        name=row["name"],
        script=read_stored(row["script"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
