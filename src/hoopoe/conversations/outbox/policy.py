"""What follows from the answer to a send. Pure: the closed table of providers' codes in, a verdict out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from hoopoe.channels.contract import Accepted, Doubtful, Postponed, ProviderError, Refused, SendResult
from hoopoe.channels.errors import NO_CODE, ErrorRule
from hoopoe.conversations.status import OutboxState

FIRST_RETRY_SECONDS = 5.0
MAX_RETRY_SECONDS = 60.0
MAX_ATTEMPTS = 3
# The last wait where a provider names the growth: four to the fourth.
MAX_NAMED_SECONDS = 256.0
# How long what follows a message with a barrier waits for it to be on the phone, counted from its being accepted.
DELIVERY_SECONDS = 10.0
# What a channel's trouble sent back is claimed when the channel works again; not before that was written.
TROUBLE_SECONDS = 1.0
# Several that were refused at once come back one after the other.
JITTER = 0.2


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine: the claim was given back, to be due again in so many seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an outbox row goes from `sending`. `delay` seconds until it may be claimed again.

    `stops`: the channel is in trouble, for this reason. `slows`: so many seconds nothing leaves over the channel.
    """

    state: OutboxState
    outcome: str
    delay: float = 0.0
    provider_id: str | None = None
    error: ProviderError | None = None
    counts: bool = True
    stops: ErrorRule | None = None
    slows: float = 0.0


def judge(
    result: SendResult | NotSent,
    *,
    attempt: int,
    first_retry: float = FIRST_RETRY_SECONDS,
    rule: ErrorRule | None = None,
    jitter: float = 1.0,
) -> Verdict:
    """The verdict over one attempt. `rule` is that of a refusal's code, `jitter` between 1 - JITTER and 1 + JITTER.

    A refusal that a later try may overcome is tried `MAX_ATTEMPTS` times; when it is the provider that
    is away or asks us to slow down, or the channel that is in trouble, for as long as the window is open: the
    conversation's messages wait here and leave in order. A doubt is never tried again from here.
    """
    match result:
        case Accepted(provider_id):
            return Verdict(OutboxState.DONE, "accepted", provider_id=provider_id)
        case NotSent(delay) | Postponed(delay):
            return Verdict(OutboxState.QUEUED, "not_sent", delay=delay, counts=False)
        case Doubtful(reason):
            return Verdict(OutboxState.UNKNOWN, "unknown", error=ProviderError(NO_CODE, reason))
        case Refused(error, retry_after, is_passing):
            if rule is not None and rule.stops is not None:
                return Verdict(OutboxState.RETRYING, "refused", delay=TROUBLE_SECONDS, error=error, stops=rule)
            if retry_after is None or (attempt >= MAX_ATTEMPTS and not is_passing):
                return Verdict(OutboxState.DEAD, "refused", error=error)
            backoff = min(first_retry * 2 ** min(attempt - 1, 10), MAX_RETRY_SECONDS)
            if rule is not None and rule.growth is not None:
                backoff = min(rule.growth ** min(attempt, 10), MAX_NAMED_SECONDS)
            # Never earlier than the provider says.
            delay = max(retry_after * max(1.0, jitter), backoff * jitter)
            slows = retry_after if rule is not None and rule.slows else 0.0
            return Verdict(OutboxState.RETRYING, "refused", delay=delay, error=error, slows=slows)
        case _:
            assert_never(result)
