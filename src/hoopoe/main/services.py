"""What the web process holds open: the database, the bus, the way out to providers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from fastapi import FastAPI

from hoopoe.channels.checking import make_check
from hoopoe.channels.outside import Outside
from hoopoe.conversations.actions.giving_back import give_back
from hoopoe.conversations.events import ConversationHooks
from hoopoe.conversations.queries import find_filed
from hoopoe.flows.credentials.using import CredentialShelf
from hoopoe.flows.runner.effects import Perform
from hoopoe.flows.runner.parking import stop_session, unpark_session
from hoopoe.flows.runner.performing import Performing
from hoopoe.identity.events import MemberHooks
from hoopoe.identity.tokens import AccessSigner
from hoopoe.kernel.bus import Bus, open_bus
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.tenancy import check_not_bypassable
from hoopoe.kernel.outbound_http import open_outbound, read_allowed
from hoopoe.kernel.secrets import Keyring
from hoopoe.kernel.settings import Settings
from hoopoe.main.media import make_outside, require_store
from hoopoe.media.addresses import Addresses
from hoopoe.media.linking import LinkFetcher
from hoopoe.media.shelf import Shelf

POOL_SIZE = 20
PROVIDER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Services:
    """One set per web process."""

    settings: Settings
    pool: Pool
    bus: Bus
    keyring: Keyring
    signer: AccessSigner
    outside: Outside
    shelf: Shelf
    perform_effect: Perform
    started_at: datetime


@contextlib.asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open everything for the length of the block. Refuses a database where tenants are not held apart."""
    dsn = settings.require_database_url()
    keyring = Keyring(settings.require_keys())
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(dsn, size=POOL_SIZE, has_pgbouncer=settings.has_pgbouncer))
        async with pool.acquire() as conn:
            await check_not_bypassable(conn)
        bus = await stack.enter_async_context(open_bus(settings.direct_database_url()))
        http = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PROVIDER_SECONDS))
        )
        outbound = await stack.enter_async_context(open_outbound(settings.outbound_allow))
        store = require_store(settings)
        outside = make_outside(settings, http, outbound, pool, store=store)
        stack.callback(outside.wire.close)
        credentials = CredentialShelf(pool, keyring, read_allowed(settings.outbound_allow))
        links = LinkFetcher(pool, store, outbound, settings.media_quota_mb)
        yield Services(
            settings=settings,
            pool=pool,
            bus=bus,
            keyring=keyring,
            signer=AccessSigner(keyring),
            outside=outside,
            shelf=Shelf(store, outbound, Addresses.of(keyring), settings.media_quota_mb),
            perform_effect=Performing(outbound, credentials, links),
            started_at=datetime.now(UTC),
        )


def attach_services(app: FastAPI, services: Services) -> None:
    """Put them where routes find them."""
    app.state.settings = services.settings
    app.state.pool = services.pool
    app.state.bus = services.bus
    app.state.keyring = services.keyring
    app.state.signer = services.signer
    app.state.shelf = services.shelf
    app.state.perform_effect = services.perform_effect
    app.state.check_channel = make_check(services.outside)
    app.state.conversation_hooks = ConversationHooks(bot_stopped=(stop_session,), bot_resumed=(unpark_session,))
    app.state.member_hooks = MemberHooks(silenced=(give_back,))
    app.state.find_filed = find_filed
    app.state.started_at = services.started_at
