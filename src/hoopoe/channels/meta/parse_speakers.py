"""What others say on a number, in our own words: the items of `split_speakers`. Pure.

Sources: Meta, webhooks/reference/smb_message_echoes, …/standby, …/messaging-handovers, …/history,
…/smb_app_state_sync.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.contract import Address, StatusName
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.inbound import drop_known
from hoopoe.channels.meta.contents import Read, read_content
from hoopoe.channels.meta.fields import is_user_id, read_id, read_phone, read_text, read_time
from hoopoe.channels.speakers import (
    BookEntry,
    Echo,
    Handover,
    ImportedMessage,
    ImportedSlice,
    Speaker,
    SpeakersDoor,
)
from hoopoe.kernel.json import Json, JsonObject

# What stands around a message that went out, and is no part of what it says.
OPAQUE: Final = "biz_opaque_callback_data"
RECIPIENT: Final = ("to", "to_user_id", "to_parent_user_id", "recipient", "recipient_type")
ENVELOPE: Final = frozenset((*RECIPIENT, "messaging_product", OPAQUE, "history_context"))
PLACEHOLDER: Final = "media_placeholder"
MAX_ROLE_CHARS: Final = 64
MAX_NOTE_CHARS: Final = 4000
# A thread was passed to us, or taken from us: each is told to one app only, the one that it is about.
PASSED, TAKEN = "control_passed", "control_taken"

STATUSES: Final = {
    "SENT": StatusName.SENT,
    "DELIVERED": StatusName.DELIVERED,
    "READ": StatusName.READ,
    "PLAYED": StatusName.PLAYED,
    "ERROR": StatusName.FAILED,
}


def parse_echo(payload: JsonObject) -> Echo:
    """Read one echo item. Raises `UnreadableItem` when it has no recipient, id or time."""
    message = _object(payload.get("message"), "message")
    message_id, sent_at = read_id(message.get("id")), read_time(message.get("timestamp"))
    if message_id is None or sent_at is None:
        raise UnreadableItem("the echo has no id, or no time")
    recipient = _read_person(
        _pick(payload.get("contact")),
        phone=message.get("to"),
        user_id=read_id(message.get("to_user_id")) or message.get("recipient"),
        parent=message.get("to_parent_user_id"),
    )
    read, opaque = _read_said(message), message.get(OPAQUE)
    return Echo(
        provider_id=message_id,
        speaker=Speaker(str(payload.get("speaker"))),
        recipient=recipient,
        type=read.type,
        content=read.content,
        text=read.text,
        sent_at=sent_at,
        reply_to=_read_reply(message),
        opaque=opaque if isinstance(opaque, str) else None,
        is_standby=payload.get("is_standby") is True,
    )


def parse_handover(payload: JsonObject) -> Handover:
    """Read one handover item. Raises `UnreadableItem`, also for a change of hands that we do not know."""
    value = _object(payload.get("handover"), "handover")
    kind, at = value.get("type"), read_time(value.get("timestamp"))
    if kind not in (PASSED, TAKEN):
        raise UnreadableItem(f"type is not one that we know: {str(kind)[:40]!r}")
    if at is None:
        raise UnreadableItem("timestamp is missing or not a time")
    sender, told = _pick(value.get("sender")), _pick(value.get(kind))
    is_ours = kind == PASSED
    owner = "previous_owner" if is_ours else "new_owner"
    role = read_text(told.get(f"{owner}_role")) or read_text(told.get(f"{owner}_app_role"))
    return Handover(
        person=_read_person(
            _pick(payload.get("contact")),
            phone=read_phone(sender.get("phone_number")) or sender.get("wa_id"),
            user_id=sender.get("user_id"),
        ),
        is_ours=is_ours,
        at=at,
        role=role.strip()[:MAX_ROLE_CHARS] if role is not None else None,
        note=_read_note(told, value),
    )


def _read_note(told: JsonObject, value: JsonObject) -> str | None:
    """The summary of what was said, else the words that were passed along. What is no text is left to the journal."""
    context = _pick(told.get("conversation_context")) or _pick(value.get("conversation_context"))
    summary = read_text(_pick(context.get("summary")).get("text"))
    note = summary or read_text(told.get("metadata"))
    return note.strip()[:MAX_NOTE_CHARS] if note is not None else None


def parse_imported(payload: JsonObject) -> ImportedSlice:
    """Read one slice of history. Raises `UnreadableItem`."""
    messages, out = payload.get("messages"), payload.get("out")
    if not isinstance(messages, list) or not isinstance(out, list) or len(out) != len(messages):
        raise UnreadableItem("the slice holds no messages")
    person = payload.get("person")
    read = [
        _read_imported(_pick(message), is_out=is_out is True) for message, is_out in zip(messages, out, strict=True)
    ]
    address, first = None, payload.get("first")
    if isinstance(person, dict):
        address = _read_person({"profile": {"username": person.get("username")}, **person})
    return ImportedSlice(address, tuple(read), first if isinstance(first, int) else 0)


def _read_imported(message: JsonObject, *, is_out: bool) -> ImportedMessage:
    message_id, sent_at = read_id(message.get("id")), read_time(message.get("timestamp"))
    if message_id is None or sent_at is None:
        raise UnreadableItem("a message has no id, or no time")
    read = _read_said(message)
    status = read_text(_pick(message.get("history_context")).get("status"))
    return ImportedMessage(
        provider_id=message_id,
        is_out=is_out,
        type=read.type,
        content=read.content,
        sent_at=sent_at,
        reply_to=_read_reply(message),
        status=STATUSES.get(status.strip().upper()) if status is not None else None,
    )


def parse_book_entry(payload: JsonObject) -> BookEntry:
    """Read one entry of the phone's contact book. Raises `UnreadableItem` when it has no name or names nobody."""
    contact = _object(payload.get("contact"), "contact")
    name = read_text(contact.get("full_name")) or read_text(contact.get("first_name"))
    if name is None:
        raise UnreadableItem("the entry has no name")
    person = _read_person({}, phone=contact.get("phone_number"), user_id=contact.get("user_id"))
    return BookEntry(person, name.strip())


