"""One sprint on its way: from node to node, through loops, guards and other flows."""

from __future__ import annotations

from typing import Final, assert_never

import orjson

from hoopoe.flows.engine.contract import (
    MAX_STACK_DEPTH,
    MAX_STEPS_PER_SPRINT,
    MAX_VARIABLES_BYTES,
    Caller,
    ErrorRaised,
    FlowEntered,
    FlowFailed,
    FlowLeft,
    MessageQueued,
    NodeVisited,
    OpenScope,
    Resume,
    Session,
    SessionEnded,
    SessionError,
    SessionStatus,
    Sprint,
    Step,
    Wait,
)
from hoopoe.flows.engine.flow import (
    Back,
    Call,
    Failure,
    Finish,
    Flow,
    FlowEnded,
    FlowNotRun,
    Leave,
    Library,
    Node,
    Open,
    Outcome,
    Pause,
    ScopeEnded,
    ScopeKind,
    WaitingBehaviour,
)
from hoopoe.flows.engine.visit import LimitReached, Visit

ERROR_EXIT: Final = "error"
"""Leaving by this exit where nothing is connected to it is a failure: a guard around the node takes it."""


class Run:
    """Counts the steps and turns what nodes decide into the next session."""

    __slots__ = ("callers", "flow", "library", "node_id", "path", "scopes", "session", "steps", "visit")

    def __init__(self, flow: Flow, session: Session, visit: Visit, library: Library) -> None:
        self.flow = flow
        self.library = library
        self.session = session
        self.visit = visit
        self.node_id = session.node_id
        self.callers = session.callers
        self.scopes = session.scopes
        self.path: list[Step] = []
        self.steps = 0

    def begin(self, node: Node) -> Sprint:
        try:
            return self._walk(node, self._enter(node))
        except LimitReached as limit:
            return self.fail(limit.code, limit.message)

    def go_on(self, node: Node, behaviour: WaitingBehaviour, given: Resume) -> Sprint:
        self._stand_on(node, is_arrival=False)
        try:
            return self._walk(node, behaviour(self.visit, given))
        except LimitReached as limit:
            return self.fail(limit.code, limit.message)

    def _walk(self, node: Node, outcome: Outcome) -> Sprint:
        """From outcome to outcome, until one is a wait or the end."""
        visit, seen = self.visit, 0
        while True:
            if visit.errors > seen:
                seen = visit.errors
                if (caught := self._catch_report(node)) is not None:
                    node, outcome = caught
                    continue
            match outcome:
                case Leave(exit=name) | Open(exit=name):
                    self._note_exit(name)
                    visit.events.append(NodeVisited(node.id, name))
                    if isinstance(outcome, Open):
                        self._open(node, outcome)
                    target = node.exits.get(name)
                    after = self._end_path(node, name) if target is None else self._follow(target)
                case Pause(wait=wait):
                    self._check_size()
                    return self._make(self._session(SessionStatus.WAITING, wait), wait)
                case Finish(ends_all=ends_all):
                    visit.events.append(NodeVisited(node.id, None))
                    after = None if ends_all else self._return()
                case Call():
                    after = self._call(node, outcome)
                case _:
                    assert_never(outcome)
            if after is None:
                return self._end()
            node, outcome = after

    def _follow(self, target: str) -> tuple[Node, Outcome]:
        node = self.flow.nodes[target]
        if self.scopes and self._close_scopes(node):
            return node, self._come_back(node, ScopeEnded())
        self.visit.memory = {}
        return node, self._enter(node)

    def _enter(self, node: Node) -> Outcome:
        self._count_step()
        self._stand_on(node, is_arrival=True)
        return node.behaviour.enter(self.visit)

    def _count_step(self) -> None:
        if self.steps >= MAX_STEPS_PER_SPRINT:
            raise LimitReached("too_many_steps", f"More than {MAX_STEPS_PER_SPRINT} nodes in one go.")
        self.steps += 1

    def _stand_on(self, node: Node, *, is_arrival: bool) -> None:
        self.node_id = self.visit.node_id = node.id
        self.visit.exits = node.exits
        self.path.append(Step(self.flow.version_id, node.id, None, is_arrival))

    def _note_exit(self, name: str) -> None:
        last = self.path[-1]
        self.path[-1] = Step(last.flow_version_id, last.node_id, name, last.is_arrival)

    def _come_back(self, node: Node, given: Back) -> Outcome:
        """Let a node go on with what came back to it: a step like another, so that nothing goes round for ever."""
        self._count_step()
        self._stand_on(node, is_arrival=False)
        if node.behaviour.back is None:
            raise TypeError(f"'{node.type}' opens or calls something, and cannot take it back.")
        return node.behaviour.back(self.visit, given)

    # --- Loops and guards ---

    def _open(self, node: Node, opened: Open) -> None:
        self.scopes = (*self.scopes, OpenScope(node.id, opened.memory))
        self.visit.has_changed = True

    def _close_scopes(self, node: Node) -> bool:
        """Close the scopes in which a node does not lie. Whether the node is a loop that goes on with this."""
        while self.scopes:
            scope = self.scopes[-1]
            if scope.node_id in node.within:
                return False
            self.scopes = self.scopes[:-1]
            if scope.node_id == node.id and node.scope is ScopeKind.EACH:
                self.visit.memory = scope.memory
                return True
        return False

    def _end_path(self, node: Node, exit_name: str) -> tuple[Node, Outcome] | None:
        """Nothing is connected: a failure for the guard, a loop's next round, or the end of the flow."""
        if exit_name == ERROR_EXIT and (caught := self._catch(self._describe_failure(node))) is not None:
            return caught
        while self.scopes:
            scope, self.scopes = self.scopes[-1], self.scopes[:-1]
            opener = self.flow.nodes[scope.node_id]
            if opener.scope is ScopeKind.EACH:
                self.visit.memory = scope.memory
                return opener, self._come_back(opener, ScopeEnded())
        return self._return()

    def _describe_failure(self, node: Node) -> Failure:
        """The first thing that the node reported since the session came to it: what follows comes of that."""
        first: ErrorRaised | None = None
        for event in reversed(self.visit.events):
            if isinstance(event, NodeVisited) and event.node_id != node.id:
                break
            if isinstance(event, ErrorRaised) and event.node_id == node.id:
                first = event
        return (
            Failure("failed", "The step failed.", node.id)
            if first is None
            else Failure(first.code, first.message, node.id)
        )

    def _guard(self) -> OpenScope | None:
        """The nearest guard around the session, in this flow or in one that ran it."""
        frames = [(self.flow, self.scopes)]
        for caller in reversed(self.callers):
            flow = self.library.versions.get(caller.flow_version_id)
            if flow is not None:
                frames.append((flow, caller.scopes))
        for flow, scopes in frames:
            for scope in reversed(scopes):
                if scope.node_id in flow.nodes and flow.nodes[scope.node_id].scope is ScopeKind.GUARD:
                    return scope
        return None

    def _catch_report(self, node: Node) -> tuple[Node, Outcome] | None:
        """What a node reported is a failure where the guard around it says so; then it has said nothing."""
        guard = self._guard() if self.scopes or self.callers else None
        if guard is None or guard.memory.get("stops") is not True:
            return None
        failure = self._describe_failure(node)
        kept = []
        for event in reversed(self.visit.events):
            if isinstance(event, MessageQueued) and event.node_id == node.id:
                self.visit.messages_sent -= 1
            elif isinstance(event, NodeVisited):
                break
            else:
                kept.append(event)
        self.visit.events[len(self.visit.events) - len(kept) :] = reversed(kept)
        return self._catch(failure)

    def _catch(self, failure: Failure) -> tuple[Node, Outcome] | None:
        """Leave everything between a failure and its guard, and let that go on; None where there is no guard."""
        guard = self._guard() if self.scopes or self.callers else None
        if guard is None:
            return None
        while guard not in self.scopes:
            self._leave_flow()
        place = len(self.scopes) - 1 - self.scopes[::-1].index(guard)
        self.scopes = self.scopes[:place]
        if guard.memory.get("is_quiet") is True:
            self.visit.events = [
                event
                for event in self.visit.events
                if not (isinstance(event, ErrorRaised) and event.node_id == failure.node_id)
            ]
        node = self.flow.nodes[guard.node_id]
        self.visit.memory = {}
        return node, self._come_back(node, failure)

    # --- Flows in flows ---

    def _call(self, node: Node, called: Call) -> tuple[Node, Outcome]:
        flow = self.library.find(called.reference)
        entry = None if flow is None or flow.entry is None else flow.nodes.get(flow.entry)
        if flow is None or entry is None:
            return node, self._come_back(node, FlowNotRun("flow_missing", "The flow that is to be run is not there."))
        if len(self.callers) + 1 >= MAX_STACK_DEPTH:
            raise LimitReached("too_deep", f"More than {MAX_STACK_DEPTH} flows stand in each other.")
        caller = Caller(self.flow.version_id, node.id, self.visit.variables, self.scopes)
        self.callers = (*self.callers, caller)
        self.scopes = ()
        self.visit.events.append(FlowEntered(node.id, flow.version_id))
        self.flow = flow
        self.visit.go_into(flow.name, {**flow.variables, **called.variables})
        self.visit.memory = {}
        return entry, self._enter(entry)

    def _return(self) -> tuple[Node, Outcome] | None:
        """The flow has ended: go on in the one that ran it; None where nothing did."""
        if not self.callers:
            return None
        variables = self.visit.variables
        node_id = self._leave_flow()
        node = self.flow.nodes.get(node_id)
        if node is None:
            raise LimitReached("node_missing", "The node that ran the flow is not in its version.")
        return node, self._come_back(node, FlowEnded(variables))

    def _leave_flow(self) -> str:
        """Back to the flow that ran this one; returns the node that did."""
        *rest, caller = self.callers
        flow = self.library.versions.get(caller.flow_version_id)
        if flow is None:
            raise LimitReached("flow_missing", "The flow that ran this one cannot be read any more.")
        self.visit.events.append(FlowLeft(self.flow.version_id))
        self.callers = tuple(rest)
        self.scopes = caller.scopes
        self.flow = flow
        self.visit.go_into(flow.name, dict(caller.variables))
        self.visit.memory = {}
        return caller.node_id

    # --- The end of the sprint ---

    def _check_size(self) -> None:
        if not self.visit.has_changed:
            return
        count = self.visit.count_bytes()
        count += sum(len(orjson.dumps(scope.memory)) for scope in self.scopes)
        for caller in self.callers:
            count += len(orjson.dumps(caller.variables))
            count += sum(len(orjson.dumps(scope.memory)) for scope in caller.scopes)
        if count > MAX_VARIABLES_BYTES:
            raise LimitReached("variables_too_large", f"The variables exceed {MAX_VARIABLES_BYTES // 1024} KB.")

    def _end(self) -> Sprint:
        self._check_size()
        session = self._session(SessionStatus.COMPLETED)
        self.visit.events.append(SessionEnded(session.status))
        return self._make(session, None)

    def fail(self, code: str, message: str) -> Sprint:
        """End the session in failure, with the variables that it had before this sprint."""
        visit, before = self.visit, self.session
        visit.variables, visit.shared = before.variables, before.shared
        session = self._session(SessionStatus.FAILED, error=SessionError(code, message))
        visit.events += (FlowFailed(code, message), SessionEnded(session.status))
        return self._make(session, None)

    def _make(self, session: Session, wait: Wait | None) -> Sprint:
        return Sprint(session, tuple(self.visit.events), wait, tuple(self.path), tuple(self.visit.evaluated))

    def _session(
        self, status: SessionStatus, wait: Wait | None = None, *, error: SessionError | None = None
    ) -> Session:
        visit, goes_on = self.visit, wait is not None
        return Session(
            flow_version_id=self.flow.version_id,
            node_id=self.node_id,
            status=status,
            variables=visit.variables,
            sprint=self.session.sprint + 1,
            steps=self.session.steps + self.steps,
            wait=wait,
            memory=visit.memory if goes_on else {},
            shared=visit.shared,
            message=visit.message,
            error=error,
            callers=self.callers,
            scopes=self.scopes if goes_on else (),
        )
