"""The pure flow engine.

Two calls: `start(flow, trigger: TriggerInput, env, library) -> Sprint` and `resume(flow, session, resume, env,
library) -> Sprint`; the `Library` holds the flows that this one runs, and those that ran it. A `Flow` comes from
`flows.definition.compile_flow`; `find_trigger(flow, trigger, interrupts_only=False)` says beforehand whether a message
starts it. `dump_session(session) -> bytes` and `load_session(bytes) -> Session` are lossless. All words and limits are
in `contract.py`.

    Incoming(type, text, payload_id, title, location, media, at)    a person's message
    TriggerInput(message, is_new_conversation)                      what may start a flow
    Env(now, language, contact, channel, workspace, conversation)   all that the engine may know
    Resume = MessageReceived(message) | TimedOut() | DelayElapsed() | EffectFinished(result)
    Wait   = MessageWait(timeout_seconds) | DelayWait(seconds) | EffectWait(effect: Effect)
    Event  = MessageQueued | VariableSet | ContactUpdated | TagsChanged | MessageReacted | HandedToHuman | NodeVisited
             | FlowEntered | FlowLeft | ErrorRaised | FlowFailed | SessionEnded
    Sprint(session, events, wait, path, evaluated)
    Session(flow_version_id, node_id, status, variables, sprint, steps, …, callers, scopes)

`start` raises TriggerMismatch, `resume` raises ResumeMismatch (with a `code`); any other exception is a bug.
"""

from hoopoe.flows.engine.contact_events import ContactUpdated, MessageReacted, TagsChanged
from hoopoe.flows.engine.contract import (
    Caller,
    DelayElapsed,
    DelayWait,
    Effect,
    EffectFinished,
    EffectWait,
    Env,
    ErrorRaised,
    Evaluated,
    Event,
    FlowEntered,
    FlowFailed,
    FlowLeft,
    HandedToHuman,
    Incoming,
    MessageQueued,
    MessageReceived,
    MessageWait,
    NodeVisited,
    OpenScope,
    Resume,
    Session,
    SessionEnded,
    SessionError,
    SessionStatus,
    Sprint,
    Step,
    TimedOut,
    TriggerInput,
    VariableSet,
    Wait,
)
from hoopoe.flows.engine.flow import (
    NO_FLOWS,
    Back,
    Behaviour,
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
    Specificity,
    Trigger,
    find_trigger,
)
from hoopoe.flows.engine.mismatches import ResumeMismatch, TriggerMismatch
from hoopoe.flows.engine.session import dump_session, load_session
from hoopoe.flows.engine.visit import Visit
from hoopoe.flows.engine.walk import resume, start

__all__ = [
    "NO_FLOWS",
    "Back",
    "Behaviour",
    "Call",
    "Caller",
    "ContactUpdated",
    "DelayElapsed",
    "DelayWait",
    "Effect",
    "EffectFinished",
    "EffectWait",
    "Env",
    "ErrorRaised",
    "Evaluated",
    "Event",
    "Failure",
    "Finish",
    "Flow",
    "FlowEnded",
    "FlowEntered",
    "FlowFailed",
    "FlowLeft",
    "FlowNotRun",
    "HandedToHuman",
    "Incoming",
    "Leave",
    "Library",
    "MessageQueued",
    "MessageReacted",
    "MessageReceived",
    "MessageWait",
    "Node",
    "NodeVisited",
    "Open",
    "OpenScope",
    "Outcome",
    "Pause",
    "Resume",
    "ResumeMismatch",
    "ScopeEnded",
    "ScopeKind",
    "Session",
    "SessionEnded",
    "SessionError",
    "SessionStatus",
    "Specificity",
    "Sprint",
    "Step",
    "TagsChanged",
    "TimedOut",
    "Trigger",
    "TriggerInput",
    "TriggerMismatch",
    "VariableSet",
    "Visit",
    "Wait",
    "dump_session",
    "find_trigger",
    "load_session",
    "resume",
    "start",
]
