"""Others who speak on a number of ours: its owner's phone, another app, and what a phone said before we came. Pure.

Nobody here is answered by a bot. Standard library only, as `contract`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hoopoe.channels.contract import Address, InboundType, StatusName
from hoopoe.kernel.json import JsonObject


class Speaker(StrEnum):
    """Who wrote to a person in the number's name, although we did not."""

    PHONE = "phone"
    APP = "app"


@dataclass(frozen=True, slots=True)
class Echo:
    """One message that somebody else sent to a person on our number. `content` is shaped as a person's is.

    `opaque`: what its sender let the provider carry, which is ours when we sent it. `is_standby`: another app has the
    thread.
    """

    provider_id: str
    speaker: Speaker
    recipient: Address
    type: InboundType
    content: JsonObject
    text: str
    sent_at: datetime
    reply_to: str | None = None
    opaque: str | None = None
    is_standby: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """Another app has a person's thread from now on, or gave it to us. `role`: what that app is, as the provider says.

    `note` is what it tells whoever goes on.
    """

    person: Address
    is_ours: bool
    at: datetime
    role: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """One message from before: what was said, by whom, and how far one of ours came (None: nobody says)."""

    provider_id: str
    is_out: bool
    type: InboundType
    content: JsonObject
    sent_at: datetime
    reply_to: str | None = None
    status: StatusName | None = None


@dataclass(frozen=True, slots=True)
class ImportedSlice:
    """Some messages of one person's thread, oldest first. `first`: how many of its chunk stand before them.

    `person` None: nobody says whose they are, so they can only be files of messages that are filed.
    """

    person: Address | None
    messages: tuple[ImportedMessage, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A name that the owner's phone has for a person."""

    person: Address
    name: str


@dataclass(frozen=True, slots=True)
class SpeakersDoor:
    """How a provider's items about other speakers are read. Each raises `UnreadableItem`."""

    parse_echo: Callable[[JsonObject], Echo]
    parse_handover: Callable[[JsonObject], Handover]
    parse_imported: Callable[[JsonObject], ImportedSlice]
    parse_book_entry: Callable[[JsonObject], BookEntry]
