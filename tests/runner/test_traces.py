"""Why did the bot say this? And how many went which way? Read back from a real database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.runner.bots import FlowCache
from hoopoe.flows.runner.counting import fold_counts
from hoopoe.flows.runner.turn import ConversationTurn
from hoopoe.flows.traces import counts, queries, schemas
from hoopoe.flows.versions.actions import publish_bot, save_draft
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, WorkspaceScope, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.settings import Settings
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.runner.talk import Talk, open_talk

SECRET = "sk_live_0123456789"


def scope_of(talk: Talk) -> WorkspaceScope:
    return make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, principal=PrincipalKind.SESSION)


async def why(talk: Talk, message_id: UUID, *, asked_by: Talk | None = None) -> schemas.MessageTrace:
    scope = scope_of(asked_by or talk)
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[scope.workspace_id]) as conn:
        return await queries.read_message_trace(conn, scope, message_id, days_kept=14)


async def traces(talk: Talk) -> list[schemas.SprintTrace]:
    """All of the conversation, the oldest first."""
    [row] = await talk.fetch("select id from conversations")
    scope = scope_of(talk)
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[scope.workspace_id]) as conn:
        return (await queries.list_traces(conn, scope, row["id"], before=None, limit=50))[::-1]


async def last_message(talk: Talk) -> UUID:
    [row] = await talk.fetch("select id from messages where author_kind = 'bot' order by id desc limit 1")
    message_id: UUID = row["id"]
    return message_id


async def test_a_condition_tells_what_it_compared(pool: Pool, settings: Settings) -> None:
    compares = {"left_value": "{{ message.text }}", "operator": "equals", "right_value": "large"}
    nodes = [("if", "if_condition", compares), say("yes", "Large it is"), say("no", "Not large")]
    edges = [("start", "if", None), ("if", "yes", "true"), ("if", "no", "false")]
    talk = await open_talk(pool, settings, blueprint(*nodes, edges=edges))
    assert await talk.say("small") == ["Not large"]
    sprint = (await why(talk, await last_message(talk))).sprint
    assert sprint is not None
    [compared] = [each for each in sprint.values if each.compared is not None]
    assert (compared.node_id, compared.expression, compared.value) == ("if", "", False)
    assert compared.compared == schemas.Compared(left="small", operator="equals", right="large", holds=False)


async def test_a_message_tells_why_it_was_said(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint(answer="You said {{ answer | upcase }}"))
    assert await talk.say("hi") == ["What is it?"]
    first = await last_message(talk)
    assert await talk.say("tea") == ["You said TEA"]
    told = await why(talk, await last_message(talk))
    sprint = told.sprint
    assert sprint is not None
    assert (sprint.sprint, sprint.status, sprint.bot_id, sprint.version) == (2, "completed", talk.tenant.bot_id, 1)
    assert sprint.given == {"type": "message", "message_type": "text", "text": "tea"}
    assert [(step.node_id, step.exit, step.is_arrival) for step in sprint.path] == [
        ("ask", "answered", False),
        ("answered", "next", True),
    ]
    assert [(each.node_id, each.message_ids) for each in sprint.said] == [("answered", [told.message_id])]
    assert [(each.name, each.before, each.after) for each in sprint.variables] == [("answer", None, "tea")]
    assert ("answered", "You said {{ answer | upcase }}", "You said TEA") in [
        (each.node_id, each.expression, each.value) for each in sprint.values
    ]
    [flow] = sprint.flows
    assert (flow.bot_id, flow.version, flow.version_id) == (talk.tenant.bot_id, 1, sprint.version_id)
    assert flow.nodes == {
        "ask": schemas.TracedNode(name=None, type="ask_question"),
        "answered": schemas.TracedNode(name=None, type="whatsapp_reply"),
    }
    assert (told.known, told.days_kept) == ({"answer": "tea"}, 14)
    before = (await why(talk, first)).sprint
    assert before is not None
    assert (before.sprint, before.given["type"]) == (1, "started")
    assert before.wait == {"type": "message", "timeout_seconds": 600}


async def test_what_no_bot_said_has_no_reason_and_another_workspace_is_told_nothing(
    pool: Pool, settings: Settings
) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    other = await open_talk(pool, settings, question_blueprint())
    await talk.say("hi")
    [theirs] = await talk.fetch("select id from messages where direction = 'in'")
    assert (await why(talk, theirs["id"])).sprint is None
    for message_id in (await last_message(talk), new_id()):
        with pytest.raises(NotFound):
            await why(talk, message_id, asked_by=other)


async def test_each_of_many_messages_of_one_turn_finds_its_own_sprint(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, blueprint(say("say", "{{ message.text }}")))
    for text in ("one", "two", "three"):
        await talk.say(text)
    rows = await talk.fetch("select id, content from messages where author_kind = 'bot' order by id")
    for row in rows:
        sprint = (await why(talk, row["id"])).sprint
        assert sprint is not None
        assert sprint.given["text"] == row["content"]["body"]


def calls() -> dict[str, Any]:
    """A request with a secret in every part of it. Nobody should build such; people do."""
    config = {
        "method": "POST",
        "url": "{{ place }}",
        "headers": {"Authorization": "Bearer {{ mine }}", "Content-Type": "application/json"},
        "query": {"token": "{{ mine }}", "page": "2"},
        "body": {"password": SECRET, "item": "tea"},
        "save_as": "got",
    }
    place = f"https://ahmad:hunter2@shop.example/orders?api_key={SECRET}&q=1"
    return blueprint(
        ("mine", "store_variable", {"variable_name": "mine", "value": SECRET}),
        ("place", "store_variable", {"variable_name": "place", "value": place}),
        ("call", "http_request", config),
        say("fine", "{{ got.status }}"),
        edges=[
            ("start", "mine", None),
            ("mine", "place", None),
            ("place", "call", None),
            ("call", "fine", "ok"),
            ("call", "fine", "error"),
        ],
    )


async def test_an_effect_tells_its_request_its_answer_and_how_long_it_took_without_secrets(
    pool: Pool, settings: Settings
) -> None:
    talk = await open_talk(pool, settings, calls())
    await talk.say("hi")
    asked = (await traces(talk))[0]
    assert asked.wait is not None
    request = asked.wait["request"]
    assert isinstance(request, dict)
    assert request["url"] == "https://shop.example/orders?api_key=[redacted]&q=1"
    assert request["headers"] == {"Authorization": "[redacted]", "Content-Type": "application/json"}
    assert request["query"] == {"token": "[redacted]", "page": "2"}
    assert request["body"] == {"password": "[redacted]", "item": "tea"}
    session = await talk.session()
    body = {"access_token": SECRET, "total": 5}
    await talk.put(
        ItemKind.EFFECT,
        "e:1",
        {
            "session_id": str(session["id"]),
            "sprint": session["sprint"],
            "result": {"ok": True, "status": 200, "body": body, "error": None},
            "seconds": 0.125,
        },
    )
    await talk.turn()
    answered = (await why(talk, await last_message(talk))).sprint
    assert answered is not None
    assert answered.given["seconds"] == 0.125
    assert answered.asked == asked.wait
    assert answered.given["result"] == {
        "ok": True,
        "status": 200,
        "body": {"access_token": "[redacted]", "total": 5},
        "error": None,
    }
    stored = await talk.fetch("select trace::text as text from sprint_traces")
    assert not [row for row in stored if SECRET in row["text"] or "hunter2" in row["text"]]


async def test_what_is_said_back_and_copied_to_innocent_names_is_hidden_too(pool: Pool, settings: Settings) -> None:
    """The other system repeats a header, which the flow keeps and shows; a variable called a secret is copied."""
    key, pin = "wholly-innocent-words", "open sesame, please"
    config = {"url": "https://shop.example/a", "headers": {"X-Shop": "{{ k }}"}, "save_as": "got"}
    flow = blueprint(
        ("pin", "store_variable", {"variable_name": "password", "value": pin}),
        ("k", "store_variable", {"variable_name": "k", "value": key}),
        ("call", "http_request", config),
        ("copy", "store_variable", {"variable_name": "note", "value": "{{ password }}"}),
        ("again", "store_variable", {"variable_name": "told", "value": "{{ got.body.you }} and {{ note }}"}),
        say("say", "{{ told }}"),
        edges=[
            ("start", "pin", None),
            ("pin", "k", None),
            ("k", "call", None),
            ("call", "copy", "ok"),
            ("copy", "again", None),
            ("again", "say", None),
        ],
    )
    talk = await open_talk(pool, settings, flow)
    await talk.say("hi")
    session = await talk.session()
    result = {"ok": True, "status": 200, "body": {"you": f"sent {key}"}, "error": None}
    await talk.put(
        ItemKind.EFFECT, "e:1", {"session_id": str(session["id"]), "sprint": session["sprint"], "result": result}
    )
    await talk.turn()
    assert await talk.said() == [f"sent {key} and {pin}"]
    stored = [row["text"] for row in await talk.fetch("select trace::text as text from sprint_traces order by id")]
    assert len(stored) == 2
    assert not [text for text in stored if key in text or pin in text]


async def test_what_fails_is_told_where_nothing_was_said(pool: Pool, settings: Settings) -> None:
    flow = blueprint(*(say(f"s{n}", "x") for n in range(11)))
    talk = await open_talk(pool, settings, flow)
    await talk.say("hi")
    [trace] = await traces(talk)
    assert trace.status == "failed"
    assert [(each.node_id, each.code) for each in trace.errors] == [("s10", "too_many_messages")]


async def of_event(talk: Talk, event_id: UUID, *, asked_by: Talk | None = None) -> schemas.EventTrace:
    [row] = await talk.fetch("select id from conversations")
    scope = scope_of(asked_by or talk)
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[scope.workspace_id]) as conn:
        return await queries.read_event_trace(conn, scope, row["id"], event_id, days_kept=14)


async def test_a_flow_that_fails_leaves_a_line_in_the_thread_that_tells_why(pool: Pool, settings: Settings) -> None:
    ask = ("ask", "ask_question", {"question": "?", "variable_name": "x"})
    flow = blueprint(ask, *(say(f"s{n}", "x") for n in range(11)))
    flow["edges"][1]["sourceHandle"] = "answered"
    talk = await open_talk(pool, settings, flow)
    await talk.say("hi")
    assert await talk.fetch("select 1 from conversation_events") == []
    await talk.say("tea")
    await talk.say("hi")
    [line] = await talk.fetch("select id, type, actor_kind, actor_id, note from conversation_events")
    assert (line["type"], line["actor_kind"], line["note"]) == ("flow_failed", "bot", "too_many_messages")
    assert line["actor_id"] == talk.tenant.bot_id
    told = await of_event(talk, line["id"])
    assert told.sprint is not None
    assert (told.sprint.sprint, told.sprint.status, told.known) == (2, "failed", {"x": "tea"})
    other = await open_talk(pool, settings, question_blueprint())
    for event_id, asked_by in ((line["id"], other), (new_id(), talk)):
        with pytest.raises(NotFound):
            await of_event(talk, event_id, asked_by=asked_by)


async def test_a_line_whose_trace_is_gone_says_so(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, blueprint(*(say(f"s{n}", "x") for n in range(11))))
    await talk.say("hi")
    await talk.say("hi")
    lines = await talk.fetch("select id from conversation_events order by id")
    first, second = [(await of_event(talk, line["id"])).sprint for line in lines]
    assert first is not None
    assert second is not None
    assert first.id < second.id
    await talk.fetch("delete from sprint_traces where id = $1 returning id", first.id)
    assert (await of_event(talk, lines[0]["id"])).sprint is None


async def test_a_large_trace_is_cut_and_stays_small(pool: Pool, settings: Settings) -> None:
    long = "{{ message.text }}" * 6
    flow = blueprint(
        *(("s" + str(n), "store_variable", {"variable_name": f"v{n}", "value": f"{n} {long}"}) for n in range(55)),
        say("say", "{{ v3 | size }}"),
    )
    talk = await open_talk(pool, settings, flow)
    [said] = await talk.say("x" * 100)
    assert int(said) > 600
    [row] = await talk.fetch("select octet_length(trace::text) as size from sprint_traces")
    assert row["size"] < 20_000
    [trace] = await traces(talk)
    assert trace.is_cut
    assert len(trace.path) == 57


async def test_who_keeps_no_traces_has_none(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    turn = ConversationTurn(FlowCache(), keeps_traces=False)
    talk.handlers = {**talk.handlers, ItemKind.MESSAGE: turn}
    await talk.say("hi")
    assert await talk.fetch("select 1 from sprint_traces") == []
    assert (await why(talk, await last_message(talk))).sprint is None


async def count(talk: Talk, *, number: int = 1, of_all: bool = False) -> schemas.FlowCounts:
    while await fold_counts(talk.pool):
        pass
    scope = scope_of(talk)
    assert talk.tenant.bot_id is not None
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[scope.workspace_id]) as conn:
        since = await conn.fetchval("select (domain_now() - interval '3 days')::date")
        return await counts.read_counts(conn, scope, talk.tenant.bot_id, number=number, since=since, of_all=of_all)


async def test_nodes_and_edges_are_counted_and_what_waits_is_known(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    await talk.say("hi")
    waiting = await count(talk)
    assert waiting.nodes["ask"] == schemas.NodeCounts(arrived=1, waiting=1)
    assert await count(talk) == waiting, "what is added up is not added again"
    await talk.say("tea")
    await talk.say("hi")
    await talk.say("milk")
    done = await count(talk)
    assert done.nodes["start"] == schemas.NodeCounts(arrived=2, left=2)
    assert done.nodes["ask"] == schemas.NodeCounts(arrived=2, left=2)
    assert {(edge.node_id, edge.exit): edge.count for edge in done.edges} == {
        ("start", "next"): 2,
        ("ask", "answered"): 2,
        ("answered", "next"): 2,
    }


async def test_all_versions_are_counted_together(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, question_blueprint())
    await talk.say("hi")
    scope = scope_of(talk)
    assert talk.tenant.bot_id is not None
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[scope.workspace_id]) as conn:
        await save_draft(conn, scope, talk.tenant.bot_id, question_blueprint(answer="So {{ answer }}"))
        await publish_bot(conn, scope, talk.tenant.bot_id)
    talk.restart()
    await talk.say("tea")
    await talk.say("hi")
    together = await count(talk, of_all=True)
    assert together.version is None
    assert together.nodes["ask"] == schemas.NodeCounts(arrived=2, left=1, waiting=1)
    assert [(await count(talk, number=number)).nodes["ask"].arrived for number in (1, 2)] == [1, 1]


async def test_every_arrival_is_accounted_for(pool: Pool, settings: Settings) -> None:
    """Left, ended, failed, interrupted or waiting: nobody is lost between."""
    flow = blueprint(
        ("ask", "ask_question", {"question": "?", "variable_name": "x", "timeout": 60}),
        ("end", "end", {}),
        edges=[("start", "ask", None), ("ask", "end", "answered")],
    )
    flow["nodes"].append(
        {
            "id": "menu",
            "type": "whatsapp_trigger",
            "config": {"trigger_type": "keyword", "keywords": ["menu"], "interrupts": True},
        }
    )
    flow["edges"].append({"id": "m", "source": "menu", "target": "ask"})
    talk = await open_talk(pool, settings, flow)
    for text in ("hi", "tea", "hi", "menu", "menu"):
        await talk.say(text)
    await talk.end_wait(kind="timeout")
    await talk.say("hi")
    counted = await count(talk)
    assert counted.nodes["ask"] == schemas.NodeCounts(arrived=5, left=2, interrupted=2, waiting=1)
    assert counted.nodes["end"] == schemas.NodeCounts(arrived=1, ended=1)
    assert counted.nodes["menu"] == schemas.NodeCounts(arrived=2, left=2)
