"""Taking a webhook body apart: all entries, all changes, all messages, all statuses. Pure.

Whatever the body is, this does not fail: what cannot be taken apart is named, and the rest goes on. One
broken item must not cost its neighbours, and a refusal would make Meta send all of them for days.
Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

import re

from hoopoe.channels.contract import Change, Item, ItemKind
from hoopoe.kernel.json import Json, JsonObject

MESSAGES_FIELD = "messages"
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def split_webhook(body: Json) -> list[Change]:
    """The parts of a body, each with its channel's keys and what it holds."""
    entries = body.get("entry") if isinstance(body, dict) else None
    changes: list[Change] = []
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        listed = entry.get("changes")
        account_id = read_id(entry.get("id"))
        changes.extend(
            _split_change(change, account_id)
            for change in (listed if isinstance(listed, list) else ())
            if isinstance(change, dict)
        )
    return changes


def _split_change(change: JsonObject, account_id: str | None) -> Change:
    field = change.get("field")
    name = field if isinstance(field, str) else ""
    value = change.get("value")
    if not isinstance(value, dict):
        return Change(name, None, account_id, value, unreadable=("value: not an object",))
    metadata = value.get("metadata")
    phone_number_id = read_id(metadata.get("phone_number_id")) if isinstance(metadata, dict) else None
    if name != MESSAGES_FIELD:
        return Change(name, phone_number_id, account_id, value)
    items: list[Item] = []
    faults: list[str] = []
    _split_messages(value, items, faults)
    _split_statuses(value, items, faults)
    return Change(name, phone_number_id, account_id, value, tuple(items), tuple(faults))


def _split_messages(value: JsonObject, items: list[Item], faults: list[str]) -> None:
    messages = value.get("messages")
    if messages is None:
        return
    if not isinstance(messages, list):
        faults.append("messages: not a list")
        return
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            faults.append(f"messages[{index}]: not an object")
            continue
        message_id = read_id(message.get("id"))
        contact = _find_contact(value.get("contacts"), message)
        address = _message_address(message, contact)
        if message_id is None:
            faults.append(f"messages[{index}].id: missing")
        elif address is None:
            faults.append(f"messages[{index}].from: missing, and no user id either")
        else:
            payload: JsonObject = {"message": message, "contact": contact}
            items.append(Item(ItemKind.MESSAGE, f"m:{message_id}", address, payload))


def _split_statuses(value: JsonObject, items: list[Item], faults: list[str]) -> None:
    statuses = value.get("statuses")
    if statuses is None:
        return
    if not isinstance(statuses, list):
        faults.append("statuses: not a list")
        return
    for index, status in enumerate(statuses):
        if not isinstance(status, dict):
            faults.append(f"statuses[{index}]: not an object")
            continue
        status_id = read_id(status.get("id"))
        name = read_id(status.get("status"))
        if status_id is None or name is None:
            faults.append(f"statuses[{index}].{'id' if status_id is None else 'status'}: missing")
            continue
        participant = read_id(status.get("recipient_participant_user_id") or status.get("recipient_participant_id"))
        address = read_id(status.get("recipient_user_id")) or read_id(status.get("recipient_id")) or status_id
        key = f"s:{status_id}:{name}:{participant or ''}"
        items.append(Item(ItemKind.STATUS, key, address, {"status": status}))


def _find_contact(contacts: Json, message: JsonObject) -> JsonObject | None:
    """The message's own entry of `contacts`: a batch may carry several people's."""
    if not isinstance(contacts, list):
        return None
    known = [contact for contact in contacts if isinstance(contact, dict)]
    phone, user_id = message.get("from"), message.get("from_user_id")
    for contact in known:
        if (user_id is not None and contact.get("user_id") == user_id) or (
            phone is not None and phone in (contact.get("wa_id"), contact.get("user_id"))
        ):
            return contact
    return known[0] if len(known) == 1 and phone is None and user_id is None else None


def _message_address(message: JsonObject, contact: JsonObject | None) -> str | None:
    """The user id where there is one (it stays when the number is hidden), else the number."""
    found = read_id(message.get("from_user_id"))
    if found is None and contact is not None:
        found = read_id(contact.get("user_id"))
    if found is None:
        found = read_id(message.get("from"))
    if found is None and contact is not None:
        found = read_id(contact.get("wa_id"))
    return found


def read_id(value: Json) -> str | None:
    """An id as text: ids are opaque strings; numbers and stray spaces have been seen."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def is_user_id(text: str) -> bool:
    """Whether a text is a business-scoped user id: some relays put it where the number belongs."""
    return USER_ID.fullmatch(text) is not None
