"""A provider of the smallest kind, over HTTP: it takes one message after the other, and answers as it is told to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class Reply(StrEnum):
    """What the provider does with the next request."""

    ACCEPT = "accept"
    ACCEPT_AND_HANG_UP = "accept_and_hang_up"
    HANG_UP = "hang_up"
    BUSY = "busy"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was accepted: what our side said of it, and the provider's own id."""

    opaque: str
    to: str
    text: str
    provider_id: str
    at: float = field(default_factory=time.monotonic)

    @property
    def message_id(self) -> str:
        """Our own id of it, whichever attempt it was."""
        return self.opaque.partition(".")[0]


@dataclass
class Provider:
    """`taken` is in the order of acceptance."""

    url: str = ""
    reply: Reply = Reply.ACCEPT
    taken: list[Taken] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if self.reply is Reply.BUSY:
            return web.json_response({"error": {"code": 130429, "message": "Rate limit hit"}}, status=429)
        if self.reply is Reply.REFUSE:
            return web.json_response({"error": {"code": 131009, "message": "Parameter value is not valid"}}, status=400)
        if self.reply is not Reply.HANG_UP:
            self.taken.append(
                Taken(
                    body["biz_opaque_callback_data"],
                    str(body.get("to") or body["recipient"]).removeprefix("+"),
                    body["text"]["body"],
                    f"wamid.{body['biz_opaque_callback_data']}.{len(self.taken)}",
                )
            )
        if self.reply is not Reply.ACCEPT:
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"messages": [{"id": self.taken[-1].provider_id if self.taken else ""}]})


@asynccontextmanager
async def run_provider() -> AsyncIterator[Provider]:
    """A provider on a free port for the length of the block."""
    provider = Provider()
    app = web.Application()
    app.router.add_post("/{path:.*}", provider.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        [(host, port)] = [name[:2] for name in runner.addresses]
        provider.url = f"http://{host}:{port}"
        yield provider
    finally:
        await runner.cleanup()
