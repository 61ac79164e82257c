"""Providers by name: the one place that knows all of them.

A provider is pure functions and one thin client, bundled here so that nothing above `channels` names one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, assert_never

import aiohttp

from hoopoe.channels.capabilities import META as META_CAPABILITIES
from hoopoe.channels.capabilities import Capabilities
from hoopoe.channels.contract import (
    Address,
    Change,
    InboundMessage,
    OutboundContent,
    Provider,
    ReadReceipt,
    SendResult,
    StatusUpdate,
)
from hoopoe.channels.directory import RoutedChannel
from hoopoe.channels.errors import ErrorRule
from hoopoe.channels.meta import client as meta_client
from hoopoe.channels.meta.build import build_request
from hoopoe.channels.meta.errors import RULES as META_RULES
from hoopoe.channels.meta.parse import parse_message, parse_status
from hoopoe.channels.meta.read import read_answer
from hoopoe.channels.meta.split import split_webhook
from hoopoe.channels.meta.verify import is_signature_valid
from hoopoe.kernel.json import Json, JsonObject


class BuildRequest(Protocol):
    """Our content as the provider's request. Raises `ContentRefused`."""

    def __call__(
        self, content: OutboundContent | ReadReceipt, *, recipient: Address, opaque: str | None, reply_to: str | None
    ) -> JsonObject: ...


class ReadAnswer(Protocol):
    """What the provider's answer to a send came to; `retry_after` seconds, of its headers. Never raises."""

    def __call__(self, status: int, body: bytes, *, retry_after: float | None = None) -> SendResult: ...


class Send(Protocol):
    """Sends one thing. Never raises for what the provider or the network does."""

    def __call__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        version: str,
        channel: RoutedChannel,
        content: OutboundContent | ReadReceipt,
        recipient: Address,
        opaque: str | None,
        reply_to: str | None,
    ) -> Awaitable[SendResult]: ...


@dataclass(frozen=True, slots=True)
class Adapter:
    """One provider. `parse_message` and `parse_status` read the items that `split_webhook` made."""

    capabilities: Capabilities
    rules: Mapping[int, ErrorRule]
    is_signature_valid: Callable[[bytes, bytes | None, bytes], bool]
    split_webhook: Callable[[Json], list[Change]]
    parse_message: Callable[[JsonObject], InboundMessage]
    parse_status: Callable[[JsonObject], StatusUpdate]
    build_request: BuildRequest
    read_answer: ReadAnswer
    send: Send


META: Final = Adapter(
    capabilities=META_CAPABILITIES,
    rules=META_RULES,
    is_signature_valid=is_signature_valid,
    split_webhook=split_webhook,
    parse_message=parse_message,
    parse_status=parse_status,
    build_request=build_request,
    read_answer=read_answer,
    send=meta_client.send,
)


def adapter_for(provider: Provider) -> Adapter:
    """The functions of a provider."""
    match provider:
        case Provider.META:
            return META
        case _:
            assert_never(provider)
