"""What a provider's client needs of the process it runs in: the way out, and the addresses on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from hoopoe.channels.made_contents import Contents
from hoopoe.channels.media import Files
from hoopoe.channels.meta.uploads import Uploads
from hoopoe.channels.wire import Wire
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.outbound_http import OutboundClient
from hoopoe.kernel.settings import Settings

DEFAULT_SECONDS = 10.0
WEBHOOK_PATH = "/api/whatsapp/webhook"
TWILIO_WEBHOOK_PATH = "/whatsapp/webhook"
# Twilio calls an address once unless its fragment asks for more: five times, when it is not connected, not answered
# or answered 5xx, all within the 15 s that it gives a webhook. What we answer 4xx stays as it is. The fragment is
# neither sent nor signed. Source: Twilio, usage/webhooks/webhooks-connection-overrides.
TWILIO_RETRIES = "#rc=5&rp=5xx,ct,rt&ct=2000&rt=4000&tt=15000"


@dataclass(frozen=True, slots=True)
class Outside:
    """One per process. `http` is for providers' own addresses, `outbound` for those that others name.

    `wire` is for what is sent most; whoever opened this closes it.
    """

    http: aiohttp.ClientSession
    wire: Wire
    outbound: OutboundClient
    meta_graph_url: str
    meta_api_version: str
    twilio_api_url: str
    twilio_callback_url: str
    contents: Contents
    files: Files
    uploads: Uploads


def open_outside(
    settings: Settings, http: aiohttp.ClientSession, outbound: OutboundClient, pool: Pool, files: Files
) -> Outside:
    """The addresses that the settings name."""
    return Outside(
        http=http,
        wire=Wire(seconds=http.timeout.total or DEFAULT_SECONDS),
        outbound=outbound,
        meta_graph_url=settings.meta_graph_url,
        meta_api_version=settings.meta_api_version,
        twilio_api_url=settings.twilio_api_url,
        twilio_callback_url=settings.own_url() + TWILIO_WEBHOOK_PATH + TWILIO_RETRIES,
        contents=Contents(pool),
        files=files,
        uploads=Uploads(files),
    )
