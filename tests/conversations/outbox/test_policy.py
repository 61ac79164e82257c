"""What follows from the answer to a send."""

from __future__ import annotations

import pytest

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendResult
from hoopoe.conversations.outbox.policy import MAX_ATTEMPTS, MAX_RETRY_SECONDS, NotSent, judge
from hoopoe.conversations.status import OutboxState

ERROR = ProviderError(131000, "Something went wrong")


@pytest.mark.parametrize(
    ("result", "attempt", "state"),
    [
        (Accepted("wamid.1"), 1, OutboxState.DONE),
        (Refused(ERROR), 1, OutboxState.DEAD),
        (Refused(ERROR, retry_after=0), 1, OutboxState.RETRYING),
        (Refused(ERROR, retry_after=0), MAX_ATTEMPTS, OutboxState.DEAD),
        (Refused(ERROR, retry_after=0, is_passing=True), 1000, OutboxState.RETRYING),
        (Doubtful("the answer was lost"), 1, OutboxState.UNKNOWN),
        (Doubtful("the answer was lost"), 1000, OutboxState.UNKNOWN),
        (NotSent(0.0), 1, OutboxState.QUEUED),
    ],
)
def test_verdicts(result: SendResult | NotSent, attempt: int, state: OutboxState) -> None:
    assert judge(result, attempt=attempt).state is state


def test_waits_double_up_to_a_minute_and_respect_the_provider() -> None:
    waits = [judge(Refused(ERROR, 0, is_passing=True), attempt=n).delay for n in range(1, 8)]
    assert waits == [5, 10, 20, 40, 60, 60, 60]
    assert judge(Refused(ERROR, retry_after=600, is_passing=True), attempt=1).delay == 600
    assert waits[-1] == MAX_RETRY_SECONDS


def test_a_doubt_never_leads_to_another_send() -> None:
    verdict = judge(Doubtful("cut"), attempt=1)
    assert verdict.state is OutboxState.UNKNOWN
    assert verdict.delay == 0


def test_what_did_not_leave_does_not_count_as_an_attempt() -> None:
    assert not judge(NotSent(2.0), attempt=2).counts
    assert judge(Accepted("wamid.1"), attempt=2).counts
