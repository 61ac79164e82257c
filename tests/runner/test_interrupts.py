"""A keyword of another flow, a person who takes over: what becomes of the flow that runs, by its own rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoopoe.conversations.actions import modes
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.core.others import echo, file_echoes
from tests.core.webhooks import file_messages
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.runner.talk import Talk, open_talk
from tests.runner.test_traces import traces
from tests.support.core import HOOKS


def with_rules(flow: dict[str, Any], **rules: str) -> dict[str, Any]:
    return {**flow, "settings": rules}


def menu() -> dict[str, Any]:
    flow = blueprint(say("menu", "Here is the menu"))
    flow["name"] = "Menu"
    flow["nodes"][0]["config"] = {"trigger_type": "keyword", "keywords": ["menu"], "interrupts": True}
    return flow


async def open_two(pool: Pool, settings: Settings, flow: dict[str, Any], **rules: str) -> Talk:
    """A flow with these rules, and another one that a keyword begins."""
    talk = await open_talk(pool, settings, with_rules(flow, **rules))
    await talk.publish(menu())
    return talk


async def act(talk: Talk, action: str) -> None:
    """What a colleague does with the conversation."""
    tenant = talk.tenant
    scope = make_scope(tenant.workspace_id, tenant.user_id, Role.OWNER, principal=PrincipalKind.SESSION)
    [row] = await talk.fetch("select id from conversations")
    conversation_id: UUID = row["id"]
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[tenant.workspace_id]) as conn:
        match action:
            case "take_over":
                await modes.take_over(conn, scope, conversation_id, hooks=HOOKS)
            case "release":
                await modes.release(conn, scope, conversation_id, hooks=HOOKS)
            case "close":
                await modes.close(conn, scope, conversation_id, hooks=HOOKS)


async def test_a_keyword_of_another_flow_switches_to_that(pool: Pool, settings: Settings) -> None:
    talk = await open_two(pool, settings, question_blueprint())
    assert await talk.say("hi") == ["What is it?"]
    assert await talk.say("menu") == ["Here is the menu"]
    sessions = await talk.fetch("select status from flow_sessions order by id")
    assert [row["status"] for row in sessions] == ["interrupted", "completed"]


async def test_where_keywords_are_ignored_they_are_answers(pool: Pool, settings: Settings) -> None:
    talk = await open_two(pool, settings, question_blueprint(), on_keyword="ignore")
    assert await talk.say("hi") == ["What is it?"]
    assert await talk.say("menu") == ["You said menu"]
    assert await talk.say("menu") == ["Here is the menu"], "when nothing runs it begins"


async def test_the_flow_s_own_keyword_always_counts(pool: Pool, settings: Settings) -> None:
    flow = question_blueprint()
    flow["nodes"].append(
        {
            "id": "again",
            "type": "whatsapp_trigger",
            "config": {"trigger_type": "keyword", "keywords": ["again"], "interrupts": True},
        }
    )
    flow["edges"].append({"id": "again", "source": "again", "target": "ask"})
    talk = await open_two(pool, settings, flow, on_keyword="ignore")
    assert await talk.say("hi") == ["What is it?"]
    assert await talk.say("again") == ["What is it?"]


QUESTION = "We are in the middle of something. Shall I leave it and begin “Menu”?"


@pytest.mark.parametrize(
    ("answer", "said", "then"),
    [
        ("Yes, begin that", ["Here is the menu"], ["What is it?"]),
        ("نعم ابدأ", ["Here is the menu"], ["What is it?"]),
        ("No, go on here", ["All right, we go on here. What I asked last still stands."], ["You said tea"]),
        ("milk", ["You said milk"], ["What is it?"]),
        ("menu", [QUESTION], ["You said tea"]),
    ],
)
async def test_a_person_is_asked_and_another_worker_hears_the_answer(
    pool: Pool, settings: Settings, answer: str, said: list[str], then: list[str]
) -> None:
    talk = await open_two(pool, settings, question_blueprint(), on_keyword="ask")
    assert await talk.say("hello") == ["What is it?"]
    assert await talk.say("menu") == [QUESTION]
    talk.restart()
    assert await talk.say(answer) == said
    assert await talk.say("tea") == then


async def test_the_question_is_over_when_time_is_up(pool: Pool, settings: Settings) -> None:
    talk = await open_two(pool, settings, question_blueprint(), on_keyword="ask")
    await talk.say("hello")
    await talk.say("menu")
    await talk.end_wait(kind="timeout")
    assert (await talk.said())[-1] == "Too late"
    assert await talk.say("Yes, begin that") == ["What is it?"], "nothing is left of it"


async def test_a_person_ends_what_the_bot_was_doing(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    assert await talk.say("hello") == ["What is it?"]
    await act(talk, "take_over")
    assert await talk.say("anybody there?") == []
    await act(talk, "release")
    assert await talk.say("tea") == ["What is it?"], "it begins anew"


async def test_a_parked_question_still_stands_when_the_bot_has_the_conversation_again(
    pool: Pool, settings: Settings
) -> None:
    talk = await open_talk(pool, settings, with_rules(question_blueprint(), on_human="park"))
    assert await talk.say("hello") == ["What is it?"]
    await act(talk, "take_over")
    session = await talk.session()
    assert (session["status"], session["wait_kind"]) == ("interrupted", None)
    assert await talk.say("a person, please") == []
    # "Why?" says so, too, where it stopped.
    [sprint] = await traces(talk)
    assert (sprint.status, sprint.parked_at) == ("waiting", session["parked_at"])
    # Its time is up meanwhile: nobody hears of it.
    await talk.end_wait(kind="timeout")
    await talk.fetch("update timers set state = 'done'")
    await act(talk, "release")
    timers = await talk.fetch("select due_at - domain_now() as left from timers where state = 'waiting'")
    assert len(timers) == 1, "the question has all of its time again"
    assert timers[0]["left"].total_seconds() > 590
    talk.restart()
    assert await talk.say("tea") == ["You said tea"]
    assert len(await talk.fetch("select 1 from flow_sessions")) == 1


async def test_taking_over_twice_and_giving_back_twice_revives_once(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, with_rules(question_blueprint(), on_human="park"))
    await talk.say("hello")
    for action in ("take_over", "take_over", "release", "release"):
        await act(talk, action)
    assert (await talk.session())["status"] == "waiting"
    assert len(await talk.fetch("select 1 from timers where state = 'waiting'")) == 1
    assert await talk.say("tea") == ["You said tea"]


async def test_closing_a_conversation_ends_what_is_parked_in_it(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, with_rules(question_blueprint(), on_human="park"))
    await talk.say("hello")
    await act(talk, "take_over")
    await act(talk, "close")
    assert await talk.say("tea") == ["What is it?"]


async def test_a_delay_is_not_parked(pool: Pool, settings: Settings) -> None:
    flow = blueprint(say("a", "One moment"), ("wait", "delay", {"duration": 2, "unit": "hours"}), say("b", "Now"))
    talk = await open_talk(pool, settings, with_rules(flow, on_human="park"))
    await talk.say("hello")
    await act(talk, "take_over")
    await act(talk, "release")
    assert (await talk.session())["status"] == "interrupted"
    await talk.end_wait()
    assert await talk.said() == ["One moment"]


async def test_the_owner_on_the_phone_parks_it_too(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, with_rules(question_blueprint(), on_human="park"))
    await talk.say("hello")
    await file_echoes(pool, talk.tenant, echo())
    await talk.turn()
    assert (await talk.session())["status"] == "interrupted"
    await act(talk, "release")
    assert await talk.say("tea") == ["You said tea"]


async def test_what_begins_and_is_taken_over_in_one_turn_is_parked(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, with_rules(question_blueprint(), on_human="park"))
    await file_messages(pool, talk.tenant, {"type": "text", "text": {"body": "hello"}})
    await file_echoes(pool, talk.tenant, echo())
    await talk.turn()
    session = await talk.session()
    assert (session["status"], session["parked_at"] is not None) == ("interrupted", True)
    await act(talk, "release")
    assert await talk.say("tea") == ["You said tea"]
