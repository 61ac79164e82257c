"""Providers by name: the one place that knows all of them.

A provider is pure functions and one thin client, bundled here so that nothing above `channels` names one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, assert_never

from hoopoe.channels.account_events import AccountEvent
from hoopoe.channels.capabilities import META as META_CAPABILITIES
from hoopoe.channels.capabilities import TWILIO as TWILIO_CAPABILITIES
from hoopoe.channels.capabilities import Capabilities
from hoopoe.channels.contract import (
    Address,
    GroupMessage,
    InboundMessage,
    MediaContent,
    MessageChange,
    OutboundContent,
    Provider,
    SendResult,
    Signal,
    StatusUpdate,
)
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import ErrorRule, UnreadableItem
from hoopoe.channels.media import MediaNotGiven, MediaProblem, MediaRef, Write
from hoopoe.channels.meta import account as meta_account
from hoopoe.channels.meta import changes as meta_changes
from hoopoe.channels.meta import client as meta_client
from hoopoe.channels.meta import media as meta_media
from hoopoe.channels.meta import parse as meta_parse
from hoopoe.channels.meta import parse_speakers as meta_speakers
from hoopoe.channels.meta import receive as meta_receive
from hoopoe.channels.meta import send_media as meta_media_sender
from hoopoe.channels.meta import verify as meta_verify
from hoopoe.channels.meta.errors import RULES as META_RULES
from hoopoe.channels.meta.errors import WINDOW_CLOSED_CODE as META_WINDOW_CLOSED
from hoopoe.channels.outside import Outside
from hoopoe.channels.parts import (
    Absent,
    Change,
    Found,
    KeptPart,
    Listing,
    Missing,
    Reading,
    Unsure,
    WebhookRequest,
)
from hoopoe.channels.speakers import SpeakersDoor
from hoopoe.channels.twilio import client as twilio_client
from hoopoe.channels.twilio import listing as twilio_listing
from hoopoe.channels.twilio import media as twilio_media
from hoopoe.channels.twilio import parse as twilio_parse
from hoopoe.channels.twilio import receive as twilio_receive
from hoopoe.channels.twilio import send_media as twilio_media_sender
from hoopoe.channels.twilio.errors import RULES as TWILIO_RULES
from hoopoe.channels.twilio.errors import WINDOW_CLOSED_CODE as TWILIO_WINDOW_CLOSED
from hoopoe.kernel.json import JsonObject


class Send(Protocol):
    """Sends one thing. Never raises for what the provider or the network does."""

    def __call__(
        self,
        outside: Outside,
        channel: RoutedChannel,
        content: OutboundContent | Signal,
        *,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]: ...


class Download(Protocol):
    """Hands a file's bytes to `write` and returns the type that came with them. Raises `MediaNotGiven`."""

    def __call__(
        self, outside: Outside, channel: RoutedChannel, wanted: MediaRef, write: Write
    ) -> Awaitable[str | None]: ...


@dataclass(frozen=True, slots=True)
class ListingDoor:
    """Asks a provider what it has. Neither raises for what the provider or the network does."""

    list_missing: Callable[[Outside, RoutedChannel, datetime, datetime, Missing], Awaitable[Listing]]
    find_sent: FindSent


class FindSent(Protocol):
    """Whether a message whose answer was lost was taken."""

    def __call__(
        self,
        outside: Outside,
        channel: RoutedChannel,
        *,
        recipient: Address,
        content: OutboundContent,
        opaque: str,
        since: datetime,
        until: datetime,
        known: Collection[str],
    ) -> Awaitable[Found | Absent | Unsure]: ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """One provider. Each `parse_…` reads the items of its kind that `read_webhook` made.

    `read_part` makes them again from what the journal kept of one part.

    `listing` is there where `capabilities.has_listing`, `speakers` where others may speak on a number. `thanks` is
    the body, with its media type, of the answer to a webhook that is on disk.
    """

    provider: Provider
    capabilities: Capabilities
    rules: Mapping[int, ErrorRule]
    window_closed_code: int
    unreadable: str
    thanks: tuple[bytes, bytes]
    read_webhook: Callable[[WebhookRequest], Reading | None]
    read_part: Callable[[KeptPart], Change]
    parse_message: Callable[[JsonObject], InboundMessage]
    parse_change: Callable[[JsonObject], MessageChange]
    parse_group_message: Callable[[JsonObject], GroupMessage]
    parse_status: Callable[[JsonObject], StatusUpdate]
    parse_account: Callable[[JsonObject], tuple[AccountEvent, ...]]
    send: Send
    download: Download
    listing: ListingDoor | None = None
    speakers: SpeakersDoor | None = None


