"""Open turns: a load that never has more than so many messages unanswered, and a stub provider, in one process.

A turn begins with a signed webhook and ends when the provider has accepted the reply to it; then the next one
begins. The provider answers as Meta does, at once or after a while, and may send the three statuses of every reply.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

from bench.load import Target, make_request
from bench.wire import status_of, take_message

STATUSES = ("sent", "delivered", "read")
NUMBER = re.compile(rb"#(\d+)#")
OPAQUE = re.compile(rb'"biz_opaque_callback_data":\s*"([^"]+)"')
SENDER = re.compile(rb"^post /[^/]*/(\d+)/messages")
TO = re.compile(rb'"to":\s*"\+?(\d+)"')


@dataclass
class Turns:
    """What is open, what came of it. `delay` seconds at the provider; `has_statuses`: three webhooks per reply."""

    targets: dict[str, Target]
    delay: float = 0.0
    has_statuses: bool = False
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    statuses: deque[bytes] = field(default_factory=deque)
    latencies: list[float] = field(default_factory=list)
    accepted: int = 0
    unanswered_statuses: int = 0
    last_at: float = 0.0
    _begun: dict[int, float] = field(default_factory=dict)
    _room: int = 0
    _clients: list[_Client] = field(default_factory=list)
    _idle: list[_Client] = field(default_factory=list)
    _end: asyncio.Future[None] | None = None

    async def run(self, port: int, requests: list[tuple[int, bytes]], *, open_turns: int) -> None:
        """Take all turns, and all statuses of their replies; returns when the last one is over."""
        loop = asyncio.get_running_loop()
        self._end = loop.create_future()
        self.waiting.extend(requests)
        self._room = open_turns
        for _ in range(min(open_turns, 256)):
            await loop.create_connection(lambda: _Client(self), "127.0.0.1", port)
        self.pump()
        await self._end
        for client in self._clients:
            client.close()
        self._clients.clear()
        self._idle.clear()

    def pump(self) -> None:
        """Give whoever is idle something to post."""
        while self._idle and (self.statuses or (self._room > 0 and self.waiting)):
            client = self._idle.pop()
            if self.statuses:
                client.post(self.statuses.popleft(), is_status=True)
            else:
                number, request = self.waiting.popleft()
                self._room -= 1
                self._begun[number] = time.perf_counter()
                client.post(request, is_status=False)

    def connect(self, client: _Client) -> None:
        self._clients.append(client)
        self._idle.append(client)

    def answered(self, client: _Client, *, status: int, is_status: bool) -> None:
        """A webhook was answered."""
        if status != 200:
            self.fail(RuntimeError(f"a webhook was answered with {status}"))
            return
        self.unanswered_statuses -= is_status
        self._idle.append(client)
        self._settle()

    def accept(self, head: bytes, body: bytes) -> bytes:
        """The provider's answer to a send."""
        self.accepted += 1
        self.last_at = time.perf_counter()
        provider_id = f"wamid.{id(self)}.{self.accepted}"
        found = NUMBER.search(body)
        if found is not None:
            begun = self._begun.pop(int(found[1]), None)
            if begun is None:
                self.fail(RuntimeError(f"the reply to {found[1]!r} came twice"))
            else:
                self.latencies.append(self.last_at - begun)
                self._room += 1
        if self.has_statuses:
            self._report(head, body, provider_id)
        self._settle()
        return (
            b'{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],"messages":[{"id":"%b"}]}'
            % provider_id.encode()
        )

    def fail(self, error: Exception) -> None:
        if self._end is not None and not self._end.done():
            self._end.set_exception(error)

    def _settle(self) -> None:
        if self._end is None or self._end.done():
            return
        if not self.waiting and not self._begun and not self.statuses and self.unanswered_statuses == 0:
            self._end.set_result(None)
        else:
            self.pump()

    def _report(self, head: bytes, body: bytes, provider_id: str) -> None:
        sender, opaque, to = SENDER.search(head), OPAQUE.search(body), TO.search(body)
        assert sender is not None and opaque is not None and to is not None, (head[:80], body)
        target = self.targets[sender[1].decode()]
        for status in STATUSES:
            raw = make_status_webhook(
                target, to=to[1].decode(), provider_id=provider_id, opaque=opaque[1].decode(), status=status
            )
            self.statuses.append(make_request(target, raw))
            self.unanswered_statuses += 1


def make_status_webhook(target: Target, status: str, to: str, provider_id: str, opaque: str) -> bytes:
    """The body that Meta posts for one status of a reply."""
    now = int(time.time())
    report = {
        "id": provider_id,
        "status": status,
        "timestamp": str(now),
        "recipient_id": to,
        "biz_opaque_callback_data": opaque,
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"},
    }
    metadata = {"display_phone_number": "966500000000", "phone_number_id": target.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": [report]}
    change = {"field": "messages", "value": value}
    return json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": target.waba_id, "changes": [change]}]}
    ).encode()


class _Client(asyncio.Protocol):
    """One connection that posts a webhook and waits for its answer."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._buffer = b""
        self._is_status = False
        self._is_closing = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only
        self._turns.connect(self)

    def post(self, request: bytes, *, is_status: bool) -> None:
        assert self._transport is not None
        self._is_status = is_status
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        taken = take_message(self._buffer)
        if taken is None:
            return
        head, _, self._buffer = taken
        status = status_of(head)
        self._turns.answered(self, status=status, is_status=self._is_status)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_closing:
            self._turns.fail(error or ConnectionError("the server closed the connection"))

    def close(self) -> None:
        self._is_closing = True
        if self._transport is not None:
            self._transport.close()


class _Provider(asyncio.Protocol):
    """Just enough HTTP/1.1 to answer sends: a header block, a body by content-length, keep-alive."""

    def __init__(self, turns: Callable[[], Turns]) -> None:
        self._turns = turns
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (taken := take_message(self._buffer)) is not None:
            head, body, self._buffer = taken
            turns = self._turns()
            if b'"status":"read"' in body:
                self._answer(b'{"success":true}')
            elif turns.delay:
                asyncio.get_running_loop().call_later(turns.delay, self._accept, turns, head, body)
            else:
                self._accept(turns, head, body)

    def _accept(self, turns: Turns, head: bytes, body: bytes) -> None:
        self._answer(turns.accept(head, body))

    def _answer(self, answer: bytes) -> None:
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer)
        )


async def serve_provider(port: int, turns: Callable[[], Turns]) -> Callable[[], Awaitable[None]]:
    """Serve the stub provider for whatever turns are on just now; returns what stops it."""
    server = await asyncio.get_running_loop().create_server(lambda: _Provider(turns), "127.0.0.1", port, backlog=2048)

    async def stop() -> None:
        server.close()

    return stop
