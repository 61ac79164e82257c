"""What follows from the answer to a send."""

from __future__ import annotations

import pytest

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendResult
from hoopoe.channels.meta.errors import RULES
from hoopoe.conversations.outbox.policy import JITTER, MAX_ATTEMPTS, MAX_RETRY_SECONDS, NotSent, judge
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


def test_waits_vary_but_are_never_shorter_than_the_provider_says() -> None:
    for jitter in (1 - JITTER, 1.0, 1 + JITTER):
        assert judge(Refused(ERROR, 0), attempt=1, jitter=jitter).delay == 5 * jitter
        asked = judge(Refused(ERROR, 30, is_passing=True), attempt=1, jitter=jitter).delay
        assert 30 <= asked <= 36


def test_too_much_to_one_person_waits_four_to_the_n_and_slows_nobody_else() -> None:
    rule = RULES[131056]
    pair = Refused(ProviderError(131056, "pair"), rule.retry_after, is_passing=True)
    verdicts = [judge(pair, attempt=n, rule=rule) for n in range(1, 7)]
    assert [verdict.delay for verdict in verdicts] == [6, 16, 64, 256, 256, 256]
    assert {verdict.slows for verdict in verdicts} == {0.0}


@pytest.mark.parametrize("code", [4, 80007, 130429, 429])
def test_too_much_at_once_slows_the_whole_number(code: int) -> None:
    rule = RULES[code]
    verdict = judge(Refused(ProviderError(code, "slow"), 12, is_passing=True), attempt=1, rule=rule)
    assert (verdict.state, verdict.slows) == (OutboxState.RETRYING, 12)


def test_a_refusal_of_the_channel_costs_no_message() -> None:
    rule = RULES[190]
    verdict = judge(Refused(ProviderError(190, "token")), attempt=1000, rule=rule)
    assert (verdict.state, verdict.stops) == (OutboxState.RETRYING, rule)


def test_a_doubt_never_leads_to_another_send() -> None:
    verdict = judge(Doubtful("cut"), attempt=1)
    assert verdict.state is OutboxState.UNKNOWN
    assert verdict.delay == 0


def test_what_did_not_leave_does_not_count_as_an_attempt() -> None:
    assert not judge(NotSent(2.0), attempt=2).counts
    assert judge(Accepted("wamid.1"), attempt=2).counts
