"""Ways through a flow that ended long ago go; whoever may still go on in one, or read of it, keeps it."""

from __future__ import annotations

import pytest

from hoopoe.kernel.db.housekeeping import Keeping, keep_house
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from tests.runner.street import MINE, OTHER, Street, open_street
from tests.support.housekeeping import forget_nothing

OLD = """
insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, state, parked_at,
                           created_at, updated_at)
select workspace_id, $1, conversation_id, bot_id, version_id, $2, 1, state, case when $3 then updated_at end,
       domain_now() - make_interval(days => $4), domain_now() - make_interval(days => $5)
from flow_sessions where status = 'waiting' limit 1
"""
# An id as it would have been made so many days ago.
ID = """
select (rpad(lpad(to_hex((extract(epoch from domain_now() - make_interval(days => $1)) * 1000)::bigint), 12, '0'),
             20, '0') || right($2::uuid::text, 12))::uuid as id
"""
ACT = """
insert into session_acts (workspace_id, id, session_id, act, outcome, actor_id, at)
select workspace_id, gen_random_uuid(), id, 'end', 'done', id, now() from flow_sessions where id = $1
"""
LETTER = """
insert into dead_letters (workspace_id, id, kind, payload, error_code, error_text, state)
select workspace_id, gen_random_uuid(), 'turn', jsonb_build_object('session', jsonb_build_object('id', id)), '', '', $2
from flow_sessions where id = $1
"""


class Past:
    """Sessions of long ago beside one that waits, by the name that a test gives them."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self._names: dict[object, str] = {}

    async def add(
        self, name: str, *, begun: int, ended: int, status: str = "completed", is_parked: bool = False
    ) -> object:
        [row] = await self.street.talk.fetch(ID, begun, new_id())
        await self.street.run(OLD, row["id"], status, is_parked, begun, ended)
        self._names[row["id"]] = name
        return row["id"]

    async def left(self) -> set[str]:
        rows = await self.street.talk.fetch("select id from flow_sessions")
        return {self._names.get(row["id"], "waits") for row in rows}


@pytest.fixture
async def past(pool: Pool, settings: Settings) -> Past:
    street = await open_street(pool, settings)
    await street.say(MINE, "hello")
    return Past(street)


async def test_what_ended_long_ago_goes_with_what_was_done_to_it(past: Past, pool: Pool) -> None:
    for status in ("completed", "failed", "interrupted"):
        await past.street.run(ACT, await past.add(f"old, {status}", begun=40, ended=31, status=status))
    await past.add("went on for long", begun=400, ended=29)
    await past.add("new", begun=3, ended=3)
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(sessions=30))
    assert await past.left() == {"waits", "new", "went on for long"}
    assert await past.street.talk.fetch("select from session_acts") == []
    assert await past.street.say(MINE, "5") == ["5 cups"]


async def test_what_may_go_on_stays_however_old(past: Past, pool: Pool) -> None:
    await past.add("stands aside", begun=400, ended=400, status="interrupted", is_parked=True)
    for state in ("failed", "retrying", "resolved", "archived"):
        await past.street.run(LETTER, await past.add(state, begun=400, ended=400, status="interrupted"), state)
    await past.street.run("update flow_sessions set created_at = now() - interval '3 years', "
                          "updated_at = now() - interval '3 years' where status = 'waiting'")  # fmt: skip
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(sessions=30))
    assert await past.left() == {"waits", "stands aside", "failed", "retrying"}


async def test_no_trace_outlives_the_session_that_it_tells_of(past: Past, pool: Pool) -> None:
    await past.add("is told of", begun=40, ended=40)
    await past.add("is not", begun=70, ended=70)
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(sessions=30, traces=60))
    assert await past.left() == {"waits", "is told of"}


async def test_nobody_else_loses_one(past: Past, pool: Pool, settings: Settings) -> None:
    other = await open_street(pool, settings)
    await other.say(OTHER, "hello")
    await past.add("old", begun=40, ended=40)
    await keep_house(pool, forget=forget_nothing, keeping=Keeping(sessions=30))
    assert await past.left() == {"waits"}
    assert await other.say(OTHER, "2") == ["2 cups"]
