"""Refusals of previews."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class ActNotPossible(Refusal):
    """What shall happen cannot happen now: `details.act` is its place, from 0, `details.reason` why, for programs."""

    status = 409
    code = "act_not_possible"
    message = "That cannot happen now."


class TooManyRealRequests(Refusal):
    """Previews of this workspace asked other systems for real as often as they may; `Retry-After` says how long to
    wait.
    """

    status = 429
    code = "too_many_real_requests"
    message = "Previews have asked other systems 60 times in this minute. Wait a little, or answer from examples."


class TooManyPlays(Refusal):
    """Flows of this workspace are played, in previews and tests, as often as they may be in a minute, or as many at a
    time; `Retry-After` says how long to wait.
    """

    status = 429
    code = "too_many_plays"
    message = "Many previews and tests of this workspace are played just now. Wait a little."


class PlayTooLong(Refusal):
    """A preview, or tests, took more of the processor than a request may: nothing came of it."""

    status = 409
    code = "play_too_long"
    message = "Playing this takes too long. Let less time pass at once, or play fewer or shorter tests."
