"""Meta's messages and statuses in our own words. Pure.

A type that we do not know, or whose inner part is broken, is filed as `unsupported` with its raw part:
nothing is thrown away because it was not understood. Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hoopoe.channels.contract import (
    Address,
    InboundMessage,
    InboundType,
    StatusName,
    StatusUpdate,
)
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.fields import is_user_id, read_error, read_id, read_phone, read_text
from hoopoe.kernel.json import Json, JsonObject

# Above this a timestamp counts milliseconds: as seconds it would be in the year 5138.
MAX_SECONDS = 10**11


class _BrokenPartError(Exception):
    """The inner part of a known type is not what its type says."""


def parse_message(payload: JsonObject) -> InboundMessage:
    """Read one message item of `split_webhook`. Raises `UnreadableItem` when it has no sender, id or time."""
    message = _object(payload.get("message"), "message")
    contact = payload.get("contact")
    message_id = read_id(message.get("id"))
    if message_id is None:
        raise UnreadableItem("message.id is missing")
    sender = _read_sender(message, contact if isinstance(contact, dict) else {})
    type_, content, text, payload_id = _read_content(message)
    context = message.get("context")
    return InboundMessage(
        provider_id=message_id,
        sender=sender,
        type=type_,
        content=content,
        text=text,
        sent_at=_read_time(message.get("timestamp"), "message.timestamp"),
        payload_id=payload_id,
        reply_to=read_id(context.get("id")) if isinstance(context, dict) else None,
    )


def parse_status(payload: JsonObject) -> StatusUpdate:
    """Read one status item of `split_webhook`. Raises `UnreadableItem`, also for a status we do not know."""
    status = _object(payload.get("status"), "status")
    status_id = read_id(status.get("id"))
    if status_id is None:
        raise UnreadableItem("status.id is missing")
    try:
        name = StatusName(read_id(status.get("status")) or "")
    except ValueError:
        raise UnreadableItem(f"status.status is not one that we know: {str(status.get('status'))[:40]!r}") from None
    opaque, errors = status.get("biz_opaque_callback_data"), status.get("errors")
    return StatusUpdate(
        provider_id=status_id,
        status=name,
        at=_read_time(status.get("timestamp"), "status.timestamp"),
        opaque=opaque if isinstance(opaque, str) else None,
        error=read_error(errors[0]) if isinstance(errors, list) and errors else None,
        pricing=pricing if isinstance(pricing := status.get("pricing"), dict) else None,
    )


def _read_sender(message: JsonObject, contact: JsonObject) -> Address:
    user_id = read_id(message.get("from_user_id")) or read_id(contact.get("user_id"))
    phone = None
    for found in (read_phone(message.get("from")), read_phone(contact.get("wa_id"))):
        if found is not None and is_user_id(found):
            user_id = user_id or found
        else:
            phone = phone or found
    if phone is None and user_id is None:
        raise UnreadableItem("message.from is missing, and there is no user id either")
    profile = contact.get("profile")
    profile = profile if isinstance(profile, dict) else {}
    username, name = read_text(profile.get("username")), read_text(profile.get("name"))
    return Address(
        phone=phone,
        user_id=user_id,
        parent_user_id=read_id(message.get("from_parent_user_id")) or read_id(contact.get("parent_user_id")),
        username=username.strip().removeprefix("@") or None if username is not None else None,
        name=name.strip() if name is not None else None,
    )


_Content = tuple[InboundType, JsonObject, str, str | None]


def _read_content(message: JsonObject) -> _Content:
    type_ = message.get("type")
    reader = READERS.get(type_) if isinstance(type_, str) else None
    if reader is not None:
        try:
            return reader(message)
        except _BrokenPartError:
            pass
    return InboundType.UNSUPPORTED, {"type": type_ if isinstance(type_, str) else None, "raw": message}, "", None


def _read_text(message: JsonObject) -> _Content:
    body = _need(_part(message, "text"), "body")
    return InboundType.TEXT, {"body": body}, body, None


def _read_button(message: JsonObject) -> _Content:
    """The quick reply of a template: its payload is ours, or else its text."""
    button = _part(message, "button")
    title = _need(button, "text")
    payload_id = read_text(button.get("payload")) or title
    return InboundType.BUTTON_REPLY, {"id": payload_id, "title": title}, title, payload_id


def _read_interactive(message: JsonObject) -> _Content:
    interactive = _part(message, "interactive")
    match interactive.get("type"):
        case "button_reply":
            reply = _part(interactive, "button_reply")
            type_ = InboundType.BUTTON_REPLY
        case "list_reply":
            reply = _part(interactive, "list_reply")
            type_ = InboundType.LIST_REPLY
        case _:
            raise _BrokenPartError
    payload_id, title = _need(reply, "id"), _need(reply, "title")
    content: JsonObject = {"id": payload_id, "title": title}
    if type_ is InboundType.LIST_REPLY and read_text(reply.get("description")) is not None:
        content["description"] = reply["description"]
    return type_, content, title, payload_id


def _read_image(message: JsonObject) -> _Content:
    image = _part(message, "image")
    media_id = read_id(image.get("id"))
    if media_id is None:
        raise _BrokenPartError
    caption = read_text(image.get("caption"))
    content: JsonObject = {
        "media_id": media_id,
        "mime_type": read_text(image.get("mime_type")),
        "sha256": read_text(image.get("sha256")),
        "caption": caption,
        "state": "pending",
    }
    return InboundType.IMAGE, content, caption or "", None


def _read_location(message: JsonObject) -> _Content:
    location = _part(message, "location")
    latitude, longitude = _degrees(location.get("latitude"), 90), _degrees(location.get("longitude"), 180)
    content: JsonObject = {"latitude": latitude, "longitude": longitude}
    for name in ("name", "address", "url"):
        if read_text(location.get(name)) is not None:
            content[name] = location[name]
    return InboundType.LOCATION, content, read_text(location.get("name")) or "", None


READERS: dict[str, Callable[[JsonObject], _Content]] = {
    "text": _read_text,
    "button": _read_button,
    "interactive": _read_interactive,
    "image": _read_image,
    "location": _read_location,
}


def _read_time(value: Json, name: str) -> datetime:
    """Seconds as text by the book; numbers and milliseconds have been seen."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
        if not seconds > 0:
            raise UnreadableItem(f"{name} is missing or not a time")
        return datetime.fromtimestamp(seconds / 1000 if seconds > MAX_SECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableItem(f"{name} is not a time") from None


def _object(value: Json, name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise UnreadableItem(f"{name} is not an object")
    return value


def _part(message: JsonObject, name: str) -> JsonObject:
    part = message.get(name)
    if not isinstance(part, dict):
        raise _BrokenPartError
    return part


def _need(part: JsonObject, name: str) -> str:
    text = read_text(part.get(name))
    if text is None:
        raise _BrokenPartError
    return text


def _degrees(value: Json, limit: float) -> float:
    try:
        degrees = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        raise _BrokenPartError from None
    if degrees is None or not -limit <= degrees <= limit:
        raise _BrokenPartError
    return degrees
