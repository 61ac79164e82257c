"""The engine's promises: limits end a flow with an event, wrong resumes are refused, nothing else raises."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoopoe.flows.engine import (
    Caller,
    DelayElapsed,
    DelayWait,
    Effect,
    EffectFinished,
    EffectWait,
    FlowFailed,
    Incoming,
    MessageQueued,
    MessageReceived,
    MessageWait,
    OpenScope,
    Resume,
    ResumeMismatch,
    Session,
    SessionEnded,
    SessionError,
    SessionStatus,
    Sprint,
    TimedOut,
    TriggerInput,
    Wait,
    dump_session,
    load_session,
    resume,
    start,
)
from hoopoe.flows.engine.contract import MAX_MESSAGES_PER_SPRINT, MAX_SPRINTS_PER_SESSION, MAX_STEPS_PER_SPRINT
from hoopoe.kernel.json import JsonObject

from .scenarios import load_flow, make_env, make_message, take_step

ENV = make_env({})


def node(node_id: str, node_type: str, **config: object) -> JsonObject:
    return {"id": node_id, "type": node_type, "config": config}


def flow_of(*nodes: JsonObject, edges: list[tuple[str, str | None, str]] | None = None, **more: object) -> JsonObject:
    """Nodes behind a trigger on any message, in a row unless edges are given."""
    row = [node("start", "whatsapp_trigger"), *nodes]
    if edges is None:
        edges = [(row[i]["id"], None, row[i + 1]["id"]) for i in range(len(row) - 1)]
    return {
        "name": "A flow",
        **more,
        "nodes": row,
        "edges": [
            {"id": f"e{i}", "source": source, "source_handle": name, "target": target}
            for i, (source, name, target) in enumerate(edges)
        ],
    }


def begin(blueprint: JsonObject | str, text: str = "hello") -> Sprint:
    return start(load_flow(blueprint), TriggerInput(Incoming("text", text)), ENV)


def failure(sprint: Sprint) -> str:
    """The code of a sprint that failed, after checking that it failed as promised."""
    failed, ended = sprint.events[-2:]
    assert isinstance(failed, FlowFailed)
    assert ended == SessionEnded(SessionStatus.FAILED)
    assert sprint.wait is None
    assert sprint.session.status is SessionStatus.FAILED
    assert sprint.session.error == SessionError(failed.code, failed.message)
    assert load_session(dump_session(sprint.session)) == sprint.session
    return failed.code


ASK = flow_of(node("ask", "ask_question", question="?", variable_name="x"))


# --- Limits -------------------------------------------------------------------------------------------


def test_a_circle_is_stopped_by_the_count_of_steps() -> None:
    counter = flow_of(
        node("again", "if_condition", left_value="{{ n }}", operator="not_equals", right_value="-1"),
        node("plus", "store_variable", variable_name="n", value="{{ n | plus: 1 }}"),
        edges=[("start", None, "again"), ("again", "true", "plus"), ("plus", None, "again")],
        variables={"n": 0},
    )
    sprint = begin(counter)
    assert failure(sprint) == "too_many_steps"
    assert sprint.session.steps == MAX_STEPS_PER_SPRINT
    assert sprint.session.variables == {"n": 0}, "a failed sprint leaves no half-done variables"


def test_a_flood_of_messages_is_stopped() -> None:
    sprint = begin(
        flow_of(*(node(f"r{i}", "whatsapp_reply", message="Hi") for i in range(MAX_MESSAGES_PER_SPRINT + 1)))
    )
    assert failure(sprint) == "too_many_messages"
    assert sum(isinstance(event, MessageQueued) for event in sprint.events) == MAX_MESSAGES_PER_SPRINT


def test_as_many_messages_as_allowed_are_sent_in_order() -> None:
    sprint = begin(flow_of(*(node(f"r{i}", "whatsapp_reply", message=f"{i}") for i in range(MAX_MESSAGES_PER_SPRINT))))
    bodies = [event.content.body for event in sprint.events if isinstance(event, MessageQueued)]
    assert bodies == [str(i) for i in range(MAX_MESSAGES_PER_SPRINT)]


def test_variables_that_grow_too_large_are_stopped() -> None:
    blueprint = flow_of(
        *(node(f"s{i}", "store_variable", variable_name=f"x{i}", value="{{ message.text }}" * 4) for i in range(5)),
    )
    assert failure(begin(blueprint, "x" * 4_000)) == "variables_too_large"


def test_too_many_variables_are_stopped() -> None:
    flow = load_flow(ASK)
    session = replace(begin(ASK).session, variables={f"v{i}": i for i in range(500)})
    assert failure(resume(flow, session, MessageReceived(make_message("hi")), ENV)) == "too_many_variables"


def test_a_session_that_never_ends_is_stopped() -> None:
    session = replace(begin(ASK).session, sprint=MAX_SPRINTS_PER_SESSION)
    assert failure(resume(load_flow(ASK), session, MessageReceived(make_message("hi")), ENV)) == "too_many_sprints"


def test_a_session_at_a_node_that_is_gone_fails() -> None:
    for node_id in ("gone", "start"):
        session = replace(begin(ASK).session, node_id=node_id)
        assert failure(resume(load_flow(ASK), session, MessageReceived(make_message("hi")), ENV)) == "node_missing"


# --- Resumes and triggers -----------------------------------------------------------------------------

WAITS: dict[str, Wait] = {
    "message": MessageWait(60),
    "message for ever": MessageWait(None),
    "delay": DelayWait(5),
    "effect": EffectWait(Effect("http_request", {"url": "https://example.com/"}, is_safe=True)),
}
RESUMES: dict[str, Resume] = {
    "message": MessageReceived(make_message("hi")),
    "timeout": TimedOut(),
    "delay": DelayElapsed(),
    "effect": EffectFinished({"ok": True}),
}
# Each of these is played in the golden scenarios.
FITTING = {
    ("message", "message"),
    ("message", "timeout"),
    ("message for ever", "message"),
    ("delay", "delay"),
    ("effect", "effect"),
}


UNFITTING = [(wait, given) for wait in WAITS for given in RESUMES if (wait, given) not in FITTING]


@pytest.mark.parametrize(("wait", "given_resume"), UNFITTING)
def test_only_a_fitting_resume_is_taken(wait: str, given_resume: str) -> None:
    session = replace(begin(ASK).session, wait=WAITS[wait])
    before = dump_session(session)
    with pytest.raises(ResumeMismatch) as caught:
        resume(load_flow(ASK), session, RESUMES[given_resume], ENV)
    assert caught.value.code == "other_wait"
    assert dump_session(session) == before


@pytest.mark.parametrize("status", [SessionStatus.COMPLETED, SessionStatus.FAILED])
def test_an_ended_session_is_not_resumed(status: SessionStatus) -> None:
    session = replace(begin(ASK).session, status=status, wait=None)
    with pytest.raises(ResumeMismatch) as caught:
        resume(load_flow(ASK), session, RESUMES["message"], ENV)
    assert caught.value.code == "not_waiting"


def test_a_session_stays_on_its_version() -> None:
    session = replace(begin(ASK).session, flow_version_id="version-0")
    with pytest.raises(ResumeMismatch) as caught:
        resume(load_flow(ASK), session, RESUMES["message"], ENV)
    assert caught.value.code == "other_version"


# --- Values -------------------------------------------------------------------------------------------


def test_the_same_call_gives_the_same_result_and_changes_nothing_it_was_given() -> None:
    flow = load_flow("cafe")
    session = start(flow, TriggerInput(make_message("hi")), ENV).session
    before = dump_session(session)
    first, second = (resume(flow, session, MessageReceived(make_message("1")), ENV) for _ in range(2))
    assert first == second
    assert dump_session(session) == before
    assert flow.variables == {"total": 0}


def test_what_a_node_kept_for_itself_is_gone_when_the_session_moves_on_or_ends() -> None:
    config = {"question": "?", "variable_name": "x", "validation": {"type": "number"}, "retries": 1}
    for blueprint in (
        flow_of(node("ask", "ask_question", **config)),
        flow_of(
            node("ask", "ask_question", **config),
            node("next", "ask_question", **config),
            edges=[("start", None, "ask"), ("ask", "invalid", "next")],
        ),
    ):
        flow, session = load_flow(blueprint), begin(blueprint).session
        session = resume(flow, session, MessageReceived(make_message("no number")), ENV).session
        assert session.memory == {"failed": 1}
        session = resume(flow, session, MessageReceived(make_message("no number")), ENV).session
        assert session.memory == {}


def test_what_a_session_wrote_to_the_conversation_is_read_at_once() -> None:
    blueprint = flow_of(
        node("s", "store_variable", variable_name="city", value="Riyadh", scope="conversation"),
        node("r", "whatsapp_reply", message="{{ conversation.city }}, {{ conversation.id }}"),
    )
    sprint = start(
        load_flow(blueprint),
        TriggerInput(make_message("hi")),
        make_env({"conversation": {"id": "c1", "city": "Jeddah"}}),
    )
    assert [event.content.body for event in sprint.events if isinstance(event, MessageQueued)] == ["Riyadh, c1"]
    assert sprint.session.variables == {}
    assert sprint.session.shared == {"city": "Riyadh"}


def test_nothing_that_a_database_refuses_is_stored() -> None:
    """A NUL in an answer, a caption or a place's name: jsonb would refuse the whole turn."""
    blueprint = flow_of(
        node("get", "http_request", url="https://example.com/", save_as="got", mapping={"name": "name"}),
    )
    flow, place = load_flow(blueprint), Incoming("location", "a\x00b", location={"name": "\x00", "a\x00": 1})
    first = start(flow, TriggerInput(place), ENV)
    result: JsonObject = {"ok": False, "body": {"name": "x\x00y", "k\x00": ["\x00"]}, "error": "no\x00"}
    last = resume(flow, first.session, EffectFinished(result), ENV)
    assert last.session.variables["name"] == "xy"
    for sprint in (first, last):
        assert b"\\u0000" not in dump_session(sprint.session)
        assert "\x00" not in repr(sprint.events)


