"""Publishing while people wait: nobody is disturbed unless it is said, and then each is taken along once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hoopoe.flows.people.transitions import SLICE, feed_transitions
from tests.flows_live.blueprints import blueprint, say
from tests.support.api import Api

from .crowd import Crowd, feed_all, gather, numbers

# The fewest whom one slice does not take along.
MANY = SLICE + 1


def flow(words: str, *, ask: str = "ask", question: str = "What is it?") -> dict[str, Any]:
    """Asks one question, and says which version heard the answer."""
    return blueprint(
        (ask, "ask_question", {"question": question, "variable_name": "answer", "timeout": 600}),
        say("answered", f"{words}: {{{{ answer }}}}"),
        say("late", "Too late"),
        edges=[
            ("start", ask, None),
            (ask, "answered", "answered"),
            (ask, "late", "timeout"),
            (ask, "late", "invalid"),
        ],
    )


ONE, TWO = flow("One"), flow("Two")
# Its question is another step: who waits at the one of before is lost here.
OTHER = flow("Other", ask="ask_again", question="And this?")


async def wait_all(api: Api, count: int) -> tuple[Crowd, list[str]]:
    crowd, people = await gather(api, ONE), numbers(count)
    await crowd.say("hello", *people)
    assert set(map(tuple, (await crowd.heard()).values())) == {("What is it?",)}
    return crowd, people


async def end_state(crowd: Crowd) -> list[tuple[str, str, int]]:
    """How many sessions are in which state, on which version."""
    rows = await crowd.fetch(
        """
        select session.status, 'v' || version.number as number, count(*)::int as count
        from flow_sessions as session join bot_versions as version on version.id = session.version_id
        group by 1, 2 order by 1, 2
        """
    )
    return [tuple(row) for row in rows]


async def test_nobody_is_disturbed_by_default(api: Api) -> None:
    crowd, people = await wait_all(api, MANY)
    before = await crowd.fetch("select id, state::text, sprint, version_id, updated_at from flow_sessions order by id")
    published = await crowd.publish(TWO)
    assert published["transition"] is None
    await feed_all(api.services.pool)
    await crowd.turn()
    after = await crowd.fetch("select id, state::text, sprint, version_id, updated_at from flow_sessions order by id")
    assert after == before
    await crowd.say("tea", *people)
    assert await crowd.heard() == {f"+{each}": ["What is it?", "One: tea"] for each in people}


async def test_who_is_moved_waits_as_before_and_is_heard_by_the_new_version(api: Api) -> None:
    crowd, people = await wait_all(api, MANY)
    timers = await crowd.fetch("select id, due_at, sprint, state from timers order by id")
    published = await crowd.publish(TWO, people={"choice": "move"})
    assert (published["transition"]["choice"], published["transition"]["total"]) == ("move", 0)
    ended = await crowd.settle()
    assert (ended["total"], ended["moved"], ended["stayed"], ended["missed"]) == (MANY, MANY, 0, 0)
    assert await end_state(crowd) == [("waiting", "v2", MANY)]
    assert await crowd.fetch("select id, due_at, sprint, state from timers order by id") == timers
    assert set(map(tuple, (await crowd.heard()).values())) == {("What is it?",)}
    await crowd.say("tea", *people)
    assert await crowd.heard() == {f"+{each}": ["What is it?", "Two: tea"] for each in people}


async def test_who_is_begun_anew_is_asked_again(api: Api) -> None:
    crowd, people = await wait_all(api, MANY)
    await crowd.publish(OTHER, people={"choice": "restart"})
    ended = await crowd.settle()
    assert (ended["total"], ended["restarted"]) == (MANY, MANY)
    assert await end_state(crowd) == [("interrupted", "v1", MANY), ("waiting", "v2", MANY)]
    await crowd.say("tea", *people)
    assert await crowd.heard() == {f"+{each}": ["What is it?", "And this?", "Other: tea"] for each in people}


# Who waited at "ask" is lost here, and two triggers begin it.
TWO_WAYS = blueprint(
    ("other", "ask_question", {"question": "And this?", "variable_name": "it", "timeout": None}),
    say("done", "Other: {{ it }}"),
    ("back", "whatsapp_trigger", {"trigger_type": "keyword", "keywords": ["back"]}),
    ("again", "ask_question", {"question": "Where were we?", "variable_name": "it", "timeout": None}),
    say("there", "There: {{ it }}"),
    edges=[
        ("start", "other", None), ("other", "done", "answered"),
        ("back", "again", None), ("again", "there", "answered"),
    ],
)  # fmt: skip


@pytest.mark.parametrize("people", [{"choice": "restart"}, {"choice": "move", "lost": "restart"}])
@pytest.mark.parametrize(("trigger_id", "said"), [
    (None, ["And this?", "Other: tea"]), ("start", ["And this?", "Other: tea"]),
    ("back", ["Where were we?", "There: tea"]),
])  # fmt: skip
async def test_who_begins_anew_does_so_at_the_trigger_that_was_chosen(
    api: Api, people: dict[str, str], trigger_id: str | None, said: list[str]
) -> None:
    crowd, persons = await wait_all(api, 2)
    await crowd.owner.put(f"{crowd.bot}/flow", {"blueprint": TWO_WAYS})
    told = (await crowd.owner.get(f"{crowd.bot}/people")).json()
    assert [each["node_id"] for each in told["triggers"]] == ["start", "back"]
    await crowd.publish(TWO_WAYS, people=people | {"trigger_id": trigger_id})
    assert (await crowd.settle())["restarted"] == 2
    await crowd.say("tea", *persons)
    assert await crowd.heard() == {f"+{each}": ["What is it?", *said] for each in persons}


@pytest.mark.parametrize("trigger_id", ["other", "nowhere"])
async def test_where_no_trigger_is_nobody_begins_anew(api: Api, trigger_id: str) -> None:
    crowd, _ = await wait_all(api, 1)
    await crowd.owner.put(f"{crowd.bot}/flow", {"blueprint": TWO_WAYS})
    given = {"people": {"choice": "restart", "trigger_id": trigger_id}}
    answer = await crowd.owner.post(f"{crowd.bot}/publish", given)
    assert (answer.status_code, answer.json()["error"]["details"]["fields"][0]["code"]) == (422, "no_trigger")
    assert len((await crowd.owner.get(f"{crowd.bot}/flow/versions")).json()["data"]) == 1, "nothing was published"


async def test_a_trace_says_that_publishing_began_it_anew_and_by_whom(api: Api) -> None:
    crowd, people = await wait_all(api, 1)
    await crowd.publish(OTHER, people={"choice": "restart"})
    await crowd.settle()
    [row] = await crowd.fetch("select id from messages where content ->> 'body' = 'And this?'")
    sprint = (await crowd.owner.get(f"/api/messages/{row['id']}/trace")).json()["sprint"]
    me = (await crowd.owner.get("/api/auth/me")).json()
    assert (sprint["given"]["type"], sprint["version"], sprint["by"]) == ("published", 2, me["user"]["name"])
    await crowd.say("tea", *people)
    [row] = await crowd.fetch("select id from messages where content ->> 'body' = 'Other: tea'")
    sprint = (await crowd.owner.get(f"/api/messages/{row['id']}/trace")).json()["sprint"]
    assert (sprint["given"]["type"], sprint["by"]) == ("message", None)


@pytest.mark.parametrize(("lost", "said"), [("finish", ["One: tea"]), ("restart", ["And this?", "Other: tea"])])
async def test_whose_step_is_gone_finishes_there_or_begins_anew(api: Api, lost: str, said: list[str]) -> None:
    crowd, people = await wait_all(api, MANY)
    await crowd.owner.put(f"{crowd.bot}/flow", {"blueprint": OTHER})
    told = (await crowd.owner.get(f"{crowd.bot}/people")).json()
    assert (told["waiting"], told["can_move"], told["cannot_move"], told["window_shut"]) == (MANY, 0, MANY, 0)
    assert told["versions"][0]["places"][0] == {
        "node_id": "ask", "name": None, "type": "ask_question", "waiting": MANY, "is_gone": True,
    }  # fmt: skip
    # The linter says the same.
    [fault] = [
        each
        for each in (await crowd.owner.get(f"{crowd.bot}/flow")).json()["faults"]
        if each["code"] == "parked_nowhere"
    ]
    assert (fault["steps"], fault["count"]) == ([{"id": "ask", "name": None, "type": "ask_question"}], MANY)
    assert fault["message"].startswith(f"{MANY} people wait at 'Ask a question'")
    await crowd.publish(OTHER, people={"choice": "move", "lost": lost})
    ended = await crowd.settle()
    assert ended["moved"] == 0
    counted = (ended["stayed"], ended["reasons"]) if lost == "finish" else (ended["restarted"], {"node_gone": MANY})
    assert counted == (MANY, {"node_gone": MANY})
    await crowd.say("tea", *people)
    assert await crowd.heard() == {f"+{each}": ["What is it?", *said] for each in people}


@pytest.mark.parametrize("choice", ["move", "restart"])
async def test_who_answers_meanwhile_loses_nothing_and_hears_nothing_twice(api: Api, choice: str) -> None:
    crowd, people = await wait_all(api, MANY)
    stop = asyncio.Event()
    working = asyncio.create_task(crowd.work(stop))
    await crowd.publish(TWO, people={"choice": choice})
    for start in range(0, MANY, 50):
        await crowd.write("tea", *people[start : start + 50])
    ended = await crowd.wait_for_end()
    stop.set()
    await working
    await crowd.turn()
    heard = await crowd.heard()
    old, new = ["What is it?", "One: tea"], ["What is it?", "Two: tea"]
    if choice == "restart":
        new = ["What is it?", "What is it?", "Two: tea"]
    assert sorted(heard) == sorted(f"+{each}" for each in people)
    assert {tuple(said) for said in heard.values()} <= {tuple(old), tuple(new)}
    # Whoever answered before the turn came was not there any more; everybody else was taken along, once.
    by_new = sum(said == new for said in heard.values())
    assert ended["moved" if choice == "move" else "restarted"] == by_new
    assert ended["total"] == by_new + ended["missed"]
    assert not await crowd.fetch("select 1 from flow_sessions where status = 'waiting'")
    assert not await crowd.fetch("select 1 from dead_letters")


async def test_a_slice_that_is_fed_twice_does_nothing_the_second_time(api: Api) -> None:
    crowd, _ = await wait_all(api, 3)
    pool = api.services.pool
    await feed_all(pool)
    await crowd.publish(TWO, people={"choice": "move"})
    assert await feed_transitions(pool)
    await crowd.fetch("update flow_transitions set after_id = null, round = 1, next_at = now() returning id")
    assert await feed_transitions(pool)
    ended = await crowd.settle()
    assert (ended["total"], ended["moved"]) == (3, 3)
    rows = await crowd.fetch("select count(*) as count from session_acts")
    assert rows[0]["count"] == 3


async def test_an_act_that_came_to_nothing_holds_nobody_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was set aside as a dead letter, or dropped by its lane: no row says what came of it."""
    monkeypatch.setattr("hoopoe.flows.people.transitions.SLICE", 2)
    monkeypatch.setattr("hoopoe.flows.people.transitions.AHEAD", 2)
    crowd, _ = await wait_all(api, 5)
    pool = api.services.pool
    await feed_all(pool)
    await crowd.publish(TWO, people={"choice": "move"})
    assert await feed_transitions(pool)
    assert not await feed_transitions(pool), "as many stand in line as may"
    state = (await crowd.owner.get(f"{crowd.bot}/transition")).json()
    assert not state["is_done"]
    await crowd.fetch("update inbox set state = 'dead' where kind = 'act' returning seq")
    ended = await crowd.settle()
    assert (ended["is_done"], ended["total"], ended["moved"]) == (True, 5, 3)


