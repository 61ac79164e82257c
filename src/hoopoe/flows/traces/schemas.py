"""Traces and counts on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Wire

KNOWN = Field(description="What the session had set by the end of that sprint, as far as traces are kept.")
DAYS_KEPT = Field(description="For how many days traces are kept here; 0: not at all.")


class TracedStep(Wire):
    """One node of the path. `version_id` is set where another flow was run there."""

    node_id: str
    exit: str | None = Field(description="Null where the sprint stopped, or where another flow was begun.")
    is_arrival: bool = Field(description="Whether an edge led here; false where a wait was over, or a loop came round.")
    version_id: UUID | None


class TracedNode(Wire):
    """What a node is called, and what it is. `name` null: its author gave it none."""

    name: str | None
    type: str


class TracedFlow(Wire):
    """A version of a flow that the path leads through, with the nodes that it leads through."""

    version_id: UUID
    version: int | None = Field(description="Null for a draft that was tried: it is not kept to be looked at.")
    bot_id: UUID
    bot_name: str
    nodes: dict[str, TracedNode]


class TracedMessages(Wire):
    node_id: str
    message_ids: list[UUID]


class TracedVariable(Wire):
    name: str
    before: JsonValue
    after: JsonValue


class Compared(Wire):
    """Two values, how they were compared, and whether it was so. `right` is empty where nothing stands there."""

    left: str
    operator: str
    right: str
    holds: bool


class TracedValue(Wire):
    """An expression that was computed, and what it gave; or a comparison, which has no expression of its own."""

    node_id: str
    expression: str
    value: JsonValue
    compared: Compared | None = None


class TracedError(Wire):
    node_id: str
    code: str
    message: str


class SprintTrace(Wire):
    """One sprint: what it was given, which way it went, what it computed and said, why it stopped. Secrets are out."""

    id: UUID
    conversation_id: UUID
    session_id: UUID
    sprint: int
    bot_id: UUID
    bot_name: str | None
    version_id: UUID
    version: int | None = Field(description="Null for a draft that was tried, or where it is gone.")
    at: datetime
    given: dict[str, JsonValue] = Field(description="What it was given: `type`, and what belongs to that.")
    by: str | None = Field(
        description="Who moved it (`given.type` is `moved`), or published the version that it began anew on "
        "(`published`); null for the rest, and where the person is not known any more."
    )
    asked: dict[str, JsonValue] | None = Field(
        description="Where it was given the answer of another system: what the sprint before had asked for."
    )
    flows: list[TracedFlow] = Field(description="What the nodes of the path are called, while their versions are kept.")
    path: list[TracedStep]
    said: list[TracedMessages]
    variables: list[TracedVariable]
    values: list[TracedValue]
    errors: list[TracedError]
    wait: dict[str, JsonValue] | None = Field(description="Why it stopped; null where the session ended.")
    status: Literal["waiting", "completed", "failed"]
    parked_at: datetime | None = Field(
        description="Since when its session stands aside here, because a person has the conversation; null where it "
        "does not, or stands elsewhere by now."
    )
    is_cut: bool = Field(description="Whether values were left out, because there was too much of them.")


class MessageTrace(Wire):
    """Why a message was said: the sprint that said it, null for what no bot said or what is not kept any more."""

    message_id: UUID
    sprint: SprintTrace | None
    known: dict[str, JsonValue] = KNOWN
    days_kept: int = DAYS_KEPT


class EventTrace(Wire):
    """Why a flow failed, or handed over: the sprint that did it, null for what no bot did or what is not kept."""

    event_id: UUID
    sprint: SprintTrace | None
    known: dict[str, JsonValue] = KNOWN
    days_kept: int = DAYS_KEPT


class SprintTracePage(Page[SprintTrace]):
    """Sprints of a conversation, the newest first."""


class NodeCounts(Wire):
    """How many sessions came to a node and what became of them there."""

    arrived: int = 0
    left: int = 0
    ended: int = 0
    failed: int = 0
    interrupted: int = Field(0, description="Another flow or a person began while they stood here.")
    waiting: int = Field(0, description="How many stand here now.")


class EdgeCount(Wire):
    node_id: str
    exit: str
    count: int


class FlowCounts(Wire):
    """How often each node and edge of a version was taken, from a day on."""

    bot_id: UUID
    version: int | None = Field(description="Null where all versions are counted together.")
    since: date
    nodes: dict[str, NodeCounts]
    edges: list[EdgeCount]
