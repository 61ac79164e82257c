"""A light load generator: signed webhooks over keep-alive connections, each waiting for its answer.

Requests are made before the clock starts, so that the client's own work (signing) is not measured as
the server's.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bench.wire import status_of, take_message


@dataclass(frozen=True)
class Target:
    """A channel that webhooks are posted for."""

    phone_number_id: str
    waba_id: str
    app_secret: str


@dataclass
class Outcome:
    """What a run saw: seconds per answer, statuses, and the whole run's seconds."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def make_text_webhook(target: Target, *, customer: str, message_id: str, body: str, at: int | None = None) -> bytes:
    """The body that Meta posts for one text message."""
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": target.waba_id,
                    "changes": [
                        {
                            "field": "messages",
                            "value": {
                                "messaging_product": "whatsapp",
                                "metadata": {
                                    "display_phone_number": "966500000000",
                                    "phone_number_id": target.phone_number_id,
                                },
                                "contacts": [{"profile": {"name": f"Guest {customer[-4:]}"}, "wa_id": customer}],
                                "messages": [
                                    {
                                        "from": customer,
                                        "id": message_id,
                                        "timestamp": str(at if at is not None else int(time.time())),
                                        "type": "text",
                                        "text": {"body": body},
                                    }
                                ],
                            },
                        }
                    ],
                }
            ],
        }
    ).encode()


def make_request(target: Target, body: bytes, *, path: str = "/api/whatsapp/webhook") -> bytes:
    """The whole signed HTTP request."""
    signature = hmac.digest(target.app_secret.encode(), body, "sha256").hex()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"x-hub-signature-256: sha256={signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def customer_number(index: int) -> str:
    """A made-up number, spread so that hashes are too."""
    return f"9665{int(hashlib.sha256(str(index).encode()).hexdigest()[:8], 16) % 10**8:08d}"


class _Client(asyncio.Protocol):
    """One connection that takes the next request whenever its answer has come."""

    def __init__(self, requests: list[bytes], outcome: Outcome, done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._outcome = outcome
        self._done = done
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        taken = take_message(self._buffer)
        if taken is None:
            return
        head, _, self._buffer = taken
        status = status_of(head)
        self._outcome.latencies.append(time.perf_counter() - self._sent_at)
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(error or ConnectionError("the server closed the connection"))

    def _next(self) -> None:
        assert self._transport is not None
        if not self._requests:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests.pop())


async def run_load(host: str, port: int, requests: Sequence[bytes], *, connections: int = 64) -> Outcome:
    """Post all requests over so many connections; return when the last is answered."""
    outcome = Outcome()
    waiting = list(reversed(requests))
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    done = []
    for _ in range(connections):
        future: asyncio.Future[None] = loop.create_future()
        done.append(future)
        await loop.create_connection(lambda future=future: _Client(waiting, outcome, future), host, port)
    await asyncio.gather(*done)
    outcome.seconds = time.perf_counter() - begun
    return outcome
