"""What providers tell of accounts, on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field, JsonValue

from hoopoe.channels.account_events import About, AccountEventKind, Severity
from hoopoe.channels.contract import Provider
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Wire


class AccountEventChannel(Wire):
    id: UUID
    name: str
    provider: Provider


class AccountEventContact(Wire):
    id: UUID
    name: str | None


class ReasonText(Wire):
    en: str
    ar: str


class Restriction(Wire):
    """Something that an account may not do for a while."""

    type: str = Field(
        description="The provider's word, in small letters.", examples=["restricted_biz_initiated_messaging"]
    )
    until: datetime | None = Field(description="Null: no end was told.")


class AccountEvent(Wire):
    """One thing that a provider told of an account, a number, a template, a form or what a person wants."""

    id: UUID
    kind: AccountEventKind
    what: str = Field(description="What happened, in the provider's word, in small letters.", examples=["approved"])
    about: About
    severity: Severity
    channel: AccountEventChannel | None = Field(
        description="Whose number it is about. Null: the whole account, or a number that is not connected here."
    )
    account_id: str | None = Field(description="The provider's id of the account.")
    subject: str | None = Field(description="A template's name, a number in digits, a form's id.")
    old_value: str | None
    new_value: str | None
    reason: str | None = Field(description="Why, in the provider's words.")
    reason_text: ReasonText | None = Field(description="Why, in ours. Null for a reason that has no code that we know.")
    effective_at: datetime | None = Field(description="When a ban begins, or a template will be disabled.")
    restrictions: list[Restriction] = Field(description="What an account may not do, and until when.")
    details: dict[str, JsonValue] = Field(description="What else it said, by name: docs/reference/account-events.md.")
    contact: AccountEventContact | None = Field(description="The person whom it is about.")
    field: str = Field(description="The provider's name for such events.")
    raw: JsonValue = Field(description="As it came. Null for those who may not read the journal.")
    at: datetime = Field(description="When it happened, by the provider's clock.")
    received_at: datetime


class AccountEventPage(Page[AccountEvent]):
    """What providers told, the newest first."""
