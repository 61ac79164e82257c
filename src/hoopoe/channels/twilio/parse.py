"""Twilio's messages and statuses in our own words. Pure.

What a message holds is read by `inbound`. Source: Twilio, messaging/guides/webhook-request.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hoopoe.channels.contract import (
    Address,
    GroupMessage,
    InboundMessage,
    MessageChange,
    ProviderError,
    StatusName,
    StatusUpdate,
)
from hoopoe.channels.errors import NO_CODE, UnreadableItem
from hoopoe.channels.twilio.contents import read_content
from hoopoe.channels.twilio.fields import read_code, read_digits, read_id, read_number, read_text, read_user_id
from hoopoe.channels.twilio.split import CHANGES_NOTHING, OPAQUE_KEY, RECEIVED_KEY
from hoopoe.kernel.json import Json, JsonObject

STATUSES: Final = {
    "sent": StatusName.SENT,
    "delivered": StatusName.DELIVERED,
    "read": StatusName.READ,
    "failed": StatusName.FAILED,
    "undelivered": StatusName.FAILED,
}


class StatusChangesNothing(UnreadableItem):
    """A status on the way to `sent` (or `canceled`): known, and nothing follows from it."""


def parse_message(payload: JsonObject) -> InboundMessage:
    """Read one message item of `split_form`. Raises `UnreadableItem` when it has no sender, id or time."""
    message_id = read_id(payload.get("MessageSid")) or read_id(payload.get("SmsMessageSid"))
    message_id = message_id or read_id(payload.get("SmsSid"))
    if message_id is None:
        raise UnreadableItem("MessageSid is missing")
    sender = _read_sender(payload)
    read = read_content(payload)
    return InboundMessage(
        provider_id=message_id,
        sender=sender,
        type=read.type,
        content=read.content,
        text=read.text,
        sent_at=_read_time(payload.get(RECEIVED_KEY)),
        payload_id=read.payload_id,
        reply_to=read_id(payload.get("OriginalRepliedMessageSid")),
    )


def parse_change(payload: JsonObject) -> MessageChange:  # noqa: ARG001
    """Twilio passes on no reaction, edit or deletion, so nothing of it is ever filed as one."""
    raise UnreadableItem("Twilio has no changes of messages")


def parse_group_message(payload: JsonObject) -> GroupMessage:  # noqa: ARG001
    """Twilio knows no groups of WhatsApp, so nothing of it is ever filed as a group's."""
    raise UnreadableItem("Twilio has no groups")


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


def _read_time(value: Json) -> datetime:
    """Twilio sends no time with a webhook: it is when the request came, which the endpoint wrote down."""
    try:
        at = datetime.fromisoformat(read_text(value) or "")
    except ValueError:
        raise UnreadableItem(f"{RECEIVED_KEY} is missing or not a time") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
