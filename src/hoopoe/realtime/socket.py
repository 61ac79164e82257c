"""`/ws`: one screen's WebSocket. It sees its own workspace, and nothing before it has shown who it is.

Frames are `{"type", "data", "cursor"}`. A client that was away subscribes with the last cursor it saw and
gets what it missed, in order and without a gap, before anything new.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from uuid import UUID

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.realtime.cursor import Cursor, parse_cursor, read_events
from hoopoe.realtime.hub import CHANNEL_OF, Hub, Screen, make_frame

log = structlog.get_logger()

NOT_AUTHENTICATED = 4401
NOT_YOURS = 4403
BAD_FRAME = 4400
MAX_FRAME_BYTES = 16 * 1024
REPLAY_BATCH = 200
MAX_REPLAYED = 5_000
# Events are kept for seven days (kernel.db.housekeeping); a day less, so that none is dropped while it is read.
KEPT_SECONDS = 6 * 24 * 3600
TOPICS = frozenset(CHANNEL_OF.values()) | {"orders", "notifications"}

# The scope behind a handshake, or None: by ticket in the query, or by the Authorization header.
Authenticate = Callable[[WebSocket], Awaitable[WorkspaceScope | None]]


class ClientFrame(BaseModel):
    """What a client may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str = Field(pattern="^(subscribe|ping)$")
    channels: tuple[str, ...] = Field((), max_length=20)
    cursor: str | None = Field(None, max_length=64)


class RefusedFrame(Exception):  # noqa: N818  # named after the situation
    """A frame that ends the connection, with the code that says why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def serve_screen(socket: WebSocket, hub: Hub, authenticate: Authenticate) -> None:
    """Serve one connection until it ends."""
    scope = await authenticate(socket)
    await socket.accept()
    if scope is None:
        await socket.close(NOT_AUTHENTICATED, "log in again")
        return
    if not scope.allows(Permission.CONVERSATIONS_READ):
        await socket.close(NOT_YOURS, "your role or this key does not allow it")
        return
    screen = Screen(scope)
    hub.join(screen)
    try:
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(_write(socket, screen)), group.create_task(_watch(screen))]
            try:
                await _read(socket, hub, screen)
            finally:
                for task in others:
                    task.cancel()
    except* WebSocketDisconnect:
        pass
    except* RefusedFrame as refused:
        first = refused.exceptions[0]
        if isinstance(first, RefusedFrame) and socket.client_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError):
                await socket.close(first.code, first.reason)
    finally:
        hub.leave(screen)


async def _write(socket: WebSocket, screen: Screen) -> None:
    while True:
        frame = await screen.frames.get()
        await socket.send_text(frame.decode())


async def _watch(screen: Screen) -> None:
    await screen.ended.wait()
    raise RefusedFrame(NOT_AUTHENTICATED, "log in again")


async def _read(socket: WebSocket, hub: Hub, screen: Screen) -> None:
    while True:
        text = await socket.receive_text()
        if len(text) > MAX_FRAME_BYTES:
            raise RefusedFrame(BAD_FRAME, "the frame is too large")
        try:
            frame = ClientFrame.model_validate(orjson.loads(text))
        except (orjson.JSONDecodeError, ValidationError):
            raise RefusedFrame(BAD_FRAME, 'say {"action": "subscribe" | "ping", …}') from None
        if frame.action == "ping":
            screen.push(make_frame("pong", {}, None))
        else:
            await _subscribe(hub, screen, frame)


async def _subscribe(hub: Hub, screen: Screen, frame: ClientFrame) -> None:
    topics = {_topic(name, screen.workspace_id) for name in frame.channels}
    screen.hold()
    screen.topics |= topics
    after = parse_cursor(frame.cursor) if frame.cursor is not None else None
    if frame.cursor is not None and after is None:
        raise RefusedFrame(BAD_FRAME, "cursor is not one that we gave")
    # Also without a cursor: the hub may be handing out events that it read before this screen was there.
    begin = after or hub.position
    screen.push(make_frame("subscribed", {"channels": list(frame.channels), "cursor": str(begin)}, None))
    screen.go_live(await _replay(hub, screen, begin))


def _topic(name: str, workspace_id: UUID) -> str:
    """`ws:restaurant:{id}:messages` → `messages`, for one's own workspace only."""
    prefix, _, topic = name.rpartition(":")
    if topic not in TOPICS or not prefix.startswith("ws:restaurant:"):
        raise RefusedFrame(BAD_FRAME, "there is no such channel")
    if prefix != f"ws:restaurant:{workspace_id}":
        raise RefusedFrame(NOT_YOURS, "that is not your workspace")
    return topic


async def _replay(hub: Hub, screen: Screen, after: Cursor) -> Cursor:
    """Push what was committed behind a cursor; returns the place reached.

    A client that missed too much, or whose cursor is older than what is kept, is told to load anew.
    """
    reached, count = after, 0
    while True:
        async with transaction(hub.pool, role=tenancy.PIPE, workspaces=[screen.workspace_id]) as conn:
            age = await conn.fetchval("select extract(epoch from now())::bigint - $1::bigint", after.second)
            if count > MAX_REPLAYED or age > KEPT_SECONDS:
                screen.push(make_frame("resync", {"reason": "too_old"}, None))
                return hub.position
            events = await read_events(conn, reached, workspaces=[screen.workspace_id], limit=REPLAY_BATCH)
            loaded = await hub.read(conn, screen.workspace_id, events) if events else []
        for event, data in zip(events, loaded, strict=True):
            if data is not None and screen.wants(event.row.type):
                screen.push(make_frame(event.row.type, data, event.cursor))
            reached = event.cursor
        count += len(events)
        if len(events) < REPLAY_BATCH:
            return reached
