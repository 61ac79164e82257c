"""What the processes have in common: how the parts are put together from the settings."""

from __future__ import annotations

from collections.abc import Awaitable

from hoopoe.channels.contract import Address, OutboundContent, ReadReceipt, SendResult
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.outside import Outside
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.bus import Bus
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.mail.sender import MailSender, MailServer
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings, Switch


def make_keyring(settings: Settings) -> Keyring:
    """The master keys that open secrets at rest."""
    return Keyring(settings.require_keys())


def make_deliver(outside: Outside) -> Deliver:
    """The sender's way out: by the channel's provider."""

    def deliver(
        channel: RoutedChannel,
        content: OutboundContent | ReadReceipt,
        *,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]:
        return adapter_for(channel.provider).send(
            outside, channel, content, recipient=recipient, opaque=opaque, reply_to=reply_to
        )

    return deliver


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
