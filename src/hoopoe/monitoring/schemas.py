"""Dead letters on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Final
from uuid import UUID

from fastapi.openapi.models import Example
from pydantic import AfterValidator, Field, JsonValue

from hoopoe.channels.contract import Provider
from hoopoe.conversations.schemas import Bilingual, MessageType
from hoopoe.conversations.sending_schemas import SendMessage
from hoopoe.conversations.status import OutboxState
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.monitoring.steps import (
    DEFAULT_STEPS,
    DEFAULT_TRIES,
    MAX_STEP,
    MAX_STEPS,
    MAX_TRIES,
    MIN_STEP,
)
from hoopoe.monitoring.words import LetterKind, Remedy

MAX_SELECTED: Final = 100


class LetterState(StrEnum):
    """`retrying`: under way; resolved when it was accepted or handled, failed again when not."""

    FAILED = "failed"
    RETRYING = "retrying"
    RESOLVED = "resolved"
    ARCHIVED = "archived"


class LetterStats(Wire):
    """How many dead letters there are."""

    total: int
    failed: int
    retrying: int
    resolved: int
    archived: int


class LetterChannel(Wire):
    id: UUID
    name: str
    provider: Provider


class LetterContact(Wire):
    name: str | None
    phone: str | None
    username: str | None


class LetterError(Wire):
    """What went wrong, in words. `provider` is what the provider, or the program, said itself."""

    code: str
    title: Bilingual
    text: Bilingual
    action: Remedy = Field(description="What mends it.")
    provider: str | None


class DeadLetter(Wire):
    """An input or a send that gave up."""

    id: UUID
    kind: LetterKind
    state: LetterState
    channel: LetterChannel | None
    conversation_id: UUID | None
    message_id: UUID | None
    contact: LetterContact | None
    message_type: MessageType | None
    preview: str = Field(description="The message in a line; empty for what has no text.")
    error: LetterError
    is_automatic: bool = Field(description="It is tried again by itself, or would be if it had tries left.")
    retry_count: int
    next_retry_at: datetime | None = Field(description="Domain time; null: only a person tries it again.")
    sending_state: OutboxState | None = Field(description="Of a send: how far the present try is.")
    created_at: datetime
    failed_at: datetime = Field(description="The last failure, in domain time.")
    state_at: datetime = Field(description="Since when it is in this state.")
    resolved_at: datetime | None


class DeadLetterPage(Page[DeadLetter]):
    """Dead letters, the newest first."""


class LetterAttempt(Wire):
    """One try to send the message, and what it came to."""

    attempt: int
    outcome: str
    provider_id: str | None
    code: str | None
    title: str | None
    at: datetime


class DeadLetterDetails(DeadLetter):
    """A dead letter with its payload and all tries to send it."""

    payload: JsonValue
    can_edit: bool = Field(description="Its text may be changed before it is sent again.")
    attempts: list[LetterAttempt]


class RetryOne(Input):
    """Send it again as it is, or with another content."""

    message: SendMessage | None = Field(None, description="Another content, of a send only.")


RETRY_EXAMPLES: Final[dict[str, Example]] = {
    "as it is": {"value": {}},
    "edited": {"value": {"message": {"type": "text", "text": {"body": "Your table is ready."}}}},
}


class Selection(Input):
    """Dead letters by id."""

    model_config = example({"ids": ["0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"]})

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_SELECTED)]


class RetryOutcome(StrEnum):
    """`already`: it is under way, whoever began. `refused`: see the reason."""

    RETRYING = "retrying"
    ALREADY = "already"
    REFUSED = "refused"


class RetriedLetter(Wire):
    """What became of one of a selection."""

    id: UUID
    outcome: RetryOutcome
    code: str | None = Field(description="The refusal's code, as in docs/reference/errors.md.")
    reason: str | None


class RetriedLetters(Wire):
    """What became of a selection, one by one in the order given, and in numbers."""

    retrying: int
    already: int
    refused: int
    results: list[RetriedLetter]


class ArchivedLetters(Wire):
    """How many were put away, and how many were not there to be: under way, or put away already."""

    archived: int
    skipped: int


def _check_steps(value: list[int]) -> list[int]:
    if any(later < earlier for earlier, later in pairwise(value)):
        raise ValueError("A step is shorter than the one before it.")
    return value


Steps = Annotated[
    list[Annotated[int, Field(ge=MIN_STEP, le=MAX_STEP)]],
    Field(
        min_length=1,
        max_length=MAX_STEPS,
        description="Seconds from a failure to the next try, none shorter than the one before; the last repeats.",
        examples=[list(DEFAULT_STEPS)],
    ),
    AfterValidator(_check_steps),
]


class LetterSettings(Input):
    """When a workspace's dead letters are tried again by themselves."""

    model_config = example({"steps_seconds": [*DEFAULT_STEPS], "max_tries": DEFAULT_TRIES})

    steps_seconds: Steps
    max_tries: Annotated[int, Field(ge=0, le=MAX_TRIES, description="0: nothing is tried again by itself.")]
