"""`GET|POST /api/whatsapp/webhook` and `/whatsapp/webhook`: the hot path, a plain ASGI application.

An answer of 200 to a POST means: on disk. See docs/architecture.md for what follows. Both addresses take
every provider's webhooks: which one a request is of, its body tells.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qs
from uuid import UUID

import orjson

from hoopoe.channels.contract import Provider
from hoopoe.channels.directory import DirectoryFollower
from hoopoe.channels.outside import TWILIO_WEBHOOK_PATH, WEBHOOK_PATH
from hoopoe.channels.parts import Reading, WebhookRequest
from hoopoe.channels.registry import adapter_of_webhook, answer_handshake
from hoopoe.kernel.db.pool import TROUBLE
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import Json, bound_depth
from hoopoe.kernel.ratelimit import Sampler
from hoopoe.webhooks.ingest import Arrival, Ingest, IngestUnavailableError, ItemRow, PartRow, RequestRow
from hoopoe.webhooks.keeping import (
    keep_headers,
    keep_path,
    make_handshake_parts,
    make_part,
    make_refused_parts,
)
from hoopoe.webhooks.routing import Outcome, Routed, SignatureVerdict, lane_of, route_changes

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
AWAY = b"not stored, send it again"
RETRY_SOON = (b"retry-after", b"2")
NO_VERDICT = Routed(Outcome.UNREADABLE)


class BodyTooLargeError(Exception):
    """The body is over the cap; what was read of it so far is kept for the journal."""

    def __init__(self, begin: bytes, size: int) -> None:
        super().__init__(f"body over the cap: {size} bytes")
        self.begin = begin
        self.size = size


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What answering needs of a request that is turned away."""

    scope: Scope
    send: Send
    request_id: UUID
    began_ns: int


