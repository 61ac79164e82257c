"""Between a provider's message and what a flow may see of it."""

from __future__ import annotations

from datetime import datetime

from hoopoe.channels.contract import MEDIA_TYPES, InboundMessage, InboundType
from hoopoe.channels.inbound import phone_of_contacts
from hoopoe.flows.engine import Incoming
from hoopoe.kernel.json import Json, JsonObject

# What WhatsApp does not pass on, which may be an edit or a deletion, and changes that name nothing to change: no turn
# of a talk. Real changes, groups and notices never come here.
SILENT_TYPES = frozenset({"reaction", "edit", "revoke", "system", "unsupported", "unknown"})


def is_heard(message: InboundMessage) -> bool:
    """Whether a flow hears this message at all."""
    return message.type is not InboundType.UNSUPPORTED or message.content.get("type") not in SILENT_TYPES


def to_incoming(message: InboundMessage) -> Incoming:
    """What a flow sees."""
    type_, content = message.type, message.content
    form = content.get("answer") if type_ is InboundType.FORM_REPLY else None
    return Incoming(
        type=type_,
        text=message.text,
        payload_id=message.payload_id,
        title=message.text or None if message.payload_id is not None else None,
        location=content if type_ is InboundType.LOCATION else None,
        media=content if type_ in MEDIA_TYPES else None,
        contacts=content.get("contacts") if type_ is InboundType.CONTACTS else None,
        phone=phone_of_contacts(content) if type_ is InboundType.CONTACTS else None,
        order=content if type_ is InboundType.ORDER else None,
        form=content.get("values") if type_ is InboundType.ADDRESS else form,
        referral=_object(content.get("referral")),
        product=_object(content.get("product")),
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
        "contacts": incoming.contacts,
        "phone": incoming.phone,
        "order": incoming.order,
        "form": incoming.form,
        "referral": incoming.referral,
        "product": incoming.product,
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
        contacts=data.get("contacts"),
        phone=_text(data.get("phone")),
        order=_object(data.get("order")),
        form=data.get("form"),
        referral=_object(data.get("referral")),
        product=_object(data.get("product")),
        at=datetime.fromisoformat(at) if isinstance(at, str) else None,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Json) -> JsonObject | None:
    return value if isinstance(value, dict) else None
