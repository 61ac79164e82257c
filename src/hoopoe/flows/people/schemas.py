"""People in flows, on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints

from hoopoe.flows.nodes.fields import VariableName
from hoopoe.flows.versions.schemas import Published as PublishedVersion
from hoopoe.flows.versions.schemas import Publisher, PublishNote
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example

Choice = Literal["finish", "move", "restart"]


class WaitingPlace(Wire):
    """A step at which people wait."""

    node_id: str
    name: str | None = Field(description="What the step was called in that version.")
    type: str | None
    waiting: int
    is_gone: bool = Field(description="Whether the draft has no such step: who waits there cannot be moved.")


class WaitingVersion(Wire):
    number: int
    waiting: int
    places: list[WaitingPlace]


class FlowTriggerName(Wire):
    """A trigger of the draft, as its author called it."""

    node_id: str
    name: str | None
    type: str | None


class PeopleWaiting(Wire):
    """Who waits where, and what each choice would do with them."""

    waiting: int
    can_move: int = Field(description="How many wait at a step that the draft still has.")
    cannot_move: int
    window_shut: int | None = Field(
        description="How many could not be begun anew, because the bot may not write to them now; null for too many to "
        "be counted."
    )
    versions: list[WaitingVersion]
    triggers: list[FlowTriggerName] = Field(
        description="Where they could begin anew; the first is where they do unless another one is named."
    )


class PeopleChoice(Input):
    """What becomes of the people who wait in older versions. `lost`: of those whose step is gone."""

    choice: Choice = Field(
        "finish",
        description="`finish` on the version that they are in; `move`: wait at the same step of the new one; "
        "`restart`: begin the new one anew, where the bot may write at this moment.",
    )
    lost: Literal["finish", "restart"] = Field("finish", description="With `move`: of those whose step is gone.")
    trigger_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = Field(
        None, description="Who begins anew does so at this trigger of the draft; null: where the flow begins."
    )


class PublishRequest(PublishNote):
    """What is said of a version, and what becomes of the people in older ones."""

    people: PeopleChoice = PeopleChoice()
    base_revision: int | None = Field(
        None,
        ge=1,
        description="The revision of the draft that was looked at. Where another one was saved since, the answer is "
        "409 `draft_changed`, and nothing is published.",
    )


class Transition(Wire):
    """People on their way to a version: each is taken there in order with what they write meanwhile."""

    id: UUID
    version: int
    choice: Literal["move", "restart"]
    lost: Literal["finish", "restart"]
    total: int = Field(description="How many have been found so far; all of them once `is_counted`.")
    is_counted: bool
    is_done: bool
    moved: int
    restarted: int
    stayed: int = Field(description="How many go on where they were; `reasons` says why.")
    missed: int = Field(description="How many had ended, or were there already, when it was their turn.")
    reasons: dict[str, int]
    created_at: datetime


class Published(PublishedVersion):
    transition: Transition | None = Field(description="Null where everybody finishes on the version they are in.")


class SessionState(StrEnum):
    """`parked`: a question that waits for the bot to have the conversation again."""

    WAITING = "waiting"
    PARKED = "parked"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class SessionPerson(Wire):
    id: UUID
    name: str | None
    phone: str | None


class FlowSession(Wire):
    """One person's journey through one version of a flow."""

    id: UUID
    conversation_id: UUID
    bot_id: UUID
    contact: SessionPerson
    version: int | None = Field(description="Null: a draft that the person tries on their phone.")
    state: SessionState
    node_id: str | None
    wait: Literal["message", "delay", "effect"] | None
    since: datetime = Field(description="Since when it is there.")
    until: datetime | None = Field(description="When its wait ends by itself; null where only an answer ends it.")
    started_at: datetime
    sprint: int


class FlowSessionPage(Page[FlowSession]):
    """Flow sessions, those that began last first.

    A search by step, version or a common name looks at many at a time: a page may be short, even empty, and have a
    next one. Whoever matches is on one of them.
    """


class SessionFrame(Wire):
    """A flow that the session stands in; the last one is where it is, those before it run the next."""

    bot_id: UUID | None
    bot_name: str | None
    version: int | None
    node_id: str
    variables: dict[str, JsonValue]
    scopes: list[str] = Field(description="The loops and error handlers that it is in the middle of.")


class SessionLimit(Wire):
    name: Literal["sprints", "variables", "variable_bytes", "flows"]
    used: int
    most: int


class SessionAct(Wire):
    """What somebody did to the session, and what came of it."""

    id: UUID
    act: Literal["move", "restart", "enter", "resume", "set", "end"]
    outcome: Literal["moved", "restarted", "done", "stayed", "missed", "refused"]
    reason: str | None
    by: Publisher | None
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None
    at: datetime


class FlowSessionDetail(FlowSession):
    """Everything of one session. Secrets of a request that it waits for are out."""

    frames: list[SessionFrame]
    effect: dict[str, JsonValue] | None = Field(description="The request that it waits for.")
    held: int = Field(description="How many messages wait for the request to end.")
    error: dict[str, JsonValue] | None
    limits: list[SessionLimit]
    window_expires_at: datetime | None = Field(description="Until when the bot may write to the person.")
    acts: list[SessionAct] = Field(description="The newest first, at most 20.")


class _OnSession(Input):
    sprint: int = Field(ge=0, description="Where it was seen: whoever answered meanwhile is left alone.")


class SessionMove(_OnSession):
    model_config = example({"sprint": 3, "node_id": "menu"})

    node_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class EffectResult(Input):
    """What a request is said to have come to. Of a data table, `body` is `{"row": {…}}`, `{"rows": […]}` or
    `{"row_count": 2}`.
    """

    ok: bool
    status: int | None = Field(None, ge=100, le=599)
    body: JsonValue = None


class SessionResume(_OnSession):
    model_config = example({"sprint": 3})

    result: EffectResult | None = Field(None, description="Where it waits for a request: what that came to.")


class SessionVariable(_OnSession):
    model_config = example({"sprint": 3, "name": "guests", "value": 4})

    name: VariableName
    value: JsonValue


class SessionEnd(_OnSession):
    model_config = example({"sprint": 3})


class ActTaken(Wire):
    """It stands in the person's line, and is done in its turn: the session's `acts` tell what came of it."""

    id: UUID
