"""`start` and `resume`: from one wait to the next."""

from __future__ import annotations

from typing import assert_never

from hoopoe.flows.engine.contract import (
    MAX_SPRINTS_PER_SESSION,
    MAX_STEPS_PER_SPRINT,
    MAX_VARIABLES_BYTES,
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    Env,
    FlowFailed,
    MessageReceived,
    MessageWait,
    NodeVisited,
    Resume,
    ResumeMismatch,
    Session,
    SessionEnded,
    SessionError,
    SessionStatus,
    Sprint,
    TimedOut,
    TriggerInput,
    TriggerMismatch,
    Wait,
)
from hoopoe.flows.engine.flow import Finish, Flow, Leave, Node, Outcome, Pause, WaitingBehaviour, find_trigger
from hoopoe.flows.engine.visit import LimitReached, Visit, describe_message
from hoopoe.kernel.json import JsonObject


def start(flow: Flow, trigger: TriggerInput, env: Env) -> Sprint:
    """Start a session at the trigger that the input matches (see `find_trigger`), up to its first wait.

    Raises TriggerMismatch where no trigger matches.
    """
    found = find_trigger(flow, trigger)
    if found is None:
        raise TriggerMismatch("No trigger of the flow matches the message.")
    message = describe_message(trigger.message)
    session = Session(flow.version_id, found.node_id, SessionStatus.WAITING, dict(flow.variables), sprint=0, steps=0)
    visit = _visit(flow, session, env, message=message)
    return _Run(flow, session, visit).begin(flow.nodes[found.node_id])


def resume(flow: Flow, session: Session, given: Resume, env: Env) -> Sprint:
    """Go on from a session's wait to its next wait or its end. The session given is not changed.

    Raises ResumeMismatch where the session does not wait for this.
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
    run = _Run(flow, session, visit)
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


class _Run:
    """One sprint on its way: counts the steps and turns what nodes decide into the next session."""

    __slots__ = ("flow", "node_id", "session", "steps", "visit")

    def __init__(self, flow: Flow, session: Session, visit: Visit) -> None:
        self.flow = flow
        self.session = session
        self.visit = visit
        self.node_id = session.node_id
        self.steps = 0

    def begin(self, node: Node) -> Sprint:
        try:
            return self._walk(node, self._enter(node))
        except LimitReached as limit:
            return self.fail(limit.code, limit.message)

    def go_on(self, node: Node, behaviour: WaitingBehaviour, given: Resume) -> Sprint:
        self._stand_on(node)
        try:
            return self._walk(node, behaviour(self.visit, given))
        except LimitReached as limit:
            return self.fail(limit.code, limit.message)

    def _walk(self, node: Node, outcome: Outcome) -> Sprint:
        while True:
            match outcome:
                case Leave(exit=exit_name):
                    self.visit.events.append(NodeVisited(node.id, exit_name))
                    target = node.exits.get(exit_name)
                    if target is None:
                        return self._end()
                    node = self.flow.nodes[target]
                    self.visit.memory = {}
                    outcome = self._enter(node)
                case Pause(wait=wait):
                    self._check_size()
                    return Sprint(self._session(SessionStatus.WAITING, wait), tuple(self.visit.events), wait)
                case Finish():
                    self.visit.events.append(NodeVisited(node.id, None))
                    return self._end()
                case _:
                    assert_never(outcome)

    def _enter(self, node: Node) -> Outcome:
        if self.steps >= MAX_STEPS_PER_SPRINT:
            raise LimitReached("too_many_steps", f"More than {MAX_STEPS_PER_SPRINT} nodes in one go.")
        self.steps += 1
        self._stand_on(node)
        return node.behaviour.enter(self.visit)

    def _stand_on(self, node: Node) -> None:
        self.node_id = self.visit.node_id = node.id
        self.visit.exits = node.exits

    def _check_size(self) -> None:
        if self.visit.has_changed and self.visit.count_bytes() > MAX_VARIABLES_BYTES:
            raise LimitReached("variables_too_large", f"The variables exceed {MAX_VARIABLES_BYTES // 1024} KB.")

    def _end(self) -> Sprint:
        self._check_size()
        session = self._session(SessionStatus.COMPLETED)
        return Sprint(session, (*self.visit.events, SessionEnded(session.status)), None)

    def fail(self, code: str, message: str) -> Sprint:
        """End the session in failure, with the variables that it had before this sprint."""
        self.visit.variables, self.visit.shared = self.session.variables, self.session.shared
        session = self._session(SessionStatus.FAILED, error=SessionError(code, message))
        return Sprint(session, (*self.visit.events, FlowFailed(code, message), SessionEnded(session.status)), None)

    def _session(
        self, status: SessionStatus, wait: Wait | None = None, *, error: SessionError | None = None
    ) -> Session:
        visit = self.visit
        return Session(
            flow_version_id=self.session.flow_version_id,
            node_id=self.node_id,
            status=status,
            variables=visit.variables,
            sprint=self.session.sprint + 1,
            steps=self.session.steps + self.steps,
            wait=wait,
            memory=visit.memory if wait is not None else {},
            shared=visit.shared,
            message=visit.message,
            error=error,
        )
