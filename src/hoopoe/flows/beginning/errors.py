"""Refusals of addresses that start flows."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class BotNotAnswering(Refusal):
    """The bot is switched off: it starts nothing until somebody switches it on again."""

    status = 409
    code = "bot_not_answering"
    message = "This bot is switched off."


class WithAPerson(Refusal):
    """A colleague has the conversation. No flow starts in it until they give it back to the bot, or close it."""

    status = 409
    code = "with_a_person"
    message = "A person has this conversation: no flow starts in it."


class NoWebhookTrigger(Refusal):
    """The published version has no such trigger: publish one that starts on `webhook` first."""

    status = 409
    code = "no_webhook_trigger"
    message = "The published flow has no trigger of this name that starts on a webhook."


class TooManyCalls(Refusal):
    """The address, or all of the workspace together, was called as often as it may be in a minute.

    `Retry-After` says how many seconds to wait.
    """

    status = 429
    code = "too_many_calls"
    message = "This address was called too often. Wait a moment."


class NobodyToStart(Refusal):
    """The flow cannot start: the person never wrote here. Only who wrote can be answered."""

    status = 409
    code = "nobody_to_start"
    message = "Nobody of this number or id ever wrote to a channel of this bot."
