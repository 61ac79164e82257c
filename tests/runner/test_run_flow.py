"""Flows that run other flows, over a real database: versions, restarts, and other people's bots."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.engine import Env, Incoming, MessageQueued, TriggerInput, start
from hoopoe.flows.runner.bots import FlowCache
from hoopoe.flows.runner.libraries import load_library
from hoopoe.flows.versions.actions import delete_bot
from hoopoe.flows.versions.errors import BotInUse
from hoopoe.identity.roles import Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.flows_live.blueprints import blueprint, say
from tests.runner.talk import Talk, open_talk


def asks(question: str) -> dict[str, Any]:
    """A flow for others to run: it asks one thing."""
    flow = blueprint(
        ("ask", "ask_question", {"question": question, "variable_name": "answer", "timeout": None}),
        edges=[("start", "ask", None)],
    )
    flow["nodes"][0]["config"] = {"trigger_type": "called"}
    return flow


def runs(bot_id: UUID | str, **config: object) -> dict[str, Any]:
    return blueprint(
        ("run", "run_flow", {"bot_id": str(bot_id), "results": {"got": "answer"}, **config}),
        say("fine", "You said {{ got }}"),
        say("gone", "Not there"),
        edges=[("start", "run", None), ("run", "fine", "done"), ("run", "gone", "error")],
    )


async def open_with_inner(pool: Pool, settings: Settings, question: str = "Which city?") -> tuple[Talk, UUID]:
    talk = await open_talk(pool, settings, blueprint(say("hi", "never")))
    assert talk.tenant.bot_id is not None
    inner = await talk.publish(asks(question))
    await talk.publish(runs(inner), talk.tenant.bot_id)
    return talk, inner


async def test_another_flow_is_run_and_comes_back_also_with_another_worker(pool: Pool, settings: Settings) -> None:
    talk, _ = await open_with_inner(pool, settings)
    assert await talk.say("hi") == ["Which city?"]
    session = await talk.session()
    assert (session["node_id"], session["wait_kind"]) == ("run", "message"), "it stands at the node of its own flow"
    talk.restart()
    assert await talk.say("Riyadh") == ["You said Riyadh"]
    assert (await talk.session())["status"] == "completed"


async def test_who_is_inside_stays_on_the_version_that_asked(pool: Pool, settings: Settings) -> None:
    talk, inner = await open_with_inner(pool, settings, "Old?")
    assert await talk.say("hi") == ["Old?"]
    await talk.publish(asks("New?"), inner)
    talk.restart()
    assert await talk.say("tea") == ["You said tea"]
    assert await talk.say("hi") == ["New?"], "the next one gets what is published by then"


async def test_a_version_with_a_number_is_that_version(pool: Pool, settings: Settings) -> None:
    talk, inner = await open_with_inner(pool, settings, "First?")
    await talk.publish(asks("Second?"), inner)
    await talk.publish(runs(inner, version=1), talk.tenant.bot_id)
    assert await talk.say("hi") == ["First?"]


async def test_a_flow_that_is_made_to_be_run_starts_on_no_message(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, asks("Nobody asked"))
    assert await talk.say("hi") == []


async def test_a_bot_that_rests_can_still_be_run(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, blueprint(say("hi", "never")))
    inner = await talk.publish(asks("Which?"), status="inactive")
    await talk.publish(runs(inner), talk.tenant.bot_id)
    assert await talk.say("hi") == ["Which?"]


async def test_nobody_runs_the_flow_of_another_workspace(pool: Pool, settings: Settings) -> None:
    other = await open_talk(pool, settings, asks("Secret?"))
    assert other.tenant.bot_id is not None
    talk = await open_talk(pool, settings, runs(other.tenant.bot_id))
    assert await talk.say("hi") == ["Not there"]


async def test_a_flow_that_is_gone_while_somebody_is_in_it_is_told_of(pool: Pool, settings: Settings) -> None:
    talk, inner = await open_with_inner(pool, settings)
    assert await talk.say("hi") == ["Which city?"]
    await talk.fetch("delete from bots where id = $1", inner)
    talk.restart()
    assert await talk.say("Riyadh") == []
    [letter] = await talk.fetch("select error_code from dead_letters")
    assert letter["error_code"] == "version_missing"
    assert (await talk.session())["status"] == "interrupted"
    [line] = await talk.fetch("select type, actor_id, note from conversation_events")
    assert tuple(line) == ("flow_failed", talk.tenant.bot_id, "version_missing"), "who reads the thread is told"


async def test_a_draft_that_is_tried_runs_what_is_published(pool: Pool, settings: Settings) -> None:
    talk, inner = await open_with_inner(pool, settings)
    other = await open_talk(pool, settings, asks("Secret?"))
    assert other.tenant.bot_id is not None
    for bot_id, said in ((inner, "Which city?"), (other.tenant.bot_id, "Not there")):
        draft = compile_flow(parse_blueprint(runs(bot_id)), version_id="draft")
        workspace_id = talk.tenant.workspace_id
        async with transaction(pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
            library = await load_library(conn, FlowCache(), workspace_id, draft)
        sprint = start(
            draft, TriggerInput(Incoming("text", "hi")), Env(datetime(2026, 3, 1, tzinfo=UTC), "en"), library
        )
        bodies = [event.content.body for event in sprint.events if isinstance(event, MessageQueued)]
        assert bodies == [said]


async def test_a_bot_that_others_run_is_not_deleted_under_people(pool: Pool, settings: Settings) -> None:
    talk, inner = await open_with_inner(pool, settings)
    other = await talk.publish(asks("Nobody?"))
    assert await talk.say("hi") == ["Which city?"]
    workspace_id = talk.tenant.workspace_id
    scope = make_scope(workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    async with transaction(pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
        with pytest.raises(BotInUse) as caught:
            await delete_bot(conn, scope, inner)
        assert caught.value.details == {"waiting": 1}
    async with transaction(pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
        await delete_bot(conn, scope, other)
    assert await talk.say("Riyadh") == ["You said Riyadh"]
    async with transaction(pool, role="hoopoe_app", workspaces=[workspace_id]) as conn:
        await delete_bot(conn, scope, inner)


async def test_flows_that_run_each_other_end_visibly(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, blueprint(say("hi", "never")))
    assert talk.tenant.bot_id is not None
    await talk.publish(runs(talk.tenant.bot_id), talk.tenant.bot_id)
    assert await talk.say("hi") == []
    session = await talk.session()
    assert (session["status"], session["state"]["error"]["code"]) == ("failed", "too_deep")
