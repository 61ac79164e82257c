"""The app's side of Twilio: calls with an account's credentials, and an address that receives forms."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.support.simulator import SimulatedTwilioChannel, SimulatorClient, wait_until

JsonObject = dict[str, Any]

CUT = -1
"""In place of a status: close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Twilio:
    """Calls to the simulated Twilio, with the credentials of a channel's account."""

    simulator: SimulatorClient
    channel: SimulatedTwilioChannel

    @property
    def root(self) -> str:
        return f"/2010-04-01/Accounts/{self.channel.account_sid}"

    async def call(
        self,
        method: str,
        path: str,
        *,
        form: object = None,
        json: object = None,
        login: tuple[str, str] | None = None,
    ) -> tuple[int, JsonObject]:
        """One request; `path` begins with a slash, or is behind the account."""
        url = path if path.startswith("http") else self.simulator.url + (path if path[0] == "/" else self._under(path))
        pair = login or (self.channel.account_sid, self.channel.auth_token)
        headers = {"Authorization": aiohttp.encode_basic_auth(*pair)}
        async with self.simulator.session.request(method, url, data=form, json=json, headers=headers) as response:
            text = await response.text()
            return response.status, await response.json() if text else {}

    async def send(self, to: str, body: str = "hello", **fields: str) -> tuple[int, JsonObject]:
        form = {"To": f"whatsapp:{to}", "From": f"whatsapp:{self.channel.number}", "Body": body, **fields}
        return await self.call("POST", "Messages.json", form={name: value for name, value in form.items() if value})

    async def accept(self, to: str, body: str = "hello", **fields: str) -> str:
        """The sid of an accepted message."""
        status, answer = await self.send(to, body, **fields)
        assert status == 201, answer
        return str(answer["sid"])

    async def make_content(self, types: JsonObject, variables: JsonObject | None = None) -> str:
        body = {"friendly_name": "c", "language": "en", "variables": variables or {}, "types": types}
        status, answer = await self.call("POST", "/v1/Content", json=body)
        assert status == 201, answer
        return str(answer["sid"])

    def _under(self, path: str) -> str:
        return f"{self.root}{path}" if path.startswith(".") else f"{self.root}/{path}"


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    url: str
    form: dict[str, str]
    headers: dict[str, str]

    def is_signed(self, auth_token: str) -> bool:
        """By Twilio's own validator."""
        signature = self.headers["X-Twilio-Signature"]
        return bool(RequestValidator(auth_token).validate(self.url, self.form, signature))


class FormReceiver:
    """`answers` are the statuses of the next requests; without them it answers 200 with empty TwiML.

    `words` are the content type and the body of the next answers to a person's message.
    """

    def __init__(self) -> None:
        self.url = ""
        self.received: list[ReceivedForm] = []
        self.answers: deque[int] = deque()
        self.words: deque[tuple[str, str]] = deque()

    @property
    def status_url(self) -> str:
        return f"{self.url}/status"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        url = self.url.removesuffix("/twilio") + request.raw_path
        form = dict(parse_qsl(body, keep_blank_values=True))
        self.received.append(ReceivedForm(url, form, dict(request.headers)))
        status = self.answers.popleft() if self.answers else 200
        if status == CUT:
            assert request.transport is not None
            request.transport.abort()
        has_words = "MessageStatus" not in form and self.words
        content_type, text = self.words.popleft() if has_words else ("text/xml", "<Response/>")
        return web.Response(status=max(status, 200), text=text, content_type=content_type)

    def messages(self) -> list[ReceivedForm]:
        return [one for one in self.received if "MessageStatus" not in one.form]

    def statuses(self, sid: str) -> list[ReceivedForm]:
        return [one for one in self.received if "MessageStatus" in one.form and one.form["MessageSid"] == sid]

    async def wait(self, find: Callable[[], Sequence[ReceivedForm]], what: str, *, count: int = 1) -> ReceivedForm:
        """The last of `count` that `find` finds."""

        async def look() -> ReceivedForm | None:
            found = find()
            return found[count - 1] if len(found) >= count else None

        return await wait_until(look, what)

    async def wait_for_statuses(self, sid: str, *names: str) -> list[ReceivedForm]:
        """The callbacks of a message, once the last of `names` came; they must be exactly these."""
        await self.wait(
            lambda: [one for one in self.statuses(sid) if one.form["MessageStatus"] == names[-1]], names[-1]
        )
        found = self.statuses(sid)
        assert [one.form["MessageStatus"] for one in found] == list(names)
        return found


@asynccontextmanager
async def run_form_receiver() -> AsyncIterator[FormReceiver]:
    receiver = FormReceiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/twilio"
    try:
        yield receiver
    finally:
        await asyncio.shield(runner.cleanup())
