"""`GET|POST /api/whatsapp/webhook` and `/whatsapp/webhook`: the hot path, a plain ASGI application.

An answer of 200 to a POST means: on disk. See docs/architecture.md for what follows. Both addresses take
every provider's webhooks: which one a request is of, its body tells.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qs

import orjson

from hoopoe.channels.contract import Provider, Reading, WebhookRequest
from hoopoe.channels.directory import TROUBLE, DirectoryFollower
from hoopoe.channels.outside import TWILIO_WEBHOOK_PATH, WEBHOOK_PATH
from hoopoe.channels.registry import adapter_of_webhook, answer_handshake
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json
from hoopoe.kernel.ratelimit import Sampler
from hoopoe.webhooks.ingest import Arrival, Ingest, IngestUnavailableError, ItemRow, PartRow, RequestRow
from hoopoe.webhooks.routing import Outcome, Routed, lane_of, route_changes

# ASGI's own types: a scope and a message are open mappings by its specification.
Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

PATHS = (WEBHOOK_PATH, TWILIO_WEBHOOK_PATH)
PLAIN = b"text/plain; charset=utf-8"
UNVERIFIED_BYTES_KEPT = 2048
UNVERIFIED_ROWS_PER_SECOND = 20.0
# An escape of its own, not the end of an escaped backslash: people do type \\u0000.
ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
KEPT_HEADERS = {b"content-type", b"user-agent", b"x-forwarded-for", b"i-twilio-idempotency-token"}


class BodyTooLargeError(Exception):
    """The body is over the cap; what was read of it so far is kept for the journal."""

    def __init__(self, begin: bytes, size: int) -> None:
        super().__init__(f"body over the cap: {size} bytes")
        self.begin = begin
        self.size = size


class WebhookEndpoint:
    """The providers' webhooks. Holds nothing but what it needs to store an arrival.

    `own_url` is our address as providers call it: Twilio signs it, and a Host header is a stranger's word.
    """

    def __init__(
        self,
        follower: DirectoryFollower,
        ingest: Ingest,
        *,
        own_url: str,
        max_bytes: int,
        read_now: Callable[[], datetime],
    ) -> None:
        self._follower = follower
        self._directory = follower.directory
        self._ingest = ingest
        self._own_url = own_url
        self._max_bytes = max_bytes
        self._read_now = read_now
        self._unverified = Sampler(per_second=UNVERIFIED_ROWS_PER_SECOND)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        match scope["method"]:
            case "POST":
                await self._take(scope, receive, send)
            case "GET":
                await self._shake_hands(scope, send)
            case _:
                await _answer(send, 405, b"", headers=((b"allow", b"GET, POST"),))

    async def _shake_hands(self, scope: Scope, send: Send) -> None:
        """Meta's check of the address: echo the challenge when some channel expects the token."""
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        first = {name: values[0] for name, values in query.items()}
        challenge = answer_handshake(first, self._directory.knows_verify_token)
        if challenge is None and await self._catch_up():
            challenge = answer_handshake(first, self._directory.knows_verify_token)
        if challenge is None:
            await _answer(send, 403, b"the verify token is not one of ours")
            return
        await _answer(send, 200, challenge.encode())

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            raw = await read_body(headers, receive, max_bytes=self._max_bytes)
        except BodyTooLargeError as error:
            await self._refuse(scope, send, outcome=Outcome.TOO_LARGE, status=413, raw=error.begin, size=error.size)
            return
        adapter = adapter_of_webhook(headers.get(b"content-type", b""))
        reading = adapter.read_webhook(WebhookRequest(self._address(scope), headers, raw, self._read_now()))
        if reading is None:
            await self._refuse(scope, send, outcome=Outcome.UNREADABLE, status=400, raw=raw, words=adapter.unreadable)
            return
        if not reading.has_signature:
            await self._refuse(scope, send, outcome=Outcome.FORBIDDEN, status=403, raw=raw)
            return
        routed = self._route(adapter.provider, reading)
        if not routed.taken:
            if not await self._catch_up():
                await _answer(send, 503, b"not stored, send it again", headers=((b"retry-after", b"2"),))
                return
            routed = self._route(adapter.provider, reading)
        if not routed.taken:
            await self._refuse(scope, send, outcome=routed.outcome, status=routed.status, raw=raw)
            return
        try:
            await self._ingest.store(make_arrival(scope, headers, raw, routed))
        except IngestUnavailableError:
            await _answer(send, 503, b"not stored, send it again", headers=((b"retry-after", b"2"),))
            return
        body, media_type = adapter.thanks
        await _answer(send, 200, body, media_type=media_type)

    def _route(self, provider: Provider, reading: Reading) -> Routed:
        return route_changes(reading.changes, self._directory, provider=provider, is_signed_by=reading.is_signed_by)

    def _address(self, scope: Scope) -> str:
        """The address that the provider called, as we know it ourselves."""
        query: bytes = scope["query_string"]
        address: str = self._own_url + scope["path"]
        return f"{address}?{query.decode('latin-1')}" if query else address

    async def _catch_up(self) -> bool:
        """Learn of channels and secrets that are a moment old. False: the database is away, nobody can tell."""
        try:
            await self._follower.catch_up()
        except TROUBLE:
            return False
        return True

    async def _refuse(
        self,
        scope: Scope,
        send: Send,
        *,
        outcome: Outcome,
        status: int,
        raw: bytes,
        size: int | None = None,
        words: str | None = None,
    ) -> None:
        """Answer a request that nobody vouches for; keep the beginning of it, and not all of them."""
        if self._unverified.admits():
            request = RequestRow(
                id=new_id(),
                method="POST",
                path=scope["path"],
                headers=_keep_headers(dict(scope["headers"])),
                body=raw[:UNVERIFIED_BYTES_KEPT],
                body_bytes=len(raw) if size is None else size,
                outcome=outcome,
                status=status,
            )
            try:
                await self._ingest.store(Arrival(request, parts=(), items=()))
            except IngestUnavailableError:
                status = 503 if status == 200 else status
        await _answer(send, status, b"" if status == 200 else (words or outcome).encode())


