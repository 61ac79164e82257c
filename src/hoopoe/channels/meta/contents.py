"""What Meta's message objects hold, by their type. Pure.

A reader takes a whole message object and returns its content; `BrokenPart` when the part under its type is not
what the type says. Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hoopoe.channels.contract import InboundType
from hoopoe.channels.inbound import (
    BrokenPart,
    drop_known,
    make_contacts,
    make_errors,
    make_form_reply,
    make_medium,
    make_order,
    make_referral,
    name_of_contacts,
    phone_of_contacts,
)
from hoopoe.channels.meta.fields import read_error, read_id, read_text, read_time
from hoopoe.kernel.json import Json, JsonObject

_COMMON: Final = "from from_user_id from_parent_user_id id timestamp type context referral errors group_id"
_USER_IDS: Final = "user_id parent_user_id previous_user_id previous_parent_user_id"

# Keys of any message. What else stands beside the part of its type is kept under `extra`.
COMMON: Final = frozenset(_COMMON.split())
CONTEXT: Final = frozenset(("from", "id", "forwarded", "frequently_forwarded", "referred_product"))
MEDIA: Final = frozenset(("id", "mime_type", "sha256", "caption", "filename", "voice", "animated", "url"))
PARTS: Final[dict[str, frozenset[str]]] = {
    "text": frozenset(("body", "preview_url")),
    "button": frozenset(("payload", "text")),
    "image": MEDIA,
    "video": MEDIA,
    "audio": MEDIA,
    "voice": MEDIA,
    "document": MEDIA,
    "sticker": MEDIA,
    "location": frozenset(("latitude", "longitude", "name", "address", "url")),
    "order": frozenset(("catalog_id", "text", "product_items")),
    "button_reply": frozenset(("id", "title")),
    "list_reply": frozenset(("id", "title", "description")),
    "nfm_reply": frozenset(("name", "body", "response_json")),
    "call_permission_reply": frozenset(("response", "is_permanent", "expiration_timestamp", "response_source")),
    "system": frozenset(("body", "type", "wa_id", "new_wa_id", "customer", "identity", *_USER_IDS.split())),
}
ADDRESS_FORM: Final = "address_message"


@dataclass(slots=True)
class Read:
    """What a message holds. `text` and `payload_id` are what a flow reads as the answer."""

    type: InboundType
    content: JsonObject
    text: str = ""
    payload_id: str | None = None


def read_content(message: JsonObject) -> Read:
    """What a message object holds, with whatever of it nobody here knows. Never fails: see `unsupported`."""
    type_ = message.get("type")
    reader = READERS.get(type_) if isinstance(type_, str) else None
    if reader is not None:
        try:
            read = reader(message)
        except BrokenPart:
            pass
        else:
            _add_circumstances(read.content, message)
            return read
    return _read_unsupported(message, type_ if isinstance(type_, str) else None)


def _read_unsupported(message: JsonObject, type_: str | None) -> Read:
    content: JsonObject = {"type": type_, "raw": message}
    of = message.get("unsupported")
    if isinstance(of, dict) and read_text(of.get("type")) is not None:
        content["of"] = of["type"]
    _add_errors(content, message)
    return Read(InboundType.UNSUPPORTED, content)


# --- What any message may carry -------------------------------------------------------------------


def _add_circumstances(content: JsonObject, message: JsonObject) -> None:
    """Forwarded or not, from which ad, about which product, what was wrong, and what nobody here knows."""
    context = message.get("context")
    context = context if isinstance(context, dict) else {}
    if context.get("frequently_forwarded") is True:
        content["forwarded"] = "often"
    elif context.get("forwarded") is True:
        content["forwarded"] = "once"
    product = context.get("referred_product")
    if isinstance(product, dict) and read_id(product.get("product_retailer_id")) is not None:
        content["product"] = {
            "catalog_id": read_id(product.get("catalog_id")),
            "product_id": read_id(product.get("product_retailer_id")),
        }
    referral = message.get("referral")
    if isinstance(referral, dict):
        described = make_referral({**referral, "welcome_message": _welcome(referral)})
        if described is not None:
            content["referral"] = described
    _add_errors(content, message)
    extra = _find_extra(message, context)
    if extra:
        content["extra"] = extra


def _welcome(referral: JsonObject) -> Json:
    welcome = referral.get("welcome_message")
    return welcome.get("text") if isinstance(welcome, dict) else welcome


def _add_errors(content: JsonObject, message: JsonObject) -> None:
    errors = message.get("errors")
    found = [error for error in map(read_error, errors) if error is not None] if isinstance(errors, list) else []
    if found:
        content["errors"] = make_errors(found)


def _find_extra(message: JsonObject, context: JsonObject) -> JsonObject:
    """What no reader reads, at the place where it stood."""
    type_ = str(message["type"])
    extra = drop_known(message, COMMON | {type_} | ({"identity"} if type_ == "system" else set()))
    if unknown := drop_known(context, CONTEXT):
        extra["context"] = unknown
    part = message.get(type_)
    if isinstance(part, dict):
        if type_ == "interactive":
            kind = str(part.get("type"))
            unknown = drop_known(part, {"type", kind})
            inner = part.get(kind)
            if isinstance(inner, dict) and (rest := drop_known(inner, PARTS.get(kind, frozenset()))):
                unknown[kind] = rest
        else:
            unknown = drop_known(part, PARTS.get(type_, frozenset()))
        if unknown:
            extra[type_] = unknown
    return extra


# --- Types ----------------------------------------------------------------------------------------


def _read_text(message: JsonObject) -> Read:
    part = _part(message, "text")
    body = _need(part, "body")
    content: JsonObject = {"body": body}
    if part.get("preview_url") is True:
        content["preview"] = True
    return Read(InboundType.TEXT, content, body)


def _read_button(message: JsonObject) -> Read:
    """The quick reply of a template: its payload is ours, or else its text."""
    button = _part(message, "button")
    title = _need(button, "text")
    payload_id = read_text(button.get("payload")) or title
    return Read(InboundType.BUTTON_REPLY, {"id": payload_id, "title": title}, title, payload_id)


def _read_interactive(message: JsonObject) -> Read:
    interactive = _part(message, "interactive")
    match interactive.get("type"):
        case "button_reply":
            return _read_choice(_part(interactive, "button_reply"), InboundType.BUTTON_REPLY)
        case "list_reply":
            return _read_choice(_part(interactive, "list_reply"), InboundType.LIST_REPLY)
        case "nfm_reply":
            return _read_form(_part(interactive, "nfm_reply"))
        case "call_permission_reply":
            return _read_call_permission(_part(interactive, "call_permission_reply"))
        case _:
            raise BrokenPart


def _read_choice(reply: JsonObject, type_: InboundType) -> Read:
    payload_id, title = _need(reply, "id"), _need(reply, "title")
    content: JsonObject = {"id": payload_id, "title": title}
    if type_ is InboundType.LIST_REPLY and read_text(reply.get("description")) is not None:
        content["description"] = reply["description"]
    return Read(type_, content, title, payload_id)


def _read_form(reply: JsonObject) -> Read:
    """A form of WhatsApp's own (`flow`), or an address: both are JSON inside a text."""
    name, body = read_text(reply.get("name")), read_text(reply.get("body"))
    if "response_json" not in reply:
        raise BrokenPart
    content = make_form_reply(name=name, body=body, response=reply["response_json"])
    answer = content["answer"]
    values = answer.get("values") if isinstance(answer, dict) else None
    if name == ADDRESS_FORM and isinstance(answer, dict) and isinstance(values, dict):
        address: JsonObject = {"body": body, "values": values, "saved_id": read_id(answer.get("saved_address_id"))}
        if more := drop_known(answer, ("values", "saved_address_id")):
            address["more"] = more
        return Read(InboundType.ADDRESS, address, body or "")
    return Read(InboundType.FORM_REPLY, content, body or "")


