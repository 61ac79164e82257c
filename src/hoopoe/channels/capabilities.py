"""What a provider can carry, as data: read by the builder, the flow validation and the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from hoopoe.channels.contract import Provider


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Most characters, or most of a thing, in one message.

    `shares_numbers`: one number may be several accounts', so that a webhook is routed by both.
    """

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
    shares_numbers: bool
    has_listing: bool
    """Whether what was sent can be listed: then a doubt is settled by looking, never by sending again."""
    receipt_shows_typing: bool
    """Whether a read receipt shows "typing" until the next message: then none follows an answer."""


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
    shares_numbers=False,
    has_listing=False,
    receipt_shows_typing=False,
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
    shares_numbers=True,
    has_listing=True,
    receipt_shows_typing=True,
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
