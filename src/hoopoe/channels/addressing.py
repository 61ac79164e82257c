"""Where a message goes: the only place that chooses between a number and a user id. Pure.

A number where there is one: every kind of message may go to it, some (one-tap authentication templates, Meta's error
131062) to nothing else. A user id otherwise, as it is: it never passes through what numbers pass through. How the two
are written is the provider's: Meta's `to` and `recipient`, Twilio's `whatsapp:+…` and `whatsapp:SA.…`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hoopoe.channels.contract import Address
from hoopoe.channels.errors import ContentRefused


@dataclass(frozen=True, slots=True)
class ToPhone:
    """E.164, with plus."""

    phone: str


@dataclass(frozen=True, slots=True)
class ToUserId:
    """A business-scoped user id."""

    user_id: str


def choose_destination(recipient: Address) -> ToPhone | ToUserId:
    """The number where there is one, else the user id. Raises `ContentRefused` where there is neither."""
    if recipient.phone:
        return ToPhone(f"+{recipient.phone.removeprefix('+')}")
    if recipient.user_id:
        return ToUserId(recipient.user_id)
    raise ContentRefused("recipient", "there is neither a phone nor a user id")
