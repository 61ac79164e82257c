"""What a webhook request holds, and what a provider lists that no webhook brought. Pure: standard library only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hoopoe.channels.contract import ItemKind
from hoopoe.kernel.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has the message, under this id. `items` tell its status, where it has one."""

    provider_id: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider listed the whole time, and the message is not there: it was never taken."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """It cannot be told."""

    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """One provider event, ready for the inbox: `key` is unique per channel, `address` makes the lane."""

    kind: ItemKind
    key: str
    address: str
    payload: JsonObject


@dataclass(frozen=True, slots=True)
class Listing:
    """Items as their webhooks would have made them. `problem`: why there may be more; None: these are all."""

    items: tuple[Item, ...]
    problem: str | None = None


# Which of these keys nobody told us of.
Missing: TypeAlias = Callable[[Sequence[str]], Awaitable[Collection[str]]]


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

    @property
    def is_of_account(self) -> bool:
        """Whether it tells of the whole account: one of a workspace's channels hears it for all of them."""
        return self.sender_id is None and any(item.kind is ItemKind.ACCOUNT for item in self.items)


@dataclass(frozen=True, slots=True)
class KeptPart:
    """One part of a request as the journal kept it, to be taken apart once more.

    `query` stood behind the address; `account_id` is that of the channel the part belongs to.
    """

    field: str
    raw: Json
    account_id: str | None
    query: str
    received_at: datetime


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
