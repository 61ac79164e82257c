"""Refusals of tests of bots."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class TestsDiffer(Refusal):
    """Tests of the bot fail on the draft: `details.report` is what `POST /api/bots/{bot_id}/tests/run` answers, with
    those tests alone.

    Mend the flow, or publish with `accepts_differences`: what the draft says is then what they expect.
    """

    status = 409
    code = "tests_differ"
    message = "The bot says something else than its tests expect."


class TooManyTests(Refusal):
    """A bot has as many tests as it may have: publishing plays them all."""

    status = 409
    code = "too_many_tests"
    message = "This bot has 500 tests. Delete some first."


class AnswerCut(Refusal):
    """An answer of another system was too large to be kept as a whole (over 32 KB), or is from before it was."""

    status = 409
    code = "answer_cut"
    message = (
        "An answer of another system is only kept in part here, so a test would not play what happened. Choose a "
        "stretch without it, or play it in the preview and answer there."
    )
