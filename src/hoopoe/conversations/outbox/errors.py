"""Refusals of the outbox."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class NothingToRetry(Refusal):
    """The message is on its way, was delivered, or never failed: sending it again would double it."""

    status = 409
    code = "nothing_to_retry"
    message = "This message did not fail, so it is not sent again."
