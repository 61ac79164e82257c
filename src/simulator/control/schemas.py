"""What the control API takes."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.faults import Fault, FaultKind, default_seconds


class Model(BaseModel):
    """Nothing that is not named may be given."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonChange(Model):
    """What can change about a person; what is not named stays."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    language: str | None = Field(default=None, max_length=16)
    username: str | None = Field(default=None, max_length=64)
    blocked: bool | None = None
    auto_read: bool | None = None
    reachable: bool | None = None


class NumberIn(Model):
    """The number that a person moves to."""

    number: str = Field(min_length=1, max_length=40)


class UserIdIn(Model):
    """The user id that a person gets; without one, any."""

    user_id: str | None = Field(default=None, max_length=140)


class ReadIn(Model):
    """Which thread is looked at; without `to`, all of them."""

    to: str | None = None


class FaultIn(Model):
    """One fault. `seconds` has a default for each kind that waits; `code` is needed by refuse_code."""

    kind: FaultKind
    probability: float = Field(default=1.0, ge=0, le=1)
    count: int | None = Field(default=None, ge=1)
    phone_number_id: str | None = None
    message_type: str | None = None
    seconds: float | None = Field(default=None, ge=0, le=3600)
    code: int | None = None

    @model_validator(mode="after")
    def _check_code(self) -> Self:
        if self.kind in (FaultKind.REFUSE_CODE, FaultKind.FAIL_CODE) and self.code is None:
            raise ValueError("refuse_code needs a code")
        return self

    def make_fault(self) -> Fault:
        seconds = default_seconds(self.kind) if self.seconds is None else self.seconds
        return Fault(**{**self.model_dump(), "seconds": seconds})


class FaultsIn(Model):
    """All faults that are on from now on."""

    faults: tuple[FaultIn, ...] = ()


class AccountEventIn(Model):
    """Any field and value that Meta may tell of an account or a number; what names our number is put in.

    `time` (seconds) is the entry's, by default now; `entry_id` where it is not the account's.
    """

    field: str = Field(min_length=1, max_length=100)
    value: dict[str, Any]
    time: int | None = None
    entry_id: str = Field(default="", max_length=100)


class AdvanceIn(Model):
    seconds: float = Field(gt=0, le=10 * 366 * 24 * 3600)


class TemplateChange(Model):
    status: Literal["APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED"]
