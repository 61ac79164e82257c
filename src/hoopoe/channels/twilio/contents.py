"""What Twilio's forms hold, by the parameters that they have. Pure.

A form carries no type that could be trusted alone: what it is follows from its parameters. What none of the readers
knows is filed as `unsupported` with all of them. Source: Twilio, messaging/guides/webhook-request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hoopoe.channels.contract import MEDIA_TYPES, InboundType, ProviderError
from hoopoe.channels.errors import NO_CODE
from hoopoe.channels.inbound import (
    make_errors,
    make_form_reply,
    make_medium,
    make_referral,
    type_of_mime,
)
from hoopoe.channels.twilio.fields import read_code, read_count, read_text
from hoopoe.channels.twilio.split import RECEIVED_KEY
from hoopoe.kernel.json import Json, JsonObject, load_leniently

# What a body alone may stand for. A tap whose own parameters are missing still repeats its label there.
TEXT_TYPES: Final = ("text", "button", "interactive")
# What a picture is called; a sticker is a picture too, and says so only here.
MEDIA_NAMES: Final = {str(type_): type_ for type_ in MEDIA_TYPES} | {"voice": InboundType.AUDIO}
# Phones record in this one; other files of sound come as what they are.
VOICE_MIME: Final = "audio/ogg"
MAX_MEDIA: Final = 32

REFERRAL: Final = {
    "ReferralSourceUrl": "source_url",
    "ReferralSourceId": "source_id",
    "ReferralSourceType": "source_type",
    "ReferralHeadline": "headline",
    "ReferralBody": "body",
    "ReferralCtwaClid": "ctwa_clid",
    "ReferralMediaId": "media_id",
    "ReferralMediaContentType": "media_type",
    "ReferralMediaUrl": "media_url",
}
# Read above this module, or saying nothing that a conversation shows.
_PARAMS: Final = """
    MessageSid SmsSid SmsMessageSid SmsStatus MessageStatus AccountSid MessagingServiceSid ApiVersion From To WaId
    ProfileName ExternalUserId Body MessageType NumMedia NumSegments ButtonText ButtonPayload ButtonType ListId
    ListTitle ListDescription Latitude Longitude Address Label OriginalRepliedMessageSid OriginalRepliedMessageSender
    Forwarded FrequentlyForwarded ReferralNumMedia FlowData InteractiveData ChannelMetadata ErrorCode ErrorMessage
    ChannelPrefix ChannelInstallSid ChannelToAddress FromCity FromState FromZip FromCountry ToCity ToState ToZip
    ToCountry
"""
KNOWN: Final = {*_PARAMS.split(), *REFERRAL, RECEIVED_KEY}
MEDIUM_PARAM: Final = re.compile(r"Media(?:Url|ContentType)\d{1,3}")


@dataclass(slots=True)
class Read:
    """What a form holds. `text` and `payload_id` are what a flow reads as the answer."""

    type: InboundType
    content: JsonObject
    text: str = ""
    payload_id: str | None = None


def read_content(form: JsonObject) -> Read:
    """What a form holds, with whatever of it nobody here knows. Never fails: see `unsupported`."""
    type_ = (read_text(form.get("MessageType")) or "").strip().lower() or None
    for reader in READERS:
        read = reader(form, type_)
        if read is not None:
            _add_circumstances(read.content, form)
            return read
    content: JsonObject = {"type": type_, "raw": dict(form)}
    _add_errors(content, form)
    return Read(InboundType.UNSUPPORTED, content)


# --- What any message may carry -------------------------------------------------------------------


def _add_circumstances(content: JsonObject, form: JsonObject) -> None:
    if _is_true(form.get("FrequentlyForwarded")):
        content["forwarded"] = "often"
    elif _is_true(form.get("Forwarded")):
        content["forwarded"] = "once"
    referral = make_referral({ours: read_text(form.get(name)) for name, ours in REFERRAL.items()})
    if referral is not None:
        content["referral"] = referral
    _add_errors(content, form)
    extra: JsonObject = {
        name: value for name, value in form.items() if name not in KNOWN and not MEDIUM_PARAM.fullmatch(name)
    }
    if extra:
        content["extra"] = extra


def _add_errors(content: JsonObject, form: JsonObject) -> None:
    code = read_code(form.get("ErrorCode"))
    if code != NO_CODE:
        content["errors"] = make_errors([ProviderError(code, read_text(form.get("ErrorMessage")) or "")])


def _is_true(value: Json) -> bool:
    return (read_text(value) or "").strip().lower() == "true"


# --- Types ----------------------------------------------------------------------------------------


def _read_button(form: JsonObject, _: str | None) -> Read | None:
    """The tap on a quick reply. The body repeats the label; without an id the label stands for it."""
    tapped, title = read_text(form.get("ButtonPayload")), read_text(form.get("ButtonText"))
    if tapped is None and title is None:
        return None
    title = title or read_text(form.get("Body")) or tapped or ""
    payload_id = tapped or title
    return Read(InboundType.BUTTON_REPLY, {"id": payload_id, "title": title}, title, payload_id)


def _read_list(form: JsonObject, _: str | None) -> Read | None:
    picked, title = read_text(form.get("ListId")), read_text(form.get("ListTitle"))
    if picked is None and title is None:
        return None
    title = title or read_text(form.get("Body")) or picked or ""
    payload_id = picked or title
    content: JsonObject = {"id": payload_id, "title": title}
    description = read_text(form.get("ListDescription"))
    if description is not None:
        content["description"] = description
    return Read(InboundType.LIST_REPLY, content, title, payload_id)


def _read_form(form: JsonObject, _: str | None) -> Read | None:
    """The answer of a form: JSON inside a text, in one of two parameters. WhatsApp's own object may be around it."""
    response = read_text(form.get("FlowData")) or read_text(form.get("InteractiveData"))
    if response is None:
        return None
    body, name = read_text(form.get("Body")), None
    wrapped = load_leniently(response.encode(errors="replace"))
    reply = wrapped.get("nfm_reply", wrapped) if isinstance(wrapped, dict) else None
    inner: Json = response
    if isinstance(reply, dict) and "response_json" in reply:
        inner = reply["response_json"]
        name, body = _text(reply.get("name")), body or _text(reply.get("body"))
    content = make_form_reply(name=name, body=body, response=inner)
    return Read(InboundType.FORM_REPLY, content, body or "")


