"""What the processes have in common: how the parts are put together from the settings."""

from __future__ import annotations

from collections.abc import Awaitable

import aiohttp

from hoopoe.channels.contract import Address, OutboundContent, ReadReceipt, SendResult
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings


def make_keyring(settings: Settings) -> Keyring:
    """The master keys that open secrets at rest."""
    return Keyring(settings.require_keys())


def make_deliver(settings: Settings, http: aiohttp.ClientSession) -> Deliver:
    """The sender's way out: by the channel's provider, at the address that the settings name."""

    def deliver(
        channel: RoutedChannel,
        content: OutboundContent | ReadReceipt,
        *,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]:
        return adapter_for(channel.provider).send(
            http,
            base_url=settings.meta_graph_url,
            version=settings.meta_api_version,
            channel=channel,
            content=content,
            recipient=recipient,
            opaque=opaque,
            reply_to=reply_to,
        )

    return deliver
