"""The thin client: what it keeps open, what it takes for an answer, and what it says when there is none."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from hoopoe.channels import wire as wires
from hoopoe.channels.wire import MAX_BODY, AnswerLostError, NotConnectedError, Wire

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@dataclass(slots=True)
class Talker:
    """A server that says these things, one after each request; None: it closes. `heads` are what was asked."""

    says: list[bytes | None]
    url: str = ""
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while self.says:
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await reader.readexactly(2)
                said = self.says.pop(0)
                if said is None:
                    break
                writer.write(said)
                await writer.drain()
                if b"until the end" in said:
                    break
            else:
                await reader.read()
        writer.close()


@contextlib.asynccontextmanager
async def run_talker(*says: bytes | None) -> AsyncIterator[tuple[Talker, Wire]]:
    talker = Talker(list(says))
    server = await asyncio.start_server(talker.serve, "127.0.0.1", 0)
    talker.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/messages?a=b"
    async with server:
        with contextlib.closing(Wire(seconds=2.0)) as wire:
            yield talker, wire


async def ask(wire: Wire, url: str, times: int) -> Sequence[bytes]:
    return [(await wire.post(url, b"{}", {"X-Key": "k"})).body for _ in range(times)]


async def test_one_connection_serves_one_request_after_another() -> None:
    async with run_talker(HELLO, HELLO, HELLO) as (talker, wire):
        assert await ask(wire, talker.url, 3) == [b"hello"] * 3
    assert talker.connections == 1
    assert talker.heads[0].startswith(b"POST /v1/messages?a=b HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-Key: k\r\n" in talker.heads[0]
    assert b"\r\nContent-Length: 2\r\n" in talker.heads[0]


async def test_requests_at_once_have_connections_of_their_own() -> None:
    async with run_talker(*[HELLO] * 5) as (talker, wire):
        await asyncio.gather(*(ask(wire, talker.url, 1) for _ in range(5)))
    assert talker.connections == 5


async def test_connections_that_nobody_needs_any_more_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with run_talker(*[HELLO] * 8) as (talker, wire):
        await asyncio.gather(*(ask(wire, talker.url, 1) for _ in range(4)))
        monkeypatch.setattr("hoopoe.channels.wire.KEEP_SECONDS", 0.0)
        assert await ask(wire, talker.url, 1) == [b"hello"]
        monkeypatch.undo()
        assert await ask(wire, talker.url, 1) == [b"hello"]
    assert talker.connections == 5, "the old ones were closed, the new one was kept"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HELLO,
    ],
)
async def test_an_answer_is_read_however_it_is_written(said: bytes) -> None:
    async with run_talker(said, said) as (talker, wire):
        assert await ask(wire, talker.url, 2) == [b"hello"] * 2
    assert talker.connections == 1


async def test_an_answer_may_end_with_its_connection() -> None:
    async with run_talker(b"HTTP/1.1 200 OK\r\n\r\nuntil the end") as (talker, wire):
        assert await ask(wire, talker.url, 1) == [b"until the end"]


async def test_a_connection_that_is_just_closing_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transport knows before we are told; what would be written then goes nowhere."""
    made = note_connections(monkeypatch)
    async with run_talker(HELLO, HELLO) as (talker, wire):
        await ask(wire, talker.url, 1)
        made[0].close()
        assert await ask(wire, talker.url, 1) == [b"hello"]
    assert (talker.connections, len(talker.heads)) == (2, 2)


async def test_what_cannot_be_written_has_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even over a connection that is new: it is certain, so it may be tried again."""
    made = note_connections(monkeypatch, closes_at_once=True)
    async with run_talker(HELLO) as (talker, wire):
        with pytest.raises(NotConnectedError):
            await ask(wire, talker.url, 1)
    assert (len(made), talker.heads) == (1, [])


def note_connections(monkeypatch: pytest.MonkeyPatch, *, closes_at_once: bool = False) -> list[asyncio.BaseTransport]:
    """The transports that are made from now on."""
    made: list[asyncio.BaseTransport] = []

    class Noted(wires._Connection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            made.append(transport)
            if closes_at_once:
                transport.close()

    monkeypatch.setattr(wires, "_Connection", Noted)
    return made


async def test_names_of_headers_are_in_small_letters() -> None:
    said = b"HTTP/1.1 429 Too Many\r\nRETRY-After: 7\r\nContent-Length: 0\r\n\r\n"
    async with run_talker(said) as (talker, wire):
        answer = await wire.post(talker.url, b"{}", {})
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")


@pytest.mark.parametrize(
    "said",
    [
        HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        HELLO.replace(b"1.1", b"1.0"),
        # A second answer that nobody asked for must not become the next request's.
        HELLO + HELLO.replace(b"hello", b"other"),
    ],
)
async def test_a_connection_that_cannot_be_trusted_is_not_used_again(said: bytes) -> None:
    async with run_talker(said, HELLO) as (talker, wire):
        assert await ask(wire, talker.url, 2) == [b"hello"] * 2
    assert talker.connections == 2


async def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    async with run_talker(HELLO, None, HELLO) as (talker, wire):
        await ask(wire, talker.url, 1)
        with pytest.raises(AnswerLostError):
            await ask(wire, talker.url, 1)
        assert await ask(wire, talker.url, 1) == [b"hello"]


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1) + b"x" * (MAX_BODY + 1),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_lost(said: bytes) -> None:
    async with run_talker(said) as (talker, wire):
        with pytest.raises(AnswerLostError):
            await ask(wire, talker.url, 1)


async def test_nothing_leaves_with_a_line_break_in_a_header() -> None:
    async with run_talker(HELLO) as (talker, wire):
        with pytest.raises(ValueError, match="line break"):
            await wire.post(talker.url, b"{}", {"Authorization": "Bearer x\r\nHost: elsewhere"})
    assert talker.heads == []


async def test_a_certificate_that_nobody_vouches_for_is_no_connection() -> None:
    async with run_talker(HELLO) as (talker, wire):
        with pytest.raises(NotConnectedError):
            await wire.post(talker.url.replace("http:", "https:"), b"{}", {})
    assert talker.heads == []
