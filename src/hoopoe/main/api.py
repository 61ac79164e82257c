"""The web process as one ASGI application.

The webhook's address never reaches the framework: it is a plain ASGI endpoint of its own, with nothing
in front of it but an id for each request. Everything else is the HTTP API inside its edge.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from fastapi import FastAPI

from hoopoe.channels.directory import open_directory
from hoopoe.flows.exchange import MAX_BYTES as MOST_OF_A_BOT
from hoopoe.flows.sharing.routes import IMPORT_PATH
from hoopoe.kernel.http.edge import AsgiApp, Edge, Receive, Scope, Send
from hoopoe.kernel.settings import Settings, Switch
from hoopoe.main.dev_clock import ClockWatch
from hoopoe.main.http_app import make_http_app
from hoopoe.main.services import Services, attach_services, open_services
from hoopoe.main.socket_door import make_socket_door
from hoopoe.media.forms import FRAME_BYTES
from hoopoe.media.spool import MOST_BYTES
from hoopoe.realtime.hub import open_hub
from hoopoe.realtime.loading import load_events
from hoopoe.tables.file_routes import IMPORT_PATH as ROWS_IMPORT_PATH
from hoopoe.tables.limits import MAX_CSV_BYTES
from hoopoe.webhooks.asgi import PATHS as WEBHOOK_PATHS
from hoopoe.webhooks.asgi import WebhookEndpoint
from hoopoe.webhooks.ingest import open_ingest

SOCKET_PATH = "/ws"
UPLOAD_PATH = "/api/media/upload"


class WebApp:
    """Sends each request to its door. `doors` are filled while the process starts."""

    def __init__(self, http: FastAPI, edge: Edge) -> None:
        self.http = http
        self.doors: dict[tuple[str, str], AsgiApp] = {}
        self._edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        door = self.doors.get((scope["type"], scope.get("path", "")))
        await (door or self._edge)(scope, receive, send)


def make_edge(http: FastAPI, *, is_https: bool, clock: ClockWatch | None = None) -> Edge:
    """The API inside its edge. A file that is uploaded, or a bot, may be larger than any other body."""
    return Edge(
        http,
        is_https=is_https,
        larger_bodies={
            UPLOAD_PATH: MOST_BYTES + FRAME_BYTES,
            IMPORT_PATH: MOST_OF_A_BOT,
            ROWS_IMPORT_PATH: MAX_CSV_BYTES,
        },
        read_now=clock.read_now if clock is not None else None,
    )


def create_app(settings: Settings) -> WebApp:
    """The application; it opens its services when the server starts it, and closes them when it stops."""
    http = make_http_app(settings)
    clock = ClockWatch() if settings.hoopoe_dev_clock is Switch.ON else None
    http.state.clock_watch = clock
    is_https = settings.own_url().startswith("https://")
    app = WebApp(http, make_edge(http, is_https=is_https, clock=clock))

    @contextlib.asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            services = await stack.enter_async_context(open_services(settings))
            await stack.enter_async_context(_open_doors(app, services, clock))
            if clock is not None:
                await stack.enter_async_context(clock.follow(services.pool))
            attach_services(http, services)
            yield

    http.router.lifespan_context = live
    return app


@contextlib.asynccontextmanager
async def _open_doors(app: WebApp, services: Services, clock: ClockWatch | None) -> AsyncIterator[None]:
    """The endpoints that stand beside the framework: (ASGI type, path) → plain ASGI application."""
    settings = services.settings
    async with contextlib.AsyncExitStack() as stack:
        follower = await stack.enter_async_context(open_directory(services.pool, services.keyring, services.bus))
        ingest = await stack.enter_async_context(open_ingest(settings.direct_database_url(), services.bus))
        hub = await stack.enter_async_context(
            open_hub(services.pool, services.bus, partial(load_events, services.shelf.addresses))
        )
        app.doors["websocket", SOCKET_PATH] = make_socket_door(services, hub)
        webhooks = WebhookEndpoint(
            follower,
            ingest,
            own_url=settings.own_url(),
            max_bytes=settings.webhook_max_bytes,
            read_now=(clock or ClockWatch()).read_now,
        )
        for path in WEBHOOK_PATHS:
            app.doors["http", path] = webhooks
        yield
