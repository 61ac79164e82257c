"""The Graph as a plain ASGI application: read, check the token, answer, write the wire log."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from simulator.faults import FaultKind
from simulator.meta.call import Call, find_own_channels, read_token, split_path
from simulator.meta.edges import find_edge, name_node
from simulator.meta.errors import GraphError, make_missing_object, say_code
from simulator.meta.messages import ConnectionCut, answer_messages, say_request
from simulator.simulator import Simulator
from simulator.wirelog import Kind

DOWNLOADS: Final = "/media-files/"

_MAX_BODY: Final = 105 * 1024 * 1024
_JSON: Final = "application/json; charset=UTF-8"
_LOGGED_BODIES: Final = frozenset({"send", "receipt", "template"})


class _ClientVanished(Exception):  # noqa: N818 - it is what happened
    """The client hung up before its request was whole."""


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    status: int = 200
    content_type: str = _JSON


@dataclass(slots=True)
class _Entry:
    """What the wire log will say of this request."""

    method: str
    path: str
    kind: Kind
    summary: str
    body: bytes = b""
    status: int | None = None
    ms: float | None = None
    answer: bytes = b""
    code: int | None = None
    fault: FaultKind | None = None
    phone_number_id: str | None = None
    error: str | None = None


class Graph:
    """`/v{N}.0/…` and the media downloads."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Whatever happens to the client, the request is in the wire log first."""
        started = time.perf_counter()
        method, path = scope["method"], scope["path"]
        is_send = method == "POST" and path.endswith("/messages")
        entry = _Entry(method, path, "send" if is_send else "account", f"{method} {path}")
        try:
            entry.body = await _read_body(receive)
            answer = await self._answer(scope, entry)
        except GraphError as error:
            entry.code = error.code
            entry.summary += f": {error.code}, {error.details or say_code(error.code)}"
            answer = _Answer(orjson.dumps(error.as_json()), error.http)
        except ConnectionCut as cut:
            entry.fault = cut.fault
            entry.summary += ": cut on purpose" if cut.accepted is None else ": accepted, never answered, on purpose"
            entry.answer = b"" if cut.accepted is None else orjson.dumps(cut.accepted)
            entry.error = "the connection was cut on purpose"
            self._log(entry)
            await asyncio.sleep(cut.seconds)
            await _hang_up(scope, receive)
            return
        except _ClientVanished:
            entry.error = "the client hung up before its request was whole"
            self._log(entry)
            return
        entry.status, entry.ms = answer.status, (time.perf_counter() - started) * 1000
        entry.answer = answer.body if answer.content_type == _JSON else b""
        self._log(entry)
        await _respond(send, answer)

    async def _answer(self, scope: Scope, entry: _Entry) -> _Answer:
        simulator = self._simulator
        raw_query: bytes = scope["query_string"]
        query = dict(parse_qsl(raw_query.decode("latin-1"), keep_blank_values=True)) if raw_query else {}
        token = read_token(scope["headers"], query)
        if entry.path.startswith(DOWNLOADS):
            entry.kind = "media"
            return self._download(entry.path.removeprefix(DOWNLOADS), query, token)
        version, node, edge = split_path(entry.path)
        if edge == "messages" and entry.method == "POST":
            return await self._send(node, token, entry)
        call = Call(
            simulator=simulator,
            method=entry.method,
            version=version,
            node=node,
            edge=edge,
            query=query,
            content_type=_header(scope, b"content-type"),
            base_url=f"{scope['scheme']}://{_header(scope, b'host')}",
            body=entry.body,
            channels=find_own_channels(simulator, token),
        )
        entry.phone_number_id = node if node in simulator.world.state.channels else None
        entry.summary = f"{entry.method} /{edge}" if edge else f"{entry.method} {name_node(call)}"
        entry.kind, answer_edge = find_edge(call)
        return _Answer(orjson.dumps(await answer_edge(call)))

    async def _send(self, node: str, token: str, entry: _Entry) -> _Answer:
        entry.summary = f"POST /messages {say_request(entry.body)}"
        entry.phone_number_id = node
        channel = self._simulator.world.state.channels.get(node)
        if channel is None or channel.access_token != token:
            find_own_channels(self._simulator, token)
            raise make_missing_object("POST", node)
        answer, entry.fault = await answer_messages(self._simulator, channel, entry.body)
        if "success" in answer:
            entry.kind = "receipt"
        return _Answer(orjson.dumps(answer))

    def _download(self, media_id: str, query: dict[str, str], token: str) -> _Answer:
        world = self._simulator.world
        own = find_own_channels(self._simulator, token)
        media = world.state.media.get(media_id)
        data = world.store.get_media(media_id)
        is_valid = self._simulator.media_urls.is_valid(
            media_id, query.get("ext", ""), query.get("hash", ""), now=world.now()
        )
        if media is None or data is None or not is_valid:
            raise GraphError(100, message="The media URL has expired: ask for it again.", http=404)
        if all(channel.phone_number_id != media.phone_number_id for channel in own):
            raise make_missing_object("GET", media_id)
        return _Answer(data, content_type=media.mime_type)

    def _log(self, entry: _Entry) -> None:
        world = self._simulator.world
        world.log.add(
            at=world.now(),
            direction="from_app",
            kind=entry.kind,
            method=entry.method,
            path=entry.path,
            summary=entry.summary,
            status=entry.status,
            ms=entry.ms,
            body=entry.body if entry.kind in _LOGGED_BODIES else b"",
            answer=entry.answer,
            fault=entry.fault,
            error=entry.error,
            phone_number_id=entry.phone_number_id,
            code=entry.code,
        )


def _header(scope: Scope, wanted: bytes) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return ""


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientVanished
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > _MAX_BODY:
            raise GraphError(131053, "The request is larger than 100 MB.", http=413)
        if not message.get("more_body", False):
            return body


async def _respond(send: Send, answer: _Answer) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Cut the connection without a byte of an answer. `server` gives the means; elsewhere it becomes a 500."""
    cut = scope.get("extensions", {}).get("simulator.cut")
    if cut is not None:
        cut["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
