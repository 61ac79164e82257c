"""Refusals of channels. (What providers refuse is in errors.py.)"""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class ChannelExists(Refusal):
    """This workspace has a channel with this number already."""

    status = 409
    code = "channel_exists"
    message = "There is a channel with this number already."


class ChannelChanged(Refusal):
    """Somebody changed the channel while it was read at the provider: what was found counts for it no more."""

    status = 409
    code = "channel_changed"
    message = "Somebody else changed this channel meanwhile. Look at it and try again."


class ChannelInUse(Refusal):
    """It has conversations, or messages that wait. It may be switched off, and what it brought stays readable."""

    status = 409
    code = "channel_in_use"
    message = "This channel has conversations, which would be lost with it. Switch it off instead."


class ChannelWasActive(Refusal):
    """Conversations and webhooks know it by its ids: they stay. `details.fields` names those that were to change."""

    status = 409
    code = "channel_was_active"
    message = "This channel has been connected before, so its number and ids stay. Connect the other number beside it."


class SubAccountNotRead(Refusal):
    """The master account's token read no sub-account, and is kept nowhere: so there is nothing to store.

    `details`: `reason_code` and `reason` as of a channel, and the values in it.
    """

    status = 422
    code = "sub_account_not_read"
    message = "The sub-account could not be read with the master account's token. Nothing was stored."


class CredentialsRefused(Refusal):
    """A new token does not open the number of a channel that works: the old one stays.

    `details`: `reason_code` and `reason` as of a channel, and the values in it.
    """

    status = 422
    code = "credentials_refused"
    message = "The number could not be read with the new credentials. Nothing was changed."


class NumberTaken(Refusal):
    """The number is connected through another channel, here or elsewhere. Where is not said."""

    status = 409
    code = "number_taken"
    message = "This number is connected already. Disconnect it there first."