json_objects = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53), 2**53)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
waits = st.one_of(
    st.builds(MessageWait, st.none() | st.integers(10, 10**6)),
    st.builds(DelayWait, st.integers(1, 10**7)),
    st.builds(EffectWait, st.builds(Effect, st.just("http_request"), json_objects, is_safe=st.booleans())),
)
scopes = st.lists(st.builds(OpenScope, st.text(), json_objects), max_size=2).map(tuple)
sessions = st.builds(
    Session,
    flow_version_id=st.text(),
    node_id=st.text(),
    status=st.sampled_from(SessionStatus),
    variables=json_objects,
    sprint=st.integers(0, 500),
    steps=st.integers(0, 10**6),
    wait=st.none() | waits,
    memory=json_objects,
    shared=json_objects,
    message=json_objects,
    error=st.none() | st.builds(SessionError, st.text(), st.text()),
    callers=st.lists(st.builds(Caller, st.text(), st.text(), json_objects, scopes), max_size=2).map(tuple),
    scopes=scopes,
)


@given(sessions)
def test_a_session_is_stored_without_loss(session: Session) -> None:
    assert load_session(dump_session(session)) == session


@pytest.mark.parametrize("data", [b'{"v": 99}', b"{}", b"[]", b"not json", b'{"v": 1, "error": null}'])
def test_what_is_no_session_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"session|JSON|expected|char"):
        load_session(data)


