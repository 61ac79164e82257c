"""Files that people send, kept where their provider keeps them."""

from __future__ import annotations

import base64
import hashlib

from simulator.jsontypes import Json, JsonObject, as_object, as_text
from simulator.meta.media import WEBHOOK_DAYS, store_media
from simulator.meta.media_edges import make_media_url
from simulator.phones import PhoneError
from simulator.simulator import Simulator
from simulator.state import Channel, TwilioChannel
from simulator.twilio.payloads import API_VERSION, new_sid


def make_vcard(contacts: list[Json]) -> bytes:
    """Cards as the file in which Twilio passes them on."""
    lines: list[str] = []
    for contact in contacts:
        card = as_object(contact)
        name, phones = as_object(card.get("name")), card.get("phones")
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"FN:{as_text(name.get('formatted_name'))}"]
        for phone in phones if isinstance(phones, list) else ():
            lines.append(f"TEL:{as_text(as_object(phone).get('phone'))}")
        lines.append("END:VCARD")
    return "\r\n".join([*lines, ""]).encode()


_TWILIO_DAYS = 10 * 365
"""Twilio keeps a file until it is deleted."""


def attach_media(
    simulator: Simulator, channel: Channel, data: bytes, *, mime_type: str, filename: str, base_url: str
) -> JsonObject:
    """Keep a file that a person sends; what its webhook says of it, but for the caption.

    In webhooks the hash is base64 (A4); where the Graph is asked for the file, it is hexadecimal.
    """
    if not data:
        raise PhoneError(422, "empty_file", "The file is empty.")
    if isinstance(channel, TwilioChannel):
        return _attach_twilio_media(simulator, channel, data, mime_type=mime_type, filename=filename, base_url=base_url)
    media = store_media(
        simulator.world,
        channel.phone_number_id,
        data,
        mime_type=mime_type,
        filename=filename,
        days=WEBHOOK_DAYS,
    )
    return {
        "mime_type": mime_type,
        "sha256": base64.b64encode(hashlib.sha256(data).digest()).decode(),
        "id": media.id,
        "url": make_media_url(simulator, media.id, base_url=base_url),
    }


def _attach_twilio_media(
    simulator: Simulator, channel: TwilioChannel, data: bytes, *, mime_type: str, filename: str, base_url: str
) -> JsonObject:
    """At Twilio a file lies under its message, whose sid is made with it; it stays until it is deleted."""
    media = store_media(
        simulator.world,
        channel.phone_number_id,
        data,
        mime_type=mime_type,
        filename=filename,
        days=_TWILIO_DAYS,
        media_id=new_sid("ME"),
    )
    message_sid = new_sid("MM")
    uri = f"/{API_VERSION}/Accounts/{channel.account_sid}/Messages/{message_sid}/Media/{media.id}"
    return {"mime_type": mime_type, "id": media.id, "url": base_url + uri, "message_sid": message_sid}
