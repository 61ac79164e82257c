"""What the control API takes."""

from __future__ import annotations

import base64
import binascii
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from simulator.faults import Fault, FaultKind, default_seconds

_INTERACTIVE = ("button_reply", "list_reply")
_MEDIA = ("image", "video", "audio", "document", "sticker")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextIn(_Model):
    body: str = Field(min_length=1, max_length=65_536)


class ReplyIn(_Model):
    """A tap: the title and description are taken from the message that offers the id."""

    id: str = Field(min_length=1, max_length=256)
    title: str | None = None
    description: str | None = None


class MediaIn(_Model):
    """A file: `data` (base64) with its type, or the `id` of one that is here already."""

    id: str | None = None
    data: str | None = None
    mime_type: str = "application/octet-stream"
    filename: str | None = None
    caption: str | None = Field(default=None, max_length=1024)
    voice: bool | None = None

    @model_validator(mode="after")
    def _check_source(self) -> Self:
        if (self.id is None) == (self.data is None):
            raise ValueError("give either id or data")
        return self

    def read_data(self) -> bytes:
        """The bytes of `data`. ValueError when it is not base64."""
        try:
            return base64.b64decode(self.data or "", validate=True)
        except binascii.Error as error:
            raise ValueError("data is not base64") from error


class ContextIn(_Model):
    id: str


class MessageIn(_Model):
    """A message that a phone sends. The object under the name of its type must be there, and no other.

    `raw` is a message object that goes into the webhook as it stands.
    """

    to: str = Field(description="The channel's number in any spelling, or its phone_number_id.")
    type: Literal[
        "text",
        "button_reply",
        "list_reply",
        "button",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "reaction",
        "order",
        "raw",
    ]
    text: TextIn | None = None
    button_reply: ReplyIn | None = None
    list_reply: ReplyIn | None = None
    button: dict[str, JsonValue] | None = None
    image: MediaIn | None = None
    video: MediaIn | None = None
    audio: MediaIn | None = None
    document: MediaIn | None = None
    sticker: MediaIn | None = None
    location: dict[str, JsonValue] | None = None
    contacts: list[JsonValue] | None = None
    reaction: dict[str, JsonValue] | None = None
    order: dict[str, JsonValue] | None = None
    raw: dict[str, JsonValue] | None = None
    context: ContextIn | None = None

    @model_validator(mode="after")
    def _check_object(self) -> Self:
        given = self.model_fields_set - {"to", "type", "context"}
        if given != {self.type}:
            raise ValueError(f"a message of type {self.type} takes exactly the object {self.type!r}")
        return self

    def reply(self) -> ReplyIn | None:
        return self.button_reply or self.list_reply

    def media(self) -> MediaIn | None:
        return self.image or self.video or self.audio or self.document or self.sticker


class PersonChange(_Model):
    """What can change about a person; what is not named stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    language: str | None = Field(default=None, max_length=16)
    blocked: bool | None = None
    auto_read: bool | None = None
    reachable: bool | None = None


class ReadIn(_Model):
    """Which thread is looked at; without `to`, all of them."""

    to: str | None = None


class FaultIn(_Model):
    """One fault. `seconds` has a default for each kind that waits; `code` is needed by refuse_code."""

    kind: FaultKind
    probability: float = Field(default=1.0, ge=0, le=1)
    count: int | None = Field(default=None, ge=1)
    phone_number_id: str | None = None
    message_type: str | None = None
    seconds: float | None = Field(default=None, ge=0, le=3600)
    code: int | None = None

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        if self.kind in (FaultKind.REFUSE_CODE, FaultKind.FAIL_CODE) and self.code is None:
            raise ValueError("refuse_code needs a code")
        return self

    def make_fault(self) -> Fault:
        seconds = default_seconds(self.kind) if self.seconds is None else self.seconds
        return Fault(**{**self.model_dump(), "seconds": seconds})


class FaultsIn(_Model):
    """All faults that are on from now on."""

    faults: tuple[FaultIn, ...] = ()


class AdvanceIn(_Model):
    seconds: float = Field(gt=0, le=10 * 366 * 24 * 3600)


class TemplateChange(_Model):
    status: Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"]
