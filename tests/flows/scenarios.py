"""Playing a scenario: a blueprint, an environment, steps in; events and sessions out, as JSON.

The session is written to bytes and read back between all steps, so every scenario also tests that nothing
of it is lost.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import orjson

from hoopoe.channels.contract import ButtonsContent, ListContent, OutboundContent, TextContent
from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from hoopoe.flows.engine import (
    DelayElapsed,
    EffectFinished,
    Env,
    Event,
    Flow,
    Incoming,
    Library,
    MessageQueued,
    MessageReceived,
    Resume,
    Session,
    Sprint,
    TimedOut,
    TriggerInput,
    dump_session,
    find_trigger,
    load_session,
    resume,
    start,
)
from hoopoe.kernel.json import JsonObject

NAMED = {"cafe": cafe_blueprint, "echo": echo_blueprint}


def load_flow(blueprint: str | JsonObject, version_id: str = "version-1") -> Flow:
    data = NAMED[blueprint]() if isinstance(blueprint, str) else blueprint
    return compile_flow(parse_blueprint(data), version_id=version_id)


def load_library(flow: Flow, others: JsonObject | None = None) -> Library:
    """A flow and those that it may run, by their references."""
    loaded = {reference: load_flow(each, f"version-of-{reference}") for reference, each in (others or {}).items()}
    versions = {each.version_id: each for each in (flow, *loaded.values())}
    return Library(versions, {reference: each.version_id for reference, each in loaded.items()})


def make_env(data: JsonObject) -> Env:
    return Env(
        now=datetime.fromisoformat(data.get("now", "2026-03-01T10:00:00+00:00")),
        language=data.get("language", "en"),
        contact=data.get("contact", {}),
        channel=data.get("channel", {}),
        workspace=data.get("workspace", {}),
        conversation=data.get("conversation", {}),
    )


def make_message(data: str | JsonObject) -> Incoming:
    return Incoming("text", data) if isinstance(data, str) else Incoming(**{"type": "text", **data})


def make_resume(step: JsonObject) -> Resume:
    match step:
        case {"message": message}:
            return MessageReceived(make_message(message))
        case {"timed_out": True}:
            return TimedOut()
        case {"delay_elapsed": True}:
            return DelayElapsed()
        case {"effect": result}:
            return EffectFinished(result)
        case _:
            raise ValueError(f"Not a step: {step}")


def describe_content(content: OutboundContent) -> JsonObject:
    kind = {TextContent: "text", ButtonsContent: "buttons", ListContent: "list"}[type(content)]
    return {"type": kind, **_without_none(asdict(content))}


def describe_event(event: Event) -> JsonObject:
    if isinstance(event, MessageQueued):
        return {"type": event.type, "node_id": event.node_id, "content": describe_content(event.content)}
    return {"type": event.type, **asdict(event)}


def describe_sprint(sprint: Sprint) -> JsonObject:
    session = orjson.loads(dump_session(sprint.session))
    shown = {
        key: session[key]
        for key in ("status", "node_id", "sprint", "steps", "wait", "variables", "memory", "shared", "error")
        if session[key] not in (None, {})
    }
    shown |= {key: session[key] for key in ("scopes", "callers") if session.get(key)}
    return orjson.loads(orjson.dumps({"events": [describe_event(e) for e in sprint.events], "session": shown}))


def take_step(
    flow: Flow, session: Session | None, step: JsonObject, env: Env, library: Library | None = None
) -> Sprint:
    """As a runner does it: an interrupting trigger first, else the session that waits, else a trigger."""
    library = library or load_library(flow)
    if session is None or session.status != "waiting":
        opening = TriggerInput(make_message(step["message"]), step.get("is_new_conversation", False))
        return start(flow, opening, env, library)
    given = make_resume(step)
    if isinstance(given, MessageReceived):
        opening = TriggerInput(given.message)
        if find_trigger(flow, opening, interrupts_only=True) is not None:
            return start(flow, opening, env, library)
    return resume(library.versions[session.flow_version_id], session, given, env, library)


def play(scenario: JsonObject) -> list[JsonObject]:
    """What comes out of each step."""
    flow = load_flow(scenario["blueprint"])
    library = load_library(flow, scenario.get("flows"))
    session: Session | None = None
    results = []
    for step in scenario["steps"]:
        env = make_env({**scenario.get("env", {}), **step.get("env", {})})
        sprint = take_step(flow, session, step, env, library)
        assert sprint.wait == sprint.session.wait
        session = load_session(dump_session(sprint.session))
        assert session == sprint.session, "a session must survive being stored"
        results.append(describe_sprint(sprint))
    return results


def _without_none(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_without_none(item) for item in value]
    return value
