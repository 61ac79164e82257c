"""Refusals of conversations."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class WindowClosed(Refusal):
    """The person last wrote more than 24 hours ago; `details.window_expires_at` says when the window closed."""

    status = 409
    code = "window_closed"
    message = "The 24-hour window is closed. Only a template may be sent until the person writes again."


class ContactBusy(Refusal):
    """Something of the contact's conversations is on its way to WhatsApp, or about to be heard by the bot."""

    status = 409
    code = "contact_busy"
    message = "A message of this contact is on its way. Try again in a moment."


class TakenMeanwhile(Refusal):
    """Somebody else has the conversation by now: `details.assignee_id` says who, null for nobody."""

    status = 409
    code = "taken_meanwhile"
    message = "Somebody else took this conversation a moment ago."


class ChannelNotActive(Refusal):
    """The conversation's channel is disabled or not connected."""

    status = 409
    code = "channel_not_active"
    message = "This channel is not active, so nothing can be sent through it."
