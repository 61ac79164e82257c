"""What follows from the answer to a send. Pure: the closed table of providers' codes in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from hoopoe.channels.contract import Accepted, Doubtful, Postponed, ProviderError, Refused, SendResult
from hoopoe.channels.errors import NO_CODE
from hoopoe.conversations.status import OutboxState

FIRST_RETRY_SECONDS = 5.0
MAX_RETRY_SECONDS = 60.0
MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine: the claim was given back, to be due again in so many seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an outbox row goes from `sending`. `delay` seconds until it may be claimed again."""

    state: OutboxState
    outcome: str
    delay: float = 0.0
    provider_id: str | None = None
    error: ProviderError | None = None
    counts: bool = True


def judge(result: SendResult | NotSent, *, attempt: int, first_retry: float = FIRST_RETRY_SECONDS) -> Verdict:
    """The verdict over one attempt.

    A refusal that a later try may overcome is tried `MAX_ATTEMPTS` times; when it is the provider that
    is away or asks us to slow down, for as long as the window is open: the conversation's messages wait
    here and leave in order. A doubt is never tried again from here.
    """
    match result:
        case Accepted(provider_id):
            return Verdict(OutboxState.DONE, "accepted", provider_id=provider_id)
        case NotSent(delay) | Postponed(delay):
            return Verdict(OutboxState.QUEUED, "not_sent", delay=delay, counts=False)
        case Doubtful(reason):
            return Verdict(OutboxState.UNKNOWN, "unknown", error=ProviderError(NO_CODE, reason))
        case Refused(error, retry_after, is_passing):
            if retry_after is None or (attempt >= MAX_ATTEMPTS and not is_passing):
                return Verdict(OutboxState.DEAD, "refused", error=error)
            backoff = min(first_retry * 2 ** min(attempt - 1, 10), MAX_RETRY_SECONDS)
            return Verdict(OutboxState.RETRYING, "refused", delay=max(retry_after, backoff), error=error)
        case _:
            assert_never(result)
