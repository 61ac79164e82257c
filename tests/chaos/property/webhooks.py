"""Webhooks on their way to us, as Meta makes them: of people, of the number's owner, of the past, of statuses."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.chaos.judge import Key
from tests.chaos.property.stub import Taken
from tests.contacts.people import Someone, text_of

OWN = "966112223344"


@dataclass(frozen=True, slots=True)
class Webhook:
    """One change of one webhook. `key`: the customer's message that it brings; `address`: whose thread it is about."""

    value: dict[str, Any]
    field: str = "messages"
    key: Key | None = None
    address: str = ""

    @property
    def message(self) -> dict[str, Any]:
        """The one message in it."""
        [message] = self.value["message_echoes" if "message_echoes" in self.value else "messages"]
        return dict(message)


def someone_at(address: str) -> Someone:
    """Who writes from an address: a number, or a user id (those have a point)."""
    return Someone(user_id=address) if "." in address else Someone(phone=address)


def make_message(key: Key, person: Someone | None = None) -> Webhook:
    """A numbered text from its key's address; `person`: what else the webhook shows of who wrote it."""
    value = text_of(person or someone_at(key.customer), f"#{key.number}#")
    return Webhook(value, key=key, address=key.customer)


def make_echo(address: str) -> Webhook:
    """The owner writes to somebody on the phone."""
    to = {"to_user_id" if "." in address else "to": address}
    said = {"id": _new_id(), "timestamp": str(int(time.time())), "type": "text", "text": {"body": "I am on it"}}
    return Webhook({"message_echoes": [{"from": OWN, **to, **said}]}, "smb_message_echoes", address=address)


def make_own_echo(taken: Taken) -> Webhook:
    """What we sent, told to us as another app's: without our own id, as long as nobody says that it is there."""
    said = {"id": taken.provider_id, "timestamp": str(int(time.time())), "type": "text", "text": {"body": taken.text}}
    to = {"to_user_id" if "." in taken.to else "to": taken.to}
    return Webhook({"message_echoes": [{"from": OWN, **to, **said}]}, "message_echoes", address=taken.to)


def make_history(address: str, told: Sequence[Webhook], *, old: int) -> Webhook:
    """The past of a thread: `old` messages that nobody will tell again, and some that come by themselves as well."""
    at = int(time.time()) - 60
    messages = [
        {"from": address, "id": _new_id(), "timestamp": str(at + place), "type": "text", "text": {"body": "long ago"}}
        for place in range(old)
    ]
    messages += [webhook.message for webhook in told]
    context = {"history_context": {"status": "READ"}}
    thread = {"id": address, "messages": [{**message, **context} for message in messages]}
    chunk = {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}, "threads": [thread]}
    return Webhook({"history": [chunk]}, "history", address=address)


def make_status(taken: Taken, status: str) -> Webhook:
    """The provider says what became of a message."""
    told: dict[str, Any] = {
        "id": taken.provider_id,
        "status": status,
        "timestamp": str(int(time.time())),
        "recipient_id": taken.to,
        "biz_opaque_callback_data": taken.opaque,
    }
    if status == "failed":
        told["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
    return Webhook({"statuses": [told]}, address=taken.to)


def _new_id() -> str:
    return f"wamid.{secrets.token_hex(8)}"