class WebhookEndpoint:
    """The providers' webhooks. Holds nothing but what it needs to store an arrival.

    Every answer has an `X-Request-Id`: the id under which the journal keeps the request, where it does.

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
                await _answer(send, 405, b"", headers=((b"allow", b"GET, POST"), _name(new_id())))

    async def _shake_hands(self, scope: Scope, send: Send) -> None:
        """Meta's check of the address: echo the challenge when some channel expects the token."""
        began_ns, request_id = time.perf_counter_ns(), new_id()
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        first = {name: values[0] for name, values in query.items()}
        challenge = answer_handshake(first, self._directory.knows_verify_token)
        if challenge is None and await self._catch_up():
            challenge = answer_handshake(first, self._directory.knows_verify_token)
        if self._unverified.admits():
            channels = self._directory.find_by_verify_token(first.get("hub.verify_token", ""))
            owners = {channel.workspace_id for channel in channels}
            request = _make_request(
                scope,
                request_id,
                b"",
                Routed(
                    Outcome.ANSWERED if challenge is not None else Outcome.FORBIDDEN,
                    owner_id=owners.pop() if len(owners) == 1 else None,
                ),
                status=200 if challenge is not None else 403,
                began_ns=began_ns,
            )
            with contextlib.suppress(IngestUnavailableError):
                parts = make_handshake_parts(request_id, channels, first) if challenge is not None else ()
                await self._ingest.store(Arrival(request, parts, items=()))
        if challenge is None:
            await _answer(send, 403, b"the verify token is not one of ours", headers=(_name(request_id),))
            return
        await _answer(send, 200, challenge.encode(), headers=(_name(request_id),))

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        began_ns = time.perf_counter_ns()
        request_id = new_id()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        refusal = _Refusal(scope, send, request_id, began_ns)
        try:
            raw = await read_body(headers, receive, max_bytes=self._max_bytes)
        except BodyTooLargeError as error:
            await self._refuse(refusal, Routed(Outcome.TOO_LARGE), status=413, raw=error.begin, size=error.size)
            return
        adapter = adapter_of_webhook(headers.get(b"content-type", b""))
        reading = adapter.read_webhook(WebhookRequest(self._address(scope), headers, raw, self._read_now()))
        if reading is None:
            await self._refuse(refusal, NO_VERDICT, status=400, raw=raw, words=adapter.unreadable)
            return
        if not reading.has_signature:
            routed = self._route(adapter.provider, reading)
            await self._refuse(refusal, replace(routed, outcome=Outcome.FORBIDDEN), status=403, raw=raw, is_bare=True)
            return
        routed = self._route(adapter.provider, reading)
        if not routed.taken:
            # Where a master key is missing the provider sends it again until the key is there.
            if not await self._catch_up() or self._is_ours_unread(adapter.provider, reading):
                await _answer(send, 503, AWAY, headers=(RETRY_SOON, _name(request_id)))
                return
            routed = self._route(adapter.provider, reading)
        if not routed.taken:
            await self._refuse(refusal, routed, status=routed.status, raw=raw)
            return
        try:
            await self._ingest.store(make_arrival(scope, request_id, raw, routed, began_ns=began_ns))
        except IngestUnavailableError:
            await _answer(send, 503, AWAY, headers=(RETRY_SOON, _name(request_id)))
            return
        body, media_type = adapter.thanks
        await _answer(send, 200, body, media_type=media_type, headers=(_name(request_id),))

    def _route(self, provider: Provider, reading: Reading) -> Routed:
        return route_changes(reading.changes, self._directory, provider=provider, is_signed_by=reading.is_signed_by)

    def _is_ours_unread(self, provider: Provider, reading: Reading) -> bool:
        """Whether it names a channel whose secrets cannot be opened."""
        unreadable = self._directory.unreadable
        return bool(unreadable) and any((provider, change.sender_id) in unreadable for change in reading.changes)

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
        refusal: _Refusal,
        routed: Routed,
        *,
        status: int,
        raw: bytes,
        size: int | None = None,
        words: str | None = None,
        is_bare: bool = False,
    ) -> None:
        """Answer a request that nobody vouches for; keep the beginning of it, and not all of them.

        The channels that it names are told: a wrong secret shows in their own journal. `is_bare`: it came
        without a signature.
        """
        if self._unverified.admits():
            verdict = SignatureVerdict.MISSING if is_bare else routed.verdict
            request = _make_request(
                refusal.scope,
                refusal.request_id,
                raw[:UNVERIFIED_BYTES_KEPT],
                routed,
                status=status,
                began_ns=refusal.began_ns,
                size=len(raw) if size is None else size,
                verdict=verdict,
            )
            try:
                parts = make_refused_parts(refusal.request_id, routed.refused, verdict)
                await self._ingest.store(Arrival(request, parts, items=()))
            except IngestUnavailableError:
                status = 503 if status == 200 else status
        said = b"" if status == 200 else (words or routed.outcome).encode()
        await _answer(refusal.send, status, said, headers=(_name(refusal.request_id),))


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


def make_arrival(scope: Scope, request_id: UUID, raw: bytes, routed: Routed, *, began_ns: int) -> Arrival:
    """The rows of a verified request."""
    request = _make_request(scope, request_id, raw, routed, status=routed.status, began_ns=began_ns)
    parts: list[PartRow] = []
    items: list[ItemRow] = []
    for place, taken in enumerate(routed.taken, 1):
        channel, change = taken.channel, taken.change
        parts.append(make_part(request_id, place, taken, raw=to_jsonb_text(change.raw)))
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
    """JSON text that `jsonb` can hold: U+0000 becomes U+FFFD, and what is nested beyond measure is cut."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:
        text = orjson.dumps(bound_depth(value)).decode()
    return ESCAPED_NUL.sub(r"\1\\ufffd", text) if "\\u0000" in text else text


def _make_request(
    scope: Scope,
    request_id: UUID,
    body: bytes,
    routed: Routed,
    *,
    status: int,
    began_ns: int,
    size: int | None = None,
    verdict: SignatureVerdict | None = None,
) -> RequestRow:
    return RequestRow(
        id=request_id,
        method=scope["method"],
        path=keep_path(scope["path"], scope["query_string"]),
        headers=keep_headers(scope["headers"]),
        body=body,
        body_bytes=len(body) if size is None else size,
        outcome=routed.outcome,
        status=status,
        verdict=routed.verdict if verdict is None else verdict,
        owner_id=routed.owner_id,
        began_ns=began_ns,
    )


def _name(request_id: UUID) -> tuple[bytes, bytes]:
    return b"x-request-id", str(request_id).encode()


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    media_type: bytes = PLAIN,
    headers: Sequence[tuple[bytes, bytes]] = (),
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
