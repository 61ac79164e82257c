"""Refusals of bots and versions."""

from __future__ import annotations

from hoopoe.kernel.errors import Refusal


class FlowInvalid(Refusal):
    """The draft has errors, so it cannot be published: `details.faults` lists every fault by node and field."""

    status = 422
    code = "flow_invalid"
    message = "The flow has errors. Mend them, then publish."


class DraftChanged(Refusal):
    """The draft was saved meanwhile: `details` tells its `revision`, `updated_at`, and `updated_by` whom.

    Nothing was saved over it; nor is anything published that was not looked at, or not tested.
    """

    status = 409
    code = "draft_changed"
    message = "Somebody saved this draft meanwhile. Nothing was saved or published."


class NothingChanged(Refusal):
    """The draft says the same as what is published, so there is nothing to publish: `details.version` is its number."""

    status = 409
    code = "nothing_changed"
    message = "Nothing has changed since the published version."


class BotNotPublished(Refusal):
    """A bot without a published version has nothing to answer with."""

    status = 409
    code = "bot_not_published"
    message = "This bot has no published version. Publish it first."


class BotInUse(Refusal):
    """People are in the middle of its flow: `details.waiting` says how many. `?force=true` drops them."""

    status = 409
    code = "bot_in_use"
    message = "People are in the middle of this bot's flow."
