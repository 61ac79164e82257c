"""What a phone can send, as the control API takes it: one object for each type, in Meta's words where it has some."""

from __future__ import annotations

import base64
import binascii
from typing import Literal, Self

from pydantic import Field, JsonValue, model_validator

from simulator.control.schemas import Model


class TextIn(Model):
    """`preview_url`: the sender's phone shows a preview of the first link."""

    body: str = Field(min_length=1, max_length=65_536)
    preview_url: bool | None = None


class ReplyIn(Model):
    """A tap: the title and description are taken from the message that offers the id."""

    id: str = Field(min_length=1, max_length=256)
    title: str | None = None
    description: str | None = None


class MediaIn(Model):
    """A file: `data` (base64) with its type, or the `id` of one that is here already."""

    id: str | None = None
    data: str | None = None
    mime_type: str = "application/octet-stream"
    filename: str | None = None
    caption: str | None = Field(default=None, max_length=1024)
    voice: bool | None = None
    animated: bool | None = None

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


class FormIn(Model):
    """A form of WhatsApp's own, filled in: `answer` is whatever JSON it gave."""

    answer: JsonValue
    name: str = "flow"
    body: str = "Sent"


class AddressIn(Model):
    """The answer to a request for an address."""

    values: dict[str, JsonValue]
    saved_address_id: str | None = None
    body: str | None = None


class CallPermissionIn(Model):
    response: Literal["accept", "reject"]
    is_permanent: bool | None = None
    expiration_timestamp: str | None = None


class OrderItemIn(Model):
    product_retailer_id: str
    quantity: int = Field(ge=1)
    item_price: float = Field(ge=0)
    currency: str = Field(pattern="^[A-Z]{3}$")


class OrderIn(Model):
    """A cart. At least one item."""

    product_items: list[OrderItemIn] = Field(min_length=1)
    catalog_id: str = "1000000000000001"
    text: str | None = None


class ReactionIn(Model):
    """Without an emoji, or with an empty one, the reaction is taken back."""

    message_id: str
    emoji: str | None = None


class EditIn(Model):
    """Another text, or another caption, for a message of one's own."""

    message_id: str
    text: str | None = Field(default=None, min_length=1, max_length=65_536)
    caption: str | None = Field(default=None, min_length=1, max_length=1024)

    @model_validator(mode="after")
    def _check_what(self) -> Self:
        if (self.text is None) == (self.caption is None):
            raise ValueError("give either text or caption")
        return self


class RevokeIn(Model):
    """A message of one's own, deleted for everybody."""

    message_id: str


class UnsupportedIn(Model):
    """What WhatsApp does not pass on: it says only what it was."""

    type: str | None = None
    code: int = 131051
    title: str = "Message type unknown"
    details: str = "Message type is currently not supported."


class CallIn(Model):
    """`connect` rings; `terminate` ends the call with this id (or the last one), after so many seconds of talk."""

    event: Literal["connect", "terminate"]
    id: str | None = None
    seconds: int = Field(default=0, ge=0)


class ContextIn(Model):
    id: str


class ProductIn(Model):
    product_retailer_id: str
    catalog_id: str = "1000000000000001"


OPTIONS = frozenset({"to", "type", "context", "forwarded", "referral", "product", "group_id", "standby"})


class MessageIn(Model):
    """A message that a phone sends. The object under the name of its type must be there, and no other.

    `raw` is a message object that goes into the webhook as it stands.
    """

    to: str = Field(description="The channel's number in any spelling, or its phone_number_id.")
    type: Literal[
        "text",
        "button_reply",
        "list_reply",
        "form_reply",
        "address",
        "call_permission_reply",
        "button",
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "order",
        "reaction",
        "edit",
        "revoke",
        "system",
        "request_welcome",
        "unsupported",
        "call",
        "raw",
    ]
    text: TextIn | None = None
    button_reply: ReplyIn | None = None
    list_reply: ReplyIn | None = None
    form_reply: FormIn | None = None
    address: AddressIn | None = None
    call_permission_reply: CallPermissionIn | None = None
    button: dict[str, JsonValue] | None = None
    image: MediaIn | None = None
    video: MediaIn | None = None
    audio: MediaIn | None = None
    document: MediaIn | None = None
    sticker: MediaIn | None = None
    location: dict[str, JsonValue] | None = None
    contacts: list[JsonValue] | None = None
    order: OrderIn | None = None
    reaction: ReactionIn | None = None
    edit: EditIn | None = None
    revoke: RevokeIn | None = None
    system: dict[str, JsonValue] | None = None
    request_welcome: dict[str, JsonValue] | None = None
    unsupported: UnsupportedIn | None = None
    call: CallIn | None = None
    raw: dict[str, JsonValue] | None = None
    context: ContextIn | None = None
    forwarded: Literal["once", "often"] | None = None
    referral: dict[str, JsonValue] | None = Field(default=None, description="The ad that the person came from.")
    product: ProductIn | None = Field(default=None, description="The product that the message is about.")
    group_id: str | None = Field(default=None, min_length=1, description="Written in this group.")
    standby: bool = Field(default=False, description="Another app has the thread: told by the way. Meta only.")

    @model_validator(mode="after")
    def _check_object(self) -> Self:
        given = self.model_fields_set - OPTIONS
        if given != {self.type}:
            raise ValueError(f"a message of type {self.type} takes exactly the object {self.type!r}")
        return self

    def reply(self) -> ReplyIn | None:
        return self.button_reply or self.list_reply

    def media(self) -> MediaIn | None:
        return self.image or self.video or self.audio or self.document or self.sticker
