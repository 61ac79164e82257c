"""Taking a webhook body apart: all entries, all changes, all messages, all statuses. Pure.

Whatever the body is, this does not fail: what cannot be taken apart is named, and the rest goes on. One
broken item must not cost its neighbours, and a refusal would make Meta send all of them for days.
Source: Meta, webhooks/reference/messages.
"""

from __future__ import annotations

from hoopoe.channels.contract import ItemKind
from hoopoe.channels.meta.account_items import make_account_change, tells_of_account
from hoopoe.channels.meta.calls import CONNECT, STATUS_TYPE, read_person
from hoopoe.channels.meta.changes import target_of
from hoopoe.channels.meta.fields import read_error, read_id, read_phone
from hoopoe.channels.meta.people import find_only_contact, index_contacts, read_address
from hoopoe.channels.meta.split_speakers import ECHO_FIELDS, SPLITTERS, split_echoes
from hoopoe.channels.parts import Change, Item
from hoopoe.kernel.json import Json, JsonObject

# The one field whose messages are what people write to us, and the one of calls. What people write to another app
# (`standby`) is filed and never heard; what others than people say (`split_speakers`) is filed as theirs.
# What tells of the account itself is `account_items`' business.
MESSAGES_FIELD = "messages"
CALLS_FIELD = "calls"
STANDBY_FIELD = "standby"
OURS = frozenset((MESSAGES_FIELD, CALLS_FIELD, STANDBY_FIELD, *ECHO_FIELDS, *SPLITTERS))
MAX_FIELD_CHARS = 64
MAX_ERRORS = 3
MAX_ERROR_CHARS = 300


def split_webhook(body: Json) -> list[Change]:
    """The parts of a body, each with its channel's keys, what it holds, and what of it cannot be read."""
    entries = body.get("entry") if isinstance(body, dict) else None
    changes: list[Change] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict):
            _split_entry(entry, f"entry[{index}]", changes)
        else:
            changes.append(_unreadable(None, entry, f"entry[{index}]: not an object"))
    return changes


def _split_entry(entry: JsonObject, path: str, changes: list[Change]) -> None:
    account_id = read_id(entry.get("id"))
    listed = entry.get("changes")
    if not isinstance(listed, list):
        changes.append(_unreadable(account_id, entry, f"{path}.changes: not a list"))
        return
    for index, change in enumerate(listed):
        if isinstance(change, dict):
            changes.append(split_change(change, account_id, entry.get("time")))
        else:
            changes.append(_unreadable(account_id, change, f"{path}.changes[{index}]: not an object"))


def _unreadable(account_id: str | None, raw: Json, reason: str) -> Change:
    return Change("", None, account_id, raw, unreadable=(reason,))


def split_change(change: JsonObject, account_id: str | None, time: Json = None) -> Change:
    """One change of an entry: its channel's keys, what it holds, and what of it cannot be read.

    `time` is the entry's: only what tells of the account has one.
    """
    field = change.get("field")
    name = field[:MAX_FIELD_CHARS].replace("\x00", "\ufffd") if isinstance(field, str) else ""
    value = change.get("value")
    if not isinstance(value, dict):
        return Change(name, None, account_id, value, unreadable=("value: not an object",))
    phone_number_id = _read_number_id(value)
    if tells_of_account(name):
        return make_account_change(name, value, entry_id=account_id, time=time, phone_number_id=phone_number_id)
    if name not in OURS:
        return Change(name, phone_number_id, account_id, value)
    if phone_number_id is None:
        # By the account alone it would be filed once for each number of the account, and answered by each.
        return Change(name, None, account_id, value, unreadable=("metadata.phone_number_id: missing",))
    items: list[Item] = []
    faults: list[str] = []
    _split_value(name, value, items, faults)
    return Change(name, phone_number_id, account_id, value, tuple(items), tuple(faults))


def _read_number_id(value: JsonObject) -> str | None:
    """The number that a change is about. A handover names it as its recipient."""
    for place in (value.get("metadata"), value.get("recipient")):
        found = read_id(place.get("phone_number_id")) if isinstance(place, dict) else None
        if found is not None:
            return found
    return None


def _split_value(name: str, value: JsonObject, items: list[Item], faults: list[str]) -> None:
    if name in SPLITTERS:
        SPLITTERS[name](value, items, faults)
        return
    is_standby = name == STANDBY_FIELD
    held = value.get(STANDBY_FIELD) if is_standby else value
    if not isinstance(held, dict):
        faults.append(f"{name}: not an object")
        return
    if held.get("messages") is not None and name not in ECHO_FIELDS:
        _split_messages(held["messages"], held, items, faults, is_standby=is_standby)
    if held.get("message_echoes") is not None and name != MESSAGES_FIELD:
        split_echoes(name, held, items, faults)
    if held.get("calls") is not None:
        _split_calls(held["calls"], held.get("contacts"), items, faults)
    if held.get("statuses") is not None:
        _split_statuses(held["statuses"], items, faults)
    if not items and not faults and held.get("errors") is not None:
        _name_errors(held["errors"], faults)


