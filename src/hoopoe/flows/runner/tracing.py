"""What a sprint leaves behind for people who ask why: one compact row, written with everything else of the turn.

Pure but for the row. A trace is JSON:

    given   what the sprint was given: {"type", "text"…}; an effect's with its answer (`is_whole`: nothing of it was
            cut), and how long that took;
            "moved" by whom, or "published" by whom, where it began anew on the version that was published
    path    [node, exit or null, came by an edge] of each step; the version too where another flow was run
    said    [node, [ids of the messages]]
    set     {variable: [before, after]}; those of the conversation under "conversation.name"
    values  [node, expression, value]; without an expression it is a comparison: {"left", "operator", "right", "holds"}
    errors  [node, code, words]
    wait    why it stopped: {"type", …}, an effect's with its request; else null, and `status` says how it ended

Secrets are taken out, and long values cut (`redacting`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from hoopoe.flows.engine import (
    DelayElapsed,
    DelayWait,
    EffectFinished,
    EffectWait,
    ErrorRaised,
    FlowFailed,
    MessageReceived,
    MessageWait,
    Resume,
    Session,
    Sprint,
    TimedOut,
    TriggerInput,
    VariableSet,
)
from hoopoe.flows.engine.contract import Incoming
from hoopoe.flows.engine.steering import Moved
from hoopoe.flows.nodes.http_calls import MAX_SAVED_BYTES
from hoopoe.flows.runner.redacting import (
    hide,
    redact_request,
    redact_whole,
    secrets_in,
    secrets_of,
    shorten,
    shorten_text,
)
from hoopoe.kernel.db.writes import Writes
from hoopoe.kernel.json import Json, JsonObject, dump_json
from hoopoe.kernel.secret_names import is_secret
from hoopoe.kernel.secret_shapes import REDACTED

MAX_VALUES: Final = 60
MAX_STEPS: Final = 120
MAX_TRACE_BYTES: Final = 16 * 1024
"""Without what the sprint was given."""
# No step saves a larger answer (`MAX_SAVED_BYTES`); around its body there is little.
MAX_RESULT_BYTES: Final = MAX_SAVED_BYTES + 1024

INSERT: Final = """
insert into sprint_traces (workspace_id, conversation_id, id, session_id, sprint, bot_id, version_id, at, trace)
select workspace_id, conversation_id, id, session_id, sprint, bot_id, version_id, at, trace::json
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::uuid[], $7::uuid[], $8::timestamptz[],
            $9::text[])
    as traced (workspace_id, conversation_id, id, session_id, sprint, bot_id, version_id, at, trace)
"""

Said = Sequence[tuple[str, Sequence[UUID]]]
"""A node and the ids of the messages that one thing it said became."""


@dataclass(frozen=True, slots=True)
class TraceRow:
    """`id` is made after the sprint's messages, so it is greater than theirs. `trace` is JSON text."""

    workspace_id: UUID
    conversation_id: UUID
    id: UUID
    session_id: UUID
    sprint: int
    bot_id: UUID
    version_id: UUID
    at: datetime
    trace: str


def add_traces(writes: Writes, rows: Sequence[TraceRow]) -> None:
    """Write them among the other rows of the turn."""
    if rows:
        writes.add(
            INSERT,
            [row.workspace_id for row in rows],
            [row.conversation_id for row in rows],
            [row.id for row in rows],
            [row.session_id for row in rows],
            [row.sprint for row in rows],
            [row.bot_id for row in rows],
            [row.version_id for row in rows],
            [row.at for row in rows],
            [row.trace for row in rows],
        )


def describe_sprint(
    sprint: Sprint,
    given: TriggerInput | Resume | Moved,
    *,
    before: Session | None,
    version_id: str,
    said: Said = (),
    seconds: float | None = None,
    around: Sequence[JsonObject] = (),
) -> str:
    """A sprint's trace as JSON text. `version_id` is the one that the session started on; `seconds` is how long the
    effect took that it was given; `around` is what the flow reads besides its own (`secrets_of`).
    """
    wait, asked = _describe_wait(sprint)
    secrets = asked | _known_secrets(sprint, before, around)
    trace: JsonObject = {
        "given": _describe_given(given, seconds),
        "path": _describe_path(sprint, version_id),
        "said": [[node_id, [str(id_) for id_ in ids]] for node_id, ids in said],
        "set": _describe_variables(sprint, before),
        "values": _describe_values(sprint),
        "errors": _describe_errors(sprint),
        "wait": wait,
        "status": str(sprint.session.status),
    }
    if secrets:
        trace = {name: hide(value, secrets) for name, value in trace.items()}
    text = dump_json(trace)
    if len(text) - len(dump_json(trace["given"])) > MAX_TRACE_BYTES:
        text = dump_json(
            {**trace, "values": [], "set": {name: [None, None] for name in _names(trace["set"])}, "is_cut": True}
        )
    return text


