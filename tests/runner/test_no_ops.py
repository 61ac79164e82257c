"""What comes late, twice, or for nobody changes nothing; what comes too early is kept. Over a real database."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.engine.contract import MAX_SPRINTS_PER_SESSION
from hoopoe.flows.runner.counting import fold_counts
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.settings import Settings
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.runner.talk import Talk, open_talk

GOOD = {"ok": True, "status": 200, "body": {"what": "latte"}, "error": None}
BAD = {"ok": False, "status": 500, "body": None, "error": None}


def asks_twice() -> dict[str, Any]:
    return blueprint(
        ("one", "ask_question", {"question": "One?", "variable_name": "one", "timeout": 60}),
        ("two", "ask_question", {"question": "Two?", "variable_name": "two", "timeout": 60}),
        say("late", "Too late"),
        say("done", "Done"),
        edges=[
            ("start", "one", None),
            ("one", "two", "answered"),
            ("one", "late", "timeout"),
            ("two", "done", "answered"),
            ("two", "late", "timeout"),
        ],
    )


def calls_twice() -> dict[str, Any]:
    return blueprint(
        ("one", "http_request", {"url": "https://a.example", "save_as": "a"}),
        ("two", "http_request", {"url": "https://b.example", "save_as": "b"}),
        say("done", "{{ a.body.what }}, {{ b.body.what }}"),
        say("failed", "Failed"),
        edges=[
            ("start", "one", None),
            ("one", "two", "ok"),
            ("one", "failed", "error"),
            ("two", "done", "ok"),
            ("two", "failed", "error"),
        ],
    )


async def snapshot(talk: Talk) -> list[tuple[object, ...]]:
    """All that a late input could have changed."""
    sessions = await talk.fetch("select id, status, sprint, state::text, held::text from flow_sessions order by id")
    found = [tuple(row) for row in sessions]
    for table in ("timers", "effects", "messages", "sprint_traces", "dead_letters", "flow_count_deltas"):
        [row] = await talk.fetch(f"select count(*) as count from {table}")  # noqa: S608 - names from above
        found.append((table, row["count"]))
    return found


async def test_a_timer_of_an_older_sprint_does_nothing(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, asks_twice())
    await talk.say("hi")
    assert await talk.say("x") == ["Two?"]
    before = await snapshot(talk)
    await talk.end_wait(sprint=1, kind="timeout")
    assert await snapshot(talk) == before
    await talk.end_wait(sprint=2, kind="timeout")
    assert (await talk.said())[-1] == "Too late"


@pytest.mark.parametrize("kind", ["timeout", "delay"])
async def test_a_timer_of_an_ended_session_does_nothing(pool: Pool, settings: Settings, kind: str) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    await talk.say("hi")
    await talk.say("tea")
    before = await snapshot(talk)
    for sprint in (1, 2, 3):
        await talk.end_wait(sprint=sprint, kind=kind)
    assert await snapshot(talk) == before


async def test_a_timer_of_another_kind_than_the_wait_does_nothing(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint(timeout=None))
    await talk.say("hi")
    before = await snapshot(talk)
    for kind in ("timeout", "delay"):
        await talk.end_wait(kind=kind)
    await talk.finish_effect(GOOD)
    assert await snapshot(talk) == before


async def test_an_effect_s_result_counts_once(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, calls_twice())
    await talk.say("hi")
    await talk.finish_effect(GOOD, key="e:one")
    assert (await talk.session())["sprint"] == 2
    before = await snapshot(talk)
    # The same row again, the same result under another key, a result of a sprint that is yet to come.
    await talk.finish_effect(GOOD, sprint=1, key="e:one")
    await talk.finish_effect(BAD, sprint=1, key="e:other")
    await talk.finish_effect(BAD, sprint=3, key="e:third")
    assert await snapshot(talk) == before
    await talk.finish_effect(GOOD, key="e:two")
    assert await talk.said() == ["latte, latte"]
    before = await snapshot(talk)
    await talk.finish_effect(GOOD, sprint=2, key="e:late")
    assert await snapshot(talk) == before


async def test_what_is_written_during_an_effect_is_heard_after_it_in_order_by_any_worker(
    pool: Pool, settings: Settings
) -> None:
    flow = blueprint(
        ("call", "http_request", {"url": "https://a.example"}),
        ("ask", "ask_question", {"question": "Well?", "variable_name": "x"}),
        ("more", "ask_question", {"question": "More?", "variable_name": "y"}),
        say("done", "{{ x }}, {{ y }}"),
        edges=[
            ("start", "call", None),
            ("call", "ask", "ok"),
            ("call", "ask", "error"),
            ("ask", "more", "answered"),
            ("more", "done", "answered"),
        ],
    )
    talk = await open_talk(pool, settings, flow)
    assert await talk.say("hi") == []
    assert await talk.say("first") == []
    talk.restart()
    assert await talk.say("second") == []
    assert [held["text"] for held in (await talk.session())["held"]] == ["first", "second"]
    talk.restart()
    await talk.finish_effect(GOOD)
    assert await talk.said() == ["Well?", "More?", "first, second"]
    assert (await talk.session())["held"] == []


async def test_a_bad_input_for_nobody_is_survived(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    await talk.say("hi")
    before = await snapshot(talk)
    other = "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"
    await talk.put(ItemKind.TIMER, "t:x", {"session_id": other, "sprint": 1, "kind": "timeout"})
    await talk.put(ItemKind.EFFECT, "e:x", {"session_id": other, "sprint": 1, "result": GOOD})
    await talk.turn()
    assert await snapshot(talk) == before
    assert await talk.say("tea") == ["You said tea"]


async def failure(talk: Talk) -> str:
    """The code with which the newest session failed, after checking that it shows wherever people look."""
    session = await talk.session()
    assert session["status"] == "failed"
    assert session["wait_kind"] is None
    code: str = session["state"]["error"]["code"]
    [trace] = await talk.fetch("select trace from sprint_traces order by id desc limit 1")
    assert trace["trace"]["errors"][-1][1] == code
    while await fold_counts(talk.pool):
        pass
    assert await talk.fetch("select 1 from flow_counts where kind = 'failed'")
    assert await talk.fetch("select 1 from dead_letters") == [], "it is the author's, not ours"
    return code


def rounds() -> dict[str, Any]:
    """A circle that ends when a number is reached which never is."""
    return blueprint(
        ("if", "if_condition", {"left_value": "{{ n }}", "operator": "equals", "right_value": "-1"}),
        ("plus", "store_variable", {"variable_name": "n", "value": "{{ n | plus: 1 }}"}),
        edges=[("start", "if", None), ("if", "plus", "false"), ("plus", "if", None)],
    )


def grows() -> dict[str, Any]:
    return blueprint(
        *((f"s{n}", "store_variable", {"variable_name": f"v{n}", "value": "{{ message.text }}" * 4}) for n in range(5)),
    )


@pytest.mark.parametrize(
    ("flow", "text", "code"),
    [
        (rounds(), "hi", "too_many_steps"),
        (grows(), "x" * 4_000, "variables_too_large"),
        (blueprint(*(say(f"s{n}", "x") for n in range(11))), "hi", "too_many_messages"),
    ],
)
async def test_a_limit_ends_the_flow_visibly_and_the_next_message_begins_anew(
    pool: Pool, settings: Settings, flow: dict[str, Any], text: str, code: str
) -> None:
    talk = await open_talk(pool, settings, flow)
    await talk.say(text)
    assert await failure(talk) == code
    await talk.say("again")
    assert len(await talk.fetch("select 1 from flow_sessions")) == 2


async def test_a_session_that_goes_on_for_ever_is_ended(pool: Pool, settings: Settings) -> None:
    flow = blueprint(
        ("ask", "ask_question", {"question": "?", "variable_name": "x"}),
        edges=[("start", "ask", None), ("ask", "ask", "answered")],
    )
    talk = await open_talk(pool, settings, flow)
    assert await talk.say("hi") == ["?"]
    await talk.fetch(
        "update flow_sessions set sprint = $1, state = jsonb_set(state, '{sprint}', to_jsonb($1::int))",
        MAX_SPRINTS_PER_SESSION,
    )
    assert await talk.say("once more") == []
    assert await failure(talk) == "too_many_sprints"
