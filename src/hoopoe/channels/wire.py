"""A thin HTTP/1.1 client for what is sent most: small POSTs to one provider's address, over connections that are kept.

It does nothing else: no redirects, no cookies, no proxies, no compression, and bodies of answers that fit in memory.
So a request costs a quarter of what a full client takes (docs/subsystems/performance.md). What matters is told
exactly: `NotConnectedError` is certain, nothing left; after that an answer that does not come whole is
`AnswerLostError` or `TimeoutError`, and nobody knows.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, cast
from urllib.parse import urlsplit

import httptools

KEEP_SECONDS: Final = 15.0
MAX_BODY: Final = 1024 * 1024
FIRST_FINAL_STATUS: Final = 200


class NotConnectedError(ConnectionError):
    """There was no connection: nothing was sent."""


class AnswerLostError(ConnectionError):
    """The request may have left, and its answer did not come whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. The names of `headers` are in small letters; of one that came twice the last is kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a URL leads."""

    is_safe: bool
    host: str
    port: int
    begin: str
    """The request's first lines, up to the headers of the caller."""


class Wire:
    """Connections to providers. Whoever uses it bounds how many requests are under way; `seconds` is for each."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        # The one that was used last is used next: those that nobody needs grow old at the other end.
        self._idle: defaultdict[tuple[bool, str, int], deque[_Connection]] = defaultdict(deque)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request. Raises `NotConnectedError`, `AnswerLostError`, `TimeoutError`; ValueError where a header
        holds a line break, or the URL is none.
        """
        place = _read_place(url)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if lines.count("\n") != len(headers) or lines.count("\r") != len(headers):
            raise ValueError("a header holds a line break")
        request = b"".join(
            (place.begin.encode(), lines.encode(), b"Content-Length: ", str(len(body)).encode(), b"\r\n\r\n", body)
        )
        ends_at = asyncio.get_running_loop().time() + self._seconds
        connection = await self._connect(place, ends_at)
        try:
            async with asyncio.timeout_at(ends_at):
                answer = await connection.ask(request)
        except BaseException:
            connection.close()
            raise
        if connection.is_open:
            self._keep(place, connection)
        return answer

    def close(self) -> None:
        """Close what is idle."""
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _keep(self, place: _Place, connection: _Connection) -> None:
        idle = self._idle[place.is_safe, place.host, place.port]
        connection.idle_since = time.monotonic()
        idle.append(connection)
        while idle[0].idle_since < connection.idle_since - KEEP_SECONDS:
            idle.popleft().close()

    async def _connect(self, place: _Place, ends_at: float) -> _Connection:
        idle = self._idle[place.is_safe, place.host, place.port]
        while idle:
            connection = idle.pop()
            if connection.can_ask and time.monotonic() - connection.idle_since < KEEP_SECONDS:
                return connection
            connection.close()
        try:
            async with asyncio.timeout_at(ends_at):
                _, connection = await asyncio.get_running_loop().create_connection(
                    _Connection, place.host, place.port, ssl=_trust() if place.is_safe else None
                )
        except (OSError, ssl.SSLError, TimeoutError) as error:
            raise NotConnectedError(str(error) or "it did not answer in time") from error
        return connection


class _Connection(asyncio.Protocol):
    """One connection: one request at a time. The parser calls the methods that begin with `on_`."""

    def __init__(self) -> None:
        self.idle_since = 0.0
        self.is_open = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._begin_answer()

    @property
    def can_ask(self) -> bool:
        """Whether what is written now would leave. A transport says that it closes before it tells us."""
        return self.is_open and self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Write a request and wait for its answer. Raises `NotConnectedError` where nothing can be written."""
        if self._transport is None or not self.can_ask:
            raise NotConnectedError("the connection was closed before anything was sent")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # --- the transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self.is_open = cast("asyncio.Transport", transport), True

    def data_received(self, data: bytes) -> None:
        if self._answer is None:
            # Nobody asked: what a server says of a connection that it is about to close.
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._lose(f"not HTTP: {error}")

    def eof_received(self) -> None:
        self.is_open = False

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if error is None and self._has_head and not self._has_length:
            self._finish()
        else:
            self._lose(str(error or "the connection was closed"))

    # --- the parser's side

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._has_head = True
        self._has_length = "content-length" in self._headers or "transfer-encoding" in self._headers

    def on_body(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > MAX_BODY:
            self._lose("the answer is too long")
        else:
            self._body.append(part)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < FIRST_FINAL_STATUS:
            self._begin_answer()
            return
        self.is_open = self.is_open and self._parser.should_keep_alive()
        self._finish()

    # --- what comes of it

    def _begin_answer(self) -> None:
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0
        self._has_head = self._has_length = False

    def _finish(self) -> None:
        waiting, self._answer = self._answer, None
        if waiting is None:
            # A second answer to one request.
            self.is_open = False
        elif not waiting.done():
            waiting.set_result(Answer(self._parser.get_status_code(), self._headers, b"".join(self._body)))
        self._begin_answer()
        if not self.is_open:
            self.close()

    def _lose(self, words: str) -> None:
        waiting, self._answer = self._answer, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(AnswerLostError(words))
        self.close()


@lru_cache(maxsize=1024)
def _read_place(url: str) -> _Place:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or any(ord(each) < ord("!") for each in url):
        raise ValueError("not an address")
    is_safe = parts.scheme == "https"
    path = parts.path or "/"
    begin = (
        f"POST {path}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\n"
        f"Host: {parts.netloc.rpartition('@')[2]}\r\nAccept: */*\r\nAccept-Encoding: identity\r\nUser-Agent: hoopoe\r\n"
    )
    return _Place(is_safe, parts.hostname, parts.port or (443 if is_safe else 80), begin)


@cache
def _trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
