"""What Meta tells of others than the person: echoes, history, standby, handovers (whatsapp.md A4). Pure functions."""

from __future__ import annotations

from simulator.jsontypes import Json, JsonObject
from simulator.meta.payloads import make_contact, make_metadata
from simulator.state import Message, MetaChannel, Person, payload_of


def make_echo(channel: MetaChannel, person: Person, message: Message, *, is_number_shown: bool) -> JsonObject:
    """The value of an `smb_message_echoes` change: what the owner of the number wrote on the phone."""
    item: JsonObject = {"from": channel.number}
    if is_number_shown:
        item["to"] = person.number
    item |= {"to_user_id": person.user_id, "id": message.id, "timestamp": str(int(message.at)), "type": message.type}
    item.update(payload_of(message))
    if message.context is not None:
        item["context"] = message.context
    return make_echo_raw(channel, person, item, is_number_shown=is_number_shown)


def make_echo_raw(channel: MetaChannel, person: Person, item: JsonObject, *, is_number_shown: bool) -> JsonObject:
    """The same with a message object that is put in as it stands."""
    return {
        "messaging_product": "whatsapp",
        "metadata": make_metadata(channel),
        "contacts": [make_contact(person, is_number_shown=is_number_shown)],
        "message_echoes": [item],
    }


def make_history(
    channel: MetaChannel, person: Person, messages: list[Json], *, phase: int, order: int, progress: int
) -> JsonObject:
    """The value of a `history` change: a chunk of one person's thread."""
    thread: JsonObject = {"id": person.number or person.user_id, "messages": messages}
    thread["context"] = {"user_id": person.user_id, "username": person.username or None}
    chunk: JsonObject = {
        "metadata": {"phase": phase, "chunk_order": order, "progress": progress},
        "threads": [thread],
    }
    return {"messaging_product": "whatsapp", "metadata": make_metadata(channel), "history": [chunk]}


def make_history_declined(channel: MetaChannel) -> JsonObject:
    """The same when the owner does not share what was said before."""
    words = "History sharing is turned off by the business from the WhatsApp Business App"
    error: JsonObject = {"code": 2593109, "title": words, "message": words, "error_data": {"details": words}}
    return {
        "messaging_product": "whatsapp",
        "metadata": make_metadata(channel),
        "history": [{"errors": [error]}],
    }


def make_book(channel: MetaChannel, person: Person, *, at: float) -> JsonObject:
    """The value of an `smb_app_state_sync` change: one person of the phone's contact book."""
    contact: JsonObject = {"full_name": person.name, "first_name": person.name.split()[0]}
    if person.number:
        contact["phone_number"] = person.number
    contact["user_id"] = person.user_id
    entry: JsonObject = {"type": "contact", "contact": contact, "action": "add"}
    entry["metadata"] = {"timestamp": str(int(at))}
    return {"messaging_product": "whatsapp", "metadata": make_metadata(channel), "state_sync": [entry]}


def make_handover(
    channel: MetaChannel, person: Person, kind: str, *, role: str, note: str | None, summary: str | None, at: float
) -> JsonObject:
    """The value of a `messaging_handovers` change. `role` is that of the other app."""
    is_ours = kind == "control_passed"
    told: JsonObject = {"previous_owner_role" if is_ours else "new_owner_role": role}
    told["new_owner_role" if is_ours else "previous_owner_role"] = "customer_service"
    if note is not None:
        told["metadata"] = note
    if summary is not None:
        told["conversation_context"] = {"type": "summary", "summary": {"text": summary}}
    sender: JsonObject = {"phone_number": person.number} if person.number else {"user_id": person.user_id}
    return {
        "messaging_product": "whatsapp",
        "sender": sender,
        "recipient": make_metadata(channel),
        "type": kind,
        "timestamp": str(int(at)),
        kind: told,
    }


def put_into_standby(value: JsonObject) -> JsonObject:
    """The value of a `messages` change as an app is told that does not have the thread."""
    held: JsonObject = {name: value[name] for name in ("contacts", "messages", "statuses") if name in value}
    return {"messaging_product": "whatsapp", "metadata": value["metadata"], "standby": held}
