"""The inspector: who is where, and what is done to one person by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoopoe.flows.people import queries
from tests.flows_live.blueprints import blueprint, say
from tests.support.api import Api

from .crowd import Crowd, gather, numbers

BOOKING = blueprint(
    ("guests", "ask_question", {"question": "How many?", "variable_name": "guests", "timeout": 600}),
    ("wait", "delay", {"duration": 1, "unit": "hours"}),
    ("look", "http_request", {"url": "https://book.example/free", "save_as": "free"}),
    ("when", "ask_question", {"question": "When?", "variable_name": "when", "timeout": None}),
    say("done", "{{ guests }} at {{ when }}"),
    say("late", "Too late"),
    say("full", "We are full"),
    edges=[
        ("start", "guests", None),
        ("guests", "wait", "answered"),
        ("guests", "late", "timeout"),
        ("wait", "look", None),
        ("look", "when", "ok"),
        ("look", "full", "error"),
        ("when", "done", "answered"),
    ],
)


async def gather_one(api: Api) -> tuple[Crowd, str]:
    crowd, [person] = await gather(api, BOOKING), numbers(1)
    await crowd.say("hello", person)
    return crowd, person


async def said(crowd: Crowd) -> list[str]:
    [lines] = (await crowd.heard()).values()
    return lines


async def test_it_shows_where_somebody_is_since_when_and_until_when(api: Api) -> None:
    crowd, person = await gather_one(api)
    session = await crowd.session()
    assert (session["state"], session["node_id"], session["wait"], session["version"]) == (
        "waiting", "guests", "message", 1,
    )  # fmt: skip
    assert session["contact"]["phone"] == f"+{person}"
    assert session["until"] > session["since"]
    assert session["frames"] == [
        {
            "bot_id": str(crowd.bot_id), "bot_name": "Bot", "version": 1, "node_id": "guests", "variables": {},
            "scopes": [],
        }
    ]  # fmt: skip
    assert session["limits"][0] == {"name": "sprints", "used": 1, "most": 500}
    assert session["acts"] == []
    await crowd.say("4", person)
    session = await crowd.session()
    assert (session["node_id"], session["wait"], session["frames"][0]["variables"]) == (
        "wait",
        "delay",
        {"guests": "4"},
    )


async def test_people_are_found_by_who_and_where_they_are(api: Api) -> None:
    crowd, people = await gather(api, BOOKING), numbers(5)
    await crowd.say("hello", *people)
    await crowd.say("2", *people[:2])
    assert len(await crowd.sessions()) == 5
    assert len(await crowd.sessions(node_id="guests")) == 3
    assert len(await crowd.sessions(node_id="wait", version="1")) == 2
    assert await crowd.sessions(node_id="elsewhere") == []
    assert [each["contact"]["phone"] for each in await crowd.sessions(q="00000003")] == [f"+{people[3]}"]
    assert await crowd.sessions(q="!!") == []
    assert await crowd.sessions(state="completed") == []
    [one] = await crowd.sessions(q=people[0])
    assert await crowd.sessions(conversation_id=one["conversation_id"]) == [one]
    assert (await crowd.owner.get(f"{crowd.bot}/sessions?version=9")).status_code == 404
    page = (await crowd.owner.get(f"{crowd.bot}/sessions?limit=2")).json()
    seen = [each["id"] for each in page["data"]]
    while page["next_cursor"]:
        page = (await crowd.owner.get(f"{crowd.bot}/sessions?limit=2&cursor={page['next_cursor']}")).json()
        seen += [each["id"] for each in page["data"]]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


@pytest.mark.parametrize(("most", "scanned"), [(queries.MOST_PEOPLE, queries.SCANNED), (2, 100), (2, 3)])
async def test_a_search_finds_everybody_however_many_match(
    api: Api, monkeypatch: pytest.MonkeyPatch, most: int, scanned: int
) -> None:
    """Few are looked up; of many the sessions are read, some at a time. Both find the same, in the same order."""
    monkeypatch.setattr(queries, "MOST_PEOPLE", most)
    monkeypatch.setattr(queries, "SCANNED", scanned)
    crowd, people = await gather(api, BOOKING), numbers(7)
    await crowd.say("hello", *people)
    await crowd.say("2", people[2])
    for session in await crowd.sessions():
        contact = session["contact"]
        for term in ("noura", "ahmad" if people.index(contact["phone"][1:]) % 2 else "saleh"):
            await crowd.fetch(
                "insert into contact_terms (workspace_id, contact_id, term) values ($1, $2, $3) on conflict do nothing",
                crowd.owner.workspace_id, UUID(contact["id"]), term,
            )  # fmt: skip

    async def find(query: str) -> list[str]:
        found, cursor = [], ""
        while True:
            page = (await crowd.owner.get(f"{crowd.bot}/sessions?limit=2&{query}{cursor}")).json()
            assert len(page["data"]) <= 2
            found += [each["contact"]["phone"].lstrip("+") for each in page["data"]]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    newest = people[::-1]
    assert await find("q=noura") == newest
    assert await find(f"q={people[0][:6]}") == newest
    assert await find("q=noura ah") == [people[5], people[3], people[1]]
    assert await find("q=noura&node_id=wait") == [people[2]]
    assert await find(f"q={people[4]}") == [people[4]]
    assert await find("q=nobody") == await find("q=noura&state=completed") == []


async def test_a_search_by_step_looks_at_so_many_and_goes_on(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hoopoe.flows.people.queries.SCANNED", 2)
    crowd, people = await gather(api, BOOKING), numbers(5)
    await crowd.say("hello", *people)
    await crowd.say("2", people[0])
    found, cursor, pages = [], "", 0
    while True:
        page = (await crowd.owner.get(f"{crowd.bot}/sessions?node_id=wait{cursor}")).json()
        found += page["data"]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [each["contact"]["phone"] for each in found] == [f"+{people[0]}"]
    assert pages == 3


async def test_somebody_is_moved_to_a_step(api: Api) -> None:
    crowd, person = await gather_one(api)
    session = await crowd.session()
    after = await crowd.act(session, "move", node_id="when")
    assert (after["node_id"], after["state"], after["acts"][0]["outcome"]) == ("when", "waiting", "done")
    await crowd.say("noon", person)
    assert await said(crowd) == ["How many?", "When?", "at noon"]


async def test_a_delay_ends_now_and_its_timer_later_does_nothing(api: Api) -> None:
    crowd, person = await gather_one(api)
    await crowd.say("4", person)
    after = await crowd.act(await crowd.session(), "resume")
    assert (after["node_id"], after["wait"]) == ("look", "effect")
    assert after["effect"]["request"]["url"] == "https://book.example/free"
    await crowd.fetch("update timers set due_at = now() - interval '1 second' where kind = 'delay' returning id")
    await crowd.turn()
    assert (await crowd.session())["sprint"] == after["sprint"]


@pytest.mark.parametrize(("ok", "line"), [(True, "When?"), (False, "We are full")])
async def test_a_request_comes_to_what_somebody_says_and_is_not_made(api: Api, *, ok: bool, line: str) -> None:
    crowd, person = await gather_one(api)
    await crowd.say("4", person)
    session = await crowd.act(await crowd.session(), "resume")
    await crowd.write("are you there?", person)
    await crowd.turn()
    missing = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/resume", {"sprint": session["sprint"]})
    assert (missing.status_code, missing.json()["error"]["code"]) == (409, "nothing_to_resume")
    await crowd.act(session, "resume", result={"ok": ok, "body": {"free": 3}})
    rows = await crowd.fetch("select state from effects")
    assert [row["state"] for row in rows] == ["done"]
    # What was written meanwhile is heard after it.
    assert line in await said(crowd)
    if ok:
        assert (await said(crowd))[-1] == "4 at are you there?"


async def test_a_question_times_out_now_where_it_can(api: Api) -> None:
    crowd, _ = await gather_one(api)
    after = await crowd.act(await crowd.session(), "resume")
    assert (after["state"], await said(crowd)) == ("completed", ["How many?", "Too late"])
    refused = await crowd.owner.post(f"/api/flow-sessions/{after['id']}/resume", {"sprint": after["sprint"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "session_ended")


async def test_a_question_without_an_end_waits_for_its_answer(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.act(await crowd.session(), "move", node_id="when")
    refused = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/resume", {"sprint": session["sprint"]})
    assert refused.json()["error"]["code"] == "nothing_to_resume"


@pytest.mark.parametrize("value", [7, "seven", True, None, ["a"], {"a": 1}])
async def test_a_variable_takes_any_type(api: Api, value: Any) -> None:
    crowd, person = await gather_one(api)
    session = await crowd.session()
    since = session["since"]
    session = await crowd.act(session, "variables", name="guests", value=value)
    assert session["frames"][-1]["variables"] == {"guests": value}
    assert (session["node_id"], session["since"]) == ("guests", since)
    [act] = session["acts"]
    assert act["before"]["variable"] == {"name": "guests", "value": None}
    assert act["after"]["variable"] == {"name": "guests", "value": value}
    assert (act["by"]["name"], act["act"]) == ("Noor", "set")
    await crowd.say("5", person)  # the wait is what it was
    assert (await crowd.session())["frames"][0]["variables"] == {"guests": "5"}


async def test_a_variable_has_limits(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.session()
    path = f"/api/flow-sessions/{session['id']}/variables"
    given = {"sprint": session["sprint"], "name": "guests"}
    refused = await crowd.owner.post(path, {**given, "value": "x" * 70_000})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "variables_too_large")
    for name in ("contact", "not a name", ""):
        assert (await crowd.owner.post(path, {**given, "name": name, "value": 1})).status_code == 422


async def test_somebody_is_let_go(api: Api) -> None:
    crowd, person = await gather_one(api)
    after = await crowd.act(await crowd.session(), "end")
    assert (after["state"], after["acts"][0]["after"]) == ("interrupted", {"status": "interrupted"})
    await crowd.say("hello again", person)
    assert await said(crowd) == ["How many?", "How many?"]


async def test_whoever_went_on_meanwhile_is_left_alone(api: Api) -> None:
    crowd, person = await gather_one(api)
    session = await crowd.session()
    # The answer lies in the lane before the act: the act was asked for while it waited there.
    await crowd.write("4", person)
    taken = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/end", {"sprint": session["sprint"]})
    assert taken.status_code == 202
    await crowd.turn()
    after = await crowd.session()
    assert (after["node_id"], after["acts"][0]["outcome"], after["acts"][0]["reason"]) == ("wait", "missed", "moved_on")
    late = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/end", {"sprint": session["sprint"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "session_moved_on")
    assert late.json()["error"]["details"] == {"sprint": 2, "node_id": "wait"}


async def test_a_step_that_the_version_lacks_is_refused(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.session()
    given = {"sprint": session["sprint"], "node_id": "nowhere"}
    refused = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/move", given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "node_missing")


async def test_the_same_request_sent_twice_is_done_once(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.session()
    path, given = f"/api/flow-sessions/{session['id']}/move", {"sprint": session["sprint"], "node_id": "when"}
    first, second = [await crowd.owner.post(path, given, headers={"Idempotency-Key": "once"}) for _ in range(2)]
    assert first.json() == second.json()
    await crowd.turn()
    assert await said(crowd) == ["How many?", "When?"]


async def test_each_act_is_in_the_audit_log_with_who_and_what(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.session()
    session = await crowd.act(session, "variables", name="api_key", value="sk_live_1")
    session = await crowd.act(session, "move", node_id="when")
    await crowd.act(session, "end")
    entries = (await crowd.owner.get("/api/audit")).json()["data"]
    ended, moved, changed = [each for each in entries if each["action"].startswith("flow_session.")]
    assert (ended["action"], moved["action"], changed["action"]) == (
        "flow_session.ended", "flow_session.moved", "flow_session.variable_set",
    )  # fmt: skip
    assert (moved["before"]["node_id"], moved["after"]["node_id"]) == ("guests", "when")
    assert moved["actor_id"] == str(crowd.owner.user_id)
    assert changed["after"]["variable"] == {"name": "api_key", "value": "***"}


async def test_a_secret_is_shown_under_no_other_name_in_no_flow_and_no_request(api: Api) -> None:
    """The flow that runs this one knows it as a secret; the one that is run keeps and sends it under other names."""
    key = "open sesame, please"
    inner = blueprint(
        ("copy", "store_variable", {"variable_name": "note", "value": "with {{ x }}"}),
        ("look", "http_request", {"url": "https://book.example/free", "query": {"q": "{{ note }}"}}),
        edges=[("start", "copy", None), ("copy", "look", None)],
    )
    inner["nodes"][0]["config"] = {"trigger_type": "called"}
    crowd, [person] = await gather(api, BOOKING), numbers(1)
    other = (await crowd.owner.post("/api/bots", {"name": "Inner", "blueprint": inner})).json()
    assert (await crowd.owner.post(f"/api/bots/{other['id']}/publish")).status_code == 200
    outer = blueprint(
        ("key", "store_variable", {"variable_name": "api_token", "value": key}),
        ("run", "run_flow", {"bot_id": other["id"], "inputs": {"x": "{{ api_token }}"}}),
        edges=[("start", "key", None), ("key", "run", None)],
    )
    await crowd.publish(outer)
    await crowd.say("hello", person)
    session = await crowd.session()
    assert [frame["variables"] for frame in session["frames"]] == [
        {"api_token": "[redacted]"},
        {"x": "[redacted]", "note": "with [redacted]"},
    ]
    assert session["effect"]["request"]["query"] == {"q": "with [redacted]"}
    session = await crowd.act(session, "variables", name="note", value="new")
    entries = (await crowd.owner.get("/api/audit")).json()["data"]
    [entry] = [each for each in entries if each["action"] == "flow_session.variable_set"]
    assert entry["before"]["variable"] == {"name": "note", "value": "with [redacted]"}
    assert key not in str(session)


async def test_who_may_not_change_bots_sees_and_does_nothing(api: Api) -> None:
    crowd, _ = await gather_one(api)
    session = await crowd.session()
    agent = await api.add_member(crowd.owner, "agent")
    path = f"/api/flow-sessions/{session['id']}"
    assert (await agent.get(path)).status_code == 200
    given: dict[str, Any]
    for what, given in (
        ("end", {}),
        ("resume", {}),
        ("move", {"node_id": "when"}),
        ("variables", {"name": "a", "value": 1}),
    ):
        assert (await agent.post(f"{path}/{what}", {"sprint": session["sprint"], **given})).status_code == 403
    await crowd.turn()
    assert (await crowd.session())["acts"] == []


TABLED = blueprint(
    ("ask", "database_query", {"operation": "find", "table": "Menu", "save_as": "dish"}),
    say("found", "{{ dish.row.price }}"),
    say("failed", "Sorry"),
    edges=[("start", "ask", None), ("ask", "found", "success"), ("ask", "failed", "error")],
)


async def gather_at_table(api: Api) -> Crowd:
    """Somebody whose bot waits for a data table."""
    crowd = await gather(api, BOOKING)
    await crowd.owner.post("/api/tables", {"name": "Menu", "columns": [{"name": "price", "type": "number"}]})
    await crowd.publish(TABLED)
    await crowd.say("hello", *numbers(1))
    return crowd


@pytest.mark.parametrize(
    ("result", "line"),
    [
        ({"ok": True, "body": {"row": {"price": 9}}}, "9"),
        ({"ok": True, "body": {"row": {"price": 9}, "row_count": 1}}, "9"),
        ({"ok": False}, "Sorry"),
    ],
)
async def test_a_table_answers_what_somebody_says(api: Api, result: dict[str, Any], line: str) -> None:
    crowd = await gather_at_table(api)
    session = await crowd.session()
    assert session["effect"]["kind"] == "database_query"
    await crowd.act(session, "resume", result=result)
    assert await said(crowd) == [line]


@pytest.mark.parametrize(
    "body", [None, 5, {}, {"row": 5}, {"rows": [1]}, {"rows": {}}, {"row_count": -1}, {"row_count": True}, {"free": 3}]
)
async def test_what_no_table_answers_is_refused(api: Api, body: Any) -> None:
    crowd = await gather_at_table(api)
    session = await crowd.session()
    given = {"sprint": session["sprint"], "result": {"ok": True, "body": body}}
    refused = await crowd.owner.post(f"/api/flow-sessions/{session['id']}/resume", given)
    assert (refused.status_code, refused.json()["error"]["details"]["fields"][0]["code"]) == (
        422,
        "no_answer_of_a_table",
    )
    assert (await crowd.session())["sprint"] == session["sprint"]
