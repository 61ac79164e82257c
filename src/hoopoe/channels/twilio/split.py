"""Taking Twilio's form apart: one inbound message, or one status callback. Pure.

Whatever the form is, this does not fail: what cannot be filed is named. Source: Twilio,
messaging/guides/webhook-request and messaging/guides/track-outbound-message-status.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import ItemKind
from hoopoe.channels.parts import Change, Item
from hoopoe.channels.twilio.fields import (
    Params,
    collect_params,
    read_digits,
    read_id,
    read_number,
    read_text,
    read_user_id,
)
from hoopoe.kernel.json import Json, JsonObject

MESSAGE_FIELD: Final = "message"
STATUS_FIELD: Final = "status"

# Our own keys among Twilio's: the way back of a status, and when the request came.
OPAQUE_KEY: Final = "opaque"
RECEIVED_KEY: Final = "received_at"
OPAQUE_PARAM: Final = "message"

INBOUND: Final = ("received", "receiving")
# On the way to `sent`, or taken back by ourselves: nothing that a message's status could follow.
CHANGES_NOTHING: Final = ("accepted", "queued", "scheduled", "sending", "canceled")


def split_form(params: Params, query: Params = ()) -> list[Change]:
    """The one part of a form. `query` is what stood behind the address: our ids, in `message`.

    `sender_id` is our own number as E.164 with its plus, `account_id` the AccountSid. A payload is all
    parameters by name, and `opaque` in a status; `receive` adds `received_at`. A status that changes
    nothing (`CHANGES_NOTHING`) makes a part without items: the journal has it, and nobody else needs it.
    """
    form = collect_params([(name, value) for name, value in params if name not in (OPAQUE_KEY, RECEIVED_KEY)])
    # Not by SmsStatus: an inbound message has one too, and old callbacks repeat it beside MessageStatus.
    status = (read_id(form.get("MessageStatus")) or "").lower()
    if status and status not in INBOUND:
        return [_split_status(form, status, query)]
    return [_split_message(form)]


def _split_message(form: JsonObject) -> Change:
    said = (read_id(form.get("SmsStatus")) or INBOUND[0]).lower()
    message_id, number = _message_id(form), read_number(form.get("To"))
    address = read_sender(form, "From")
    if message_id is None:
        return _unreadable("", form, "MessageSid: missing or not an id")
    if said not in INBOUND:
        return _unreadable("", form, "MessageStatus: missing, and SmsStatus is not that of an inbound message")
    if number is None:
        return _unreadable(MESSAGE_FIELD, form, "To: not a WhatsApp number")
    if address is None:
        return _unreadable(MESSAGE_FIELD, form, "From: neither a WhatsApp number nor a user id")
    item = Item(ItemKind.MESSAGE, f"m:{message_id}", address, dict(form))
    return Change(MESSAGE_FIELD, number, read_id(form.get("AccountSid")), form, (item,))


def _split_status(form: JsonObject, status: str, query: Params) -> Change:
    message_id, number = _message_id(form), read_number(form.get("From"))
    if message_id is None:
        return _unreadable(STATUS_FIELD, form, "MessageSid: missing or not an id")
    if number is None:
        return _unreadable(STATUS_FIELD, form, "From: not a WhatsApp number")
    items: tuple[Item, ...] = ()
    if status not in CHANGES_NOTHING:
        # A status is matched by its message, so that one without a recipient is as good as any.
        address = read_sender(form, "To") or message_id
        opaque: Json = next(
            (text for name, value in query if name == OPAQUE_PARAM and (text := read_text(value))), None
        )
        payload: JsonObject = {**form, OPAQUE_KEY: opaque} if opaque is not None else dict(form)
        items = (Item(ItemKind.STATUS, f"s:{message_id}:{status}", address, payload),)
    return Change(STATUS_FIELD, number, read_id(form.get("AccountSid")), form, items)


def read_sender(form: JsonObject, name: str) -> str | None:
    """The person's most stable id: the user id (it stays when the number is hidden), else the digits."""
    return (
        read_user_id(form.get("ExternalUserId"))
        or read_user_id(form.get(name))
        or (read_digits(form.get("WaId")) if name == "From" else None)
        or (read_digits(form.get(name)) if read_number(form.get(name)) else None)
    )


def _message_id(form: JsonObject) -> str | None:
    """One id under three names."""
    return next((sid for name in ("MessageSid", "SmsMessageSid", "SmsSid") if (sid := read_id(form.get(name)))), None)


def _unreadable(field: str, form: JsonObject, reason: str) -> Change:
    return Change(field, None, read_id(form.get("AccountSid")), form, unreadable=(reason,))
