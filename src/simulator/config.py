"""Channels and people as files and requests name them, and the people of a world that names none."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from simulator.ids import is_number, is_user_id, make_user_id, normalise_address
from simulator.state import Channel, Person


class ConfigError(Exception):
    """The configuration file cannot be read; says which field and why."""


class ChannelConfig(BaseModel):
    """A business number, its secrets, and where its webhooks go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    number: str
    phone_number_id: str = Field(pattern=r"^[0-9]{5,20}$")
    waba_id: str = Field(pattern=r"^[0-9]{5,20}$")
    access_token: str = Field(min_length=1)
    app_secret: str = Field(min_length=1)
    verify_token: str = ""
    callback_url: str = ""
    app_id: str = Field(default="900000000000001", pattern=r"^[0-9]{5,20}$")
    is_subscribed: bool = True

    @field_validator("number")
    @classmethod
    def _read_number(cls, value: str) -> str:
        digits = normalise_address(value)
        if not is_number(digits):
            raise ValueError("must be a phone number with its country code")
        return digits

    @field_validator("callback_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    def make_channel(self) -> Channel:
        return Channel(**self.model_dump())


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
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise ConfigError(f"{path} is not right: {faults}") from error
