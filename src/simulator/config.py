"""Channels and people as files and requests name them, and the people of a world that names none."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from simulator.ids import is_number, is_user_id, make_user_id, normalise_address
from simulator.state import MetaChannel, Person, TwilioChannel

_ACCOUNT_SID = r"^AC[0-9a-fA-F]{32}$"


class ConfigError(Exception):
    """The configuration file cannot be read; says which field and why."""


class _NumberConfig(BaseModel):
    """A business number and where its webhooks go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    number: str
    callback_url: str = ""
    portfolio: str = Field(default="", max_length=64)

    @field_validator("number")
    @classmethod
    def _read_number(cls, value: str) -> str:
        digits = normalise_address(value)
        if not is_number(digits):
            raise ValueError("must be a phone number with its country code")
        return digits

    @field_validator("callback_url", "fallback_url", "status_callback_url", check_fields=False)
    @classmethod
    def _check_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value


class MetaChannelConfig(_NumberConfig):
    """A number at Meta, with its secrets."""

    provider: Literal["meta"] = "meta"
    phone_number_id: str = Field(pattern=r"^[0-9]{5,20}$")
    waba_id: str = Field(pattern=r"^[0-9]{5,20}$")
    access_token: str = Field(min_length=1)
    app_secret: str = Field(min_length=1)
    verify_token: str = ""
    app_id: str = Field(default="900000000000001", pattern=r"^[0-9]{5,20}$")
    is_subscribed: bool = True
    quality_rating: Literal["GREEN", "YELLOW", "RED", "UNKNOWN"] = "GREEN"
    messaging_limit_tier: str = Field(default="TIER_2K", pattern=r"^TIER_(\d+K?|UNLIMITED|NOT_SET)$")
    throughput_level: Literal["STANDARD", "HIGH"] = "STANDARD"
    name_status: str = "APPROVED"
    is_on_biz_app: bool = False

    def make_channel(self) -> MetaChannel:
        return MetaChannel(**self.model_dump(exclude={"provider"}))


class TwilioChannelConfig(_NumberConfig):
    """A WhatsApp sender of a Twilio account, with the token of that account.

    With `owner_account_sid` and `owner_auth_token` it is a sub-account, for which the owner's credentials may act too.
    """

    provider: Literal["twilio"]
    name: str = Field(default="Twilio", min_length=1, max_length=200)
    account_sid: str = Field(pattern=_ACCOUNT_SID)
    auth_token: str = Field(min_length=1)
    fallback_url: str = ""
    status_callback_url: str = ""
    messaging_service_sid: str = Field(default="", pattern=r"^(MG[0-9a-fA-F]{32})?$")
    owner_account_sid: str = Field(default="", pattern=rf"{_ACCOUNT_SID}|^$")
    owner_auth_token: str = ""
    account_status: Literal["active", "suspended", "closed"] = "active"
    has_opt_out: bool = False

    @model_validator(mode="after")
    def _check_owner(self) -> Self:
        if bool(self.owner_account_sid) != bool(self.owner_auth_token):
            raise ValueError("owner_account_sid and owner_auth_token go together")
        return self

    def make_channel(self) -> TwilioChannel:
        """The sender's sid is always the same for the same account and number."""
        digest = hashlib.sha256(f"{self.account_sid} {self.number}".encode()).hexdigest()
        return TwilioChannel(phone_number_id=f"XE{digest[:32]}", **self.model_dump(exclude={"provider"}))


def _provider_of(value: object) -> str:
    given = value.get("provider", "meta") if isinstance(value, dict) else getattr(value, "provider", "meta")
    return str(given)


ChannelConfig: TypeAlias = Annotated[
    Annotated[MetaChannelConfig, Tag("meta")] | Annotated[TwilioChannelConfig, Tag("twilio")],
    Discriminator(_provider_of),
]
"""A number at either provider; without `provider` it is Meta's."""


class PersonConfig(BaseModel):
    """Somebody with WhatsApp: a number, or a username without one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    number: str = ""
    username: str = Field(default="", max_length=64)
    user_id: str = ""
    language: str = Field(default="ar", max_length=16)
    blocked: bool = False
    auto_read: bool = False
    reachable: bool = True

    @field_validator("number")
    @classmethod
    def _read_number(cls, value: str) -> str:
        digits = normalise_address(value)
        if digits and not is_number(digits):
            raise ValueError("must be a phone number with its country code")
        return digits

    @field_validator("user_id")
    @classmethod
    def _check_user_id(cls, value: str) -> str:
        if value and not is_user_id(value):
            raise ValueError("must be a business-scoped user id, such as SA.13491208655302741918")
        return value

    @model_validator(mode="after")
    def _check_reachable_somehow(self) -> Self:
        if not (self.number or self.username or self.user_id):
            raise ValueError("a person needs a number, a username or a user id")
        return self

    def make_person(self) -> Person:
        user_id = self.user_id or make_user_id(self.number or self.username)
        return Person(
            key=self.number or user_id,
            name=self.name,
            user_id=user_id,
            number=self.number,
            username=self.username,
            language=self.language,
            has_blocked=self.blocked,
            is_auto_read=self.auto_read,
            is_reachable=self.reachable,
        )


class WorldConfig(BaseModel):
    """The file that SIMULATOR_CONFIG names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channels: tuple[ChannelConfig, ...] = ()
    people: tuple[PersonConfig, ...] = ()
    time_zone: str = Field(default="", max_length=64)
    """Where the phones are; empty: where one looks at them."""

    @field_validator("time_zone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                raise ValueError("must be a time zone such as Asia/Riyadh") from error
        return value


DEFAULT_PEOPLE = (
    PersonConfig(name="نورة العتيبي", number="+966500000101"),
    PersonConfig(name="Sara Mitchell", number="+966500000102", language="en"),
    PersonConfig(name="أبو عبدالله", number="+966500000103"),
    PersonConfig(name="Tariq", username="@tariq.m", language="en"),
    PersonConfig(name="Blocked us", number="+966500000105", language="en", blocked=True),
)


def load_config(path: Path | None) -> WorldConfig:
    """Read the configuration. Raises ConfigError in words; without a path it is empty."""
    if path is None:
        return WorldConfig()
    try:
        return WorldConfig.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{say_place(fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise ConfigError(f"{path} is not right: {faults}") from error


def say_place(parts: tuple[int | str, ...]) -> str:
    """Where a fault is, as its writer would say: `channels.0.number`, without the kind that we took it for."""
    return ".".join(str(part) for part in parts if part not in {"meta", "twilio"})