def _send_by_meta(
    outside: Outside,
    channel: RoutedChannel,
    content: OutboundContent | Signal,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> Awaitable[SendResult]:
    if isinstance(content, MediaContent):
        return meta_media_sender.send_media(
            outside, channel, content, recipient=recipient, opaque=opaque, reply_to=reply_to
        )
    return meta_client.send(
        outside.wire,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        credentials=meta_client.Credentials(channel.sender_id, channel.access_token),
        content=content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
    )


def _send_by_twilio(
    outside: Outside,
    channel: RoutedChannel,
    content: OutboundContent | Signal,
    *,
    recipient: Address,
    opaque: str | None,
    reply_to: str | None,
) -> Awaitable[SendResult]:
    if isinstance(content, MediaContent):
        return twilio_media_sender.send_media(
            outside, channel, content, recipient=recipient, opaque=opaque, reply_to=reply_to
        )
    return twilio_client.send(
        outside.http,
        base_url=outside.twilio_api_url,
        credentials=_twilio_credentials(channel),
        contents=outside.contents.of(channel.workspace_id),
        status_callback_url=outside.twilio_callback_url,
        content=content,
        recipient=recipient,
        opaque=opaque,
        reply_to=reply_to,
    )


def _twilio_credentials(channel: RoutedChannel) -> twilio_client.Credentials:
    return twilio_client.Credentials(channel.account_id, channel.access_token, channel.sender_id)


def _list_missing_at_twilio(
    outside: Outside, channel: RoutedChannel, since: datetime, until: datetime, choose_missing: Missing
) -> Awaitable[Listing]:
    return twilio_listing.list_missing(
        outside.http,
        base_url=outside.twilio_api_url,
        credentials=_twilio_credentials(channel),
        since=since,
        until=until,
        choose_missing=choose_missing,
    )


def _find_sent_at_twilio(
    outside: Outside,
    channel: RoutedChannel,
    *,
    recipient: Address,
    content: OutboundContent,
    opaque: str,
    since: datetime,
    until: datetime,
    known: Collection[str],
) -> Awaitable[Found | Absent | Unsure]:
    return twilio_listing.find_sent(
        outside.http,
        base_url=outside.twilio_api_url,
        credentials=_twilio_credentials(channel),
        recipient=recipient,
        content=content,
        opaque=opaque,
        since=since,
        until=until,
        known=known,
    )


def _download_by_meta(
    outside: Outside, channel: RoutedChannel, wanted: MediaRef, write: Write
) -> Awaitable[str | None]:
    if wanted.media_id is None:
        raise MediaNotGiven(MediaProblem.GONE, "Meta knows files by their id, and there is none")
    return meta_media.download(
        outside.http,
        base_url=outside.meta_graph_url,
        version=outside.meta_api_version,
        credentials=meta_client.Credentials(channel.sender_id, channel.access_token),
        media_id=wanted.media_id,
        write=write,
    )


def _download_by_twilio(
    outside: Outside, channel: RoutedChannel, wanted: MediaRef, write: Write
) -> Awaitable[str | None]:
    if wanted.media_url is None:
        raise MediaNotGiven(MediaProblem.GONE, "Twilio knows files by their address, and there is none")
    return twilio_media.download(
        outside.http,
        outside.outbound,
        base_url=outside.twilio_api_url,
        credentials=twilio_client.Credentials(channel.account_id, channel.access_token, channel.sender_id),
        media_url=wanted.media_url,
        write=write,
    )


def _parse_no_account(_: JsonObject) -> tuple[AccountEvent, ...]:
    """Twilio tells nothing of an account by webhook."""
    raise UnreadableItem("this provider tells nothing of accounts")


META: Final = Adapter(
    provider=Provider.META,
    capabilities=META_CAPABILITIES,
    rules=META_RULES,
    window_closed_code=META_WINDOW_CLOSED,
    unreadable="not_json",
    thanks=(b"", b"text/plain; charset=utf-8"),
    read_webhook=meta_receive.read_webhook,
    read_part=meta_receive.read_part,
    parse_message=meta_parse.parse_message,
    parse_change=meta_changes.parse_change,
    parse_group_message=meta_parse.parse_group_message,
    parse_status=meta_parse.parse_status,
    parse_account=meta_account.parse_account,
    send=_send_by_meta,
    download=_download_by_meta,
    speakers=meta_speakers.DOOR,
)

TWILIO: Final = Adapter(
    provider=Provider.TWILIO,
    capabilities=TWILIO_CAPABILITIES,
    rules=TWILIO_RULES,
    window_closed_code=TWILIO_WINDOW_CLOSED,
    unreadable="not_a_form",
    thanks=(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', b"text/xml; charset=utf-8"),
    read_webhook=twilio_receive.read_webhook,
    read_part=twilio_receive.read_part,
    parse_message=twilio_parse.parse_message,
    parse_change=twilio_parse.parse_change,
    parse_group_message=twilio_parse.parse_group_message,
    parse_status=twilio_parse.parse_status,
    parse_account=_parse_no_account,
    send=_send_by_twilio,
    download=_download_by_twilio,
    listing=ListingDoor(_list_missing_at_twilio, _find_sent_at_twilio),
)


def adapter_for(provider: Provider) -> Adapter:
    """The functions of a provider."""
    match provider:
        case Provider.META:
            return META
        case Provider.TWILIO:
            return TWILIO
        case _:
            assert_never(provider)


def speakers_of(provider: Provider) -> SpeakersDoor:
    """How a provider's items about other speakers are read. Raises `UnreadableItem` where there are none."""
    door = adapter_for(provider).speakers
    if door is None:
        raise UnreadableItem(f"nobody else speaks on a number of {provider.value}")
    return door


def adapter_of_webhook(content_type: bytes) -> Adapter:
    """The provider that sends such bodies: Twilio posts forms, Meta JSON, whatever the address."""
    return TWILIO if twilio_receive.is_form(content_type) else META


def answer_handshake(query: Mapping[str, str], is_token_ours: Callable[[str], bool]) -> str | None:
    """A provider's check of the address by a GET: what to echo, or None: refuse. Only Meta makes one."""
    return meta_verify.answer_handshake(query, is_token_ours)