async def read_body(headers: dict[bytes, bytes], receive: Receive, *, max_bytes: int) -> bytes:
    """Read the body, refusing as soon as it is known to be too large."""
    declared = headers.get(b"content-length", b"0")
    size = int(declared) if declared.isdigit() else 0
    chunks: list[bytes] = []
    read = 0
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        read += len(chunk)
        chunks.append(chunk)
        if read > max_bytes or size > max_bytes:
            raise BodyTooLargeError(b"".join(chunks)[:UNVERIFIED_BYTES_KEPT], max(size, read))
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def make_arrival(scope: Scope, headers: dict[bytes, bytes], raw: bytes, routed: Routed) -> Arrival:
    """The rows of a verified request."""
    request = RequestRow(
        id=new_id(),
        method="POST",
        path=scope["path"],
        headers=_keep_headers(headers),
        body=raw,
        body_bytes=len(raw),
        outcome=routed.outcome,
        status=routed.status,
    )
    parts: list[PartRow] = []
    items: list[ItemRow] = []
    for taken in routed.taken:
        channel, change = taken.channel, taken.change
        parts.append(
            PartRow(
                workspace_id=channel.workspace_id,
                id=new_id(),
                journal_id=request.id,
                channel_id=channel.id,
                field=change.field,
                outcome="unreadable" if change.unreadable else "stored" if change.items else "kept",
                reason="; ".join(change.unreadable) or None,
                item_count=len(change.items),
                raw=to_jsonb_text(change.raw),
            )
        )
        items.extend(
            ItemRow(
                workspace_id=channel.workspace_id,
                channel_id=channel.id,
                provider_key=item.key,
                lane=lane_of(channel.id, item.address),
                kind=item.kind,
                item=to_jsonb_text(item.payload),
            )
            for item in change.items
        )
    return Arrival(request, parts, items)


def to_jsonb_text(value: Json) -> str:
    """JSON text that `jsonb` can hold: it refuses U+0000, which becomes U+FFFD."""
    text = orjson.dumps(value).decode()
    return ESCAPED_NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def _keep_headers(headers: dict[bytes, bytes]) -> dict[str, Json]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items() if name in KEPT_HEADERS}


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    media_type: bytes = PLAIN,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", media_type),
                (b"content-length", str(len(body)).encode()),
                (b"x-content-type-options", b"nosniff"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
