"""A secret is in no trace, though only another flow, or the conversation, calls it one."""

from __future__ import annotations

from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.settings import Settings
from tests.flows_live.blueprints import blueprint, question_blueprint, say
from tests.runner.talk import open_talk


async def test_what_is_given_to_another_flow_under_an_innocent_name_is_hidden_there_too(
    pool: Pool, settings: Settings
) -> None:
    """Only the flow that runs it calls it a secret. The other one speaks in sprints of its own."""
    key = "open sesame, please"
    inner = blueprint(
        ("ask", "ask_question", {"question": "Which?", "variable_name": "which", "timeout": None}),
        ("copy", "store_variable", {"variable_name": "note", "value": "{{ x }}"}),
        say("say", "{{ which }}: {{ note }}"),
        edges=[("start", "ask", None), ("ask", "copy", "answered"), ("copy", "say", None)],
    )
    inner["nodes"][0]["config"] = {"trigger_type": "called"}
    talk = await open_talk(pool, settings, question_blueprint())
    bot_id = str(await talk.publish(inner))
    outer = blueprint(
        ("key", "store_variable", {"variable_name": "api_token", "value": key}),
        ("run", "run_flow", {"bot_id": bot_id, "inputs": {"x": "{{ api_token }}"}}),
        edges=[("start", "key", None), ("key", "run", None)],
    )
    await talk.publish(outer, talk.tenant.bot_id)
    assert await talk.say("hi") == ["Which?"]
    assert await talk.say("tea") == [f"tea: {key}"]
    stored = [row["text"] for row in await talk.fetch("select trace::text as text from sprint_traces order by id")]
    assert len(stored) == 2
    assert not [text for text in stored if key in text]


async def test_what_the_conversation_calls_a_secret_is_one_whatever_a_flow_calls_it(
    pool: Pool, settings: Settings
) -> None:
    """An earlier run of the flow has left it there. This one copies it, and speaks of it a sprint later."""
    key = "open sesame, please"
    flow = blueprint(
        ("copy", "store_variable", {"variable_name": "x", "value": "{{ conversation.api_token }}"}),
        ("ask", "ask_question", {"question": "Which?", "variable_name": "which", "timeout": None}),
        ("again", "store_variable", {"variable_name": "note", "value": "{{ x }}"}),
        say("say", "{{ which }}: {{ note }}"),
        edges=[("start", "copy", None), ("copy", "ask", None), ("ask", "again", "answered"), ("again", "say", None)],
    )
    talk = await open_talk(pool, settings, flow)
    await talk.say("hi")
    await talk.say("tea")
    async with transaction(pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute("update conversations set variables = $1", {"api_token": key})
    await talk.say("hi")
    assert await talk.say("tea") == [f"tea: {key}"]
    stored = [row["text"] for row in await talk.fetch("select trace::text as text from sprint_traces order by id")]
    assert len(stored) == 4
    assert not [text for text in stored if key in text]
