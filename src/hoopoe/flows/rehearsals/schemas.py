"""Tests of bots on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from hoopoe.flows.preview.acts import Act
from hoopoe.flows.rehearsals.rehearse import Rehearsal
from hoopoe.flows.rehearsals.script import MAX_STEPS, ExpectedMessage, FixedSetting, Script, ScriptName
from hoopoe.kernel.http.pagination import Page
from hoopoe.kernel.http.shapes import Input, Wire, example
from hoopoe.kernel.json import JsonObject

_SAY_HELLO: JsonObject = {"type": "say", "message": {"type": "text", "text": "Hello"}}


class BotTest(Wire):
    """A test of a bot: what happens, and what the bot is expected to say to it."""

    id: UUID
    bot_id: UUID
    name: str
    script: Script
    created_at: datetime
    updated_at: datetime


class BotTestPage(Page[BotTest]):
    """A bot's tests, the oldest first."""


class BotTestRecord(Input):
    """A preview that is kept as a test: its acts are played once more, and what the bot says now is expected."""

    model_config = example(
        {
            "name": "Hello",
            "setting": {"starts_at": "2026-03-01T09:00:00Z", "timezone": "Asia/Riyadh"},
            "acts": [_SAY_HELLO],
        }
    )

    name: ScriptName
    setting: FixedSetting
    acts: list[Act] = Field(min_length=1, max_length=MAX_STEPS)


class ConversationTest(Input):
    """A stretch of a real conversation, from one of its messages to another, both of them in it."""

    model_config = example(
        {
            "name": "Asked for the menu twice",
            "from_message_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ab",
            "to_message_id": "01890f4e-5b5a-7c3d-8e9f-0123456789ac",
        }
    )

    name: ScriptName
    from_message_id: UUID
    to_message_id: UUID
    bot_id: UUID | None = Field(None, description="Null: the bot that said most in it.")


class KeptConversation(Wire):
    """The test, which expects what was really said: play it to see what the draft says now."""

    test: BotTest
    notes: dict[str, int] = Field(
        description="What is not in it as it was, and how often: `name_replaced`, `phone_replaced`, "
        "`address_replaced`, `place_blurred`, `fields_left_out`, `said_left_out`, `people_left_out`, `other_bot`, "
        "`no_traces`, `begins_in_the_middle`."
    )


class BotTestChange(Input):
    """A new name, a new script; or what the bot says now is right (`accepts`)."""

    model_config = example({"accepts": True})

    name: ScriptName | None = None
    script: Script | None = None
    accepts: bool = Field(default=False, description="Expect from now on what the draft says.")


class BotTestRuns(Input):
    model_config = example({"version": "draft"})

    version: Annotated[str, StringConstraints(pattern=r"^(draft|published|[1-9][0-9]{0,8})$")] = "draft"
    ids: list[UUID] | None = Field(None, max_length=200, description="Null: all of the bot's.")


class PlayedStep(Wire):
    """A step: what was expected, what the bot said, why it could not be played."""

    expected: list[ExpectedMessage]
    got: list[ExpectedMessage]
    is_same: bool
    trouble: str | None


class BotTestRun(Wire):
    id: UUID
    name: str
    has_passed: bool
    is_complete: bool
    steps: list[PlayedStep]


class BotTestReport(Wire):
    """How tests went."""

    passed: int
    failed: int
    data: list[BotTestRun]


def show_run(id_: UUID, name: str, rehearsal: Rehearsal) -> BotTestRun:
    """A test that was played."""
    return BotTestRun(
        id=id_,
        name=name,
        has_passed=rehearsal.has_passed,
        is_complete=rehearsal.is_complete,
        steps=[
            PlayedStep(expected=list(step.expected), got=list(step.got), is_same=step.is_same, trouble=step.trouble)
            for step in rehearsal.steps
        ],
    )