def _read_call_permission(reply: JsonObject) -> Read:
    response = _need(reply, "response")
    expires_at = read_time(reply.get("expiration_timestamp"))
    is_permanent = reply.get("is_permanent")
    content: JsonObject = {
        "response": response,
        "permanent": is_permanent if isinstance(is_permanent, bool) else None,
        "expires_at": expires_at.isoformat() if expires_at is not None else None,
        "source": read_text(reply.get("response_source")),
    }
    return Read(InboundType.CALL_PERMISSION, content, payload_id=response)


def _read_medium(message: JsonObject, name: str, type_: InboundType) -> Read:
    part = _part(message, name)
    media_id, caption = read_id(part.get("id")), read_text(part.get("caption"))
    if media_id is None:
        raise BrokenPart
    content = make_medium(
        media_id=media_id,
        mime_type=read_text(part.get("mime_type")),
        sha256=read_text(part.get("sha256")),
        caption=caption,
        filename=read_text(part.get("filename")),
        is_voice=part.get("voice") is True or name == "voice",
        is_animated=part.get("animated") is True,
    )
    return Read(type_, content, caption or "")


def _medium_reader(name: str, type_: InboundType) -> Callable[[JsonObject], Read]:
    return lambda message: _read_medium(message, name, type_)


def _read_location(message: JsonObject) -> Read:
    location = _part(message, "location")
    latitude, longitude = _degrees(location.get("latitude"), 90), _degrees(location.get("longitude"), 180)
    content: JsonObject = {"latitude": latitude, "longitude": longitude}
    for name in ("name", "address", "url"):
        if read_text(location.get(name)) is not None:
            content[name] = location[name]
    return Read(InboundType.LOCATION, content, read_text(location.get("name")) or "")


