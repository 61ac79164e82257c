"""What every provider speaks, in our own words.

A provider is pure functions and one thin client: `receive` reads a webhook request, `split` takes its body
apart, `parse` turns one part into an event below, `build` turns an `OutboundContent` into the provider's
request, `read` turns its answer into a `SendResult`. What a person's message holds has one shape for all
providers: `inbound` makes it. Nothing here imports a provider, and nothing above
`channels` knows a provider's field names.

Pure: standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from hoopoe.kernel.json import Json, JsonObject


class Provider(StrEnum):
    META = "meta"
    TWILIO = "twilio"


class ItemKind(StrEnum):
    """What one row of the inbox is. Providers make those before `timer`, our own machinery the rest.

    `change` is what a person did to a message that is there already, `group` whatever was written in a group,
    `account` what the provider tells of the account (account_events.py): none of them ever reaches a flow, nor does
    what others say on the number (`speakers`): an `echo`, a `handover`, imported `history`, a name in the phone's
    contact `book`. `retry`: a message that is filed, for the bot to hear once more, or late because a limit put it off.
    `act`: what somebody does to a flow session from outside.
    """

    MESSAGE = "message"
    CHANGE = "change"
    GROUP = "group"
    STATUS = "status"
    ACCOUNT = "account"
    ECHO = "echo"
    HANDOVER = "handover"
    HISTORY = "history"
    BOOK = "book"
    TIMER = "timer"
    EFFECT = "effect"
    RETRY = "retry"
    ACT = "act"


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
    """What a person's message is; docs/reference/messages.md has the shape of each."""

    TEXT = "text"
    BUTTON_REPLY = "button_reply"
    LIST_REPLY = "list_reply"
    FORM_REPLY = "form_reply"
    ADDRESS = "address"
    CALL_PERMISSION = "call_permission"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACTS = "contacts"
    ORDER = "order"
    CALL = "call"
    SYSTEM = "system"
    UNSUPPORTED = "unsupported"


MEDIA_TYPES: Final = frozenset(
    {InboundType.IMAGE, InboundType.VIDEO, InboundType.AUDIO, InboundType.DOCUMENT, InboundType.STICKER}
)
# A notice of the provider's, and a call: they stand in the thread, and nobody said anything to a bot.
NOTICE_TYPES: Final = frozenset({InboundType.SYSTEM, InboundType.CALL})


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message from a person. `content` has the shape of its type in docs/reference/messages.md.

    `text` is what a flow reads as the answer: the body, the caption or the tapped title. `is_standby`: another app
    has the thread, and it is that app's to answer.
    """

    provider_id: str
    sender: Address
    type: InboundType
    content: JsonObject
    text: str
    sent_at: datetime
    payload_id: str | None = None
    reply_to: str | None = None
    is_standby: bool = False

    @property
    def is_notice(self) -> bool:
        """Whether it stands in the thread without anybody having said something."""
        return self.type in NOTICE_TYPES


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """Something that was done in a group: stored, and never answered.

    `type` is a value of `InboundType`, or `reaction`, `edit` or `deletion`, whose content names the message that
    it changes as `target_id`. The sender is no contact of ours for having written there.
    """

    provider_id: str
    group_id: str
    sender: Address
    type: str
    content: JsonObject
    sent_at: datetime
    reply_to: str | None = None


# --- What becomes of a message that is there already ----------------------------------------------
#
# `is_ours`: it was done on the number's side (the owner's phone, another app), to what that side said.


@dataclass(frozen=True, slots=True)
class Reaction:
    """The sender's reaction to a message, in place of an earlier one. `emoji` None: it is taken back."""

    provider_id: str
    target_id: str
    at: datetime
    emoji: str | None
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message says from `at` on."""

    provider_id: str
    target_id: str
    at: datetime
    type: InboundType
    content: JsonObject
    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Deletion:
    """The sender took a message back."""

    provider_id: str
    target_id: str
    at: datetime
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How a call goes on. `content` holds those keys of a call's content that it changes."""

    provider_id: str
    target_id: str
    at: datetime
    content: JsonObject


MessageChange: TypeAlias = Reaction | Edit | Deletion | CallProgress


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
class LocationContent:
    """A place, in degrees. Without a name it is a pin and no more."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None

    @property
    def degrees(self) -> tuple[str, str]:
        """Latitude and longitude as text, to a centimetre, never as powers of ten."""
        return f"{self.latitude:.7f}", f"{self.longitude:.7f}"


@dataclass(frozen=True, slots=True)
class ReadReceipt:
    """Marks an inbound message, and all before it, as read."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class OutboundReaction:
    """An emoji on an inbound message, in place of the one before; empty: taken back."""

    provider_id: str
    emoji: str


Signal: TypeAlias = ReadReceipt | OutboundReaction
"""What is said about a message and is none itself: sent twice, it does no harm."""

OutboundContent: TypeAlias = TextContent | ButtonsContent | ListContent | MediaContent | LocationContent


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
