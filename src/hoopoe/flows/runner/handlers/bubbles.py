"""Texts that a sprint says one after the other, as one message: each bubble costs money. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Event, HandedToHuman, MessageQueued

BETWEEN: Final = "\n\n"


def merge_texts(events: Sequence[Event], limit: int) -> list[Event]:
    """The events of a sprint with neighbouring plain texts joined by an empty line, while they fit into one message.

    What is no text stays by itself, nothing is joined behind a barrier, and what was said before a conversation is
    handed over is not joined with what is said after.
    """
    merged: list[Event] = []
    last: int | None = None
    for event in events:
        if isinstance(event, MessageQueued):
            joined = _join(merged[last], event, limit) if last is not None else None
            if joined is not None and last is not None:
                merged[last] = joined
                continue
            last = len(merged)
        elif isinstance(event, HandedToHuman):
            last = None
        merged.append(event)
    return merged


def _join(before: Event, after: MessageQueued, limit: int) -> MessageQueued | None:
    """Two messages as one, under the first one's node; None where they stay two."""
    if not isinstance(before, MessageQueued) or before.waits_for_delivery:
        return None
    if not isinstance(before.content, TextContent) or not isinstance(after.content, TextContent):
        return None
    body = f"{before.content.body.rstrip()}{BETWEEN}{after.content.body.lstrip()}"
    if len(body) > limit:
        return None
    return MessageQueued(TextContent(body), before.node_id, after.waits_for_delivery, before.bubbles + after.bubbles)
