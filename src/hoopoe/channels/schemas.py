"""Channels on the wire. Secrets go in and never come out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

import phonenumbers
from fastapi import Body
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, SecretStr, StringConstraints, Tag

from hoopoe.channels.account_events import Quality, Throughput
from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.contract import Provider
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.text import clean, fold_digits, normalize


class ChannelStatus(StrEnum):
    """`pending`: not connected yet. `error`: was connected, and its credentials stopped working."""

    PENDING = "pending"
    ACTIVE = "active"
    DISABLED = "disabled"
    ERROR = "error"


class ChannelCredentials(Wire):
    """Which secrets there are. What they are is shown to nobody."""

    app_secret: bool
    access_token: bool
    verify_token: bool
    auth_token: bool


class ChannelState(Wire):
    """What screens are told when a channel stops, or works again."""

    id: UUID
    name: str
    status: ChannelStatus


class Channel(Wire):
    """One WhatsApp number, reached through one provider."""

    id: UUID
    name: str
    provider: Provider
    number: str = Field(description="E.164.", examples=["+966501234567"])
    phone_number_id: str | None = Field(description="Meta's id of the number.")
    waba_id: str | None = Field(description="Meta's id of the business account.")
    account_sid: str | None = Field(description="Twilio's id of the account.")
    status: ChannelStatus
    status_reason: str | None = Field(description="Why it is not active, in words.")
    status_reason_code: ReasonCode | None = Field(description="The same as a code, for other languages.")
    status_reason_details: dict[str, str] = Field(description="The values in the reason, by name.")
    credentials: ChannelCredentials
    messages_per_second: float | None = Field(description="How fast it sends. Null: no limit of ours.")
    chosen_per_second: float | None = Field(
        description="The speed that somebody chose: it counts where it is lower. Null: as the provider lets it be."
    )
    quality: Quality | None = Field(description="How people take what it sends. Null: nobody said.")
    messaging_limit: str | None = Field(
        description="How many people a day it may write to first: digits, or `unlimited`. Null: nobody said.",
        examples=["2000"],
    )
    throughput: Throughput | None = Field(description="How fast the provider lets it be. Null: nobody said.")
    name_status: str | None = Field(description="What was decided on its name, in the provider's word.")
    bot_id: UUID | None = Field(description="The only bot that answers here; null: whichever fits best.")
    webhook_url: str = Field(
        description="The address to enter at the provider. Twilio's ends in what makes it call again when we are away."
    )
    last_webhook_at: datetime | None
    activated_at: datetime | None = Field(
        description="When it was connected first. Null: never, so that its number and ids may still be changed."
    )
    created_at: datetime


class ChannelCreated(Channel):
    verify_token: str | None = Field(description="The verify token, when we made it: shown here and never again.")


class ChannelPage(Page[Channel]):
    """Channels, the newest first."""


def _check_number(value: str) -> str:
    try:
        number = phonenumbers.parse(fold_digits(value).strip(), None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValueError("Write the number with its country code, like +966 50 123 4567.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _check_name(value: str) -> str:
    name = " ".join(clean(value).split())
    if not normalize(name):
        raise ValueError("This may not be empty.")
    return name


def _check_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("This holds characters that no such secret has.")
    return SecretStr(text)


ChannelName = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_check_name)]
ProviderId = Annotated[str, StringConstraints(pattern=r"^[0-9]{5,20}$", strip_whitespace=True)]
Secret = Annotated[SecretStr, Field(min_length=8, max_length=1000), AfterValidator(_check_secret)]


def _check_provider(value: object) -> object:
    if value not in tuple(Provider):
        raise ValueError("This is meta or twilio.")
    return value


META_EXAMPLE: Final[JsonObject] = {
    "name": "Main line",
    "provider": "meta",
    "number": "+966 50 123 4567",
    "phone_number_id": "106540352242922",
    "waba_id": "102290129340398",
    "access_token": "EAAGm0PX4ZCpsBAKZCZD",
    "app_secret": "0123456789abcdef0123456789abcdef",
}
TWILIO_EXAMPLE: Final[JsonObject] = {
    "name": "Branch line",
    "provider": "twilio",
    "number": "+966 50 123 4567",
    "account_sid": "AC00000000000000000000000000000000",
    "auth_token": "0123456789abcdef0123456789abcdef",
}
AccountSid = Annotated[
    str, StringConstraints(pattern=r"^AC[0-9a-fA-F]{32}$", strip_whitespace=True), Field(examples=["AC" + "0" * 32])
]
Number = Annotated[str, Field(max_length=40), AfterValidator(_check_number)]


class MetaChannelCreate(Input):
    """A number at Meta to connect. It is read there with these credentials before it becomes active."""

    model_config = example(META_EXAMPLE)

    name: ChannelName
    provider: Annotated[Literal[Provider.META], BeforeValidator(_check_provider)] = Provider.META
    number: Number
    phone_number_id: ProviderId
    waba_id: ProviderId
    access_token: Secret
    app_secret: Secret
    verify_token: Secret | None = Field(None, description="Made up when it is not given.")


class TwilioChannelCreate(Input):
    """A WhatsApp sender at Twilio to connect. It is read there with these credentials before it becomes active."""

    model_config = example(TWILIO_EXAMPLE)

    name: ChannelName
    provider: Literal[Provider.TWILIO]
    number: Number
    account_sid: AccountSid
    auth_token: Secret = Field(description="Of the account, or of the master account if one is given.")
    master_account_sid: AccountSid | None = Field(
        None,
        description="When the account is a sub-account: its own token is read with the master's, which is not kept.",
    )


def _tell_provider(given: object) -> Provider:
    """By `provider`. Without one it is Meta, which also says what else there is."""
    provider = given.get("provider") if isinstance(given, dict) else getattr(given, "provider", None)
    return Provider.TWILIO if provider == Provider.TWILIO else Provider.META


ChannelCreate = Annotated[
    Annotated[MetaChannelCreate, Tag(Provider.META)] | Annotated[TwilioChannelCreate, Tag(Provider.TWILIO)],
    Discriminator(_tell_provider),
    Body(openapi_examples={"meta": {"value": META_EXAMPLE}, "twilio": {"value": TWILIO_EXAMPLE}}),
]


class ChannelUpdate(Input):
    """What is left out stays as it is."""

    model_config = example({"name": "Night line", "status": "active"})

    name: ChannelName | None = None
    number: Number | None = Field(None, description="Like the ids: only while the channel was never active.")
    phone_number_id: ProviderId | None = None
    waba_id: ProviderId | None = None
    account_sid: AccountSid | None = None
    access_token: Secret | None = None
    app_secret: Secret | None = None
    verify_token: Secret | None = None
    auth_token: Secret | None = Field(None, description="Twilio's; the others are Meta's.")
    messages_per_second: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        None, description="At most this many. Null: as the provider lets it be."
    )
    bot_id: UUID | None = Field(None, description="Null: whichever bot fits best.")
    status: Literal[ChannelStatus.ACTIVE, ChannelStatus.DISABLED] | None = None
