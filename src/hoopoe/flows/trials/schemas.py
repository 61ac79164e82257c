"""Passes on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from hoopoe.kernel.http.shapes import Input, Wire, example


class PassState(StrEnum):
    """`open`: nobody sent its word yet. `bound`: somebody did, and may again. Then it is over."""

    OPEN = "open"
    BOUND = "bound"
    EXPIRED = "expired"
    REVOKED = "revoked"


class DraftPass(Wire):
    """One number may try a draft: the one that sends the word first. The word itself is shown once."""

    id: UUID
    channel_id: UUID
    state: PassState
    created_at: datetime
    created_by: str | None = Field(description="The member's name; null where the account is gone.")
    expires_at: datetime
    contact_name: str | None = Field(description="Who sent the word.")
    contact_phone: str | None
    is_under_way: bool = Field(description="Whether the draft waits for that person now.")


class DraftPasses(Wire):
    """The newest of a bot."""

    data: list[DraftPass]


class PassCreate(Input):
    model_config = example({"channel_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ab"})

    channel_id: UUID = Field(description="The number that the word is sent to.")
    minutes: int = Field(
        60, ge=5, le=1_440, description="How long the word is good, and the longest that a trial takes."
    )


class DraftPassCreated(DraftPass):
    """A new pass, for the draft as it stands now."""

    word: str = Field(description="What is sent, such as `try k7mq-x2vd`. Known here and never again.")
    number: str = Field(description="Where to: the channel's number, with its country.")
    link: str = Field(description="Opens WhatsApp with the word written, on a phone or from a QR code.")
