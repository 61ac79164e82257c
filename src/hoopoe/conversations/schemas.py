"""Conversations and messages on the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from fastapi.openapi.models import Example
from pydantic import ConfigDict, Field, JsonValue

from hoopoe.channels.contract import Provider
from hoopoe.channels.fitting import DegradationCode
from hoopoe.conversations.messages import AuthorKind, Direction
from hoopoe.conversations.status import MessageStatus, OutboxState
from hoopoe.conversations.turns import Mode
from hoopoe.conversations.waiting import WaitingCode
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example


class MessageType(StrEnum):
    TEXT = "text"
    BUTTONS = "buttons"
    LIST = "list"
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


class Author(Wire):
    """Who wrote a message. `phone`: the number's owner on the phone; `app`: another app on the same number."""

    kind: AuthorKind
    id: UUID | None
    name: str | None


class Bilingual(Wire):
    en: str
    ar: str


class ProviderWords(Wire):
    """What the provider itself said of a failure."""

    title: str | None = None
    details: str | None = None


class Failure(Wire):
    """Why a message did not arrive, in words."""

    code: str
    title: Bilingual
    text: Bilingual
    action: str | None
    provider: ProviderWords | None = None


class MessageReaction(Wire):
    """What somebody put on a message."""

    emoji: str
    author: Literal["contact", "business"]
    at: datetime


class MessageVersion(Wire):
    """What a message said until it was edited."""

    type: MessageType
    content: dict[str, JsonValue]
    at: datetime = Field(description="Since when it said so.")


class Degradation(Wire):
    """How a message differs from what was to be sent, because the provider takes no more. The words are the screens'.

    `from` and `to` count characters, buttons, rows or messages, as the code says; `limit` is what the provider takes.
    """

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)

    code: DegradationCode
    before: int = Field(alias="from")
    after: int = Field(alias="to")
    limit: int


class Waiting(Wire):
    """Why a message that is queued does not leave at the moment, in words."""

    code: WaitingCode
    text: Bilingual
    action: str


class Pricing(Wire):
    """What the provider counts a message as, in its own words. Null: it did not say."""

    is_billable: bool | None
    model: str | None = Field(examples=["PMP"])
    type: str | None = Field(examples=["regular"])
    category: str | None = Field(examples=["service"])


class Message(Wire):
    """One message. `content` has the shape of its `type`, see docs/reference/messages.md."""

    id: UUID
    conversation_id: UUID
    direction: Direction
    type: MessageType
    content: dict[str, JsonValue]
    status: MessageStatus
    sending_state: OutboxState | None = Field(
        description="Where the send itself is, for outgoing messages. `unknown`: nobody knows yet whether it left."
    )
    author: Author
    provider_id: str | None
    reply_to: str | None
    failure: Failure | None
    waiting: Waiting | None = Field(description="What it waits for, where that is not its turn alone.")
    degradations: list[Degradation]
    parts: list[UUID] = Field(description="All the messages that it was sent as, in order; empty: this one alone.")
    attempt: int
    at: datetime
    accepted_at: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    played_at: datetime | None = Field(description="A voice note was listened to.")
    pricing: Pricing | None = Field(description="Null until a status told of it.")
    failed_at: datetime | None = Field(description="When an attempt last failed, also where a later one arrived.")
    is_stale: bool = Field(description="It was older than the window when it came: no bot heard it.")
    is_imported: bool = Field(description="From the phone's history, before this Hoopoe: no bot heard it.")
    reactions: list[MessageReaction]
    versions: list[MessageVersion] = Field(description="What it said before it was edited, oldest first.")
    edited_at: datetime | None
    deleted_at: datetime | None = Field(description="Taken back by its sender. What it said is kept.")


class MessagePage(Page[Message]):
    """Messages, newest first."""


class ConversationChannel(Wire):
    id: UUID
    name: str
    provider: Provider
    number: str


class ConversationContact(Wire):
    id: UUID
    name: str | None
    phone: str | None
    user_id: str | None
    username: str | None
    language: str | None


class Person(Wire):
    id: UUID
    name: str


class LastMessage(Wire):
    id: UUID
    direction: Direction
    type: MessageType
    preview: str = Field(description="The text in a line; empty for what has none, and for what was deleted.")
    is_voice: bool = Field(description="Of `audio`: recorded for this message.")
    is_deleted: bool
    status: MessageStatus
    sending_state: OutboxState | None
    failure: Failure | None
    author: Author
    at: datetime


class ConversationBot(Wire):
    """The bot whose flow is under way in a conversation, and the version that it is pinned to."""

    id: UUID
    name: str
    version: int | None


class TakeOver(Input):
    """Whom the caller takes a conversation from."""

    expected_assignee_id: UUID | None = Field(
        None, description="Who has it as the caller sees it; null: the bot, or nobody. Not given: whoever has it."
    )


TAKE_OVER_EXAMPLES: Final[dict[str, Example]] = {
    "from a colleague": {"value": {"expected_assignee_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11"}}
}


class Conversation(Wire):
    """The thread of one contact on one channel."""

    id: UUID
    channel: ConversationChannel
    contact: ConversationContact
    mode: Mode
    unread: int = Field(description="Messages that no bot answered and nobody has looked at.")
    assignee: Person | None
    last_message: LastMessage | None
    last_at: datetime
    window_expires_at: datetime | None = Field(description="Until then anything may be sent; domain time.")
    bot: ConversationBot | None
    other_app: str | None = Field(
        description="Another app has the thread at WhatsApp: its role there, or `unknown`. Null: it is ours."
    )
    found_by: str | None = Field(
        None, description="In a search by number or user id: the former one of the contact that it found."
    )
    created_at: datetime


class ConversationPage(Page[Conversation]):
    """Conversations, the last one that moved first."""


class ConversationCounts(Wire):
    bot: int
    human: int
    mine: int
    unassigned: int
    closed: int
    unread: int = Field(description="Conversations in which something is unread, closed ones left out.")


class ContactParting(Input):
    """Which of the contacts that were made one with this one is somebody else."""

    model_config = example({"merged_id": "0198c0de-0000-7000-8000-000000000001"})

    merged_id: UUID


class ConversationEventType(StrEnum):
    TAKEN_OVER = "taken_over"
    HANDED_OVER = "handed_over"
    RELEASED = "released"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    UNASSIGNED = "unassigned"
    PARTED = "parted"
    FLOW_FAILED = "flow_failed"


class EventActor(Wire):
    """Who did it. `phone`: the number's owner on the phone; `app`: another app, `name` is its role at WhatsApp."""

    kind: Literal["user", "bot", "system", "phone", "app"]
    id: UUID | None
    name: str | None


class ConversationEvent(Wire):
    """A line between the messages: who took over, handed over, closed; that a flow failed."""

    id: UUID
    type: ConversationEventType
    actor: EventActor
    note: str | None = Field(description="What was said with it; of a flow that failed, the code of why.")
    at: datetime


class ConversationEventPage(Page[ConversationEvent]):
    """Events of a conversation, newest first."""
