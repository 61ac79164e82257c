"""What a provider can carry, as data: read by the builder, the flow validation and the screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hoopoe.channels.contract import MediaKind

KB: Final = 1024
MB: Final = 1024 * KB


@dataclass(frozen=True, slots=True)
class FileLimit:
    """Which files may be sent as one kind of message, by their true type, and how large they may be, in bytes.

    `most_moving`: for pictures that move, where it differs.
    """

    types: frozenset[str]
    most: int
    most_moving: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Most characters, or most of a thing, in one message."""

    text_body: int
    buttons: int
    buttons_body: int
    button_title: int
    button_id: int
    list_body: int
    list_button: int
    list_rows: int
    section_title: int
    row_title: int
    row_id: int
    row_description: int
    header: int
    footer: int
    has_listing: bool
    """Whether what was sent can be listed: then a doubt is settled by looking, never by sending again."""
    receipt_shows_typing: bool
    """Whether a read receipt shows "typing" until the next message: then none follows an answer."""
    caption: int
    media: Mapping[MediaKind, FileLimit]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCUMENTS: Final = frozenset(
    {
        "application/pdf",
        "text/plain",
        "text/csv",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
        f"{_OFFICE}.presentationml.presentation",
    }
)
PICTURES: Final = frozenset({"image/jpeg", "image/png"})
FILMS: Final = frozenset({"video/mp4", "video/3gpp"})
# audio/ogg stands for Opus alone: that is how media.types tells it.
SOUNDS: Final = frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})
VOICE: Final = "audio/ogg"
VOICE_CHANNELS: Final = 1

# Source: Meta, business-phone-numbers/media, supported media types. What is a picture, a film or a sound may be sent
# as a document too, which keeps it as it is.
META_MEDIA: Final = {
    MediaKind.IMAGE: FileLimit(PICTURES, 5 * MB),
    MediaKind.VIDEO: FileLimit(FILMS, 16 * MB),
    MediaKind.AUDIO: FileLimit(SOUNDS, 16 * MB),
    MediaKind.DOCUMENT: FileLimit(DOCUMENTS | PICTURES | FILMS | SOUNDS, 100 * MB),
    MediaKind.STICKER: FileLimit(frozenset({"image/webp"}), 100 * KB, most_moving=500 * KB),
}
# Source: Twilio, whatsapp/guidance-whatsapp-media-messages: 16 MB for everything; WhatsApp's own 5 MB for pictures.
TWILIO_MEDIA: Final = {
    MediaKind.IMAGE: FileLimit(PICTURES, 5 * MB),
    MediaKind.VIDEO: FileLimit(FILMS, 16 * MB),
    MediaKind.AUDIO: FileLimit(SOUNDS, 16 * MB),
    MediaKind.DOCUMENT: FileLimit(DOCUMENTS, 16 * MB),
    MediaKind.STICKER: FileLimit(frozenset({"image/webp"}), 100 * KB, most_moving=500 * KB),
}

META: Final = Capabilities(
    text_body=4096,
    buttons=3,
    buttons_body=1024,
    button_title=20,
    button_id=256,
    list_body=4096,
    list_button=20,
    list_rows=10,
    section_title=24,
    row_title=24,
    row_id=200,
    row_description=72,
    header=60,
    footer=60,
    has_listing=False,
    receipt_shows_typing=False,
    caption=1024,
    media=META_MEDIA,
)

# Twilio has no header, footer or sections: the builder writes them into the body and the descriptions, so that
# `buttons_body` and `list_body` count for all of it. Source: Twilio, content/twilio-quick-reply and
# content/twiliolist-picker (quick replies: those that need no approval); its message resource for the text.
TWILIO: Final = Capabilities(
    text_body=1600,
    buttons=3,
    buttons_body=1024,
    button_title=20,
    button_id=200,
    list_body=1024,
    list_button=20,
    list_rows=10,
    section_title=24,
    row_title=24,
    row_id=200,
    row_description=72,
    header=60,
    footer=60,
    has_listing=True,
    receipt_shows_typing=True,
    caption=1024,
    media=TWILIO_MEDIA,
)
