"""What happens, told as it happens, to whoever listens (the simulator's page)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import orjson

from simulator.jsontypes import JsonObject

_QUEUE = 2_000
_HEARTBEAT = 15.0


class Stream:
    """Server-sent events to any number of listeners. A listener that falls behind is told of the gap."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[bytes | None]] = set()
        self._is_closed = False

    def tell(self, event: str, make: Callable[[], JsonObject]) -> None:
        """Send an event to every listener; `make` is called only when there is one."""
        if not self._listeners:
            return
        frame = b"event: " + event.encode() + b"\ndata: " + orjson.dumps(make()) + b"\n\n"
        for queue in self._listeners:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(b'event: gap\ndata: {"sentence":"You fell behind: read the log again."}\n\n')
            else:
                queue.put_nowait(frame)

    def close(self) -> None:
        """End every stream, and each that begins later, so that the server can stop."""
        self._is_closed = True
        for queue in self._listeners:
            while queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

    async def listen(self) -> AsyncIterator[bytes]:
        """The frames for one listener, until `close`. A comment is sent when nothing happens."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUE)
        self._listeners.add(queue)
        try:
            yield b": hello\n\n"
            while not self._is_closed:
                try:
                    frame = await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if frame is None:
                    return
                yield frame
        finally:
            self._listeners.discard(queue)
