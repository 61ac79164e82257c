"""What a letter's code means, and when it is tried again: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import NO_CODE, NOT_REACHED
from hoopoe.channels.registry import adapter_for
from hoopoe.monitoring.steps import DEFAULT_STEPS, RetryPlan
from hoopoe.monitoring.words import LetterKind, diagnose

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize("provider", list(Provider))
def test_every_code_of_a_provider_has_words_in_both_languages_and_a_remedy(provider: Provider) -> None:
    for code in (*adapter_for(provider).rules, NO_CODE, NOT_REACHED, 987654):
        found = diagnose(LetterKind.SEND, provider, str(code))
        assert found.title.en
        assert found.text.en.endswith(".")
        assert any("\u0600" <= char <= "\u06ff" for char in found.title.ar + found.text.ar)


@pytest.mark.parametrize(
    ("code", "is_passing"),
    [
        (190, True),  # the token is refused: it is being replaced
        (130429, True),  # too much at once
        (503, True),  # the provider is away
        (134101, True),  # the template is not ready yet
        (987654, True),  # a refusal that nobody knows
        (NO_CODE, True),
        (131009, False),  # something is wrong with the message
        (131047, False),  # the window is closed
        (131026, False),  # the person cannot receive it
        (131050, False),  # the person does not want it
        (131000, False),  # a fault at WhatsApp: it may have arrived
        (131031, False),  # the account is restricted
    ],
)
def test_only_what_may_pass_is_tried_again_by_itself(code: int, is_passing: bool) -> None:
    assert diagnose(LetterKind.SEND, Provider.META, str(code)).is_passing is is_passing


@pytest.mark.parametrize(
    ("code", "is_passing"),
    [
        ("unreadable", False),
        ("version_missing", False),
        ("no_message", False),
        ("KeyError", False),
        ("DeadlockDetectedError", True),
    ],
)
def test_a_turn_is_tried_again_by_itself_when_the_database_was_away(code: str, is_passing: bool) -> None:
    found = diagnose(LetterKind.TURN, None, code)
    assert found.is_passing is is_passing
    assert found.text.en.endswith(".")


@pytest.mark.parametrize("code", ["refused", "", "-", "²", "1e3", "x" * 100])
def test_a_code_that_is_none_is_no_fault(code: str) -> None:
    assert diagnose(LetterKind.SEND, Provider.TWILIO, code).title.en


def test_the_steps_are_those_that_everybody_begins_with() -> None:
    plan = RetryPlan()
    seconds = []
    for tries in range(6):
        at = plan.next_after(AT, tries)
        assert at is not None
        seconds.append((at - AT).total_seconds())
    assert seconds == [60, 300, 1800, 7200, 43200, 86400] == list(DEFAULT_STEPS)
    assert plan.next_after(AT, 6) is None


@given(st.lists(st.integers(10, 10**6), min_size=1, max_size=12), st.integers(0, 20), st.integers(0, 30))
def test_there_are_never_more_tries_than_allowed(steps: list[int], most: int, tries: int) -> None:
    at = RetryPlan(steps, most).next_after(AT, tries)
    assert (at is None) == (tries >= most)
    if at is not None:
        assert at - AT in [timedelta(seconds=step) for step in steps]
