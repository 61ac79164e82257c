"""Whom the `contacts` beside messages are about. Pure. Source: Meta, webhooks/reference/messages."""

from __future__ import annotations

from hoopoe.channels.meta.fields import read_id, read_phone
from hoopoe.kernel.json import Json, JsonObject


def index_contacts(contacts: Json) -> dict[str, JsonObject]:
    """The entries of `contacts` by each of their ids: a batch carries several people's."""
    people: dict[str, JsonObject] = {}
    for contact in contacts if isinstance(contacts, list) else ():
        if isinstance(contact, dict):
            for contact_id in (read_id(contact.get("user_id")), read_phone(contact.get("wa_id"))):
                if contact_id is not None:
                    people.setdefault(contact_id, contact)
    return people


def find_only_contact(contacts: Json, messages: list[Json]) -> JsonObject | None:
    """The only contact beside messages of one sender is that sender's, although no id is the same.

    In some countries `from` and `wa_id` are two spellings of one number; some relays name nobody in the
    message. Two different user ids are two people.
    """
    contact = contacts[0] if isinstance(contacts, list) and len(contacts) == 1 else None
    if not isinstance(contact, dict):
        return None
    if len(messages) > 1:
        senders = {
            (read_phone(message.get("from")), read_id(message.get("from_user_id")))
            for message in messages
            if isinstance(message, dict)
        }
        if len(senders) > 1:
            return None
    user_id = read_id(contact.get("user_id"))
    is_another = user_id is not None and any(
        isinstance(message, dict) and (read_id(message.get("from_user_id")) or user_id) != user_id
        for message in messages
    )
    return None if is_another else contact


def read_address(contact: JsonObject | None, phone: str | None) -> str | None:
    """The contact's user id (it stays when the number is hidden), else the number."""
    if contact is None:
        return phone
    return read_id(contact.get("user_id")) or phone or read_phone(contact.get("wa_id"))
