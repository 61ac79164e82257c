"""Taking apart what others say on a number: echoes, handovers, imported history, the phone's contact book. Pure.

As in `split`: whatever there is, this does not fail, and one broken item does not cost its neighbours.
Sources: Meta, webhooks/reference/smb_message_echoes, …/standby, …/messaging-handovers, …/history,
…/smb_app_state_sync.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from hoopoe.channels.contract import ItemKind
from hoopoe.channels.meta.changes import target_of
from hoopoe.channels.meta.fields import digest_of, read_id, read_phone, read_time
from hoopoe.channels.meta.people import find_only_contact, index_contacts, read_address
from hoopoe.channels.parts import Item
from hoopoe.channels.speakers import Speaker
from hoopoe.kernel.json import Json, JsonObject

PHONE_FIELD: Final = "smb_message_echoes"
ECHO_FIELDS: Final = (PHONE_FIELD, "message_echoes")
# A chunk may hold thousands of messages. A slice is handled whole, in a moment; the next one after it.
SLICE: Final = 100

Splitter: TypeAlias = Callable[[JsonObject, list[Item], list[str]], None]


# --- Echoes ---------------------------------------------------------------------------------------


def split_echoes(field: str, value: JsonObject, items: list[Item], faults: list[str]) -> None:
    """`message_echoes`: each in the lane of the person that it went to, where that person's own messages lie."""
    echoes = value["message_echoes"]
    if not isinstance(echoes, list):
        faults.append("message_echoes: not a list")
        return
    speaker = Speaker.PHONE if field == PHONE_FIELD else Speaker.APP
    messages = [_flatten_echo(echo) for echo in echoes]
    people = index_contacts(value.get("contacts"))
    only = find_only_contact(value.get("contacts"), [_turn_round(message) for message in messages])
    for index, message in enumerate(messages):
        if message is None:
            faults.append(f"message_echoes[{index}]: not an object")
            continue
        message_id = read_id(message.get("id"))
        phone, user_id = _read_recipient(message)
        contact = people.get(user_id or "") or people.get(phone or "") or only
        address = user_id or read_address(contact, phone)
        group_id, target_id = read_id(message.get("group_id")), target_of(message)
        if message_id is None:
            faults.append(f"message_echoes[{index}].id: missing or not an id")
        elif group_id is not None:
            items.append(Item(ItemKind.GROUP, f"m:{message_id}", group_id, {"message": message, "contact": None}))
        elif target_id is not None:
            items.append(Item(ItemKind.CHANGE, f"m:{message_id}", target_id, {"message": message, "is_ours": True}))
        elif address is None:
            faults.append(f"message_echoes[{index}].to: missing or not an id, and no user id either")
        else:
            payload: JsonObject = {"message": message, "contact": contact, "speaker": speaker.value}
            if field not in ECHO_FIELDS:
                payload["is_standby"] = True
            items.append(Item(ItemKind.ECHO, f"m:{message_id}", address, payload))


def _flatten_echo(echo: Json) -> JsonObject | None:
    """An echo as a message object. In standby it is the request that another app sent, under `message`."""
    if not isinstance(echo, dict):
        return None
    request = echo.get("message")
    if not isinstance(request, dict) or "type" in echo:
        return echo
    return {**request, **{key: value for key, value in echo.items() if key != "message"}}


def _read_recipient(message: JsonObject) -> tuple[str | None, str | None]:
    """The number and the user id that a message went to. A request names a user id as its `recipient`."""
    return read_phone(message.get("to")), read_id(message.get("to_user_id")) or read_id(message.get("recipient"))


def _turn_round(message: JsonObject | None) -> Json:
    """An echo as if its recipient had sent it, to find its contact as a message's is found."""
    if message is None:
        return None
    phone, user_id = _read_recipient(message)
    return {"from": phone, "from_user_id": user_id}


# --- Handovers ------------------------------------------------------------------------------------


