"""Refusals of trials."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class NotTriableOnChannel(Refusal):
    """The channel is not active: nobody can write to it now."""

    status = 409
    code = "not_triable_on_channel"
    message = "This number is not active. Choose one that is, or mend it."


class TooManyPasses(Refusal):
    """The workspace made as many passes as it may in an hour; `Retry-After` says how long to wait."""

    status = 429
    code = "too_many_passes"
    message = "60 passes were made in this hour. Wait a while, or use one that is still good."
