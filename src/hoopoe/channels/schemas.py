"""Channels on the wire. Secrets go in and never come out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import phonenumbers
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from hoopoe.channels.contract import Provider
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
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


class Channel(Wire):
    """One WhatsApp number, reached through one provider."""

    id: UUID
    name: str
    provider: Provider
    number: str = Field(description="E.164.", examples=["+966501234567"])
    phone_number_id: str
    waba_id: str
    status: ChannelStatus
    status_reason: str | None = Field(description="Why it is not active, in words.")
    credentials: ChannelCredentials
    messages_per_second: float | None = Field(description="Null: no limit of ours.")
    bot_id: UUID | None = Field(description="The only bot that answers here; null: whichever fits best.")
    webhook_url: str
    last_webhook_at: datetime | None
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


class ChannelCreate(Input):
    """A number to connect. It is read at the provider with these credentials before it becomes active."""

    model_config = example(
        {
            "name": "Main line",
            "provider": "meta",
            "number": "+966 50 123 4567",
            "phone_number_id": "106540352242922",
            "waba_id": "102290129340398",
            "access_token": "EAAGm0PX4ZCpsBAKZCZD",
            "app_secret": "0123456789abcdef0123456789abcdef",
        }
    )

    name: ChannelName
    provider: Literal[Provider.META] = Provider.META
    number: Annotated[str, Field(max_length=40), AfterValidator(_check_number)]
    phone_number_id: ProviderId
    waba_id: ProviderId
    access_token: Secret
    app_secret: Secret
    verify_token: Secret | None = Field(None, description="Made up when it is not given.")


class ChannelUpdate(Input):
    """What is left out stays as it is."""

    model_config = example({"name": "Night line", "status": "active"})

    name: ChannelName | None = None
    access_token: Secret | None = None
    app_secret: Secret | None = None
    verify_token: Secret | None = None
    messages_per_second: Annotated[float, Field(gt=0, le=1000)] | None = None
    bot_id: UUID | None = Field(None, description="Null: whichever bot fits best.")
    status: Literal[ChannelStatus.ACTIVE, ChannelStatus.DISABLED] | None = None
