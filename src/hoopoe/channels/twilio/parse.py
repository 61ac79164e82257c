"""Twilio's messages and statuses in our own words. Pure.

A form carries no type that could be trusted alone: what it is follows from the parameters that it has. What
none of the readers knows is filed as `unsupported` with all of its parameters: nothing is thrown away because
it was not understood. Source: Twilio, messaging/guides/webhook-request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

from hoopoe.channels.contract import Address, InboundMessage, InboundType, ProviderError, StatusName, StatusUpdate
from hoopoe.channels.errors import NO_CODE, UnreadableItem
from hoopoe.channels.twilio.fields import (
    read_code,
    read_count,
    read_digits,
    read_id,
    read_number,
    read_text,
    read_user_id,
)
from hoopoe.channels.twilio.split import CHANGES_NOTHING, OPAQUE_KEY, RECEIVED_KEY
from hoopoe.kernel.json import Json, JsonObject

STATUSES: Final = {
    "sent": StatusName.SENT,
    "delivered": StatusName.DELIVERED,
    "read": StatusName.READ,
    "failed": StatusName.FAILED,
    "undelivered": StatusName.FAILED,
}
# What a body alone may stand for. A tap whose own parameters are missing still repeats its label there.
TEXT_TYPES: Final = ("text", "button", "interactive")
IMAGE_TYPES: Final = ("image", "media")
# The answer of a form: JSON that nobody here reads.
FORM_PARAMS: Final = ("FlowData", "InteractiveData")


class StatusChangesNothing(UnreadableItem):
    """A status on the way to `sent` (or `canceled`): known, and nothing follows from it."""


def parse_message(payload: JsonObject) -> InboundMessage:
    """Read one message item of `split_form`. Raises `UnreadableItem` when it has no sender, id or time."""
    message_id = read_id(payload.get("MessageSid")) or read_id(payload.get("SmsMessageSid"))
    message_id = message_id or read_id(payload.get("SmsSid"))
    if message_id is None:
        raise UnreadableItem("MessageSid is missing")
    sender = _read_sender(payload)
    type_, content, text, payload_id = _read_content(payload)
    referral: JsonObject = {name: value for name, value in payload.items() if name.startswith("Referral")}
    if any(read_text(value) not in (None, "0") for value in referral.values()):
        content["referral"] = referral
    return InboundMessage(
        provider_id=message_id,
        sender=sender,
        type=type_,
        content=content,
        text=text,
        sent_at=_read_time(payload.get(RECEIVED_KEY)),
        payload_id=payload_id,
        reply_to=read_id(payload.get("OriginalRepliedMessageSid")),
    )


def parse_status(payload: JsonObject) -> StatusUpdate:
    """Read one status item of `split_form`.

    Raises `UnreadableItem`, also for a status we do not know, and its kind `StatusChangesNothing` for those
    that `split_form` makes no items of.
    """
    message_id = read_id(payload.get("MessageSid")) or read_id(payload.get("SmsSid"))
    if message_id is None:
        raise UnreadableItem("MessageSid is missing")
    said = (read_id(payload.get("MessageStatus")) or "").lower()
    if said in CHANGES_NOTHING:
        raise StatusChangesNothing(f"MessageStatus {said!r} changes nothing")
    if said not in STATUSES:
        raise UnreadableItem(f"MessageStatus is not one that we know: {said[:40]!r}")
    return StatusUpdate(
        provider_id=message_id,
        status=STATUSES[said],
        at=_read_time(payload.get(RECEIVED_KEY)),
        opaque=read_text(payload.get(OPAQUE_KEY)),
        error=_read_status_error(payload),
    )


def _read_status_error(payload: JsonObject) -> ProviderError | None:
    """ErrorCode with ErrorMessage, which is often missing; ChannelStatusMessage is what WhatsApp itself said."""
    code = read_code(payload.get("ErrorCode"))
    details = read_text(payload.get("ChannelStatusMessage"))
    if code == NO_CODE and details is None:
        return None
    return ProviderError(code, read_text(payload.get("ErrorMessage")) or "", details)


def _read_sender(payload: JsonObject) -> Address:
    phone = read_digits(payload.get("WaId"))
    if phone is None and read_number(payload.get("From")) is not None:
        phone = read_digits(payload.get("From"))
    user_id = read_user_id(payload.get("ExternalUserId")) or read_user_id(payload.get("From"))
    if phone is None and user_id is None:
        raise UnreadableItem("From is neither a WhatsApp number nor a user id")
    name = read_text(payload.get("ProfileName"))
    return Address(phone=phone, user_id=user_id, name=name.strip() if name is not None else None)


_Content: TypeAlias = tuple[InboundType, JsonObject, str, str | None]


def _read_content(payload: JsonObject) -> _Content:
    type_ = (read_text(payload.get("MessageType")) or "").strip().lower() or None
    for reader in READERS:
        content = reader(payload, type_)
        if content is not None:
            return content
    return InboundType.UNSUPPORTED, {"type": type_, "raw": dict(payload)}, "", None


def _read_button(payload: JsonObject, _: str | None) -> _Content | None:
    """The tap on a quick reply. The body repeats the label; without an id the label stands for it."""
    tapped, title = read_text(payload.get("ButtonPayload")), read_text(payload.get("ButtonText"))
    if tapped is None and title is None:
        return None
    title = title or read_text(payload.get("Body")) or tapped or ""
    payload_id = tapped or title
    return InboundType.BUTTON_REPLY, {"id": payload_id, "title": title}, title, payload_id


def _read_list(payload: JsonObject, _: str | None) -> _Content | None:
    picked, title = read_text(payload.get("ListId")), read_text(payload.get("ListTitle"))
    if picked is None and title is None:
        return None
    title = title or read_text(payload.get("Body")) or picked or ""
    payload_id = picked or title
    content: JsonObject = {"id": payload_id, "title": title}
    description = read_text(payload.get("ListDescription"))
    if description is not None:
        content["description"] = description
    return InboundType.LIST_REPLY, content, title, payload_id


def _read_image(payload: JsonObject, type_: str | None) -> _Content | None:
    """One picture. A sticker is a picture too, and says so only in MessageType."""
    media_url, mime_type = read_text(payload.get("MediaUrl0")), read_text(payload.get("MediaContentType0"))
    is_image = mime_type is not None and mime_type.strip().lower().startswith("image/")
    if read_count(payload.get("NumMedia")) != 1 or media_url is None or not is_image:
        return None
    if type_ is not None and type_ not in IMAGE_TYPES:
        return None
    caption = read_text(payload.get("Body"))
    content: JsonObject = {
        "media_url": media_url,
        "mime_type": mime_type,
        "sha256": None,
        "caption": caption,
        "state": "pending",
    }
    return InboundType.IMAGE, content, caption or "", None


def _read_location(payload: JsonObject, _: str | None) -> _Content | None:
    latitude, longitude = _degrees(payload.get("Latitude"), 90), _degrees(payload.get("Longitude"), 180)
    if latitude is None or longitude is None:
        return None
    content: JsonObject = {"latitude": latitude, "longitude": longitude}
    for name, ours in (("Label", "name"), ("Address", "address")):
        text = read_text(payload.get(name))
        if text is not None:
            content[ours] = text
    return InboundType.LOCATION, content, read_text(payload.get("Label")) or "", None


def _read_text(payload: JsonObject, type_: str | None) -> _Content | None:
    body = read_text(payload.get("Body"))
    if body is None or (type_ is not None and type_ not in TEXT_TYPES):
        return None
    if read_count(payload.get("NumMedia")) or any(read_text(payload.get(name)) for name in FORM_PARAMS):
        return None
    return InboundType.TEXT, {"body": body}, body, None


READERS: Final[tuple[Callable[[JsonObject, str | None], _Content | None], ...]] = (
    _read_button,
    _read_list,
    _read_image,
    _read_location,
    _read_text,
)


def _read_time(value: Json) -> datetime:
    """Twilio sends no time with a webhook: it is when the request came, which the endpoint wrote down."""
    try:
        at = datetime.fromisoformat(read_text(value) or "")
    except ValueError:
        raise UnreadableItem(f"{RECEIVED_KEY} is missing or not a time") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _degrees(value: Json, limit: float) -> float | None:
    try:
        degrees = float(read_text(value) or "")
    except ValueError:
        return None
    return degrees if -limit <= degrees <= limit else None
