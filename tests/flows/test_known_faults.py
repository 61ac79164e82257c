"""Faults of the systems that Hoopoe replaces (and of its neighbours), each as a test that it is not here."""

from __future__ import annotations

import pytest

from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    MessageQueued,
    MessageReceived,
    ResumeMismatch,
    SessionStatus,
    Sprint,
    resume,
)

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
