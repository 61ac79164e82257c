"""Between a provider's message and what a flow may see of it."""

from __future__ import annotations

from datetime import datetime

from hoopoe.channels.contract import InboundMessage, InboundType
from hoopoe.flows.engine import Incoming
from hoopoe.kernel.json import Json, JsonObject

# Not a turn of a talk: a reaction, an edit, a deletion, a notice. Filed, and no flow hears it.
SILENT_TYPES = frozenset({"reaction", "edit", "revoke", "system", "unsupported", "request_welcome", "unknown"})


def is_heard(message: InboundMessage) -> bool:
    """Whether a flow hears this message at all."""
    return message.type is not InboundType.UNSUPPORTED or message.content.get("type") not in SILENT_TYPES


def to_incoming(message: InboundMessage) -> Incoming:
    """What a flow sees."""
    return Incoming(
        type=message.type,
        text=message.text,
        payload_id=message.payload_id,
        title=message.text if message.payload_id is not None else None,
        location=message.content if message.type is InboundType.LOCATION else None,
        media=message.content if message.type is InboundType.IMAGE else None,
        at=message.sent_at,
    )


def dump_incoming(incoming: Incoming) -> JsonObject:
    """For a message that is held while an effect is under way."""
    return {
        "type": incoming.type,
        "text": incoming.text,
        "payload_id": incoming.payload_id,
        "title": incoming.title,
        "location": incoming.location,
        "media": incoming.media,
        "at": incoming.at.isoformat() if incoming.at is not None else None,
    }


def load_incoming(data: JsonObject) -> Incoming:
    """Read back what `dump_incoming` wrote."""
    at = data["at"]
    return Incoming(
        type=str(data["type"]),
        text=str(data["text"]),
        payload_id=_text(data["payload_id"]),
        title=_text(data["title"]),
        location=_object(data["location"]),
        media=_object(data["media"]),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Json) -> JsonObject | None:
    return value if isinstance(value, dict) else None
