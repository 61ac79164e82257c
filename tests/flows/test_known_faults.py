"""Faults of the systems that Hoopoe replaces (and of its neighbours), each as a test that it is not here."""

from __future__ import annotations

import pytest

from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    EffectWait,
    MessageQueued,
    MessageReceived,
    ResumeMismatch,
    SessionStatus,
    Sprint,
    TriggerInput,
    dump_session,
    resume,
    start,
)
from hoopoe.flows.nodes import list_node_types

from .scenarios import load_flow, make_env, make_message, play
from .test_engine import ENV, begin, flow_of, node


def said(sprint: Sprint) -> list[str]:
    return [event.content.body for event in sprint.events if isinstance(event, MessageQueued)]


@pytest.mark.parametrize(("text", "answer"), [("5", "few"), ("50", "many")])
def test_a_condition_takes_its_own_way_and_not_the_first_edge(text: str, answer: str) -> None:
    blueprint = flow_of(
        node("if", "if_condition", left_value="{{ message.text }}", operator="less_than", right_value="10"),
        node("many", "whatsapp_reply", message="many"),
        node("few", "whatsapp_reply", message="few"),
        edges=[("start", None, "if"), ("if", "false", "many"), ("if", "true", "few")],
    )
    assert said(begin(blueprint, text)) == [answer]


def test_an_answered_question_is_not_asked_again() -> None:
    blueprint = flow_of(
        node("ask", "ask_question", question="Your name?", variable_name="name"),
        node("thanks", "whatsapp_reply", message="Thank you, {{ name }}"),
        edges=[("start", None, "ask"), ("ask", "answered", "thanks")],
    )
    first = begin(blueprint)
    second = resume(load_flow(blueprint), first.session, MessageReceived(make_message("Sara")), ENV)
    assert said(first) == ["Your name?"]
    assert said(second) == ["Thank you, Sara"]


def test_a_delay_that_is_over_is_not_waited_for_again() -> None:
    blueprint = flow_of(node("later", "delay", duration=40, unit="days"), node("hi", "whatsapp_reply", message="Hi"))
    flow, first = load_flow(blueprint), begin(blueprint)
    assert first.wait == DelayWait(40 * 86_400)
    second = resume(flow, first.session, DelayElapsed(), ENV)
    assert said(second) == ["Hi"]
    assert second.wait is None
    with pytest.raises(ResumeMismatch):
        resume(flow, second.session, DelayElapsed(), ENV)


def test_a_message_does_not_cut_a_delay_short() -> None:
    blueprint = flow_of(node("later", "delay", duration=1), node("hi", "whatsapp_reply", message="Hi"))
    with pytest.raises(ResumeMismatch):
        resume(load_flow(blueprint), begin(blueprint).session, MessageReceived(make_message("hello?")), ENV)


def test_a_finished_flow_starts_again() -> None:
    results = play({"blueprint": "echo", "steps": [{"message": "one"}, {"message": "two"}]})
    assert [result["session"]["status"] for result in results] == ["completed", "completed"]
    assert [len([e for e in result["events"] if e["type"] == "message_queued"]) for result in results] == [1, 1]


def test_a_keyword_is_a_word_and_not_a_part_of_one() -> None:
    blueprint = {
        "name": "x",
        "nodes": [
            {
                "id": "t",
                "type": "whatsapp_trigger",
                "config": {"trigger_type": "keyword", "keywords": ["hi"], "match": "contains"},
            },
            {"id": "any", "type": "whatsapp_trigger"},
            node("yes", "whatsapp_reply", message="keyword"),
            node("no", "whatsapp_reply", message="any"),
        ],
        "edges": [{"id": "1", "source": "t", "target": "yes"}, {"id": "2", "source": "any", "target": "no"}],
    }
    assert said(begin(blueprint, "oh, HI there")) == ["keyword"]
    assert said(begin(blueprint, "which shirt?")) == ["any"]


def test_a_wrong_answer_is_answered_with_the_retry_text_and_the_question_stays_open() -> None:
    blueprint = flow_of(
        node(
            "ask",
            "ask_question",
            question="How many?",
            variable_name="n",
            validation={"type": "number"},
            retry_text="A number",
        )
    )
    sprint = resume(load_flow(blueprint), begin(blueprint).session, MessageReceived(make_message("some")), ENV)
    assert said(sprint) == ["A number"]
    assert sprint.session.status is SessionStatus.WAITING


