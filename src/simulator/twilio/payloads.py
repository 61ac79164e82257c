"""What Twilio puts into webhooks and answers (whatsapp.md B1, B4, B5). Pure functions."""

from __future__ import annotations

import os
import time

import orjson

from simulator.jsontypes import JsonObject, as_object, as_text
from simulator.state import Message, Person, TwilioChannel
from simulator.twilio.errors import name_failure, say_code

API_VERSION = "2010-04-01"

_REPLY_SECONDS = 7 * 24 * 3600.0
_EVENTS = {"delivered": "DELIVERED", "read": "READ", "undelivered": "UNDELIVERED"}
_HEARD = ("text", "interactive", "button", "location", "contacts", "image", "video", "audio", "document", "sticker")
_REFERRAL = {
    "source_url": "ReferralSourceUrl",
    "source_id": "ReferralSourceId",
    "source_type": "ReferralSourceType",
    "headline": "ReferralHeadline",
    "body": "ReferralBody",
    "ctwa_clid": "ReferralCtwaClid",
    "media_type": "ReferralMediaContentType",
    "image_url": "ReferralMediaUrl",
}


def new_sid(prefix: str) -> str:
    """34 characters, as all of Twilio's ids."""
    return prefix + os.urandom(16).hex()


def say_rfc2822(at: float) -> str:
    """World time as the API of 2010 writes it."""
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))


