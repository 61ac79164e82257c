"""Why a template was rejected or paused: codes as words."""

from __future__ import annotations

import pytest

from hoopoe.channels.account_reasons import explain_reason
from tests.channels.accounts import TEMPLATE, parse


def test_why_a_template_was_rejected_is_the_longest_reason_that_was_given() -> None:
    value = {
        **TEMPLATE,
        "event": "REJECTED",
        "reason": "INVALID_FORMAT",
        "message_template_category": "UTILITY",
        "rejection_info": {"reason": "Two variables stand side by side.", "recommendation": "Put words between them."},
    }
    event = parse("message_template_status_update", value)
    assert event.reason == "Two variables stand side by side."
    assert (event.details["advice"], event.details["category"]) == ("Put words between them.", "utility")


def test_why_a_template_was_paused_and_when_it_will_be_disabled() -> None:
    other = {"title": "FIRST_PAUSE", "description": "People blocked you because of it."}
    paused = parse("message_template_status_update", {**TEMPLATE, "event": "PAUSED", "other_info": other})
    assert paused.reason == "People blocked you because of it."
    disabling = {"disable_date": "December 1, 2026"}
    due = parse("message_template_status_update", {**TEMPLATE, "event": "FLAGGED", "disable_info": disabling})
    assert paused.details["reason_code"] == "first_pause"
    assert due.details["disabled_on"] == "December 1, 2026"
    assert due.details["effective_at"] == "2026-12-01T00:00:00+00:00"


@pytest.mark.parametrize("reason", ["INVALID_FORMAT", "TAG_CONTENT_MISMATCH", "PROMOTIONAL", "SCAM", "ABUSIVE_CONTENT"])
def test_the_code_of_a_rejection_has_words(reason: str) -> None:
    event = parse("message_template_status_update", {**TEMPLATE, "event": "REJECTED", "reason": reason})
    assert event.details["reason_code"] == reason.lower()
    words = explain_reason(reason.lower())
    assert words is not None
    assert words == explain_reason(reason)
    assert words.en.endswith(".")
    assert words.ar.endswith(".")


def test_a_reason_without_a_code_has_no_words_of_ours() -> None:
    assert explain_reason("Two variables stand side by side.") is None
    assert explain_reason(None) is None
