"""Which flow answers what, on the wire."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from hoopoe.kernel.http.shapes import Wire


class FlowTrigger(Wire):
    """A way into a published flow."""

    bot_id: UUID
    bot_name: str
    is_answering: bool = Field(description="Whether its bot answers, or rests.")
    node_id: str
    node_name: str | None
    trigger_type: str
    match: str | None = Field(description="How the message is compared, for a keyword.")
    words: list[str] = Field(description="Keywords, ids of buttons or of ads, kinds of files.")
    priority: int
    interrupts: bool


class TriggerPlace(Wire):
    """A trigger, named."""

    bot_id: UUID
    bot_name: str
    node_id: str


class Precedence(StrEnum):
    """Why one of two triggers that fit comes first: its priority, how specific it is, or the age of its bot."""

    PRIORITY = "priority"
    SPECIFICITY = "specificity"
    AGE = "age"


class TriggerAnswer(TriggerPlace):
    """A trigger that fits what was asked about, and why it comes where it does."""

    trigger_type: str
    match: str | None = Field(description="How the message is compared, for a keyword.")
    word: str | None = Field(description="Which of its keywords the message has.")
    priority: int
    loses_by: Precedence | None = Field(description="By what the one that answers comes before; null for that one.")


class ConflictKind(StrEnum):
    """`outranked`: another trigger has a higher priority or is more specific. `same_rank`: the older bot decides."""

    OUTRANKED = "outranked"
    SAME_RANK = "same_rank"


class TriggerConflict(Wire):
    """What one trigger is for, and another one answers."""

    what: str = Field(description="The word, the id, or the kind of message.")
    kind: ConflictKind
    by: Precedence
    match: str | None = Field(description="How the one that really starts compares, for a keyword.")
    trigger: TriggerPlace
    answers: TriggerPlace = Field(description="Which one really starts.")


class BoundChannel(Wire):
    """A channel that asks one bot alone."""

    channel_id: UUID
    name: str
    bot_id: UUID


class SharedChannel(Wire):
    """A channel that asks all bots."""

    channel_id: UUID
    name: str


class FlowTriggers(Wire):
    """Which flow answers what: the triggers in the order in which they are tried."""

    data: list[FlowTrigger]
    conflicts: list[TriggerConflict]
    bound: list[BoundChannel]
    shared: list[SharedChannel]
    answer: TriggerAnswer | None = Field(description="Who would answer the text that was asked about.")
    also: list[TriggerAnswer] = Field(description="Whose triggers fit it too, and come later.")
