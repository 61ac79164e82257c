"""What both providers' sides share of HTTP: reading a request, answering it, cutting it, writing it down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.types import Receive, Scope, Send

from simulator.faults import ConnectionCut, FaultKind
from simulator.wirelog import Kind
from simulator.world import World

JSON: Final = "application/json; charset=UTF-8"
MAX_BODY: Final = 105 * 1024 * 1024

_LOGGED_BODIES: Final = frozenset({"send", "receipt", "template"})


class ClientVanished(Exception):  # noqa: N818 - it is what happened
    """The client hung up before its request was whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class Entry:
    """What the wire log will say of one request."""

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


def log_entry(world: World, entry: Entry) -> None:
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


def log_vanished(world: World, entry: Entry) -> None:
    entry.error = "the client hung up before its request was whole"
    log_entry(world, entry)


def read_header(scope: Scope, wanted: bytes) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    for name, value in headers:
        if name == wanted:
            return value.decode("latin-1")
    return ""


async def read_body(receive: Receive, *, too_large: Callable[[], Exception]) -> bytes:
    """The whole body. Raises ClientVanished, or what `too_large` makes."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientVanished
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MAX_BODY:
            raise too_large()
        if not message.get("more_body", False):
            return body


async def respond(send: Send, answer: Answer) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def cut_connection(world: World, entry: Entry, cut: ConnectionCut, scope: Scope, receive: Receive) -> None:
    """Write down what a fault did, and cut the connection without a byte of an answer."""
    entry.fault = cut.fault
    entry.summary += ": cut on purpose" if cut.accepted is None else ": accepted, never answered, on purpose"
    entry.answer = b"" if cut.accepted is None else orjson.dumps(cut.accepted)
    entry.error = "the connection was cut on purpose"
    log_entry(world, entry)
    await asyncio.sleep(cut.seconds)
    await _hang_up(scope, receive)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """`server` gives the means to cut; elsewhere it becomes a 500."""
    cut = scope.get("extensions", {}).get("simulator.cut")
    if cut is not None:
        cut["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
