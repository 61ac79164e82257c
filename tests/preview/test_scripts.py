"""Tests of bots, without a database: recorded, played, and different when the bot is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from hoopoe.flows.demo import cafe_blueprint
from hoopoe.flows.preview.acts import LATEST_START, MAX_WAIT_SECONDS, Setting, Wait
from hoopoe.flows.preview.stage import NotNowError
from hoopoe.flows.rehearsals.rehearse import record, rehearse
from hoopoe.flows.rehearsals.script import Script
from tests.preview.flows import blueprint, compiled, later, reply
from tests.preview.test_stage import ACTS, say

SETTING = Setting(starts_at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC), timezone="Asia/Riyadh", currency="SAR")


def test_what_was_recorded_passes_and_says_the_same_byte_for_byte() -> None:
    flow = compiled(cafe_blueprint())
    script = record(flow, SETTING, ACTS)
    assert sum(len(step.expected) for step in script.steps) >= 4
    first, second = rehearse(flow, script), rehearse(flow, Script.model_validate_json(script.model_dump_json()))
    assert first.has_passed
    assert first == second


def test_a_bot_that_says_something_else_fails_at_the_step_where_it_does() -> None:
    script = record(compiled(later(hours=1)), SETTING, [say("Hi"), Wait(type="wait")])
    changed = later(hours=1)
    changed["nodes"][3]["config"]["message"] = "How did you like it?"
    played = rehearse(compiled(changed), script)
    assert [step.is_same for step in played.steps] == [True, False]
    assert played.steps[1].got[0].content == {"body": "How did you like it?"}
    assert not played.has_passed


def test_a_step_that_cannot_be_played_ends_the_test_with_the_reason() -> None:
    script = record(compiled(later(hours=1)), SETTING, [say("Hi"), Wait(type="wait"), say("Fine")])
    without_hello = Script(setting=SETTING, steps=script.steps[1:])
    played = rehearse(compiled(later(hours=1)), without_hello)
    assert [step.trouble for step in played.steps] == ["The flow waits for no time that will come."]
    assert not played.is_complete
    assert not played.has_passed


@pytest.mark.parametrize("setting", [{}, {"starts_at": "2026-03-01T12:00:00"}, {"starts_at": "2026-03-01T12:00:00Z"}])
def test_a_test_says_when_and_where_it_begins(setting: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Script.model_validate({"setting": setting, "steps": [{"act": {"type": "wait"}}]})


def test_a_step_that_breaks_us_fails_its_own_test_with_the_reason() -> None:
    script = record(compiled(later(hours=1)), SETTING, [say("Hi"), Wait(type="wait"), say("Fine")])
    left = iter((None, None))

    def break_later() -> None:
        if next(left, "none") == "none":
            raise OverflowError("date value out of range")

    played = rehearse(compiled(later(hours=1)), script, pace=break_later)
    assert [step.trouble for step in played.steps] == [None, None, "OverflowError: date value out of range"]
    assert not played.is_complete


def test_a_test_that_would_never_end_is_told_so() -> None:
    """What is said in one step is bounded, and so is the clock."""
    round_ = blueprint(
        {"id": "pause", "type": "delay", "config": {"duration": 1}},
        reply("again", "Again"),
        edges=[("start", "next", "pause"), ("pause", "next", "again"), ("again", "next", "pause")],
    )
    with pytest.raises(NotNowError) as refused:
        record(compiled(round_), SETTING, [say("Hi"), Wait(type="wait", seconds=3_600)])
    assert refused.value.code == "too_much_said"
    acts = [Wait(type="wait", seconds=MAX_WAIT_SECONDS)] * 400
    late = SETTING.model_copy(update={"starts_at": LATEST_START})
    with pytest.raises(NotNowError) as refused:
        record(compiled(later(hours=1)), late, acts)
    assert refused.value.code == "too_late"