def _read_contacts(message: JsonObject) -> Read:
    """Cards. Who was asked for the own number answers with a card of `origin` "contact_request"."""
    content = make_contacts(message.get("contacts"))
    cards = content["contacts"]
    is_answer = isinstance(cards, list) and isinstance(cards[0], dict) and cards[0].get("origin") == "contact_request"
    said = phone_of_contacts(content) if is_answer else name_of_contacts(content)
    return Read(InboundType.CONTACTS, content, said or "")


def _read_order(message: JsonObject) -> Read:
    order = _part(message, "order")
    note = read_text(order.get("text"))
    content = make_order(catalog_id=read_id(order.get("catalog_id")), note=note, items=order.get("product_items"))
    return Read(InboundType.ORDER, content, note or "")


def _read_system(message: JsonObject) -> Read:
    """A notice about the person: another number, another user id, another device. Empty keys are left out."""
    part = _part(message, "system")
    identity = message.get("identity")
    identity = identity if isinstance(identity, dict) else part.get("identity")
    content: JsonObject = {
        "event": read_text(part.get("type")),
        "body": read_text(part.get("body")),
        "phone": read_id(part.get("wa_id")) or read_id(part.get("new_wa_id")),
        "previous_phone": read_id(part.get("customer")),
        "identity": identity if isinstance(identity, dict) else None,
    }
    for name in _USER_IDS.split():
        content[name] = read_id(part.get(name))
    return Read(InboundType.SYSTEM, {key: value for key, value in content.items() if value is not None})


def _read_welcome(message: JsonObject) -> Read:  # noqa: ARG001
    """Somebody opened the chat for the first time, and has said nothing yet."""
    return Read(InboundType.SYSTEM, {"event": "request_welcome"})


READERS: Final[dict[str, Callable[[JsonObject], Read]]] = {
    "text": _read_text,
    "button": _read_button,
    "interactive": _read_interactive,
    "image": _medium_reader("image", InboundType.IMAGE),
    "video": _medium_reader("video", InboundType.VIDEO),
    "audio": _medium_reader("audio", InboundType.AUDIO),
    "voice": _medium_reader("voice", InboundType.AUDIO),
    "document": _medium_reader("document", InboundType.DOCUMENT),
    "sticker": _medium_reader("sticker", InboundType.STICKER),
    "location": _read_location,
    "contacts": _read_contacts,
    "order": _read_order,
    "system": _read_system,
    "request_welcome": _read_welcome,
}


def _part(message: JsonObject, name: str) -> JsonObject:
    part = message.get(name)
    if not isinstance(part, dict):
        raise BrokenPart
    return part


def _need(part: JsonObject, name: str) -> str:
    text = read_text(part.get(name))
    if text is None:
        raise BrokenPart
    return text


def _degrees(value: Json, limit: float) -> float:
    try:
        degrees = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        raise BrokenPart from None
    if degrees is None or not -limit <= degrees <= limit:
        raise BrokenPart
    return degrees