async def test_the_transition_that_is_decided_last_is_where_everybody_ends(api: Api) -> None:
    crowd, people = await wait_all(api, 5)
    await crowd.publish(TWO, people={"choice": "move"})
    await feed_all(api.services.pool)
    await crowd.publish(flow("Three"), people={"choice": "move"})
    await crowd.settle()
    assert await end_state(crowd) == [("waiting", "v3", 5)]
    await crowd.say("tea", *people)
    assert set(map(tuple, (await crowd.heard()).values())) == {("What is it?", "Three: tea")}


async def test_nobody_is_begun_anew_whom_the_bot_may_not_write_to(api: Api) -> None:
    crowd, people = await wait_all(api, 2)
    await crowd.fetch(
        "update conversations set window_expires_at = now() - interval '1 minute' "
        "where id = (select min(id::text)::uuid from conversations) returning id"
    )
    assert (await crowd.owner.get(f"{crowd.bot}/people")).json()["window_shut"] == 1
    await crowd.publish(OTHER, people={"choice": "restart"})
    ended = await crowd.settle()
    assert (ended["restarted"], ended["stayed"], ended["reasons"]) == (1, 1, {"window_shut": 1})
    assert sorted(map(len, (await crowd.heard()).values())) == [1, 2]
    assert people


async def test_a_session_that_began_as_the_version_was_published_is_found_in_the_second_round(api: Api) -> None:
    crowd, _ = await wait_all(api, 1)
    await crowd.publish(TWO, people={"choice": "move"})
    assert (await crowd.settle())["moved"] == 1
    # A turn that had read which version is published before it changed.
    await crowd.fetch(
        """
        with copied as (
            insert into contacts (workspace_id, id) select $1, gen_random_uuid() returning id
        ), opened as (
            insert into conversations (workspace_id, id, channel_id, contact_id, lane, recipient, last_at)
            select $1, gen_random_uuid(), channel_id, copied.id, 1, recipient, last_at from conversations, copied
            returning id
        )
        insert into flow_sessions (workspace_id, id, conversation_id, bot_id, version_id, status, sprint, node_id,
                                   wait_kind, state, created_at, updated_at)
        select $1, gen_random_uuid(), opened.id, session.bot_id, version.id, 'waiting', 1, 'ask',
               'message', session.state || jsonb_build_object('flow_version_id', version.id), now(), now()
        from opened, flow_sessions as session, bot_versions as version
        where version.number = 1 returning id
        """,
        crowd.owner.workspace_id,
    )
    await crowd.fetch("update flow_transitions set next_at = now() returning id")
    await feed_all(api.services.pool)
    await crowd.turn()
    assert (await crowd.owner.get(f"{crowd.bot}/transition")).json()["moved"] == 2
    assert await end_state(crowd) == [("waiting", "v2", 2)]


async def test_the_audit_log_says_who_took_people_along(api: Api) -> None:
    crowd, _ = await wait_all(api, 1)
    await crowd.publish(TWO, people={"choice": "move", "lost": "restart"})
    entries = (await crowd.owner.get("/api/audit")).json()["data"]
    [entry] = [each for each in entries if each["action"] == "bot.people_taken_along"]
    assert entry["after"]["choice"] == "move"
    assert entry["after"]["lost"] == "restart"


async def test_there_is_no_transition_where_nobody_was_taken_along(api: Api) -> None:
    crowd = await gather(api, ONE)
    assert (await crowd.owner.get(f"{crowd.bot}/transition")).status_code == 404
