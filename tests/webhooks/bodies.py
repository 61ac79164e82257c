"""Webhook bodies as Meta posts them, part by part, so that a test can break any of them."""

from __future__ import annotations

import secrets
import time
from typing import Any

from tests.support.tenants import Tenant

JsonObject = dict[str, Any]


def new_number() -> str:
    """The digits of a person that no other test has."""
    return f"9665{secrets.randbelow(10**8):08d}"


def new_message_id() -> str:
    return f"wamid.{secrets.token_hex(10)}"


def text_message(customer: str, text: Any, **changes: Any) -> JsonObject:
    """One text message. A change to None takes the field away."""
    message = {
        "from": customer,
        "id": new_message_id(),
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
        **changes,
    }
    return {name: value for name, value in message.items() if value is not None}


def typed_message(customer: str, type_: str, content: Any) -> JsonObject:
    """A message of any type."""
    message = text_message(customer, "")
    del message["text"]
    return {**message, "type": type_, type_: content}


def contact(customer: str, name: str = "Noura", **changes: Any) -> JsonObject:
    made = {"profile": {"name": name}, "wa_id": customer, **changes}
    return {field: value for field, value in made.items() if value is not None}


def change(tenant: Tenant, *messages: Any, contacts: list[JsonObject] | None = None, **value: Any) -> JsonObject:
    """One change that names the tenant's number."""
    senders = dict.fromkeys(m["from"] for m in messages if isinstance(m, dict) and isinstance(m.get("from"), str))
    return {
        "field": "messages",
        "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": tenant.number, "phone_number_id": tenant.phone_number_id},
            "contacts": [contact(sender) for sender in senders] if contacts is None else contacts,
            **({"messages": list(messages)} if messages else {}),
            **value,
        },
    }


def entry(tenant: Tenant, *changes: JsonObject) -> JsonObject:
    return {"id": tenant.waba_id, "changes": list(changes)}


def body(*entries: JsonObject) -> JsonObject:
    return {"object": "whatsapp_business_account", "entry": list(entries)}
