"""From what somebody wants to say to the messages that say it, each with an id, a status and tries of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hoopoe.channels.capabilities import Capabilities
from hoopoe.channels.contract import MediaContent
from hoopoe.channels.fitting import Degradation, fit
from hoopoe.conversations.outbox.queue import OutgoingMessage
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, JsonObject


def compose(
    message: OutgoingMessage, limits: Capabilities, *, changed: Sequence[Degradation] = ()
) -> list[OutgoingMessage]:
    """A message as its provider takes it: as it is, changed, or as several, in the order of sending.

    The first keeps the id and answers what the message answered. A barrier stands behind the last, and behind a file
    whose caption follows it as a text: the words about a picture do not come before it. `changed`: what was done to
    the content before.
    """
    fitted = fit(message.content, limits)
    done = (*changed, *fitted.degradations)
    if not done:
        return [message]
    ids = [message.id, *(new_id() for _ in fitted.parts[1:])]
    said = fitting_to_json(done, ids)
    last = len(ids) - 1
    return [
        replace(
            message,
            id=id_,
            content=content,
            reply_to=message.reply_to if place == 0 else None,
            waits_for_delivery=message.waits_for_delivery if place == last else isinstance(content, MediaContent),
            fitting=said,
        )
        for place, (id_, content) in enumerate(zip(ids, fitted.parts, strict=True))
    ]


def fitting_to_json(degradations: Sequence[Degradation], ids: Sequence[UUID]) -> JsonObject:
    """{"degradations": [{"code", "from", "to", "limit"}], "parts": [ids]}: what a message's `fitting` holds.

    `parts` are all the messages that one became, in order; empty where it stayed one.
    """
    said: list[Json] = [
        {"code": each.code.value, "from": each.before, "to": each.after, "limit": each.limit} for each in degradations
    ]
    parts: list[Json] = [str(id_) for id_ in ids] if len(ids) > 1 else []
    return {"degradations": said, "parts": parts}
