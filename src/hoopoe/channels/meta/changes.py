"""Meta's message objects that change another message: reactions, edits, deletions. Pure.

They come among the messages, but nobody says anything with them: they are items of a kind of their own, in the
lane of the message that they change. Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import Deletion, Edit, MessageChange, Reaction
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.calls import read_call_change
from hoopoe.channels.meta.contents import read_content
from hoopoe.channels.meta.fields import read_id, read_text, read_time
from hoopoe.kernel.json import JsonObject

# Where each names its target: the key in the object under its type.
TARGETS: Final = {"reaction": "message_id", "edit": "original_message_id", "revoke": "original_message_id"}
# A flag or a family is one emoji of many characters; a text in its place would fill the screen.
MAX_EMOJI_CHARS: Final = 64


def target_of(message: JsonObject) -> str | None:
    """The message that a message object changes; None for one that says something, or names no target."""
    type_ = message.get("type")
    name = TARGETS.get(type_) if isinstance(type_, str) else None
    part = message.get(str(type_))
    return read_id(part.get(name)) if name is not None and isinstance(part, dict) else None


def parse_change(payload: JsonObject) -> MessageChange:
    """Read one change item of `split_webhook`. Raises `UnreadableItem` when it lacks its id, target or time."""
    call = payload.get("call")
    if isinstance(call, dict):
        return read_call_change(call)
    message = payload.get("message")
    if not isinstance(message, dict):
        raise UnreadableItem("message is not an object")
    provider_id, target_id = read_id(message.get("id")), target_of(message)
    at = read_time(message.get("timestamp"))
    if provider_id is None or target_id is None:
        raise UnreadableItem("message.id is missing, or the message that it changes")
    if at is None:
        raise UnreadableItem("message.timestamp is missing or not a time")
    is_ours = payload.get("is_ours") is True
    match message["type"]:
        case "reaction":
            part = message["reaction"]
            emoji = read_text(part.get("emoji")) if isinstance(part, dict) else None
            shown = emoji.strip()[:MAX_EMOJI_CHARS] if emoji is not None else None
            return Reaction(provider_id, target_id, at, shown, is_ours=is_ours)
        case "edit":
            part = message["edit"]
            edited = part.get("message") if isinstance(part, dict) else None
            if not isinstance(edited, dict):
                raise UnreadableItem("message.edit.message is not an object")
            read = read_content(edited)
            return Edit(provider_id, target_id, at, read.type, read.content, read.text, is_ours=is_ours)
        case _:
            return Deletion(provider_id, target_id, at, is_ours=is_ours)
