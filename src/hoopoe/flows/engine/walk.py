"""`start` and `resume`: from one wait to the next."""

from __future__ import annotations

from typing import assert_never

from hoopoe.flows.engine.contract import (
    MAX_SPRINTS_PER_SESSION,
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    Env,
    MessageReceived,
    MessageWait,
    Resume,
    Session,
    SessionStatus,
    Sprint,
    TimedOut,
    TriggerInput,
    Wait,
)
from hoopoe.flows.engine.flow import NO_FLOWS, Flow, Library, find_trigger
from hoopoe.flows.engine.mismatches import ResumeMismatch, TriggerMismatch
from hoopoe.flows.engine.run import Run
from hoopoe.flows.engine.visit import Visit, describe_message
from hoopoe.kernel.json import JsonObject


def start(flow: Flow, trigger: TriggerInput, env: Env, library: Library = NO_FLOWS) -> Sprint:
    """Start a session at the trigger that the input matches (see `find_trigger`), up to its first wait; one that is
    only tried begins at the flow's entry where none matches.

    Raises TriggerMismatch where no trigger matches.
    """
    found = find_trigger(flow, trigger)
    node_id = found.node_id if found is not None else flow.entry if trigger.is_trial else None
    if node_id is None:
        raise TriggerMismatch("No trigger of the flow matches the message.")
    message = describe_message(trigger.message)
    session = Session(flow.version_id, node_id, SessionStatus.WAITING, dict(flow.variables), sprint=0, steps=0)
    visit = _visit(flow, session, env, message=message)
    return Run(flow, session, visit, library).begin(flow.nodes[node_id])


def resume(flow: Flow, session: Session, given: Resume, env: Env, library: Library = NO_FLOWS) -> Sprint:
    """Go on from a session's wait to its next wait or its end. The session given is not changed.

    `flow` is the one that the session stands in. Raises ResumeMismatch where the session does not wait for this.
    """
    if session.status is not SessionStatus.WAITING or session.wait is None:
        raise ResumeMismatch("not_waiting", f"The session is {session.status}.")
    if session.flow_version_id != flow.version_id:
        raise ResumeMismatch("other_version", "The session pins another version of the flow.")
    if not _accepts(session.wait, given):
        waits, came = type(session.wait).__name__, type(given).__name__
        raise ResumeMismatch("other_wait", f"The session waits with {waits}, which {came} does not end.")
    message = describe_message(given.message) if isinstance(given, MessageReceived) else session.message
    visit = _visit(flow, session, env, message=message)
    run = Run(flow, session, visit, library)
    node = flow.nodes.get(session.node_id)
    behaviour = None if node is None else node.behaviour.resume
    if node is None or behaviour is None:
        return run.fail("node_missing", "The node that the session waits at is not in this version.")
    if session.sprint >= MAX_SPRINTS_PER_SESSION:
        return run.fail("too_many_sprints", f"The session has run {MAX_SPRINTS_PER_SESSION} times.")
    return run.go_on(node, behaviour, given)


def _accepts(wait: Wait, given: Resume) -> bool:
    match wait:
        case MessageWait():
            return isinstance(given, MessageReceived) or (
                isinstance(given, TimedOut) and wait.timeout_seconds is not None
            )
        case DelayWait():
            return isinstance(given, DelayElapsed)
        case EffectWait():
            return isinstance(given, EffectFinished)
        case _:
            assert_never(wait)


def _visit(flow: Flow, session: Session, env: Env, *, message: JsonObject) -> Visit:
    return Visit(
        env,
        flow_name=flow.name,
        variables=dict(session.variables),
        shared=dict(session.shared),
        message=message,
        memory=dict(session.memory),
    )