def split_handover(value: JsonObject, items: list[Item], faults: list[str]) -> None:
    """`messaging_handovers`: one change of who has a person's thread. It has no id: a repeat says the same."""
    sender, kind = value.get("sender"), read_id(value.get("type"))
    sender = sender if isinstance(sender, dict) else {}
    user_id = read_id(sender.get("user_id"))
    phone = read_phone(sender.get("phone_number")) or read_phone(sender.get("wa_id"))
    people = index_contacts(value.get("contacts"))
    contact = people.get(user_id or "") or people.get(phone or "")
    address = user_id or read_address(contact, phone)
    if kind is None:
        faults.append("type: missing or not an id")
    elif address is None:
        faults.append("sender: names nobody")
    else:
        key = f"h:{kind}:{address}:{read_id(value.get('timestamp')) or ''}:{digest_of(value)}"
        items.append(Item(ItemKind.HANDOVER, key, address, {"handover": value, "contact": contact}))


# --- Imported history -----------------------------------------------------------------------------


def split_history(value: JsonObject, items: list[Item], faults: list[str]) -> None:
    """`history`: chunks of threads, in any order, and later the files of messages that came without theirs.

    A chunk of errors (the owner declined to share) holds nothing to handle: the journal shows it.
    """
    own = _read_own_number(value)
    if value.get("history") is not None:
        chunks = value["history"]
        if not isinstance(chunks, list):
            faults.append("history: not a list")
            chunks = []
        for index, chunk in enumerate(chunks):
            if not isinstance(chunk, dict):
                faults.append(f"history[{index}]: not an object")
            elif chunk.get("threads") is not None:
                _split_threads(chunk["threads"], f"history[{index}]", own, items, faults)
    if value.get("messages") is not None:
        _split_files(value["messages"], value, own, items, faults)


def _read_own_number(value: JsonObject) -> str | None:
    """The number itself, in digits: what comes from it is what its owner wrote."""
    metadata = value.get("metadata")
    shown = read_phone(metadata.get("display_phone_number")) if isinstance(metadata, dict) else None
    return _digits(shown) or None if shown is not None else None


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _split_threads(threads: Json, path: str, own: str | None, items: list[Item], faults: list[str]) -> None:
    if not isinstance(threads, list):
        faults.append(f"{path}.threads: not a list")
        return
    for index, thread in enumerate(threads):
        place = f"{path}.threads[{index}]"
        messages = thread.get("messages") if isinstance(thread, dict) else None
        if not isinstance(thread, dict) or not isinstance(messages, list):
            faults.append(f"{place}: not a thread with messages")
            continue
        person = _read_thread_person(thread)
        if person is None:
            faults.append(f"{place}.id: missing or not an id")
            continue
        _slice_thread(person, messages, items, faults, own=own, path=place)


def _read_thread_person(thread: JsonObject) -> JsonObject | None:
    """{"wa_id", "user_id", "parent_user_id", "username"} of a thread's person; None without a number and a user id."""
    context = thread.get("context")
    context = context if isinstance(context, dict) else {}
    phone = read_phone(thread.get("id")) or read_phone(context.get("wa_id"))
    user_id = read_id(thread.get("user_id")) or read_id(context.get("user_id"))
    if phone is None and user_id is None:
        return None
    return {
        "wa_id": phone,
        "user_id": user_id,
        "parent_user_id": read_id(context.get("parent_user_id")),
        "username": context.get("username"),
    }


def _slice_thread(
    person: JsonObject, messages: list[Json], items: list[Item], faults: list[str], *, own: str | None, path: str
) -> None:
    address = read_id(person["user_id"]) or str(person["wa_id"])
    said: list[JsonObject] = []
    for index, message in enumerate(messages):
        message_id = read_id(message.get("id")) if isinstance(message, dict) else None
        if not isinstance(message, dict) or message_id is None or read_time(message.get("timestamp")) is None:
            faults.append(f"{path}.messages[{index}]: not a message with an id and a time")
            continue
        target_id = target_of(message)
        if target_id is None:
            said.append(message)
        else:
            is_ours = _is_out(message, own, person)
            items.append(Item(ItemKind.CHANGE, f"m:{message_id}", target_id, {"message": message, "is_ours": is_ours}))
    ordered = _oldest_first(said)
    for first in range(0, len(ordered), SLICE):
        part = ordered[first : first + SLICE]
        out: list[Json] = [_is_out(message, own, person) for message in part]
        payload: JsonObject = {"person": person, "messages": [*part], "out": out, "first": first}
        items.append(Item(ItemKind.HISTORY, _slice_key(part), address, payload))


