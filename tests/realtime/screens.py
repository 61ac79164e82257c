"""A screen: a WebSocket client that notes every frame."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import aiohttp

from tests.support.desk import Desk

JsonObject = dict[str, Any]

WAIT_SECONDS = 30.0


class Closed(Exception):  # noqa: N818  # named after the situation
    """The server ended the connection."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Screen:
    """One connection. `seen` are all frames that were read."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, workspace_id: UUID) -> None:
        self._socket = socket
        self._workspace_id = workspace_id
        self.seen: list[JsonObject] = []

    async def say(self, frame: object) -> None:
        await self._socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def next(self, *, within: float = WAIT_SECONDS) -> JsonObject:
        """The next frame. Raises `Closed`, or TimeoutError."""
        message = await self._socket.receive(within)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise Closed(self._socket.close_code)
        frame: JsonObject = json.loads(message.data)
        self.seen.append(frame)
        return frame

    async def subscribe(
        self, *topics: str, cursor: str | None = None, workspace_id: UUID | str | None = None
    ) -> JsonObject:
        """Subscribe, and return the answer."""
        channels = [f"ws:restaurant:{workspace_id or self._workspace_id}:{topic}" for topic in topics]
        await self.say({"action": "subscribe", "channels": channels, "cursor": cursor})
        answer = await self.next()
        assert answer["type"] == "subscribed", answer
        return answer

    async def until(self, is_enough: Callable[[list[JsonObject]], bool]) -> list[JsonObject]:
        """Read frames until they are enough; returns all of this connection."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not is_enough(self.seen):
                await self.next()
        return self.seen

    def of(self, type_: str) -> list[JsonObject]:
        return [frame for frame in self.seen if frame["type"] == type_]


@asynccontextmanager
async def open_screen(desk: Desk, *, ticket: str | None = None, headers: Any = None) -> AsyncIterator[Screen]:
    """Connect with the desk's token, unless a ticket or other headers are given."""
    query = "" if ticket is None else f"?ticket={ticket}"
    given = headers if headers is not None else {} if ticket is not None else desk.headers
    async with desk.session.ws_connect(f"{desk.url}/ws{query}", headers=given) as socket:
        yield Screen(socket, desk.workspace_id)
