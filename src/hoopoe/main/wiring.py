"""What the processes have in common: how the parts are put together from the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from datetime import datetime

from hoopoe.channels.contract import Address, OutboundContent, SendResult, Signal
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.outside import Outside
from hoopoe.channels.parts import Absent, Found, Listing, Missing, Unsure
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.doubts import FindSent
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.mail.sender import MailSender, MailServer
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings, Switch
from hoopoe.webhooks.catch_up import ListMissing


def make_keyring(settings: Settings) -> Keyring:
    """The master keys that open secrets at rest."""
    return Keyring(settings.require_keys())


def make_deliver(outside: Outside) -> Deliver:
    """The sender's way out: by the channel's provider."""

    def deliver(
        channel: RoutedChannel,
        content: OutboundContent | Signal,
        *,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]:
        return adapter_for(channel.provider).send(
            outside, channel, content, recipient=recipient, opaque=opaque, reply_to=reply_to
        )

    return deliver


def make_list_missing(outside: Outside) -> ListMissing:
    """The way to what webhooks lost: by the channel's provider."""

    async def list_missing(
        channel: RoutedChannel, *, since: datetime, until: datetime, choose_missing: Missing
    ) -> Listing:
        door = adapter_for(channel.provider).listing
        if door is None:
            return Listing((), "this provider lists nothing")
        return await door.list_missing(outside, channel, since, until, choose_missing)

    return list_missing


def make_find_sent(outside: Outside) -> FindSent:
    """The way to sends in doubt: by the channel's provider."""

    async def find_sent(
        channel: RoutedChannel,
        *,
        recipient: Address,
        content: OutboundContent,
        opaque: str,
        since: datetime,
        until: datetime,
        known: Collection[str],
    ) -> Found | Absent | Unsure:
        door = adapter_for(channel.provider).listing
        if door is None:
            return Unsure("this provider lists nothing")
        return await door.find_sent(
            outside,
            channel,
            recipient=recipient,
            content=content,
            opaque=opaque,
            since=since,
            until=until,
            known=known,
        )

    return find_sent


def make_mail_sender(settings: Settings, pool: Pool, bus: Bus) -> MailSender:
    """The way out for mails: the server that the settings name, or the log."""
    url = settings.smtp_url
    return MailSender(
        pool,
        bus,
        make_keyring(settings),
        server=MailServer.read(url.get_secret_value()) if url is not None else None,
        sender=settings.mail_from,
        is_development=settings.hoopoe_dev_clock is Switch.ON,
    )