def _is_out(message: JsonObject, own: str | None, person: JsonObject) -> bool:
    """Whether the number's owner wrote it. Who is neither the owner nor the person is the person, spelled otherwise."""
    sender = read_phone(message.get("from"))
    if own is not None:
        return sender is not None and _digits(sender) == own
    return sender is not None and sender != person["wa_id"]


def _oldest_first(messages: list[JsonObject]) -> list[JsonObject]:
    """As they were said: by whole seconds, and of one second in the order given, which may run backwards."""
    if len(messages) > 1 and _second_of(messages[0]) > _second_of(messages[-1]):
        messages = messages[::-1]
    return sorted(messages, key=_second_of)


def _second_of(message: JsonObject) -> float:
    at = read_time(message.get("timestamp"))
    return at.timestamp() if at is not None else 0.0


def _slice_key(part: Sequence[JsonObject]) -> str:
    """The same messages are the same slice, however often they come."""
    ids = " ".join(str(message.get("id")) for message in part)
    return f"i:{hashlib.blake2b(ids.encode(errors='replace'), digest_size=16).hexdigest()}"


def _split_files(messages: Json, value: JsonObject, own: str | None, items: list[Item], faults: list[str]) -> None:
    """Messages with their files, told some time after their placeholders: each is a slice of its own."""
    if not isinstance(messages, list):
        faults.append("messages: not a list")
        return
    people = index_contacts(value.get("contacts"))
    for index, message in enumerate(messages):
        message_id = read_id(message.get("id")) if isinstance(message, dict) else None
        if not isinstance(message, dict) or message_id is None or read_time(message.get("timestamp")) is None:
            faults.append(f"messages[{index}]: not a message with an id and a time")
            continue
        sender = read_phone(message.get("from"))
        is_out = sender is not None and own is not None and _digits(sender) == own
        role = "to" if is_out else "from"
        phone, user_id = read_phone(message.get(role)), read_id(message.get(f"{role}_user_id"))
        contact = people.get(user_id or "") or people.get(phone or "") or {}
        person: JsonObject = {"wa_id": phone, "user_id": user_id or contact.get("user_id")}
        address = read_id(person["user_id"]) or phone
        payload: JsonObject = {
            "person": person if address is not None else None,
            "messages": [message],
            "out": [is_out],
        }
        items.append(Item(ItemKind.HISTORY, f"f:{message_id}", address or message_id, payload))


# --- The phone's contact book ---------------------------------------------------------------------


def split_book(value: JsonObject, items: list[Item], faults: list[str]) -> None:
    """`smb_app_state_sync`: names that are there or new. What is taken out of the book changes nothing here."""
    entries = value.get("state_sync")
    if not isinstance(entries, list):
        faults.append("state_sync: not a list")
        return
    for index, entry in enumerate(entries):
        contact = entry.get("contact") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(contact, dict):
            faults.append(f"state_sync[{index}]: not an entry with a contact")
            continue
        phone, user_id = read_phone(contact.get("phone_number")), read_id(contact.get("user_id"))
        address = user_id or phone
        if address is None:
            faults.append(f"state_sync[{index}].contact: neither a number nor a user id")
        elif entry.get("action") in ("add", "edit"):
            metadata = entry.get("metadata")
            told = read_id(metadata.get("timestamp")) if isinstance(metadata, dict) else None
            key = f"b:{address}:{told or ''}:{digest_of(contact)}"
            items.append(Item(ItemKind.BOOK, key, address, {"contact": contact}))


SPLITTERS: Final[dict[str, Splitter]] = {
    "messaging_handovers": split_handover,
    "history": split_history,
    "smb_app_state_sync": split_book,
}
