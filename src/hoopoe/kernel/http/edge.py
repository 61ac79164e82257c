"""The outermost layer of the API: request ids, security headers, the body's limit, the log line.

Plain ASGI, around the framework, so that answers to what the framework itself refuses carry all of it
as well.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

import orjson
import structlog
from starlette.exceptions import HTTPException

from hoopoe.kernel.errors import InternalError
from hoopoe.kernel.http.answers import refusal_to_json
from hoopoe.kernel.ids import new_id

log = structlog.get_logger()

# ASGI's own types: a scope and a message are open mappings by its specification.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 1024 * 1024

_REQUEST_ID = re.compile(rb"[A-Za-z0-9_.-]{8,64}")

# Inline styles: the flow canvas places its nodes by them. Nothing else is inline, and nothing is foreign.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class Edge:
    """Wraps the app. `is_https`: browsers are told to come back over TLS only.

    What a handler puts into the scope's `answer_headers` is on the answer, whatever it becomes.

    `larger_bodies`: paths whose bodies may have more bytes than others; `*` stands for an id.

    `read_now`: domain time where it may differ from the machine's; sent as `X-Hoopoe-Now`.
    """

    def __init__(
        self,
        app: AsgiApp,
        *,
        is_https: bool,
        max_body_bytes: int = MAX_BODY_BYTES,
        larger_bodies: Mapping[str, int] | None = None,
        read_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._app = app
        self._read_now = read_now
        self._max_body_bytes = max_body_bytes
        self._larger_bodies = larger_bodies or {}
        self._headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            # The microphone is for voice notes, on our own pages.
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(self), payment=()"),
            (b"content-security-policy", CONTENT_POLICY.encode()),
        ]
        if is_https:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on and look after its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _read_request_id(scope) or str(new_id()).encode()
        scope["request_id"] = request_id.decode()
        begun_at = time.perf_counter()
        status = 0

        async def send_answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._complete(scope, list(message.get("headers", ())), request_id)
            await send(message)

        try:
            await self._app(scope, self._limit(scope, receive), send_answer)
        except Exception:
            # The framework has answered by its handler and raises again, or it could not even answer.
            log.exception("request_failed", request_id=scope["request_id"], method=scope["method"])
            if not status:
                await _refuse(send_answer, InternalError(), scope["request_id"])
        finally:
            route = scope.get("route")
            log.debug(
                "request",
                request_id=scope["request_id"],
                method=scope["method"],
                route=getattr(route, "path", None),
                status=status,
                ms=round((time.perf_counter() - begun_at) * 1000, 1),
            )

    def _complete(
        self, scope: Scope, headers: list[tuple[bytes, bytes]], request_id: bytes
    ) -> list[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in headers}
        headers.append((b"x-request-id", request_id))
        if self._read_now is not None:
            headers.append((b"x-hoopoe-now", self._read_now().isoformat().encode()))
        own: dict[str, str] = scope.get("answer_headers", {})
        headers.extend((name.lower().encode(), value.encode()) for name, value in own.items())
        headers.extend(pair for pair in self._headers if pair[0] not in present)
        if b"cache-control" not in present and scope["path"].startswith("/api/"):
            headers.append((b"cache-control", b"no-store"))
        return headers

    def _limit(self, scope: Scope, receive: Receive) -> Receive:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        patterns = (pattern for pattern in self._larger_bodies if fnmatchcase(scope["path"], pattern))
        limit = self._larger_bodies.get(next(patterns, ""), self._max_body_bytes)
        read = 0

        async def receive_within() -> Message:
            nonlocal read
            message = await receive()
            if message["type"] == "http.request":
                read += len(message.get("body", b""))
                if read > limit or (declared.isdigit() and int(declared) > limit):
                    raise HTTPException(413)  # what the framework lets pass while it reads a body
            return message

        return receive_within


def _read_request_id(scope: Scope) -> bytes | None:
    """The caller's own request id, where it is harmless in a log."""
    given = dict(scope["headers"]).get(b"x-request-id")
    return given if isinstance(given, bytes) and _REQUEST_ID.fullmatch(given) else None


async def _refuse(send: Send, refusal: InternalError, request_id: str) -> None:
    body = orjson.dumps(refusal_to_json(refusal, request_id))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
