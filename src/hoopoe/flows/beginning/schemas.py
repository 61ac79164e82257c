"""What starts flows without a message, on the wire: secret addresses and schedules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from hoopoe.flows.beginning.phones import clean_phone
from hoopoe.flows.runner.begun import CallOutcome
from hoopoe.kernel.http.shapes import Input, Wire, example


class Hook(Wire):
    """An address that starts a flow at one of its triggers. The address itself is shown once."""

    id: UUID
    node_id: str
    created_at: datetime = Field(description="When its secret was made.")
    used_at: datetime | None = Field(description="When it was last called, whatever that came to.")
    former_until: datetime | None = Field(description="Until when the address before this one is good as well.")


class Hooks(Wire):
    """All of a bot."""

    data: list[Hook]


class HookCreate(Input):
    model_config = example({"node_id": "start"})

    node_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(
        description="A trigger that starts on `webhook`."
    )
    keep_former_seconds: int = Field(
        0,
        ge=0,
        le=7 * 24 * 3_600,
        description="How long the address before it stays good, so that whoever calls it can change over.",
    )


class HookCreated(Hook):
    """A new address. It takes the place of the one before at the same trigger."""

    url: str = Field(description="Known here and never again.")


class HookEvent(Wire):
    """What became of one call. Of many that were refused as too many, one in ten seconds is here."""

    at: datetime
    status: int = Field(description="The status of the answer; 202 where the call was taken.")
    reason: str | None = Field(description="The code of the refusal.")
    outcome: CallOutcome | None = Field(
        description="What became of a call that was taken; null of one that was refused, or that an older Hoopoe took."
    )


class HookEvents(Wire):
    """The last calls, the newest first."""

    data: list[HookEvent]


class HookCall(Input):
    """Whom the flow starts for, and whatever else it shall read: `{{ message.form.order }}`."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        json_schema_extra={"examples": [{"phone": "+966501234567", "order": {"number": 42, "total": 1850}}]},
    )

    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    phone: Annotated[str, BeforeValidator(clean_phone), StringConstraints(pattern=r"^\+?[0-9]{5,20}$")] | None = Field(
        None,
        description="The person's number, in digits of any script, with spaces and dashes or without. One without its "
        "country is read as one of the workspace's own numbers' countries.",
    )
    contact_id: UUID | None = Field(None, description="Or the person's id.")


class HookTaken(Wire):
    """The flow starts in this conversation, in order with what is said there. What comes of it is noted."""

    conversation_id: UUID
    is_repeated: bool = Field(description="The key was there before: nothing was started again.")


class ScheduleRuns(Wire):
    """When a schedule would start its flow next."""

    timezone: str = Field(description="The workspace's: by its clock the schedule runs.")
    data: list[datetime]
