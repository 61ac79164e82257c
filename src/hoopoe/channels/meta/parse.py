"""Meta's messages and statuses in our own words. Pure.

A type that we do not know, or whose inner part is broken, is filed as `unsupported` with its raw part:
nothing is thrown away because it was not understood. Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

from datetime import datetime

from hoopoe.channels.contract import (
    Address,
    Deletion,
    Edit,
    GroupMessage,
    InboundMessage,
    InboundType,
    Reaction,
    StatusName,
    StatusUpdate,
)
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.meta.calls import BUSINESS_INITIATED, make_call
from hoopoe.channels.meta.changes import parse_change, target_of
from hoopoe.channels.meta.contents import read_content
from hoopoe.channels.meta.fields import is_user_id, read_error, read_id, read_phone, read_text, read_time
from hoopoe.kernel.json import Json, JsonObject


def parse_message(payload: JsonObject) -> InboundMessage:
    """Read one message item of `split_webhook`. Raises `UnreadableItem` when it has no sender, id or time."""
    contact = payload.get("contact")
    contact = contact if isinstance(contact, dict) else {}
    call = payload.get("call")
    if isinstance(call, dict):
        return _read_call(call, contact)
    message = _object(payload.get("message"), "message")
    message_id = read_id(message.get("id"))
    if message_id is None:
        raise UnreadableItem("message.id is missing")
    sender = _read_sender(message, contact)
    read = read_content(_with_errors(message, payload.get("errors")))
    context = message.get("context")
    return InboundMessage(
        provider_id=message_id,
        sender=sender,
        type=read.type,
        content=read.content,
        text=read.text,
        sent_at=_read_time(message.get("timestamp"), "message.timestamp"),
        payload_id=read.payload_id,
        reply_to=read_id(context.get("id")) if isinstance(context, dict) else None,
        is_standby=payload.get("is_standby") is True,
    )


def _with_errors(message: JsonObject, errors: Json) -> JsonObject:
    """A message that has no errors of its own, with those of its webhook: they say why it is empty."""
    return {**message, "errors": errors} if isinstance(errors, list) and "errors" not in message else message


def _read_call(call: JsonObject, contact: JsonObject) -> InboundMessage:
    call_id = read_id(call.get("id"))
    if call_id is None:
        raise UnreadableItem("call.id is missing")
    role = "to" if call.get("direction") == BUSINESS_INITIATED else "from"
    person: JsonObject = {"from": call.get(role), "from_user_id": call.get(f"{role}_user_id")}
    return InboundMessage(
        provider_id=call_id,
        sender=_read_sender(person, contact),
        type=InboundType.CALL,
        content=make_call(call),
        text="",
        sent_at=_read_time(call.get("timestamp"), "call.timestamp"),
    )


def parse_group_message(payload: JsonObject) -> GroupMessage:
    """Read one group item of `split_webhook`, whatever was done in the group. Raises `UnreadableItem`."""
    message = _object(payload.get("message"), "message")
    group_id = read_id(message.get("group_id"))
    if group_id is None:
        raise UnreadableItem("message.group_id is missing")
    said = parse_message(payload)
    type_, content = str(said.type), said.content
    if target_of(message) is not None:
        type_, content = _describe_change(payload)
    return GroupMessage(
        provider_id=said.provider_id,
        group_id=group_id,
        sender=said.sender,
        type=type_,
        content=content,
        sent_at=said.sent_at,
        reply_to=said.reply_to,
    )


def _describe_change(payload: JsonObject) -> tuple[str, JsonObject]:
    match parse_change(payload):
        case Reaction(target_id=target, emoji=emoji):
            return "reaction", {"target_id": target, "emoji": emoji}
        case Edit(target_id=target, type=type_, content=content):
            return "edit", {"target_id": target, "type": str(type_), "content": content}
        case Deletion(target_id=target):
            return "deletion", {"target_id": target}
        case _:
            raise UnreadableItem("message.type is not one of a group's messages")


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
    phone = phone or _read_shared_phone(message)
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


def _read_shared_phone(message: JsonObject) -> str | None:
    """The sender's own number, in the answer to our asking for it. Any other card may be anybody's."""
    cards = message.get("contacts")
    card = cards[0] if isinstance(cards, list) and len(cards) == 1 else None
    phones = card.get("phones") if isinstance(card, dict) and card.get("origin") == "contact_request" else None
    first = phones[0] if isinstance(phones, list) and phones else None
    phone = read_phone(first.get("wa_id")) if isinstance(first, dict) else None
    return phone if phone is not None and phone.isascii() and phone.isdigit() else None


def _read_time(value: Json, name: str) -> datetime:
    at = read_time(value)
    if at is None:
        raise UnreadableItem(f"{name} is missing or not a time")
    return at


def _object(value: Json, name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise UnreadableItem(f"{name} is not an object")
    return value
