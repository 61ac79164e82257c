"""The flow engine's whole vocabulary and every bound, in one reading.

The engine is a pure function: a flow, a session, a resume and an environment go in, a sprint (the new
session, the events it decided, the wait it stopped at) comes out. It has no clock, no network, no
database: time is `Env.now`, input and output are an `EffectWait` that the shell performs.

A problem of a flow (a template that fails, a limit that is hit) is an event: its author can see it. A
resume that the session does not wait for is a `ResumeMismatch`. Any other exception is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from hoopoe.channels.contract import OutboundContent
from hoopoe.flows.engine.contact_events import ContactUpdated, MessageReacted, TagsChanged
from hoopoe.kernel.json import Json, JsonObject

# --- Limits: hitting one ends the flow with a `flow_failed` event ------------------------------------

MAX_STEPS_PER_SPRINT: Final = 500
MAX_SPRINTS_PER_SESSION: Final = 500
MAX_MESSAGES_PER_SPRINT: Final = 10
MAX_VARIABLES_BYTES: Final = 64 * 1024
MAX_VARIABLES: Final = 500
# How many flows may stand in each other: one that runs another, which runs another…
MAX_STACK_DEPTH: Final = 5
# What of a list a loop goes through; the rest is left out, and its author told.
MAX_LOOP_ITEMS: Final = 100
# What a sprint tells of its expressions; a flow that computes more still runs.
MAX_EVALUATED: Final = 200

# What of a person's text a flow reads; the rest is cut off.
MAX_INCOMING_CHARS: Final = 4_096
# A card, an order, a form, a file's description: what is larger as JSON is not handed to a flow at all.
MAX_INCOMING_PART_BYTES: Final = 32 * 1024

# --- Bounds of waits, checked when a flow is validated -----------------------------------------------

MIN_MESSAGE_TIMEOUT_SECONDS: Final = 10
MAX_MESSAGE_TIMEOUT_SECONDS: Final = 30 * 24 * 3600
MIN_DELAY_SECONDS: Final = 1
MAX_DELAY_SECONDS: Final = 366 * 24 * 3600

# --- Names that templates read; a variable may not take them -----------------------------------------

NAMESPACES: Final = ("contact", "channel", "workspace", "conversation", "message", "flow", "now", "today")


class SessionStatus(StrEnum):
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"


# --- What comes in -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incoming:
    """A person's message, as far as a flow may see it.

    `type` is a value of `channels.contract.InboundType`. `text` is the body, the caption, the tapped title, the
    number that was asked for or the note of an order; `payload_id` and `title` are set for a tapped button or
    row, `payload_id` also for the answer to "may we call you". The others are parts of the content by
    docs/reference/messages.md: `form` is what a form or an address was filled in with, `contacts` the cards
    and `phone` the first number on them, `referral` the ad and `product` the product that the message came from.
    """

    type: str
    text: str = ""
    payload_id: str | None = None
    title: str | None = None
    location: JsonObject | None = None
    media: JsonObject | None = None
    contacts: Json = None
    phone: str | None = None
    order: JsonObject | None = None
    form: Json = None
    referral: JsonObject | None = None
    product: JsonObject | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TriggerInput:
    """What may start a flow: a message, and whether it opened the conversation.

    `node_id`: the very trigger that is meant, where no person wrote but a schedule or another system begins it: the
    message's `type` is `schedule` or `webhook` then, its `form` what the other system said. `is_trial`: somebody tries
    the flow, which begins at its entry where no trigger matches.
    """

    message: Incoming
    is_new_conversation: bool = False
    node_id: str | None = None
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Env:
    """All that the engine may know of the world, given anew at every call and never stored.

    The mappings are JSON-like (text, numbers, booleans, None, lists, objects) and are what
    `{{ contact.name }}` and its siblings read. `language` is a tag such as `en` or `ar`; a text that
    lacks it falls back to the flow's default language.
    """

    now: datetime
    language: str
    contact: Mapping[str, Json] = field(default_factory=dict)
    channel: Mapping[str, Json] = field(default_factory=dict)
    workspace: Mapping[str, Json] = field(default_factory=dict)
    conversation: Mapping[str, Json] = field(default_factory=dict)


# --- Waits: why a sprint stopped ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageWait:
    """Until the person writes; `TimedOut` after so many seconds, if a number is given."""

    type: ClassVar[str] = "message"
    timeout_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class DelayWait:
    """Until so many seconds have passed. A message meanwhile does not resume it."""

    type: ClassVar[str] = "delay"
    seconds: int


EffectKind: TypeAlias = Literal["http_request", "fetch_file", "database_query"]


@dataclass(frozen=True, slots=True)
class Effect:
    """Input or output that the engine asks for.

    kind `http_request`: request = {"method", "url", "headers": {name: value}, "query": {name: value},
    "body": JSON or text or None, "timeout_seconds": 1..30} and, where they are wanted, "body_type" (`form`, `text`,
    `json_value`), "credential" (a name; the secret itself is the shell's), "retries". kind `fetch_file`: request =
    {"url", "kind": of `whatsapp_reply`'s files, "retries"}. kind `database_query`: `hoopoe.tables.querying` says.
    `is_safe`: doing it twice does no harm, so the shell may try again after a doubt.
    """

    kind: EffectKind
    request: JsonObject
    is_safe: bool


@dataclass(frozen=True, slots=True)
class EffectWait:
    """Until the shell has performed the effect."""

    type: ClassVar[str] = "effect"
    effect: Effect


Wait: TypeAlias = MessageWait | DelayWait | EffectWait

# --- Resumes: what may end a wait --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageReceived:
    message: Incoming


@dataclass(frozen=True, slots=True)
class TimedOut:
    pass


@dataclass(frozen=True, slots=True)
class DelayElapsed:
    pass


@dataclass(frozen=True, slots=True)
class EffectFinished:
    """The effect's result. For `http_request`:

    {"ok": bool (an answer came, its status below 400), "status": int or None, "body": JSON (or text),
    "error": None or why there was no answer, in words}.
    For `fetch_file`: {"ok": bool, "file_id": of the workspace's own file, or None, "error": None or why, in words}.
    For `database_query`: {"ok": bool, "row_count": int, "error": why not} and "row" or "rows" by the names of the
    columns, "is_new", "is_cut".
    """

    result: JsonObject


Resume: TypeAlias = MessageReceived | TimedOut | DelayElapsed | EffectFinished

# --- Events: what a sprint decided, in sending order -------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """`waits_for_delivery`: what is said next waits until this is on the phone. `bubbles`: how many it was before."""

    type: ClassVar[str] = "message_queued"
    content: OutboundContent
    node_id: str
    waits_for_delivery: bool = False
    bubbles: int = 1


@dataclass(frozen=True, slots=True)
class VariableSet:
    """`scope` is `session` (lives and dies with the flow session) or `conversation` (outlives it)."""

    type: ClassVar[str] = "variable_set"
    name: str
    value: Json
    scope: str
    node_id: str


@dataclass(frozen=True, slots=True)
class HandedToHuman:
    type: ClassVar[str] = "handed_to_human"
    reason: str
    note: str | None
    node_id: str


@dataclass(frozen=True, slots=True)
class NodeVisited:
    """The session left a node by this exit; None where the flow ended at the node."""

    type: ClassVar[str] = "node_visited"
    node_id: str
    exit: str | None


@dataclass(frozen=True, slots=True)
class FlowEntered:
    """A `run_flow` node began another flow; what follows is that one's, up to its `flow_left`."""

    type: ClassVar[str] = "flow_entered"
    node_id: str
    flow_version_id: str


@dataclass(frozen=True, slots=True)
class FlowLeft:
    """Another flow has ended, or something failed in it; what follows is again the one's that ran it."""

    type: ClassVar[str] = "flow_left"
    flow_version_id: str


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """Something in the flow is wrong and its author should know; the session goes on."""

    type: ClassVar[str] = "error_raised"
    node_id: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FlowFailed:
    """A limit was hit or the flow cannot go on; the session has ended."""

    type: ClassVar[str] = "flow_failed"
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The last event of a session that ended, well or not."""

    type: ClassVar[str] = "session_ended"
    status: SessionStatus


Event: TypeAlias = (
    MessageQueued
    | VariableSet
    | ContactUpdated
    | TagsChanged
    | MessageReacted
    | HandedToHuman
    | NodeVisited
    | FlowEntered
    | FlowLeft
    | ErrorRaised
    | FlowFailed
    | SessionEnded
)

# --- Session and sprint ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionError:
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OpenScope:
    """A loop that the session goes round in, or an error handler that stands guard; its node keeps `memory`."""

    node_id: str
    memory: JsonObject


@dataclass(frozen=True, slots=True)
class Caller:
    """A flow that waits at its `run_flow` node until the one that it runs has ended."""

    flow_version_id: str
    node_id: str
    variables: JsonObject
    scopes: tuple[OpenScope, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One person's journey through one version of a flow. A value: the shell gives it its id.

    `wait` is set exactly while `status` is `waiting`. `memory` is what the waiting node keeps for itself
    (how often it asked). `shared` is what this session wrote to the conversation. `message` is the last
    message it read. `sprint` counts engine calls from 1, `steps` the nodes entered in all of them.

    `callers` are the flows that ran this one, the outermost first: all other fields are the innermost one's.
    `scopes` are the loops and error handlers around the node, the outermost first.
    """

    flow_version_id: str
    node_id: str
    status: SessionStatus
    variables: JsonObject
    sprint: int
    steps: int
    wait: Wait | None = None
    memory: JsonObject = field(default_factory=dict)
    shared: JsonObject = field(default_factory=dict)
    message: JsonObject = field(default_factory=dict)
    error: SessionError | None = None
    callers: tuple[Caller, ...] = ()
    scopes: tuple[OpenScope, ...] = ()

    @property
    def root_node_id(self) -> str:
        """Where it stands in the flow that it started on."""
        return self.callers[0].node_id if self.callers else self.node_id

    @property
    def version_ids(self) -> tuple[str, ...]:
        """Every version that it needs in order to go on, the one that it started on first."""
        return (*(caller.flow_version_id for caller in self.callers), self.flow_version_id)


class Step(NamedTuple):
    """One node of a sprint's path. `exit` None: the sprint stopped there, or another flow was begun there.

    `is_arrival`: the session came to the node by an edge. It did not where a wait at it was over, or where what
    it ran or went round in came back to it.
    """

    flow_version_id: str
    node_id: str
    exit: str | None
    is_arrival: bool


Evaluated: TypeAlias = tuple[str, str, Json]
"""An expression and what it gave: the node's id, the source, the value."""


@dataclass(frozen=True, slots=True)
class Sprint:
    """One run of the engine. `wait` is the session's own, or None where the session has ended.

    `path` and `evaluated` tell how it came to its events: for traces and counts, never for going on.
    """

    session: Session
    events: tuple[Event, ...]
    wait: Wait | None
    path: tuple[Step, ...] = ()
    evaluated: tuple[Evaluated, ...] = ()