def _name_errors(errors: Json, faults: list[str]) -> None:
    """What Meta says went wrong where it says nothing else: only the journal can show it."""
    for index, error in enumerate(errors[:MAX_ERRORS] if isinstance(errors, list) else ()):
        told = read_error(error)
        if told is not None:
            words = f"{told.code} {told.title}: {told.details or '-'}".replace("\x00", "\ufffd")
            faults.append(f"errors[{index}]: {words[:MAX_ERROR_CHARS]}")


def _split_messages(
    messages: Json, value: JsonObject, items: list[Item], faults: list[str], *, is_standby: bool
) -> None:
    if not isinstance(messages, list):
        faults.append("messages: not a list")
        return
    contacts = value.get("contacts")
    people = index_contacts(contacts)
    only = find_only_contact(contacts, messages)
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            faults.append(f"messages[{index}]: not an object")
            continue
        message_id = read_id(message.get("id"))
        phone, user_id = read_phone(message.get("from")), read_id(message.get("from_user_id"))
        contact = people.get(user_id or "") or people.get(phone or "") or only
        address = user_id or read_address(contact, phone)
        if message_id is None:
            faults.append(f"messages[{index}].id: missing or not an id")
        elif address is None:
            faults.append(f"messages[{index}].from: missing or not an id, and no user id either")
        elif message.get("group_id") is not None and read_id(message["group_id"]) is None:
            faults.append(f"messages[{index}].group_id: not an id")
        else:
            payload: JsonObject = {"message": message, "contact": contact}
            if isinstance(value.get("errors"), list):
                payload["errors"] = value["errors"]
            if is_standby:
                payload["is_standby"] = True
            items.append(_make_message_item(message, f"m:{message_id}", address, payload))


def _make_message_item(message: JsonObject, key: str, address: str, payload: JsonObject) -> Item:
    """A group's message lies in the lane of the group: filed under its writer it would open a private talk that
    this person never began. A change lies in that of the message that it changes, for which it may have to wait.
    """
    group_id, target_id = read_id(message.get("group_id")), target_of(message)
    if group_id is not None:
        return Item(ItemKind.GROUP, key, group_id, payload)
    if target_id is not None:
        return Item(ItemKind.CHANGE, key, target_id, payload)
    return Item(ItemKind.MESSAGE, key, address, payload)


def _split_calls(calls: Json, contacts: Json, items: list[Item], faults: list[str]) -> None:
    if not isinstance(calls, list):
        faults.append("calls: not a list")
        return
    people = index_contacts(contacts)
    only = contacts[0] if isinstance(contacts, list) and len(contacts) == 1 and len(calls) == 1 else None
    for index, call in enumerate(calls):
        call_id = read_id(call.get("id")) if isinstance(call, dict) else None
        if not isinstance(call, dict) or call_id is None:
            faults.append(f"calls[{index}]: not a call with an id")
            continue
        event, person = read_id(call.get("event")), read_person(call)
        contact = people.get(person or "") or (only if isinstance(only, dict) else None)
        address = read_address(contact, person)
        payload: JsonObject = {"call": call, "contact": contact}
        if event is None:
            faults.append(f"calls[{index}].event: missing or not an id")
        elif event != CONNECT:
            items.append(Item(ItemKind.CHANGE, f"c:{call_id}:{event}", call_id, payload))
        elif address is None:
            faults.append(f"calls[{index}].from: missing or not an id, and no user id either")
        else:
            items.append(Item(ItemKind.MESSAGE, f"c:{call_id}:{event}", address, payload))


def _split_statuses(statuses: Json, items: list[Item], faults: list[str]) -> None:
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
            broken = "id" if status_id is None else "status"
            faults.append(f"statuses[{index}].{broken}: missing or not an id")
            continue
        if status.get("type") == STATUS_TYPE:
            items.append(Item(ItemKind.CHANGE, f"c:{status_id}:{name}", status_id, {"call": status}))
            continue
        participant = read_id(status.get("recipient_participant_user_id")) or read_id(
            status.get("recipient_participant_id")
        )
        # A status is matched by its message, so that one without a recipient is as good as any.
        address = read_id(status.get("recipient_user_id")) or read_phone(status.get("recipient_id")) or status_id
        key = f"s:{status_id}:{name}:{participant or ''}"
        items.append(Item(ItemKind.STATUS, key, address, {"status": status}))
