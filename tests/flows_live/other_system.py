"""A system that flows ask: it notes every request, and holds its answer back where a test wants that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.media.samples import picture
from tests.support.simulator import wait_until


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    key: str | None
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: str = ""
    at: float = 0.0


@dataclass
class OtherSystem:
    """`/held/…` is answered once `let_go` was called; everything else at once.

    `/flaky/…` is answered 503 at the first try, `/busy/<seconds>` 429 with that `Retry-After`; `/echo/…` says back the
    headers and the query that it was asked with; `/pictures/…` is one; `/to/<status>?url=…` leads on to an address.
    """

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    _gate: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def hold(self) -> None:
        self._gate.clear()

    def let_go(self) -> None:
        self._gate.set()

    async def wait_for(self, path: str, *, count: int = 1) -> list[Request]:
        """The requests to a path, once there are so many."""

        async def look() -> list[Request] | None:
            found = [request for request in self.requests if request.path == path]
            return found if len(found) >= count else None

        return await wait_until(look, f"{count} requests to {path}", within=30)

    async def answer(self, request: web.Request) -> web.Response:
        key, body = request.headers.get("Idempotency-Key"), await request.text()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(
            Request(request.method, request.path, key, headers, request.query_string, body, time.monotonic())
        )
        is_first = sum(each.key == key for each in self.requests) == 1
        if request.path.startswith("/flaky/") and is_first:
            return web.json_response({"what": "not yet"}, status=503)
        if request.path.startswith("/busy/") and is_first:
            seconds = request.path.rpartition("/")[2]
            return web.json_response({"what": "busy"}, status=429, headers={"Retry-After": seconds})
        if request.path.startswith("/to/"):
            return web.Response(status=int(request.path.split("/")[2]), headers={"Location": request.query["url"]})
        if request.path.startswith("/pictures/"):
            return web.Response(body=picture(), content_type="image/png")
        if request.path.startswith("/echo/"):
            return web.json_response({"what": [headers.get("authorization"), request.query_string]})
        if request.path.startswith("/held/"):
            await self._gate.wait()
        return web.json_response({"what": request.path.rpartition("/")[2]})


@asynccontextmanager
async def run_other_system() -> AsyncIterator[OtherSystem]:
    """Run it on a free port."""
    system = OtherSystem()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", system.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    system.port = runner.addresses[0][1]
    try:
        yield system
    finally:
        system.let_go()
        await runner.cleanup()