DOOR: Final = SpeakersDoor(
    parse_echo=parse_echo,
    parse_handover=parse_handover,
    parse_imported=parse_imported,
    parse_book_entry=parse_book_entry,
)


def _read_said(message: JsonObject) -> Read:
    """What it says. What nobody here can read is kept whole, envelope and all."""
    said = drop_known(message, ENVELOPE)
    context = _pick(message.get("context"))
    if "message_id" in context:
        said["context"] = {**drop_known(context, ("message_id",)), "id": _read_reply(message)}
    read = read_content(said)
    if "raw" in read.content:
        read.content["raw"] = message
    return read


def _read_reply(message: JsonObject) -> str | None:
    """The message that it answers. A request that was sent names it otherwise than a message."""
    context = _pick(message.get("context"))
    return read_id(context.get("id")) or read_id(context.get("message_id"))


def _read_person(contact: JsonObject, *, phone: Json = None, user_id: Json = None, parent: Json = None) -> Address:
    """Whom it is about, by what is said of it itself and by its entry of `contacts`. The name is the person's own."""
    found_user = read_id(user_id) or read_id(contact.get("user_id"))
    number = None
    for found in (read_phone(phone), read_phone(contact.get("wa_id"))):
        if found is not None and is_user_id(found):
            found_user = found_user or found
        else:
            number = number or found
    if number is None and found_user is None:
        raise UnreadableItem("it names neither a number nor a user id")
    profile = _pick(contact.get("profile"))
    username, name = read_text(profile.get("username")), read_text(profile.get("name"))
    return Address(
        phone=number,
        user_id=found_user,
        parent_user_id=read_id(parent) or read_id(contact.get("parent_user_id")),
        username=(username.strip().removeprefix("@") or None) if username is not None else None,
        name=name.strip() if name is not None else None,
    )


def _pick(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _object(value: Json, name: str) -> JsonObject:
    if not isinstance(value, dict):
        raise UnreadableItem(f"{name} is not an object")
    return value
