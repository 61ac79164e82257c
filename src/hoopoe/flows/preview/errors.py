"""Refusals of previews."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class ActNotPossible(Refusal):
    """What shall happen cannot happen now: `details.act` is its place, from 0, `details.reason` why, for programs."""

    status = 409
    code = "act_not_possible"
    message = "That cannot happen now."