def say_iso(at: float) -> str:
    """World time as the younger APIs write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def make_address(text: str) -> str:
    """`whatsapp:+966…`, or `whatsapp:SA.…` for who has no number."""
    return f"whatsapp:+{text}" if text.isdigit() else f"whatsapp:{text}"


def make_inbound(
    channel: TwilioChannel,
    person: Person,
    message: Message,
    *,
    is_number_shown: bool,
    at: float,
    context_at: float,
    extra: JsonObject | None = None,
) -> JsonObject | None:
    """The parameters of a webhook with one message of a person. None for what Twilio does not pass on.

    `context_at` is when the message that this one answers was sent: Twilio names it for seven days. `extra` is as for
    Meta, in Meta's words.
    """
    kind = as_text(message.content.get("type")) if message.type == "interactive" else ""
    is_in_group = extra is not None and "group_id" in extra
    if message.type not in _HEARD or kind == "call_permission_reply" or is_in_group:
        return None
    form: JsonObject = {
        "MessageSid": message.id,
        "SmsSid": message.id,
        "SmsMessageSid": message.id,
        "SmsStatus": "received",
        "AccountSid": channel.account_sid,
        "ApiVersion": API_VERSION,
        "From": make_address(person.number if is_number_shown else person.user_id),
        "To": make_address(channel.number),
        "ProfileName": person.name,
        "ExternalUserId": person.user_id,
        "NumMedia": "0",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "Body": "",
    }
    context: JsonObject = {"ProfileName": person.name}
    if is_number_shown:
        form["WaId"] = context["WaId"] = person.number
    form["ChannelMetadata"] = orjson.dumps({"type": "whatsapp", "data": {"context": context}}).decode()
    if channel.messaging_service_sid:
        form["MessagingServiceSid"] = channel.messaging_service_sid
    answered = as_text((message.context or {}).get("id"))
    if answered and at - context_at < _REPLY_SECONDS:
        form["OriginalRepliedMessageSid"] = answered
        form["OriginalRepliedMessageSender"] = make_address(channel.number)
    if message.context is not None:
        form.update(_say_forwarded(message.context))
    referral = as_object((extra or {}).get("referral"))
    form.update({name: as_text(referral[ours]) for ours, name in _REFERRAL.items() if ours in referral})
    form.update(_make_content(message))
    return form


def _say_forwarded(context: JsonObject) -> JsonObject:
    is_often = context.get("frequently_forwarded") is True
    if not (is_often or context.get("forwarded") is True):
        return {}
    return {"Forwarded": "true", "FrequentlyForwarded": "true" if is_often else "false"}


def _make_content(message: Message) -> JsonObject:
    content = message.content
    match message.type:
        case "text":
            return {"MessageType": "text", "Body": as_text(content.get("body"))}
        case "interactive":
            return _make_reply(content)
        case "button":
            text = as_text(content.get("text"))
            payload = as_text(content.get("payload")) or text
            return {"MessageType": "button", "Body": text, "ButtonText": text, "ButtonPayload": payload}
        case "location":
            return _make_location(content)
        case "image" | "video" | "audio" | "document" | "sticker" | "contacts":
            return {
                "MessageType": message.type,
                "Body": as_text(content.get("caption")) or as_text(content.get("filename")),
                "NumMedia": "1",
                "MediaUrl0": as_text(content.get("url")),
                "MediaContentType0": as_text(content.get("mime_type")),
            }
        case other:
            return {"MessageType": other}


def _make_reply(content: JsonObject) -> JsonObject:
    kind = as_text(content.get("type"))
    reply = as_object(content.get(kind))
    if kind == "nfm_reply":
        form = {"MessageType": "interactive", "Body": as_text(reply.get("body"))}
        return {**form, "FlowData": as_text(reply.get("response_json"))}
    title, own_id = as_text(reply.get("title")), as_text(reply.get("id"))
    if kind == "button_reply":
        return {"MessageType": "button", "Body": title, "ButtonText": title, "ButtonPayload": own_id}
    return {"MessageType": "interactive", "Body": title, "ListId": own_id, "ListTitle": title}


def _make_location(content: JsonObject) -> JsonObject:
    form: JsonObject = {
        "MessageType": "location",
        "Latitude": str(content.get("latitude", "")),
        "Longitude": str(content.get("longitude", "")),
    }
    for ours, name in (("name", "Label"), ("address", "Address")):
        if content.get(ours):
            form[name] = as_text(content[ours])
    return form


def name_status(message: Message) -> str:
    """A message's status in Twilio's words."""
    if not message.is_from_business:
        return "received"
    if message.status == "failed":
        return name_failure(message.failure or 0)
    return "queued" if message.status == "accepted" else message.status


def make_status(channel: TwilioChannel, message: Message, *, status: str, failure: int | None) -> JsonObject:
    """The parameters of a status callback."""
    form: JsonObject = {
        "MessageSid": message.id,
        "SmsSid": message.id,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": channel.account_sid,
        "ApiVersion": API_VERSION,
        "From": make_address(channel.number),
        "To": make_address(message.address),
        "ChannelPrefix": "whatsapp",
        "ChannelInstallSid": channel.phone_number_id,
        "ChannelToAddress": _mask(message.address),
    }
    service = as_text((message.twilio or {}).get("messaging_service_sid"))
    if service:
        form["MessagingServiceSid"] = service
    if status in _EVENTS:
        form["EventType"] = _EVENTS[status]
    if failure is not None:
        form["ErrorCode"] = str(failure)
        form["ErrorMessage"] = form["ChannelStatusMessage"] = say_code(failure)
    return form


def view_message(channel: TwilioChannel, message: Message) -> JsonObject:
    """The message resource of the REST API."""
    own = message.twilio or {}
    media = own.get("media")
    person, business = make_address(message.address or message.person), make_address(channel.number)
    has_failed = message.status == "failed" and message.failure is not None
    has_left = message.status != "accepted" and name_status(message) != "failed"
    uri = f"/{API_VERSION}/Accounts/{channel.account_sid}/Messages/{message.id}"
    service = as_text(own.get("messaging_service_sid"))
    return {
        "account_sid": channel.account_sid,
        "api_version": API_VERSION,
        "body": as_text(own.get("body")),
        "date_created": say_rfc2822(message.at),
        "date_sent": say_rfc2822(message.at) if has_left else None,
        "date_updated": say_rfc2822(message.at),
        "direction": as_text(own.get("direction")) or "inbound",
        "error_code": message.failure if has_failed else None,
        "error_message": say_code(message.failure or 0) if has_failed else None,
        "from": business if message.is_from_business else person,
        "messaging_service_sid": service or None,
        "num_media": str(len(media) if isinstance(media, list) else 0),
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": message.id,
        "status": "accepted" if service and message.status == "accepted" else name_status(message),
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": person if message.is_from_business else business,
        "uri": f"{uri}.json",
    }


def _mask(address: str) -> str:
    return f"+{address[:-4]}XXXX" if address.isdigit() else address
