"""A tiny app that receives webhooks, keeps their raw bytes, and answers as it is told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.support.simulator import wait_until

JsonObject = dict[str, Any]

CUT = -1
"""In place of a status: close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Received:
    body: bytes
    signature: str
    status: int

    @property
    def changes(self) -> list[JsonObject]:
        return [change for entry in json.loads(self.body)["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[JsonObject]:
        return [item for change in self.changes for item in change["value"].get("messages", [])]

    @property
    def statuses(self) -> list[JsonObject]:
        return [item for change in self.changes for item in change["value"].get("statuses", [])]


class Receiver:
    """`answers` are the statuses of the next requests (200 when there are none); `delay` is before each."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.answers: deque[int] = deque()
        self.delay = 0.0
        self.verify_token = ""
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            is_right = request.query.get("hub.verify_token") == self.verify_token
            return web.Response(text=request.query.get("hub.challenge", "") if is_right else "no", status=200)
        body = await request.read()
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
            await asyncio.sleep(self.delay)
            status = self.answers.popleft() if self.answers else 200
            self.received.append(Received(body, request.headers["X-Hub-Signature-256"], status))
        finally:
            self.under_way -= 1
        if status == CUT:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.Response(status=status)

    def messages(self) -> list[JsonObject]:
        return [item for received in self.received for item in received.messages]

    def statuses(self, message_id: str = "") -> list[JsonObject]:
        found = [item for received in self.received for item in received.statuses]
        return [item for item in found if message_id in {"", item["id"]}]

    async def wait(self, is_there: Callable[[], object], what: str) -> None:
        async def look() -> bool:
            return bool(is_there())

        await wait_until(look, what)

    async def wait_for_statuses(self, message_id: str, *names: str) -> list[JsonObject]:
        """The statuses of a message, once the last of `names` came; they must be exactly these."""
        await self.wait(
            lambda: names[-1] in [item["status"] for item in self.statuses(message_id)], f"status {names[-1]}"
        )
        found = self.statuses(message_id)
        assert [item["status"] for item in found] == list(names)
        return found


def is_signed(received: Received, app_secret: str) -> bool:
    """The signature, recomputed from the raw bytes."""
    wanted = hmac.new(app_secret.encode(), received.body, hashlib.sha256).hexdigest()
    return received.signature == f"sha256={wanted}"


@asynccontextmanager
async def run_receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        receiver.gate.set()
        await runner.cleanup()
