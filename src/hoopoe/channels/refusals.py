"""Refusals of channels. (What providers refuse is in errors.py.)"""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class ChannelExists(Refusal):
    """This workspace has a channel with this number already."""

    status = 409
    code = "channel_exists"
    message = "There is a channel with this number already."


class NumberTaken(Refusal):
    """The number is connected through another channel, here or elsewhere. Where is not said."""

    status = 409
    code = "number_taken"
    message = "This number is connected already. Disconnect it there first."