def _known_secrets(sprint: Sprint, before: Session | None, around: Sequence[JsonObject]) -> frozenset[str]:
    """What is secret by what was known: of the request that is answered, and of variables and expressions that say so,
    also those of the flows that run this one.

    What another system says back, and what a flow copies to an innocent name, is hidden by this.
    """
    # What it knows now it knew before or has set.
    secrets = set(secrets_of(sprint.session if before is None else before, *around))
    secrets.update(
        text
        for event in sprint.events
        if isinstance(event, VariableSet)
        for text in secrets_in({event.name: event.value})
    )
    secrets.update(text for _, source, value in sprint.evaluated for text in secrets_in({source: value}))
    return frozenset(secrets)


def _names(variables: Json) -> list[str]:
    return list(variables) if isinstance(variables, dict) else []


def _describe_given(given: TriggerInput | Resume | Moved, seconds: float | None) -> JsonObject:
    match given:
        case TriggerInput(message=message):
            return {"type": "started", **_describe_message(message)}
        case MessageReceived(message=message):
            return {"type": "message", **_describe_message(message)}
        case EffectFinished(result=result):
            shown: JsonObject = {"type": "effect", **_describe_result(result)}
            return shown if seconds is None else {**shown, "seconds": seconds}
        case TimedOut():
            return {"type": "timeout"}
        case DelayElapsed():
            return {"type": "delay"}
        case Moved(node_id=node_id, by=by, is_published=is_published):
            return {"type": "published" if is_published else "moved", "node_id": node_id, "by": by}


def _describe_result(result: JsonObject) -> JsonObject:
    """An answer whole, as far as a flow could keep it: a test that is made of the conversation gives it again."""
    if len(dump_json(result)) > MAX_RESULT_BYTES:
        return {"result": shorten(result)}
    return {"result": redact_whole(result), "is_whole": True}


def _describe_message(message: Incoming) -> JsonObject:
    shown: JsonObject = {"message_type": str(message.type), "text": shorten_text(message.text).replace("\0", "\ufffd")}
    if message.payload_id is not None:
        shown["payload_id"] = message.payload_id.replace("\0", "\ufffd")
    return shown


def _describe_path(sprint: Sprint, version_id: str) -> list[Json]:
    return [
        [step.node_id, step.exit, step.is_arrival]
        if step.flow_version_id == version_id
        else [step.node_id, step.exit, step.is_arrival, step.flow_version_id]
        for step in sprint.path[:MAX_STEPS]
    ]


def _describe_variables(sprint: Sprint, before: Session | None) -> JsonObject:
    """What was set, as it was before and after. Of a flow that runs in another, what was before is not told."""
    known = before.variables if before is not None and not before.callers else {}
    shared = before.shared if before is not None else {}
    changed: JsonObject = {}
    for event in sprint.events:
        if isinstance(event, VariableSet) and len(changed) < MAX_VALUES:
            is_shared = event.scope == "conversation"
            name = f"conversation.{event.name}" if is_shared else event.name
            if is_secret(event.name):
                changed[name] = [None, REDACTED]
                continue
            first = changed.get(name)
            was = first[0] if isinstance(first, list) else shorten((shared if is_shared else known).get(event.name))
            changed[name] = [was, shorten(event.value)]
    return changed


def _describe_values(sprint: Sprint) -> list[Json]:
    values: list[Json] = []
    for node_id, source, value in sprint.evaluated[:MAX_VALUES]:
        values.append([node_id, _shorten_source(source), REDACTED if is_secret(source) else shorten(value)])
    return values


@lru_cache(maxsize=4_096)
def _shorten_source(source: str) -> str:
    """An expression as a trace keeps it. A bot computes the same few again and again."""
    return shorten_text(source)


def _describe_errors(sprint: Sprint) -> list[Json]:
    errors: list[Json] = []
    for event in sprint.events:
        if isinstance(event, ErrorRaised):
            errors.append([event.node_id, event.code, shorten_text(event.message)])
        elif isinstance(event, FlowFailed):
            errors.append([sprint.session.node_id, event.code, shorten_text(event.message)])
    return errors[-MAX_VALUES:]


def _describe_wait(sprint: Sprint) -> tuple[JsonObject | None, frozenset[str]]:
    """The wait, and the secrets that were filled in: those of the request that it asks for."""
    match sprint.wait:
        case None:
            return None, frozenset()
        case MessageWait(timeout_seconds=seconds):
            return {"type": "message", "timeout_seconds": seconds}, frozenset()
        case DelayWait(seconds=seconds):
            return {"type": "delay", "seconds": seconds}, frozenset()
        case EffectWait(effect=effect):
            request, secrets = redact_request(effect.request)
            return {"type": "effect", "kind": effect.kind, "request": request}, secrets
