"""A test of a bot as data: in the database, in a file, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import orjson
from pydantic import AfterValidator, Field, JsonValue, StringConstraints, ValidationError

from hoopoe.flows.preview.acts import EARLIEST_START, LATEST_START, Act, Setting
from hoopoe.kernel.http.shapes import Input

MAX_STEPS: Final = 200
MAX_EXPECTED: Final = 50

ScriptName = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


def _check_start(value: Setting) -> Setting:
    if value.starts_at is None or value.timezone is None:
        raise ValueError("A test names its starts_at and its timezone: without them it differs from day to day.")
    return value


FixedSetting = Annotated[Setting, AfterValidator(_check_start)]


class ExpectedMessage(Input):
    """What the bot says, exactly: a message's `type` and `content` (docs/reference/messages.md)."""

    type: Annotated[str, StringConstraints(max_length=40)]
    content: dict[str, JsonValue]
    is_refused: bool = Field(default=False, description="The window is shut: it would not leave.")
    error_code: int | None = Field(default=None, description="The provider refuses it with this code.")


class Step(Input):
    """One thing that happens, and all that the bot says to it, in order."""

    act: Act
    expected: list[ExpectedMessage] = Field(default_factory=list, max_length=MAX_EXPECTED)


class Script(Input):
    """A whole test. `setting.starts_at` is given, so that it says the same on every day."""

    setting: FixedSetting
    steps: list[Step] = Field(min_length=1, max_length=MAX_STEPS)


def read_stored(text: str) -> Script:
    """A script as it is stored. One from before beginnings had bounds begins at the bound."""
    try:
        return Script.model_validate_json(text)
    except ValidationError:
        data = orjson.loads(text)
        begins = datetime.fromisoformat(data["setting"]["starts_at"])
        bound = min(max(begins, EARLIEST_START), LATEST_START)
        return Script.model_validate({**data, "setting": {**data["setting"], "starts_at": bound}})


class NamedScript(Input):
    """A test with its name, as a file of tests and an exported bot hold it."""

    name: ScriptName
    script: Script
