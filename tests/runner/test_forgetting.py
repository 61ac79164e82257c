"""A bot that is deleted is gone at once; what it leaves behind goes in slices, whoever talks meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.people.actions import end_session
from hoopoe.flows.people.queries import load_sessions, read_session
from hoopoe.flows.people.schemas import SessionEnd
from hoopoe.flows.runner.acts import Act, ActKind, Actor, write_act
from hoopoe.flows.versions import forgetting
from hoopoe.flows.versions.actions import delete_bot
from hoopoe.flows.versions.forgetting import forget_bots
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from tests.preview.flows import asks, blueprint, later, reply
from tests.runner.street import MINE, OTHER, Street, open_street
from tests.support.simulator import wait_until

SESSIONS = "select id, bot_id, status, conversation_id, version_id, sprint from flow_sessions order by id"
LEFT = "select (select count(*) from flow_sessions) as sessions, (select count(*) from bot_versions) as versions"
MANY = """
insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id, state,
                           created_at, updated_at)
select workspace_id, gen_random_uuid(), conversation_id, bot_id, version_id, 'completed', 1, node_id, state, now(),
       now()
from flow_sessions cross join generate_series(1, $1) where status = 'waiting' limit $1
"""


@pytest.fixture
async def street(pool: Pool, settings: Settings) -> Street:
    """Somebody is in the middle of the flow, and nothing that others deleted is left."""
    await forget(pool)
    street = await open_street(pool, settings)
    await street.say(MINE, "hello")
    return street


async def delete(street: Street, bot_id: UUID | None = None) -> None:
    async with street.transaction() as conn:
        await delete_bot(conn, street.scope, bot_id or street.bot_id, is_forced=True)


async def forget(pool: Pool) -> int:
    """As a worker does, until nothing is left to do: how many slices it took."""
    count = 0
    while await forget_bots(pool):
        count += 1
    return count


async def count_left(street: Street) -> tuple[int, int]:
    [row] = await street.talk.fetch(LEFT)
    return row["sessions"], row["versions"]


async def test_it_is_gone_before_what_it_leaves_is(street: Street, pool: Pool) -> None:
    [session] = await street.talk.fetch(SESSIONS)
    await delete(street)
    assert await count_left(street) == (1, 1), "deleting a bot waits for no session"
    async with street.transaction() as conn:
        assert await load_sessions(conn, street.scope, [session["id"]]) == []
        with pytest.raises(NotFound):
            await read_session(conn, street.scope, session["id"])
        with pytest.raises(NotFound):
            await end_session(conn, street.scope, session["id"], SessionEnd(sprint=session["sprint"]))
    assert await forget(pool) == 2
    assert await count_left(street) == (0, 0)
    [left] = await street.talk.fetch(
        "select (select count(*) from timers) + (select count(*) from flow_counts) as count"
    )
    assert left["count"] == 0


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_who_was_in_it_is_heard_by_the_others(street: Street, *, is_restarted: bool) -> None:
    """At once, and without an input that fails: the worker may have the flow in its memory still."""
    other = await street.talk.publish(blueprint(reply("hi", "Another one"), edges=[("start", "next", "hi")]))
    await delete(street)
    if is_restarted:
        street.talk.restart()
    assert await street.say(MINE, "5") == ["Another one"]
    rows = await street.talk.fetch(SESSIONS)
    assert [(row["bot_id"], row["status"]) for row in rows] == [
        (street.bot_id, "interrupted"), (other, "completed"),
    ]  # fmt: skip
    assert await street.talk.fetch("select from dead_letters") == []


async def test_a_delay_of_it_comes_to_nothing(street: Street, pool: Pool) -> None:
    await street.talk.publish(later(hours=1), street.bot_id)
    await street.say(MINE, "5")
    await street.say(MINE, "hello")
    said = await street.said(MINE)
    await delete(street)
    await street.talk.end_wait()
    assert await street.said(MINE) == said
    assert await forget(pool) == 4, "two versions, each with a session"


async def test_what_stood_aside_for_its_draft_goes_on(street: Street) -> None:
    """Another bot's draft is tried; that bot is deleted under it."""
    tried = await street.talk.publish(asks(timeout=600), status="inactive")
    own = street.talk.tenant
    street.talk.tenant = replace(own, bot_id=tried)
    _, word = await street.make_pass()
    street.talk.tenant = own
    await street.say(MINE, word)
    await delete(street, tried)
    assert await street.say(MINE, "5") == ["5 cups"]


async def test_many_go_in_slices_and_what_a_turn_holds_is_passed_over(
    street: Street, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await street.run(MANY, 25)
    monkeypatch.setattr(forgetting, "SLICE", 10)
    await delete(street)
    async with street.transaction() as conn:
        # As a turn does while it writes where the session stands.
        await conn.execute("update flow_sessions set updated_at = now() where status = 'waiting'")
        assert await asyncio.wait_for(forget(pool), 10) == 3
        assert await count_left(street) == (1, 1)
    assert await forget(pool) == 2
    assert await count_left(street) == (0, 0)


async def waits_for_somebody(pool: Pool) -> bool | None:
    async with pool.acquire() as conn:
        found = await conn.fetchval(
            "select true from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1"
        )
    return bool(found) or None


async def test_a_session_that_begins_while_its_version_goes_is_found_later(street: Street, pool: Pool) -> None:
    """A turn read its bots before the deletion, and writes after it."""
    [session] = await street.talk.fetch("select * from flow_sessions")
    await delete(street)
    assert await forget_bots(pool)
    async with street.transaction() as conn:
        await conn.execute(
            "insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, state, "
            "created_at, updated_at) values ($1, $2, $3, $4, $5, 'waiting', 1, $6, now(), now())",
            session["workspace_id"], new_id(), session["conversation_id"], session["bot_id"], session["version_id"],
            session["state"],
        )  # fmt: skip
        forgetting_ = asyncio.create_task(forget_bots(pool))
        await wait_until(lambda: waits_for_somebody(pool), "lock that the turn holds")
    assert not await asyncio.wait_for(forgetting_, 10)
    assert await count_left(street) == (1, 1)
    assert await forget(pool) == 2
    assert await count_left(street) == (0, 0)


async def test_an_act_that_comes_too_late_is_done_to_nobody(street: Street, pool: Pool) -> None:
    [session] = await street.talk.fetch(SESSIONS)
    await delete(street)
    await forget(pool)
    act = Act(new_id(), ActKind.END, session["id"], Actor(street.scope.user_id, "session", None))
    await street.talk.put(ItemKind.ACT, "act", write_act(act, session["conversation_id"]))
    await street.talk.turn()
    assert await street.talk.fetch("select from session_acts union all select from dead_letters") == []
    assert await street.talk.fetch("select from inbox where state = 'waiting'") == []


async def test_bots_of_others_and_other_bots_stay(street: Street, pool: Pool, settings: Settings) -> None:
    stranger = await open_street(pool, settings)
    await stranger.say(MINE, "hello")
    other = await street.talk.publish(asks(timeout=600))
    await delete(street, other)
    await forget(pool)
    assert await count_left(street) == (1, 1)
    assert await count_left(stranger) == (1, 1)
    assert await street.say(MINE, "5") == ["5 cups"]
    assert await stranger.say(OTHER, "hello") == ["How many cups?"]
