"""A TCP relay: what stands before several processes, or between us and a provider, and can be shut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK = 64 * 1024


@dataclass
class Relay:
    """Hands each connection to the next of its targets (ports of this machine) that takes it.

    A target that dies takes its connections with it: whoever had one sees it cut, and never hears whether its
    request was done.
    """

    targets: tuple[int, ...]
    port: int = 0
    _server: asyncio.Server | None = None
    _next: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Take connections; after the first time on the same port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def shut(self) -> None:
        """Refuse connections, and cut those that there are in the middle of whatever they carry."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
        if there is None:
            writer.transport.abort()
            return
        back, onward = there
        ends = {writer, onward}
        self._open |= ends
        try:
            await asyncio.gather(_pump(reader, onward), _pump(back, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.targets:
            self._next += 1
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self.targets[self._next % len(self.targets)])
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes until one end is gone, and say so to the other."""
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def open_relay(*targets: int) -> AsyncIterator[Relay]:
    """A relay on a free port for the length of the block."""
    relay = Relay(targets)
    await relay.open()
    try:
        yield relay
    finally:
        await relay.shut()
