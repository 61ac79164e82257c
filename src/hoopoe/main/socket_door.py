"""The door to `/ws`: shows who a screen is, then hands it to the hub."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.websockets import WebSocket

from hoopoe.identity.authentication import authenticate_bearer, redeem_ticket
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.http.edge import AsgiApp, Receive, Scope, Send
from hoopoe.main.services import Services
from hoopoe.realtime.hub import Hub
from hoopoe.realtime.socket import serve_screen


def make_socket_door(services: Services, hub: Hub) -> AsgiApp:
    """A plain ASGI application for WebSockets: by single-use ticket, or by a token in a header."""

    async def authenticate(socket: WebSocket) -> WorkspaceScope | None:
        ticket = socket.query_params.get("ticket")
        if ticket is not None:
            return await redeem_ticket(services.pool, ticket)
        bearer = _read_key(socket.headers)
        if bearer is None:
            return None
        return await authenticate_bearer(services.pool, services.bus, services.signer, bearer=bearer)

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        await serve_screen(WebSocket(scope, receive, send), hub, authenticate)

    return door


def _read_key(headers: Headers) -> str | None:
    """The token of `Authorization: Bearer`, or the key of `X-API-Key`; None where there is neither, or both."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    given = {
        text for text in (bearer.strip() if scheme.lower() == "bearer" else "", headers.get("x-api-key", "")) if text
    }
    return given.pop() if len(given) == 1 else None
