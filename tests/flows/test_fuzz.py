"""Any flow, any story, any blueprint: never an exception that is not promised, never an end without an event."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hoopoe.channels.contract import MediaContent
from hoopoe.flows.definition import (
    BlueprintError,
    FlowInvalid,
    compile_flow,
    inspect_flow,
    parse_blueprint,
    validate_blueprint,
)
from hoopoe.flows.demo import cafe_blueprint
from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    Flow,
    Incoming,
    Library,
    MessageQueued,
    MessageReceived,
    MessageWait,
    Resume,
    Session,
    SessionEnded,
    Sprint,
    TimedOut,
    TriggerInput,
    dump_session,
    load_session,
    resume,
    start,
)
from hoopoe.flows.engine.contract import (
    MAX_EVALUATED,
    MAX_INCOMING_PART_BYTES,
    MAX_MESSAGES_PER_SPRINT,
    MAX_STACK_DEPTH,
    MAX_STEPS_PER_SPRINT,
    MAX_VARIABLES_BYTES,
)
from hoopoe.flows.nodes import find_node_type, list_node_types
from hoopoe.kernel.json import JsonObject

from .scenarios import make_env
from .test_engine import json_objects

OTHER = "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"
PARTS: list[tuple[str, JsonObject]] = [
    ("whatsapp_reply", {"message": "Hi {{ contact.name }} {{ answer }}{{ n }}"}),
    ("whatsapp_reply", {"media": {"kind": "image", "url": "{{ answer }}"}, "message": "{{ n }}"}),
    ("whatsapp_reply", {"media": {"kind": "voice", "file_id": "01994f7e-8f5e-7cc3-8a53-2b4a51d0c7aa"}}),
    ("webhook_callback", {"url": "https://example.com/", "payload": {"a": "{{ answer }}"}, "mapping": {"n": "$[0].a"}}),
    ("whatsapp_reply", {"message": {"en": "{{ missing }}", "ar": "{{ n | divided_by: m }}"}}),
    (
        "buttons",
        {"message": "?", "buttons": [{"id": "a", "title": "{{ n }}"}, {"id": "b", "title": "B"}], "save_as": "answer"},
    ),
    (
        "list",
        {
            "message": "?",
            "button": "!",
            "sections": [{"rows": [{"id": "a", "title": "A", "value": [1]}]}],
            "timeout": 60,
        },
    ),
    ("ask_question", {"question": "?", "variable_name": "n", "validation": {"type": "number"}, "retries": 0}),
    ("ask_question", {"question": "?", "variable_name": "answer", "validation": {"type": "phone"}}),
    ("ask_question", {"question": "?", "variable_name": "answer", "validation": {"type": "date", "min": 0}}),
    ("ask_question", {"question": "?", "variable_name": "answer", "validation": {"type": "media"}}),
    ("ask_question", {"question": "?", "variable_name": "answer", "validation": {"type": "text", "pattern": "[a-z]+"}}),
    ("if_condition", {"left_value": "{{ n }}", "operator": "greater_than", "right_value": "{{ answer }}"}),
    ("if_condition", {"expression": "n > 3 or answer contains 'a'"}),
    ("store_variable", {"variable_name": "n", "value": "{{ n | plus: 1 }}"}),
    ("store_variable", {"variable_name": "answer", "value": "{{ answer | append: message.text | append: answer }}"}),
    ("store_variable", {"variable_name": "m", "value": ["{{ m }}", {"{{": "{{ answer }}"}], "scope": "conversation"}),
    ("delay", {"duration": 1, "unit": "months"}),
    ("delay", {"mode": "date", "until": "{{ answer }}", "before": 9_999, "before_unit": "months", "clock": "contact"}),
    ("delay", {"mode": "weekday", "weekdays": ["mon"], "clock": "contact"}),
    (
        "switch_case",
        {"input_value": "{{ answer }}", "cases": [{"name": "أ", "operator": "less_than", "values": ["{{ n }}"]}]},
    ),
    ("split", {"variants": [{"name": "A", "weight": 1}, {"name": "B", "weight": 2}], "save_as": "answer"}),
    (
        "text_manipulation",
        {
            "operation": "replace",
            "input_text": "{{ answer }}",
            "search": "{{ n }}",
            "replacement": "{{ answer }}",
            "save_as": "answer",
        },
    ),
    (
        "text_manipulation",
        {"operation": "concat", "input_text": "{{ answer }}", "other_text": "{{ answer }}", "save_as": "answer"},
    ),
    (
        "business_hours",
        {
            "hours": [{"days": ["sun"], "opens": "18:00", "closes": "02:00"}],
            "holidays": [{"day": "02-29"}, {"day": "12-30", "until": "01-02"}],
            "save_next_opening_as": "answer",
        },
    ),
    ("http_request", {"url": "{{ answer }}", "save_as": "answer", "mapping": {"n": "a.0.b"}}),
    ("http_request", {"url": "https://example.com/", "method": "POST", "body": {"x": "{{ answer }}"}}),
    (
        "update_contact",
        {"name": "{{ answer }}", "language": "{{ answer }}", "fields": {"n": "{{ n }}", "city": "{{ m }}"}},
    ),
    ("tag", {"add": ["{{ answer }}"], "remove": ["{{ n }}"]}),
    ("reaction", {"emoji": "{{ answer }}"}),
    ("assign_to_human", {"message": "{{ answer }}", "note": "{{ n }}"}),
    ("end", {}),
    ("loop", {"items": ["a", 2, None], "item_name": "n"}),
    ("loop", {"items": "{{ answer }}", "batch_size": 2, "item_name": "answer", "index_name": "n"}),
    ("error_handler", {"error_message": "Oh", "save_as": "answer"}),
    ("error_handler", {"continue_on_error": False, "log_error": False}),
    ("run_flow", {"bot_id": OTHER, "inputs": {"n": "{{ answer }}"}, "results": {"answer": "n"}}),
    ("run_flow", {"bot_id": OTHER, "version": 7}),
]


# Whatever is registered takes part, also what a slice adds and nobody lists above.
PARTS += [(each.name, each.example) for each in list_node_types() if not each.is_trigger]


def test_every_kind_of_node_and_wait_takes_part() -> None:
    """What is drawn below has each registered type, in the shape of its example too, and each way to wait."""
    played = {name for name, _ in PARTS}
    assert played == {each.name for each in list_node_types() if not each.is_trigger}
    pausing = {name for name in played if (known := find_node_type(name)) is not None and known.config.pauses}
    assert {"ask_question", "delay", "http_request", "webhook_callback", "wait_for_reply", "buttons"} <= pausing


@st.composite
def flows(draw: st.DrawFn, version_id: str = "any") -> Flow:
    """Up to eight nodes, each exit of which leads anywhere or nowhere."""
    parts = draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=8))
    ids = [f"n{index}" for index in range(len(parts))]
    nodes = [{"id": "start", "type": "whatsapp_trigger"}]
    edges = [{"id": "start", "source": "start", "target": "n0"}]
    for node_id, (node_type, config) in zip(ids, parts, strict=True):
        nodes.append({"id": node_id, "type": node_type, "config": config})
        known = find_node_type(node_type)
        assert known is not None
        for place, each in enumerate(known.config.model_validate(config).exits()):
            target = draw(st.none() | st.sampled_from(ids))
            if target is not None:
                edges.append(
                    {"id": f"{node_id}.{place}", "source": node_id, "source_handle": each.name, "target": target}
                )
    blueprint = parse_blueprint({"name": "Any", "languages": ["en", "ar"], "nodes": nodes, "edges": edges})
    try:
        return compile_flow(blueprint, version_id=version_id)
    except FlowInvalid as invalid:
        assert {fault.code for fault in invalid.faults} == {"infinite_loop"}
        assume(condition=False)
        raise


texts = st.sampled_from(["a", "A", "1", "٢", "3.5", "tomorrow", "+966501234567", "x" * 5_000, "{{ n }}", ""]) | st.text(
    max_size=20
)
incoming = st.builds(
    Incoming,
    st.sampled_from(["text", "button_reply", "list_reply", "image", "location", "unsupported", "?"]),
    texts,
    payload_id=st.none() | st.sampled_from(["a", "b", "gone"]),
    title=st.none() | texts,
    location=st.none() | json_objects,
    media=st.none() | json_objects,
)


def check(before: Session | None, call: Callable[[], Sprint]) -> Session:
    """Make a sprint, twice: it is the same to the byte, keeps to every limit, and what it was given is unchanged."""
    given = None if before is None else dump_session(before)
    sprint, again = call(), call()
    session = sprint.session
    assert dump_session(again.session) == dump_session(session)
    assert repr(again) == repr(sprint)
    assert before is None or dump_session(before) == given
    assert sum(step.is_arrival for step in sprint.path) <= MAX_STEPS_PER_SPRINT
    assert session.steps - (0 if before is None else before.steps) <= MAX_STEPS_PER_SPRINT
    assert len(session.callers) < MAX_STACK_DEPTH
    assert len(sprint.evaluated) <= MAX_EVALUATED
    if session.status != "failed":
        assert len(dump_session(session)) < 2 * MAX_VARIABLES_BYTES + MAX_INCOMING_PART_BYTES * 8
    assert sprint.wait == session.wait
    assert (session.status == "waiting") == (sprint.wait is not None)
    assert (sprint.wait is None) == isinstance(sprint.events[-1], SessionEnded)
    assert sum(isinstance(event, MessageQueued) for event in sprint.events) <= MAX_MESSAGES_PER_SPRINT
    for event in sprint.events:
        if isinstance(event, MessageQueued):
            assert isinstance(event.content, MediaContent) or event.content.body
    stored = load_session(dump_session(session))
    assert stored == session
    return stored


def answer(draw: st.DrawFn, session: Session) -> Resume:
    match session.wait:
        case MessageWait(timeout_seconds=None):
            return MessageReceived(draw(incoming))
        case MessageWait():
            return draw(st.builds(MessageReceived, incoming) | st.just(TimedOut()))
        case DelayWait():
            return DelayElapsed()
        case EffectWait():
            return EffectFinished(
                draw(json_objects | st.fixed_dictionaries({"ok": st.booleans(), "body": json_objects}))
            )
    raise AssertionError("a session that waits has a wait")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(st.data(), flows(), flows("inner"), st.sampled_from(["en", "ar", "xx"]), json_objects)
def test_any_story_of_any_flow_ends_in_a_wait_or_an_end(
    data: st.DataObject, outer: Flow, inner: Flow, language: str, contact: JsonObject
) -> None:
    """The inner flow may run itself."""
    env = make_env({"language": language, "contact": contact, "conversation": contact})
    library = Library({"any": outer, "inner": inner}, {OTHER: "inner"})
    first = TriggerInput(data.draw(incoming))
    session = check(None, lambda: start(outer, first, env, library))
    for _ in range(8):
        if session.wait is None:
            return
        given, flow, before = answer(data.draw, session), library.versions[session.flow_version_id], session
        session = check(before, lambda flow=flow, before=before, given=given: resume(flow, before, given, env, library))


@st.composite
def damaged(draw: st.DrawFn) -> object:
    """The café with up to four of its parts replaced, removed or doubled."""
    blueprint = copy.deepcopy(cafe_blueprint())
    for _ in range(draw(st.integers(1, 4))):
        part: object = blueprint
        for _ in range(draw(st.integers(0, 6))):
            if isinstance(part, dict) and part:
                inner = part[draw(st.sampled_from(sorted(part)))]
            elif isinstance(part, list) and part:
                inner = part[draw(st.integers(0, len(part) - 1))]
            else:
                break
            if not isinstance(inner, dict | list):
                break
            part = inner
        value = draw(st.one_of(st.none(), st.integers(), st.text(max_size=30), st.just("{{ x | y }}"), json_objects))
        if isinstance(part, dict):
            key = draw(st.sampled_from([*sorted(part), "extra"]))
            if draw(st.booleans()):
                part.pop(key, None)
            else:
                part[key] = value
        elif isinstance(part, list):
            part.append(copy.deepcopy(part[0]) if part and draw(st.booleans()) else value)
    return blueprint


@settings(max_examples=250, deadline=timedelta(seconds=2), suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_any_damage_is_named_and_nothing_else_happens(data: object) -> None:
    try:
        blueprint = parse_blueprint(data)
    except BlueprintError as error:
        assert error.faults
        return
    faults = validate_blueprint(blueprint)
    inspect_flow(blueprint)
    for fault in faults:
        assert fault.message
        assert fault.code
        assert fault.node_id is None or fault.node_id in {node.id for node in blueprint.nodes}
    try:
        compile_flow(blueprint, version_id="v")
        assert all(fault.severity == "warning" for fault in faults)
    except FlowInvalid:
        assert any(fault.severity == "error" for fault in faults)
