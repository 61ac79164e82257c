"""What Meta puts into webhooks and answers (whatsapp.md A2 to A6). Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.jsontypes import Json, JsonObject
from simulator.meta.errors import make_status_error
from simulator.state import Message, MetaChannel, Person, Template, Update, payload_of


def make_webhook(updates: Iterable[tuple[str, Update]]) -> JsonObject:
    """One webhook body out of (entry id, update) pairs: an entry per account and time, a change per update."""
    changes: dict[tuple[str, int | None], list[Json]] = {}
    for entry_id, update in updates:
        change: JsonObject = {"value": update.value, "field": update.field}
        changes.setdefault((entry_id, update.entry_time), []).append(change)
    entries: list[Json] = []
    for (entry_id, entry_time), own in changes.items():
        time: JsonObject = {} if entry_time is None else {"time": entry_time}
        entries.append({"id": entry_id, **time, "changes": own})
    return {"object": "whatsapp_business_account", "entry": entries}


def make_metadata(channel: MetaChannel) -> JsonObject:
    return {"display_phone_number": channel.number, "phone_number_id": channel.phone_number_id}


def make_contact(person: Person, *, is_number_shown: bool) -> JsonObject:
    """`contacts[0]`. Without a number to show, `wa_id` is left out, not empty."""
    profile: JsonObject = {"name": person.name}
    if person.username:
        profile["username"] = person.username
    contact: JsonObject = {"profile": profile}
    if is_number_shown:
        contact["wa_id"] = person.number
    contact["user_id"] = person.user_id
    return contact


def make_inbound(
    channel: MetaChannel, person: Person, message: Message, *, is_number_shown: bool, extra: JsonObject | None = None
) -> JsonObject:
    """The value of a `messages` change that carries one message of a person.

    `extra` stands beside the object of its type: `referral`, `group_id`, `errors`. A notice names no contact (A2).
    """
    item: JsonObject = {}
    if message.context is not None:
        item["context"] = message.context
    if is_number_shown:
        item["from"] = person.number
    item["from_user_id"] = person.user_id
    item["id"] = message.id
    item["timestamp"] = str(int(message.at))
    item["type"] = message.type
    item.update(payload_of(message))
    item.update(extra or {})
    value = make_inbound_raw(channel, person, item, is_number_shown=is_number_shown)
    if message.type == "system":
        del value["contacts"]
    return value


def make_call(
    channel: MetaChannel, person: Person, call: Message, event: JsonObject, *, is_number_shown: bool, at: float
) -> JsonObject:
    """The value of a `calls` change: a call that a person makes begins or ends."""
    item: JsonObject = {"id": call.id, "to": channel.number}
    if is_number_shown:
        item["from"] = person.number
    item["from_user_id"] = person.user_id
    item |= {"timestamp": str(int(at)), "direction": "USER_INITIATED", **event}
    return {
        "messaging_product": "whatsapp",
        "metadata": make_metadata(channel),
        "contacts": [make_contact(person, is_number_shown=is_number_shown)],
        "calls": [item],
    }


def make_inbound_raw(channel: MetaChannel, person: Person, item: JsonObject, *, is_number_shown: bool) -> JsonObject:
    """The same with a message object that is put in as it stands."""
    return {
        "messaging_product": "whatsapp",
        "metadata": make_metadata(channel),
        "contacts": [make_contact(person, is_number_shown=is_number_shown)],
        "messages": [item],
    }


def make_status(
    channel: MetaChannel, message: Message, person: Person | None, *, status: str, at: float, failure: int | None
) -> JsonObject:
    """The value of a `messages` change that carries one status.

    A failed status has no `contacts`, and no user id when the message went to a number (A3).
    """
    is_to_number = message.address.isdigit()
    item: JsonObject = {"id": message.id, "status": status, "timestamp": str(int(at))}
    if is_to_number:
        item["recipient_id"] = message.address
        if person is not None and status in {"delivered", "read"}:
            item["recipient_user_id"] = person.user_id
    else:
        item["recipient_user_id"] = message.address
    if message.opaque is not None:
        item["biz_opaque_callback_data"] = message.opaque
    if failure is not None:
        item["errors"] = [make_status_error(failure)]
    elif message.pricing is not None:
        item["pricing"] = message.pricing
    value: JsonObject = {"messaging_product": "whatsapp", "metadata": make_metadata(channel)}
    if person is not None and failure is None:
        value["contacts"] = [make_contact(person, is_number_shown=is_to_number)]
    value["statuses"] = [item]
    return value


def make_template_event(template: Template) -> JsonObject:
    """The value of a `message_template_status_update` change."""
    return {
        "event": template.status,
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "reason": "NONE",
        "message_template_category": template.category,
    }


def make_pricing(*, category: str, is_free: bool) -> JsonObject:
    """Per message, by category. Since October 2026 service messages cost too, behind the first 1,000 of a month."""
    return {
        "billable": not is_free,
        "pricing_model": "PMP",
        "type": "free_customer_service" if is_free else "regular",
        "category": category,
    }


def make_accepted(input_address: str, message: Message) -> JsonObject:
    """The answer to an accepted message."""
    contact: JsonObject = {"input": input_address}
    contact["wa_id" if message.address.isdigit() else "user_id"] = message.address
    item: JsonObject = {"id": message.id}
    if message.type == "template":
        item["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [item]}
