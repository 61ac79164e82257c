"""What `POST …/Messages.json` may hold, and how Twilio refuses the rest (whatsapp.md B4).

Pure functions. What depends on the world (windows, Contents, opt-outs) is checked in `messages`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from simulator.ids import is_number, is_user_id
from simulator.jsontypes import JsonObject
from simulator.twilio.errors import TwilioError
from simulator.twilio.media_types import guess_media

Form = Mapping[str, list[str]]

_SCHEME: Final = "whatsapp:"
_CONTENT_SID: Final = re.compile(r"HX[0-9a-fA-F]{32}")
_PLACE: Final = re.compile(r"geo:(-?[0-9.]+),(-?[0-9.]+)(?:\|(.*))?")
_LONGEST_BODY: Final = 1600
_LONGEST_VALIDITY: Final = 36_000
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class SendRequest:
    """A message that is well formed. `address` is digits or a user id.

    `type` and `content` are what the phone shows, as far as that is known without the Content.
    """

    address: str
    sender: str
    service_sid: str
    body: str
    media: tuple[str, ...]
    content_sid: str
    variables: str
    status_callback: str
    type: str
    content: JsonObject

    @property
    def opaque(self) -> str | None:
        """What the app wants back. Twilio has no field for that: apps put it last into their callback's query."""
        query = parse_qsl(urlsplit(self.status_callback).query)
        return query[-1][1] if query else None


def read_form(raw: bytes) -> dict[str, list[str]]:
    """A form by its names: a name may come more than once."""
    form: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw.decode(errors="replace"), keep_blank_values=True):
        form.setdefault(name, []).append(value)
    return form


def first(form: Form, name: str) -> str:
    """The first value of a name, empty when there is none."""
    return form.get(name, [""])[0]


def read_request(form: Form) -> SendRequest:
    """Take a form apart. Raises TwilioError for the first thing that Twilio would refuse."""
    address = _read_to(form)
    sender, service_sid = first(form, "From"), first(form, "MessagingServiceSid")
    if not sender and not service_sid:
        raise TwilioError(21603)
    if sender and not sender.lower().startswith(_SCHEME):
        raise TwilioError(21910)
    body, content_sid = first(form, "Body"), first(form, "ContentSid")
    media = tuple(link for link in form.get("MediaUrl", []) if link)
    place = first(form, "PersistentAction")
    if not body.strip() and not media and not content_sid:
        raise TwilioError(21602)
    if len(body) > _LONGEST_BODY:
        raise TwilioError(21617)
    if content_sid and _CONTENT_SID.fullmatch(content_sid) is None:
        raise TwilioError(21655)
    if len(media) > 1:
        raise TwilioError(63030, "WhatsApp takes one MediaUrl in a message")
    if any(not _is_address(link) for link in media):
        raise TwilioError(21620)
    callback = first(form, "StatusCallback")
    if callback and not _is_address(callback):
        raise TwilioError(21609)
    validity = first(form, "ValidityPeriod")
    if validity and not 1 <= read_number(validity, "ValidityPeriod") <= _LONGEST_VALIDITY:
        raise TwilioError(20001, f"ValidityPeriod must be between 1 and {_LONGEST_VALIDITY} seconds")
    if first(form, "SendAt") or first(form, "ScheduleType"):
        raise TwilioError(20001, "This simulator does not schedule messages")
    kind, content = _show_plain(body, media, place)
    return SendRequest(
        address=address,
        sender=sender[len(_SCHEME) :].strip().removeprefix("+"),
        service_sid=service_sid,
        body=body,
        media=media,
        content_sid=content_sid,
        variables=first(form, "ContentVariables"),
        status_callback=callback,
        type=kind,
        content=content,
    )


def read_number(text: str, name: str) -> int:
    """A whole number of a few digits. TwilioError (20001) for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise TwilioError(20001, f"{name} must be a number")
    return int(text)


def read_address(text: str) -> str:
    """Digits or a user id behind `whatsapp:`; empty for anything else. A plus that became a space counts."""
    if not text.lower().startswith(_SCHEME):
        return ""
    plain = text[len(_SCHEME) :].strip()
    digits = plain.removeprefix("+")
    return plain if is_user_id(plain) else digits if is_number(digits) else ""


def _read_to(form: Form) -> str:
    to = first(form, "To")
    if not to:
        raise TwilioError(21604)
    address = read_address(to)
    if not address:
        if is_number(to.removeprefix("+")):
            raise TwilioError(21910)
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    return address


def _show_plain(body: str, media: tuple[str, ...], place: str) -> tuple[str, JsonObject]:
    if media:
        kind, _ = guess_media(media[0])
        caption: JsonObject = {"caption": body} if body else {}
        return kind, {"link": media[0], **caption}
    if place:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise TwilioError(20001, "PersistentAction must be geo:latitude,longitude|label")
        label: JsonObject = {"name": found[3]} if found[3] else {}
        return "location", {"latitude": found[1], "longitude": found[2], **label, "address": body}
    return "text", {"body": body}


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and has_port