@pytest.mark.parametrize(
    "source", ["{{ env.HOME }}", "{{ env.PATH }}", "{{ credentials.token }}", "{{ bot.password }}"]
)
def test_templates_see_no_environment_and_no_credentials(source: str) -> None:
    env = make_env({"contact": {"name": "Sara"}})
    assert env.contact
    assert said(begin(flow_of(node("r", "whatsapp_reply", message=f"<{source}>")))) == ["<>"]


def test_a_value_is_filled_in_once_and_not_read_as_a_template() -> None:
    """What a person writes is data: braces in it are shown, never run."""
    blueprint = flow_of(
        node("s", "store_variable", variable_name="x", value="{{ message.text }}"),
        node("r", "whatsapp_reply", message="You said {{ x }}"),
    )
    assert said(begin(blueprint, "{{ workspace.secret }}")) == ["You said {{ workspace.secret }}"]


def test_numbers_are_compared_as_numbers() -> None:
    blueprint = flow_of(
        node("if", "if_condition", left_value="9", operator="greater_than", right_value="10"),
        node("yes", "whatsapp_reply", message="wrong"),
        node("no", "whatsapp_reply", message="right"),
        edges=[("start", None, "if"), ("if", "true", "yes"), ("if", "false", "no")],
    )
    assert said(begin(blueprint)) == ["right"]


LIBRARY = (
    "whatsapp_trigger whatsapp_reply ask_question if_condition store_variable text_manipulation http_request delay "
    "switch_case webhook_callback"
)


def test_the_nodes_of_the_bot_platform_are_here_under_their_names() -> None:
    """Those that look up shops, payments and knowledge come with their own slices."""
    assert set(LIBRARY.split()) <= {each.name for each in list_node_types()}


def test_every_request_has_an_end() -> None:
    """The chatbot backend had no time-out: a shop that never answered held its conversation for ever."""
    for type_ in ("http_request", "webhook_callback"):
        first = begin(flow_of(node("ask", type_, url="https://example.com/")))
        assert isinstance(first.wait, EffectWait)
        assert first.wait.effect.request["timeout_seconds"] == 10


def test_a_secret_is_never_a_part_of_a_session() -> None:
    """The bot platform gave nodes the text of their credentials; here a session only knows the name."""
    first = begin(flow_of(node("ask", "http_request", url="https://example.com/", credential="Shop")))
    assert isinstance(first.wait, EffectWait)
    assert first.wait.effect.request["credential"] == "Shop"
    assert b"Shop" in dump_session(first.session)


def test_a_delay_until_what_is_past_does_not_wait_for_ever() -> None:
    later = node("later", "delay", mode="date", until="{{ message.text }}")
    blueprint = flow_of(
        later,
        node("now", "whatsapp_reply", message="Now"),
        node("never", "whatsapp_reply", message="No date"),
        edges=[("start", None, "later"), ("later", None, "now"), ("later", "invalid", "never")],
    )
    assert said(begin(blueprint, "2020-01-01")) == ["Now"]
    assert said(begin(blueprint, "some day")) == ["No date"]


def test_a_day_by_the_clock_is_not_always_24_hours() -> None:
    """Subtracting two moments of one zone forgets that clocks were changed in between."""
    env = make_env({"now": "2026-03-28T12:00:00+01:00", "zone": "Europe/Berlin"})
    blueprint = flow_of(node("later", "delay", duration=1, unit="months"))
    first = start(load_flow(blueprint), TriggerInput(make_message("hi")), env)
    assert first.wait == DelayWait(31 * 86_400 - 3_600)


def test_a_digit_chooses_by_its_place_and_a_slip_never_by_chance() -> None:
    """The restaurant's bot took any digit for a rating; a guess between two is no answer either."""
    choices = {"type": "choice", "choices": ["Large", "Barge"]}
    blueprint = flow_of(
        node("ask", "ask_question", question="?", variable_name="size", validation=choices, retries=0),
        node("got", "whatsapp_reply", message="{{ size }}"),
        node("no", "whatsapp_reply", message="no"),
        edges=[("start", None, "ask"), ("ask", "answered", "got"), ("ask", "invalid", "no")],
    )
    flow = load_flow(blueprint)
    for answer, heard in (("2", "Barge"), ("large", "Large"), ("Carge", "no"), ("3", "no")):
        second = resume(flow, begin(blueprint).session, MessageReceived(make_message(answer)), ENV)
        assert said(second) == [heard]