def _read_media(form: JsonObject, type_: str | None) -> Read | None:
    """One file or several. The first is the message's own; the others, which are rare, are in its `more`."""
    files = [
        (read_text(form.get(f"MediaUrl{place}")), read_text(form.get(f"MediaContentType{place}")))
        for place in range(min(max(read_count(form.get("NumMedia")), 1), MAX_MEDIA))
    ]
    caption = read_text(form.get("Body"))
    media: list[tuple[InboundType, JsonObject]] = []
    for url, mime_type in files:
        if url is None:
            continue
        kind = _kind_of(type_, mime_type)
        is_voice = kind is InboundType.AUDIO and (mime_type or "").strip().lower().startswith(VOICE_MIME)
        own_caption = caption if not media else None
        medium = make_medium(media_url=url, mime_type=mime_type, caption=own_caption, is_voice=is_voice)
        media.append((kind, medium))
    if not media:
        return None
    kind, content = media[0]
    if len(media) > 1:
        content["more"] = [{"type": str(each), **medium} for each, medium in media[1:]]
    return Read(kind, content, caption or "")


def _kind_of(type_: str | None, mime_type: str | None) -> InboundType:
    """By the type of the file, which is the file's own; a sticker and a document only the message's type tells."""
    by_mime, by_name = type_of_mime(mime_type), MEDIA_NAMES.get(type_ or "")
    is_told = by_name in (InboundType.STICKER, InboundType.DOCUMENT) or mime_type is None
    return by_name if by_name is not None and is_told else by_mime


def _read_location(form: JsonObject, _: str | None) -> Read | None:
    latitude, longitude = _degrees(form.get("Latitude"), 90), _degrees(form.get("Longitude"), 180)
    if latitude is None or longitude is None:
        return None
    content: JsonObject = {"latitude": latitude, "longitude": longitude}
    for name, ours in (("Label", "name"), ("Address", "address")):
        text = read_text(form.get(name))
        if text is not None:
            content[ours] = text
    return Read(InboundType.LOCATION, content, read_text(form.get("Label")) or "")


def _read_text(form: JsonObject, type_: str | None) -> Read | None:
    body = read_text(form.get("Body"))
    if body is None or (type_ is not None and type_ not in TEXT_TYPES) or read_count(form.get("NumMedia")):
        return None
    return Read(InboundType.TEXT, {"body": body}, body)


READERS: Final[tuple[Callable[[JsonObject, str | None], Read | None], ...]] = (
    _read_button,
    _read_list,
    _read_form,
    _read_media,
    _read_location,
    _read_text,
)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _degrees(value: Json, limit: float) -> float | None:
    try:
        degrees = float(read_text(value) or "")
    except ValueError:
        return None
    return degrees if -limit <= degrees <= limit else None
