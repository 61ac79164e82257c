"""What a provider can carry, and how the providers differ, as data.

Read by the builders, the validation, connecting, routing, sending and settling: above this nothing asks which
provider it is. docs/reference/providers.md is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from hoopoe.channels.account_events import Throughput
from hoopoe.channels.contract import MediaKind, Provider

KB: Final = 1024
MB: Final = 1024 * KB

# Ours: how many messages one content may become, and how many options one menu may have. What is more than that is
# no message any more.
MOST_PARTS: Final = 10
MOST_OPTIONS: Final = 50


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
    """Numbers are the most characters, or the most of a thing, in one message; what else a name means stands below."""

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
    opaque: int
    has_sections: bool
    """Whether a list has sections. Where not, a section's title stands before its rows' descriptions."""
    has_headers: bool
    """Whether menus have headers and footers. Where not, they are lines of the body and count as such."""
    quotes: bool
    """Whether a message can be an answer to another one. Where not, it is sent without."""
    makes_menus_first: bool
    """Whether buttons and lists are made at the provider before they are sent, once for each shape."""
    receipt_shows_typing: bool
    """Whether a read receipt shows "typing" until the next message: then none follows an answer."""
    has_reactions: bool
    """Whether a message can be answered by an emoji on it."""
    messages_per_second: float
    """How fast a new channel sends, and one of which nobody knows how fast it may be."""
    throughputs: Mapping[Throughput, float]
    """How fast a number may be, by what the provider says of it."""
    webhook_retry_hours: int
    """How long a webhook that was not taken is tried again; 0: not at all, so that the provider is asked."""
    names_times: bool
    """Whether a webhook says when something happened. Where not, it is when the request came."""
    has_listing: bool
    """Whether what came and went can be listed: then lost webhooks are caught up, and a doubt is settled by looking."""
    has_handshake: bool
    """Whether the provider checks our address by a GET with a verify token."""
    token: str
    """The secret that reads and sends: one of `secrets`."""
    secrets: tuple[str, ...]
    ids: tuple[str, ...]
    """What the provider knows a channel by."""
    shares_numbers: bool
    """Whether one number may be several accounts', so that a webhook is routed by both."""
    caption: int
    place: int
    """The name of a place, and its address."""
    media: Mapping[MediaKind, FileLimit]
    """The most bytes of each kind of file that may be sent."""


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

# Source: Meta, messages/*, business-phone-numbers/media, throughput and webhooks/overview.
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
    opaque=512,
    has_sections=True,
    has_headers=True,
    quotes=True,
    makes_menus_first=False,
    receipt_shows_typing=False,
    has_reactions=True,
    messages_per_second=80.0,
    throughputs={Throughput.STANDARD: 80.0, Throughput.HIGH: 1000.0, Throughput.COEXISTENCE: 20.0},
    webhook_retry_hours=7 * 24,
    names_times=True,
    has_listing=False,
    has_handshake=True,
    token="access_token",  # noqa: S106  # a field's name
    secrets=("app_secret", "access_token", "verify_token"),
    ids=("number", "phone_number_id", "waba_id"),
    shares_numbers=False,
    caption=1024,
    place=1000,
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
    opaque=512,
    has_sections=False,
    has_headers=False,
    quotes=False,
    makes_menus_first=True,
    receipt_shows_typing=True,
    has_reactions=False,
    # Sixty a minute is ours; Twilio queues what comes faster.
    messages_per_second=1.0,
    throughputs={},
    webhook_retry_hours=0,
    names_times=False,
    has_listing=True,
    has_handshake=False,
    token="auth_token",  # noqa: S106  # a field's name
    secrets=("auth_token",),
    ids=("number", "account_sid"),
    shares_numbers=True,
    caption=1024,
    place=1000,
    media=TWILIO_MEDIA,
)


def capabilities_of(provider: Provider) -> Capabilities:
    """What a provider can carry."""
    match provider:
        case Provider.META:
            return META
        case Provider.TWILIO:
            return TWILIO
        case _:
            assert_never(provider)


def listing_providers() -> tuple[Provider, ...]:
    """Those that can be asked what they have."""
    return tuple(provider for provider in Provider if capabilities_of(provider).has_listing)
