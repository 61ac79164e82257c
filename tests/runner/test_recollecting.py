"""A real conversation kept as a test: repeated as it was, without whose it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hoopoe.flows.nodes.http_calls import MAX_SAVED_BYTES
from hoopoe.flows.preview.acts import Answer
from hoopoe.flows.preview.strangers import Stranger
from hoopoe.flows.rehearsals.actions import keep_conversation
from hoopoe.flows.rehearsals.errors import AnswerCut
from hoopoe.flows.rehearsals.queries import load_tests, play_test, read_test
from hoopoe.flows.rehearsals.schemas import BotTest, ConversationTest
from hoopoe.flows.runner.redacting import shorten
from hoopoe.flows.runner.timers import fire_timers
from hoopoe.identity.roles import Permission, Role
from hoopoe.identity.scope import PrincipalKind, make_scope
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import NotFound, NotPermitted, ValidationFailed
from hoopoe.kernel.json import dump_json
from hoopoe.kernel.settings import Settings
from tests.preview.flows import asks, blueprint, later, looks_up, reply
from tests.runner.talk import Talk, open_talk

NAME, NUMBER = "Huda Al-Amri", "966501112233"


async def keep(talk: Talk, *, first: int = 0, last: int = -1, **given: Any) -> tuple[BotTest, dict[str, int]]:
    """Keep the conversation of the one person there."""
    rows = await talk.fetch("select id, conversation_id from messages order by id")
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    asked = ConversationTest(name="Kept", from_message_id=rows[first]["id"], to_message_id=rows[last]["id"], **given)
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        bot_id, test_id, notes = await keep_conversation(conn, scope, rows[0]["conversation_id"], asked)
        return await read_test(conn, scope, bot_id, test_id), dict(notes)


async def passes(talk: Talk) -> bool:
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        bot_id = talk.tenant.bot_id
        assert bot_id is not None
        loaded = await load_tests(conn, scope, bot_id, version="draft", ids=None)
    assert loaded.tests, "nothing was played"
    return all(play_test(loaded, test).has_passed for test in loaded.tests)


async def named(talk: Talk, name: str = NAME) -> None:
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute("update contacts set name = $1, has_given_name = true", name)


def acts(test: BotTest) -> list[str]:
    return [step.act.type for step in test.script.steps]


async def test_what_other_systems_answered_is_in_it_and_it_passes(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, looks_up())
    await talk.say("hello")
    await talk.finish_effect({"ok": True, "status": 200, "body": {"name": "Kabsa"}, "error": None})
    await talk.say("yes")
    test, notes = await keep(talk)
    assert [act for act in acts(test) if act != "wait"] == ["say", "answer", "say"]
    assert test.script.steps[-1].expected[0].content["body"] == "Noted: yes"
    assert notes == {}
    assert await passes(talk)


LONG = {"name": "Kabsa", "menu": [{"dish": f"Dish {n}", "words": "rice and " * 40} for n in range(60)]}


async def test_a_long_answer_is_in_it_as_a_whole(pool: Pool, settings: Settings) -> None:
    """What a step could save; it is what the flow went on with."""
    talk = await open_talk(pool, settings, looks_up())
    await talk.say("hello")
    result = {"ok": True, "status": 200, "body": LONG, "error": None}
    assert 20_000 < len(dump_json(result)) < MAX_SAVED_BYTES
    await talk.finish_effect(result)
    await talk.say("yes")
    test, _ = await keep(talk)
    [answer] = [step.act for step in test.script.steps if isinstance(step.act, Answer)]
    assert answer.result == result
    assert await passes(talk)


@pytest.mark.parametrize("is_of_before", [False, True])
async def test_of_a_piece_of_an_answer_no_test_is_made(pool: Pool, settings: Settings, *, is_of_before: bool) -> None:
    """One that is too large for any step; one of a trace from before whole ones were kept."""
    talk = await open_talk(pool, settings, looks_up())
    await talk.say("hello")
    body = {"name": "Kabsa", "words": "rice and " * (100 if is_of_before else 10_000)}
    await talk.finish_effect({"ok": True, "status": 200, "body": body, "error": None})
    await talk.say("yes")
    if is_of_before:
        [row] = await talk.fetch("select id, trace from sprint_traces where trace -> 'given' ->> 'type' = 'effect'")
        given = {"type": "effect", "result": shorten(row["trace"]["given"]["result"])}
        await talk.fetch(
            "update sprint_traces set trace = $2 where id = $1", row["id"], row["trace"] | {"given": given}
        )
    with pytest.raises(AnswerCut):
        await keep(talk)
    assert await talk.fetch("select from bot_tests") == []


async def test_a_time_out_and_a_delay_happen_again(pool: Pool, settings: Settings) -> None:
    for flow, kind in ((asks(timeout=600), "timeout"), (later(hours=1), "delay")):
        talk = await open_talk(pool, settings, flow)
        await talk.say("hello")
        async with transaction(pool, role="hoopoe_pipe", workspaces=[talk.tenant.workspace_id]) as conn:
            await conn.execute(
                "update timers set due_at = domain_now() - interval '1 second' where workspace_id = $1",
                talk.tenant.workspace_id,
            )
        await fire_timers(pool)
        await talk.turn()
        test, _ = await keep(talk)
        assert acts(test)[-1] == "wait", kind
        assert test.script.steps[-1].expected, "what the bot said by itself is said to the time that passed"


async def test_nobody_is_recognised_in_it(pool: Pool, settings: Settings) -> None:
    flow = blueprint(
        reply("greet", "Hello {{ contact.name }}, you wrote {{ message.text }} from {{ contact.phone }}"),
        edges=[("start", "next", "greet")],
    )
    talk = await open_talk(pool, settings, flow)
    await talk.say("first")
    await named(talk)
    await talk.say(f"I am huda, call +966 50 111 2233 or {NUMBER}, huda@mail.example.org")
    test, notes = await keep(talk)
    written = test.script.model_dump_json()
    for secret in ("Huda", "huda", "Amri", "1112233", "111 2233", "mail.example.org"):
        assert secret not in written
    assert test.script.setting.contact.name == "Sara"
    assert {"name_replaced", "phone_replaced", "address_replaced"} <= notes.keys()


@pytest.mark.parametrize("name", ["+966537960131", "huda@mail.example.org"])
async def test_who_is_called_by_a_number_is_called_otherwise_in_all_of_it(
    pool: Pool, settings: Settings, name: str
) -> None:
    flow = blueprint(reply("greet", "Hello {{ contact.name }}"), edges=[("start", "next", "greet")])
    talk = await open_talk(pool, settings, flow)
    await talk.say("first")
    await named(talk, name)
    await talk.say("again")
    test, _ = await keep(talk)
    assert name not in test.script.model_dump_json()
    assert test.script.steps[-1].expected[0].content["body"] == "Hello Sara"


async def test_another_persons_messages_and_a_wrong_order_are_not_found(pool: Pool, settings: Settings) -> None:
    talk, other = await open_talk(pool, settings, asks(timeout=60)), await open_talk(pool, settings, asks(timeout=60))
    await talk.say("hello")
    await other.say("hello")
    with pytest.raises(NotFound):
        await keep(talk, first=-1, last=0)
    rows = await other.fetch("select id, conversation_id from messages order by id")
    own = await talk.fetch("select id, conversation_id from messages order by id")
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    for conversation_id, first in (
        (rows[0]["conversation_id"], rows[0]["id"]),
        (own[0]["conversation_id"], rows[0]["id"]),
    ):
        asked = ConversationTest(name="x", from_message_id=first, to_message_id=rows[-1]["id"])
        async with transaction(talk.pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
            with pytest.raises(NotFound):
                await keep_conversation(conn, scope, conversation_id, asked)


async def test_who_may_not_read_conversations_reads_none_this_way(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, asks(timeout=60))
    await talk.say("hello")
    [first, *_] = await talk.fetch("select id, conversation_id from messages order by id")
    scope = make_scope(talk.tenant.workspace_id, talk.tenant.user_id, Role.OWNER, PrincipalKind.SESSION)
    narrow = type(scope)(**{
        **{name: getattr(scope, name) for name in scope.__slots__},
        "permissions": scope.permissions - {Permission.CONVERSATIONS_READ},
    })  # fmt: skip
    asked = ConversationTest(name="x", from_message_id=first["id"], to_message_id=first["id"])
    async with transaction(talk.pool, role="hoopoe_app", workspaces=[talk.tenant.workspace_id]) as conn:
        with pytest.raises(NotPermitted):
            await keep_conversation(conn, narrow, UUID(str(first["conversation_id"])), asked)


async def test_a_stretch_without_traces_or_words_says_so(pool: Pool, settings: Settings) -> None:
    talk = await open_talk(pool, settings, asks(timeout=60))
    await talk.say("hello")
    await talk.say("3")
    _, notes = await keep(talk, first=2)
    assert notes["begins_in_the_middle"] == 1
    with pytest.raises(ValidationFailed):
        await keep(talk, first=1, last=1)
    async with transaction(pool, role="hoopoe_pipe", workspaces=[talk.tenant.workspace_id]) as conn:
        await conn.execute("delete from sprint_traces where workspace_id = $1", talk.tenant.workspace_id)
    _, notes = await keep(talk)
    assert notes["no_traces"] == 1


@pytest.mark.parametrize(("text", "kept"), [
    ("call 0501112233", "call 966500000000"), ("+966 50 111-2233!", "+966500000000!"),
    ("order 12345", "order 12345"),
    ("on 2026-03-01", "on 2026-03-01"),
    ("0190f4e5-5b5a-7c3d-8e9f-012345678901", "0190f4e5-5b5a-7c3d-8e9f-012345678901"),
    ("HUDA here", "Sara here"), ("Hudairah", "Hudairah"), ("هدى العمري", "هدى العمري"),
    ("a@b.example", "someone@example.com"),
])  # fmt: skip
def test_what_names_somebody_is_replaced_and_nothing_else(text: str, kept: str) -> None:
    assert Stranger((NAME,)).text(text) == kept
