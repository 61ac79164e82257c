"""What is done to a session from outside, as pure as the rest: taken to another version, to another node, begun anew.

A session fits a version where everything that it stands on is there: the node that waits, those that run other flows
and, around them, the loops and guards that it is in the middle of. A node is there when one of its id has its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import orjson

from hoopoe.flows.engine.contract import (
    MAX_SPRINTS_PER_SESSION,
    MAX_VARIABLES,
    MAX_VARIABLES_BYTES,
    Caller,
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    Env,
    MessageWait,
    OpenScope,
    Resume,
    Session,
    SessionStatus,
    Sprint,
    TimedOut,
)
from hoopoe.flows.engine.flow import NO_FLOWS, Flow, Library
from hoopoe.flows.engine.run import Run
from hoopoe.flows.engine.visit import Visit
from hoopoe.kernel.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody took the session to a node, or let it begin anew. What a trace says a sprint was given.

    `by` is who did it; `is_published` says that it was by publishing the version that it begins anew on.
    """

    node_id: str
    by: str | None = None
    is_published: bool = False


def fit_session(session: Session, old: Flow, new: Flow) -> Session | None:
    """The session in another version, waiting as it does; None where something that it stands on is not there.

    Its sprint stays what it is, and so do its timer and its effect. Variables that only the new version declares are
    added. Flows of other bots that it runs, or that run it, stay as they are.
    """
    callers = tuple(_fit_frame(caller, old, new) for caller in session.callers)
    kept = tuple(caller for caller in callers if caller is not None)
    if len(kept) < len(callers):
        return None
    if session.flow_version_id != old.version_id:
        return replace(session, callers=kept)
    if not _has(old, new, session.node_id):
        return None
    return replace(
        session,
        flow_version_id=new.version_id,
        variables={**new.variables, **session.variables},
        callers=kept,
        scopes=_fit_scopes(session.scopes, session.node_id, new),
    )


def _fit_frame(caller: Caller, old: Flow, new: Flow) -> Caller | None:
    if caller.flow_version_id != old.version_id:
        return caller
    if not _has(old, new, caller.node_id):
        return None
    variables = {**new.variables, **caller.variables}
    return Caller(new.version_id, caller.node_id, variables, _fit_scopes(caller.scopes, caller.node_id, new))


def _has(old: Flow, new: Flow, node_id: str) -> bool:
    before, after = old.nodes.get(node_id), new.nodes.get(node_id)
    return before is not None and after is not None and before.type == after.type


def _fit_scopes(scopes: tuple[OpenScope, ...], node_id: str, flow: Flow) -> tuple[OpenScope, ...]:
    """Those that are still around the node: whatever else was open has nothing to come back to."""
    within = flow.nodes[node_id].within
    return tuple(scope for scope in scopes if scope.node_id in within and flow.nodes[scope.node_id].scope is not None)


def enter_node(flow: Flow, session: Session, node_id: str, env: Env, library: Library = NO_FLOWS) -> Sprint | None:
    """Go on at a node of the flow that the session started on, as if an edge led there; None where it has none.

    Flows that it runs are left. What it knows, it knows still.
    """
    outermost = session.callers[0] if session.callers else None
    if outermost is not None:
        session = replace(session, variables=outermost.variables, scopes=outermost.scopes, callers=())
    node = flow.nodes.get(node_id)
    if node is None:
        return None
    standing = replace(
        session, flow_version_id=flow.version_id, scopes=_fit_scopes(session.scopes, node_id, flow), memory={}
    )
    run = _open(flow, standing, env, library)
    if session.sprint >= MAX_SPRINTS_PER_SESSION:
        return run.fail("too_many_sprints", f"The session has run {MAX_SPRINTS_PER_SESSION} times.")
    return run.begin(node)


def begin_anew(
    flow: Flow, message: JsonObject, env: Env, library: Library = NO_FLOWS, *, at: str | None = None
) -> Sprint | None:
    """A new session, at this node or from where another flow would begin this one; None where that is nowhere.

    `message` is the last one that the person wrote, as the session before kept it.
    """
    entry = at or flow.entry
    node = flow.nodes.get(entry) if entry is not None else None
    if node is None:
        return None
    session = Session(
        flow.version_id, node.id, SessionStatus.WAITING, dict(flow.variables), sprint=0, steps=0, message=message
    )
    return _open(flow, session, env, library).begin(node)


def _open(flow: Flow, session: Session, env: Env, library: Library) -> Run:
    visit = Visit(
        env,
        flow_name=flow.name,
        variables=dict(session.variables),
        shared=dict(session.shared),
        message=session.message,
        memory={},
    )
    return Run(flow, session, visit, library)


def end_of_wait(session: Session, result: JsonObject | None) -> Resume | None:
    """What would end the session's wait by itself; None where only the person's answer does.

    `result` is the effect's, where it waits for one.
    """
    match session.wait:
        case DelayWait():
            return DelayElapsed()
        case MessageWait(timeout_seconds=seconds):
            return TimedOut() if seconds is not None else None
        case EffectWait():
            return EffectFinished(result) if result is not None else None
        case None:
            return None


def set_variable(session: Session, name: str, value: Json) -> Session | None:
    """The session with another value of a variable, in the flow that it stands in; None where that is too much."""
    variables = {**session.variables, name: value}
    frames: list[Mapping[str, Json]] = [variables, *(caller.variables for caller in session.callers)]
    if len(variables) > MAX_VARIABLES or count_bytes(frames) > MAX_VARIABLES_BYTES:
        return None
    return replace(session, variables=variables)


def count_bytes(frames: list[Mapping[str, Json]]) -> int:
    """How much variables take, as their limit counts it."""
    return sum(len(orjson.dumps(variables)) for variables in frames)
