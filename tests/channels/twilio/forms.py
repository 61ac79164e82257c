"""Twilio's forms with our own words in them, as the pairs that a form reader makes."""

from __future__ import annotations

from datetime import UTC, datetime

from hoopoe.channels.parts import Change, Item
from hoopoe.channels.twilio.split import RECEIVED_KEY, split_form
from hoopoe.kernel.json import JsonObject

ACCOUNT_SID = "AC" + "0f" * 16
MESSAGE_SID = "SM" + "1e" * 16
OTHER_SID = "SM" + "2d" * 16
NUMBER = "+966112223344"
NADA = "966501112233"
USER_ID = "SA.77001122334455"
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

INBOUND = {
    "MessageSid": MESSAGE_SID,
    "SmsSid": MESSAGE_SID,
    "SmsMessageSid": MESSAGE_SID,
    "SmsStatus": "received",
    "AccountSid": ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "From": f"whatsapp:+{NADA}",
    "To": f"whatsapp:{NUMBER}",
    "WaId": NADA,
    "ProfileName": "ندى",
    "MessageType": "text",
    "NumMedia": "0",
    "NumSegments": "1",
    "Body": "كم سعر الكنافة؟",
}
STATUS = {
    "MessageSid": MESSAGE_SID,
    "SmsSid": MESSAGE_SID,
    "SmsStatus": "delivered",
    "MessageStatus": "delivered",
    "AccountSid": ACCOUNT_SID,
    "ApiVersion": "2010-04-01",
    "From": f"whatsapp:{NUMBER}",
    "To": f"whatsapp:+{NADA}",
    "ChannelPrefix": "whatsapp",
    "ChannelToAddress": "+96650111XXXX",
    "EventType": "DELIVERED",
}


def pairs(form: dict[str, str], *without: str, **changes: str) -> list[tuple[str, str]]:
    """A form with some parameters left out and others changed."""
    return [(name, value) for name, value in {**form, **changes}.items() if name not in without]


def split_one(params: list[tuple[str, str]], query: list[tuple[str, str]] | None = None) -> Change:
    """The only part of a form."""
    (change,) = split_form(params, query or [])
    return change


def file_one(params: list[tuple[str, str]], query: list[tuple[str, str]] | None = None) -> tuple[Item, JsonObject]:
    """The only item of a form, and its payload as the endpoint files it: with the time that it came."""
    (item,) = split_one(params, query).items
    return item, {**item.payload, RECEIVED_KEY: AT.isoformat()}
