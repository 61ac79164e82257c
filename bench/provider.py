"""A stub provider: accepts every send at once and counts. The cheapest thing that answers as Meta does.

Run as a process: `python -m bench.provider PORT`. `GET /count` tells how many sends were accepted and when
the last one was, in seconds of the machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import cast

import uvloop

from bench.wire import take_message


class Tally:
    """What was accepted so far."""

    def __init__(self) -> None:
        self.accepted = 0
        self.last_at = 0.0


class Provider(asyncio.Protocol):
    """Just enough HTTP/1.1: a header block, a body by content-length, keep-alive."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (taken := take_message(self._buffer)) is not None:
            head, body, self._buffer = taken
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        tally = self._tally
        if head.startswith(b"get /count"):
            answer = json.dumps({"accepted": tally.accepted, "last_at": tally.last_at}).encode()
        elif b'"status":"read"' in body:
            answer = b'{"success":true}'
        else:
            tally.accepted += 1
            tally.last_at = time.monotonic()
            answer = (
                b'{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],"messages":[{"id":"wamid.S%d"}]}'
                % tally.accepted
            )
        assert self._transport is not None
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(answer), answer)
        )


async def main(port: int) -> None:
    loop = asyncio.get_running_loop()
    tally = Tally()
    server = await loop.create_server(lambda: Provider(tally), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
