"""What every provider speaks, in our own words.

A provider is pure functions and one thin client: `receive` reads a webhook request, `split` takes its body
apart, `parse` turns one part into an event below, `build` turns an `OutboundContent` into the provider's
request, `read` turns its answer into a `SendResult`. Nothing here imports a provider, and nothing above
`channels` knows a provider's field names.

Pure: standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from hoopoe.kernel.json import Json, JsonObject


class Provider(StrEnum):
    META = "meta"
    TWILIO = "twilio"


class ItemKind(StrEnum):
    """What one row of the inbox is. Providers make the first two, our own machinery the rest."""

    MESSAGE = "message"
    STATUS = "status"
    TIMER = "timer"
    EFFECT = "effect"


# --- Who ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """What a provider tells us of a person. At least one of `phone` and `user_id` is present.

    `phone` is digits without a plus, as the provider wrote it (Meta: `wa_id`); `user_id` is the
    business-scoped user id. A username is an attribute, never an identity.
    """

    phone: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    username: str | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        """The text a lane is made of: the most stable id that every message of the person carries."""
        return self.user_id or self.phone or ""


# --- What comes in --------------------------------------------------------------------------------


class InboundType(StrEnum):
    TEXT = "text"
    BUTTON_REPLY = "button_reply"
    LIST_REPLY = "list_reply"
    IMAGE = "image"
    LOCATION = "location"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message from a person. `content` has the shape of its type in docs/reference/messages.md.

    `text` is what a flow reads as the answer: the body, the caption or the tapped title.
    """

    provider_id: str
    sender: Address
    type: InboundType
    content: JsonObject
    text: str
    sent_at: datetime
    payload_id: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderError:
    """A provider's refusal, as it came: its code and its own words."""

    code: int
    title: str
    details: str | None = None


class StatusName(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What became of something that we sent.

    `opaque` is our own `<message>.<attempt>` when the provider carried it; `provider_id` is the id
    that the provider gave to that attempt.
    """

    provider_id: str
    status: StatusName
    at: datetime
    opaque: str | None = None
    error: ProviderError | None = None
    pricing: Json = None


# --- What goes out --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextContent:
    body: str


@dataclass(frozen=True, slots=True)
class Button:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class ButtonsContent:
    body: str
    buttons: tuple[Button, ...]
    header: str | None = None
    footer: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    title: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    rows: tuple[Row, ...]
    title: str | None = None


@dataclass(frozen=True, slots=True)
class ListContent:
    body: str
    button: str
    sections: tuple[Section, ...]
    header: str | None = None
    footer: str | None = None


class MediaKind(StrEnum):
    """As what a file is sent. A picture may be a sticker, and whatever has no kind of its own is a document."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class MediaContent:
    """A file of the workspace. `file_id` is our own; `is_voice`: a recording, shown with its waveform."""

    kind: MediaKind
    file_id: UUID
    caption: str | None = None
    filename: str | None = None
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """Marks an inbound message, and all before it, as read."""

    provider_id: str


OutboundContent: TypeAlias = TextContent | ButtonsContent | ListContent | MediaContent


# --- What a send came to --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. It may still fail later, by a status."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider did not take it, for certain. `retry_after` seconds, or None: never.

    `is_passing`: nothing is wrong with the message; the provider is away or asks us to slow down.
    """

    error: ProviderError
    retry_after: float | None = None
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The request may or may not have been taken: the answer was lost or cannot be read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """Nothing was sent: something that the message needs is being made ready. To be asked again in `delay` seconds."""

    delay: float


# What a provider's answer says; and what sending may come to besides.
SendAnswer: TypeAlias = Accepted | Refused | Doubtful
SendResult: TypeAlias = SendAnswer | Postponed


# --- Whether credentials are good -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What reading a number with its credentials came to. `reason_code` "ok": they read it; `reason` is for people."""

    reason_code: str
    reason: str
    display_number: str | None = None
    verified_name: str | None = None

    @property
    def is_ok(self) -> bool:
        """Whether the credentials read that very number."""
        return self.reason_code == "ok"


# --- Taking a webhook apart -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One provider event, ready for the inbox: `key` is unique per channel, `address` makes the lane."""

    kind: ItemKind
    key: str
    address: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a webhook body that belongs to one channel, or to one account of it.

    `sender_id` is the provider's own key of our number (Meta: phone number id; Twilio: E.164), `account_id` that
    of the account it belongs to (Meta: WABA id; Twilio: AccountSid). `items` is what the part holds;
    `unreadable` says, one line each, what could not be taken apart.
    """

    field: str
    sender_id: str | None
    account_id: str | None
    raw: Json
    items: tuple[Item, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """One POST as it arrived. `url` is our own address by the settings, with the query: never what Host says."""

    url: str
    headers: Mapping[bytes, bytes]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """A request taken apart. `is_signed_by` says whether a channel's secret signed it; without a header none did."""

    changes: list[Change]
    has_signature: bool
    is_signed_by: Callable[[bytes], bool]