# --- Anything goes ------------------------------------------------------------------------------------

CAFE = load_flow("cafe")
CAFE_WORDS = [
    "1",
    "2",
    "٣",
    "latte",
    "قهوه عربيه",
    "menu",
    "قائمة",
    "نعم",
    "Yes, order it",
    "Cancel",
    "20",
    "21",
    "2.5",
    "#7#",
    "",
]
messages = st.one_of(
    st.sampled_from(CAFE_WORDS).map(make_message),
    st.text(max_size=30).map(make_message),
    st.builds(
        Incoming,
        st.sampled_from(["button_reply", "list_reply"]),
        st.text(max_size=20),
        payload_id=st.sampled_from(["see_menu", "hours", "latte", "karak", "confirm", "change", "cancel", "gone"]),
        title=st.text(max_size=20),
    ),
    st.builds(Incoming, st.sampled_from(["image", "unsupported"]), media=json_objects),
    st.builds(Incoming, st.just("location"), location=json_objects),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(messages, min_size=1, max_size=15), st.sampled_from(["en", "ar", "ar_EG", "fr", ""]))
def test_the_cafe_answers_anything_with_exactly_one_message(story: list[Incoming], language: str) -> None:
    flow, env = CAFE, make_env({"language": language, "contact": {"name": "Sara"}})
    session: Session | None = None
    for message in story:
        sprint = take_step(flow, session, {"message": describe(message)}, env)
        assert sum(isinstance(event, MessageQueued) for event in sprint.events) == 1
        assert (sprint.wait is None) == (sprint.session.status is SessionStatus.COMPLETED)
        assert not any(event.type in ("flow_failed", "error_raised") for event in sprint.events)
        session = load_session(dump_session(sprint.session))
        assert session == sprint.session
        if any(event.type == "handed_to_human" for event in sprint.events):
            return


def describe(message: Incoming) -> JsonObject:
    return {
        "type": message.type,
        "text": message.text,
        "payload_id": message.payload_id,
        "title": message.title,
        "location": message.location,
        "media": message.media,
    }
