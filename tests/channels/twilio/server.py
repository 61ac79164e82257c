"""A Twilio over HTTP that says what a test tells it to, one that is not there, and the account that asks."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from hoopoe.channels.twilio.client import Credentials
from hoopoe.kernel.json import Json, JsonObject

ACCOUNT = "AC" + "0f" * 16
TOKEN = "our-own-auth-token"
NUMBER = "+966112223344"
CREDENTIALS = Credentials(ACCOUNT, TOKEN, NUMBER)
BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"

Reply = tuple[int, Json]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Twilio:
    """A provider that answers by path; `asked` keeps what came: method, path, query, body."""

    answer: Answer
    url: str = ""
    asked: list[tuple[str, str, dict[str, str], Json]] = field(default_factory=list)
    authorizations: set[str | None] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        is_json = request.content_type == "application/json"
        body: Json = json.loads(text) if is_json else dict(parse_qsl(text))
        self.asked.append((request.method, request.path, dict(request.query), body))
        self.authorizations.add(request.headers.get("Authorization"))
        return await self.answer(request)

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.asked]


@contextlib.asynccontextmanager
async def run_twilio(answer: Answer) -> AsyncIterator[Twilio]:
    twilio = Twilio(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", twilio.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    twilio.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield twilio
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def run_raw(talk: Conversation) -> AsyncIterator[str]:
    """A provider that speaks whatever `talk` writes, once the request was read."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await talk(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextlib.asynccontextmanager
async def run_nobody() -> AsyncIterator[str]:
    async with run_raw(lambda _, __: asyncio.sleep(0)) as url:
        pass
    yield url


def by_path(**replies: Reply | list[Reply]) -> Answer:
    """Answers by the end of the path: `Messages`, `Content`, `Typing`, `Accounts`, `Senders`, `IncomingPhoneNumbers`.

    A list is answered one after the other, its last one for ever.
    """
    left = {name: reply if isinstance(reply, list) else [reply] for name, reply in replies.items()}

    async def answer(request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2].removesuffix(".json")
        waiting = left.get("Accounts" if name.startswith("AC") else name)
        if waiting is None:
            return web.json_response({"code": 20404, "message": "no such thing"}, status=404)
        status, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return web.json_response(body, status=status)

    return answer


def error(code: int) -> JsonObject:
    return {"code": code, "message": "no"}
