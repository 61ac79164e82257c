"""However a try of a draft ends, what stood aside for it goes on, and nothing stands aside for ever."""

from __future__ import annotations

import pytest

from hoopoe.channels.contract import ItemKind
from hoopoe.conversations.actions import modes
from hoopoe.flows.engine import Incoming
from hoopoe.flows.people.actions import end_session
from hoopoe.flows.people.schemas import SessionEnd
from hoopoe.flows.runner.messages import dump_incoming
from hoopoe.flows.runner.timers import fire_timers
from hoopoe.kernel.db.housekeeping import keep_house
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.settings import Settings
from hoopoe.webhooks.inbox import put_item
from tests.preview.flows import asks
from tests.runner.street import MINE, OVER, Street, open_street, try_while_a_delay_ends
from tests.support.core import HOOKS
from tests.support.housekeeping import forget_nothing

TRIGGER: JsonObject = {
    "id": "start", "type": "whatsapp_trigger",
    "config": {"trigger_type": "keyword", "keywords": ["again"], "interrupts": True},
}  # fmt: skip
SESSIONS = "select id, sprint from flow_sessions where status = 'waiting'"


@pytest.fixture
async def street(pool: Pool, settings: Settings) -> Street:
    return await open_street(pool, settings)


@pytest.mark.parametrize("way", ["inspector", "engine", "missing"])
async def test_however_it_ends_what_was_before_goes_on(
    street: Street, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Ended among the people of the bot; its engine raises; its version cannot be read any more."""
    await street.say(MINE, "hello")
    _, word = await street.make_pass()
    await street.say(MINE, word)
    [row] = await street.talk.fetch(SESSIONS)
    if way == "inspector":
        async with street.transaction() as conn:
            await end_session(conn, street.scope, row["id"], SessionEnd(sprint=row["sprint"]))
        await street.talk.turn()
    elif way == "engine":
        with monkeypatch.context() as broken:
            broken.setattr("hoopoe.flows.runner.converse.resume_session", _raise)
            await street.say(MINE, "3")
    else:
        await street.run("update bot_versions set blueprint = '{}' where number < 0")
        street.talk.restart()
        await street.say(MINE, "3")
    assert await street.say(MINE, "5") == ["5 cups"]


async def test_a_draft_that_fails_at_its_first_step_leaves_all_as_it_was(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    await street.say(MINE, "hello")
    _, word = await street.make_pass()
    with monkeypatch.context() as broken:
        broken.setattr("hoopoe.flows.runner.converse.start", _raise)
        await street.say(MINE, word)
    [row] = await street.talk.fetch("select status, parked_at from flow_sessions")
    assert (row["status"], row["parked_at"]) == ("waiting", None)
    assert await street.say(MINE, "5") == ["5 cups"]


def _raise(*_: object) -> None:
    raise RuntimeError("a fault of ours")


async def test_what_breaks_in_takes_the_place_of_what_stood_aside(street: Street) -> None:
    """As it would have without a trial: nothing stands aside for ever."""
    await street.say(MINE, "hello")
    _, word = await street.make_pass()
    await street.say(MINE, word)
    begun = asks(timeout=600)
    begun["nodes"][0] = TRIGGER | {"config": {"trigger_type": "webhook", "interrupts": True}}
    bot_id = await street.talk.publish(begun)
    [conversation] = await street.talk.fetch("select id, channel_id, lane, domain_now() as at from conversations")
    heard = dump_incoming(Incoming(type="webhook", text="from outside", at=conversation["at"]))
    async with street.transaction() as conn:
        await put_item(
            conn, workspace_id=street.scope.workspace_id, channel_id=conversation["channel_id"],
            lane=conversation["lane"], kind=ItemKind.RETRY, key="hook",
            item={"conversation_id": str(conversation["id"]), "heard": heard,
                  "begins": {"bot_id": str(bot_id), "node_id": "start"}},
        )  # fmt: skip
    await street.talk.turn()
    rows = await street.talk.fetch("select status, parked_at from flow_sessions order by id")
    assert [(row["status"], row["parked_at"]) for row in rows] == [
        ("interrupted", None), ("interrupted", None), ("waiting", None),
    ]  # fmt: skip


async def test_a_delay_that_stood_aside_goes_on_when_a_person_gives_back(pool: Pool, settings: Settings) -> None:
    street = await try_while_a_delay_ends(pool, settings)
    await _take_over(street)
    await _release(street)
    await fire_timers(pool)
    await street.talk.turn()
    assert (await street.said(MINE))[-1] == "How was it?"


async def test_a_trial_that_a_person_parked_still_ends_by_itself(street: Street) -> None:
    await street.say(MINE, "hello")
    flow = asks(timeout=600)
    flow["settings"] = {"on_human": "park"}
    await street.draft(flow)
    _, word = await street.make_pass(minutes=5)
    await street.say(MINE, word)
    await _take_over(street)
    await street.end_time()
    await _release(street)
    await street.end_time()
    assert (await street.said(MINE))[-1] == OVER
    assert await street.say(MINE, "5") == ["5 cups"]


async def _take_over(street: Street) -> None:
    [conversation] = await street.talk.fetch("select id from conversations")
    async with street.transaction() as conn:
        await modes.take_over(conn, street.scope, conversation["id"], hooks=HOOKS)


async def _release(street: Street) -> None:
    [conversation] = await street.talk.fetch("select id from conversations")
    async with street.transaction() as conn:
        await modes.release(conn, street.scope, conversation["id"], hooks=HOOKS)


async def test_a_trigger_of_the_draft_that_interrupts_gives_it_no_more_time(street: Street) -> None:
    flow = asks(timeout=600)
    flow["nodes"][0] = TRIGGER
    await street.draft(flow)
    _, word = await street.make_pass(minutes=5)
    await street.say(MINE, word)
    await street.file(MINE, "again", "again")
    await street.talk.turn()
    rows = await street.talk.fetch("select session_id, due_at from timers where sprint = 0")
    assert (len({row["session_id"] for row in rows}), len({row["due_at"] for row in rows})) == (3, 1)
    await street.end_time()
    assert (await street.said(MINE))[-1] == OVER


async def test_what_was_tried_is_not_kept_for_ever(street: Street) -> None:
    _, word = await street.make_pass()
    await street.say(MINE, word)
    await street.run("update draft_passes set expires_at = now() - interval '8 days'")
    await keep_house(street.talk.pool, forget=forget_nothing)
    assert not await street.passes()
    assert await street.say(MINE, "3") == ["3 it is"], "who is in it stays in it"
    await keep_house(street.talk.pool, forget=forget_nothing)
    assert len(await street.talk.fetch("select from bot_versions where number < 0")) == 1
    await street.say(MINE, "hello")
    await street.run("update flow_sessions set updated_at = updated_at - interval '8 days'")
    await keep_house(street.talk.pool, forget=forget_nothing)
    assert not await street.talk.fetch("select from bot_versions where number < 0")
    assert await street.say(MINE, "4") == ["4 cups"], "what is published is not touched"
