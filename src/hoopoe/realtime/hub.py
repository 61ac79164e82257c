"""The hub of one web process: reads committed events, loads what they speak of, hands it to screens.

Events carry ids only. The hub loads each object once per batch and workspace, however many screens
look at it, and nothing at all for workspaces that nobody looks at here.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
import structlog

from hoopoe.identity.authentication import find_ended
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import Bus, EventType, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Connection, Pool
from hoopoe.kernel.db.unit_of_work import narrow, transaction
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.kernel.wake import wait_for_work
from hoopoe.realtime.cursor import Cursor, Event, read_end, read_events

log = structlog.get_logger()

POLL_SECONDS = 0.25
# Between two looks: what is said in between is read together, however often something is said.
PAUSE_SECONDS = 0.03
# How long somebody who was removed may go on looking.
GUARD_SECONDS = 2.0
CHECKED_AT_ONCE = 500
BATCH = 500
MAX_QUEUED_FRAMES = 1_000

# Loads what the events of one workspace speak of: event → the frame's `data`, or None when it is gone.
Load = Callable[[Connection, UUID, Sequence[Event]], Awaitable[list[JsonObject | None]]]

CHANNEL_OF = {
    EventType.MESSAGE_RECEIVED: "messages",
    EventType.MESSAGE_STATUS: "messages",
    EventType.MESSAGE_CHANGED: "messages",
    EventType.CONVERSATION_UPDATED: "conversations",
    EventType.ACCOUNT_CHANGED: "notifications",
    EventType.CHANNEL_CHANGED: "notifications",
}
# Whoever is connected may read conversations; these want more.
NEEDS = dict.fromkeys((EventType.ACCOUNT_CHANGED, EventType.CHANNEL_CHANGED), Permission.CHANNELS_READ)


@dataclass(eq=False, slots=True)
class Screen:
    """One WebSocket's side of the hub. `topics` are the last parts of its channel names.

    While it replays what it missed, live events are held; `go_live` lets those follow that the replay did
    not bring already. The hub may still be loading events that the replay brought: `replayed_to` stops them.
    `ended`: whoever looks at it may no longer.
    """

    scope: WorkspaceScope
    topics: set[str] = field(default_factory=set)
    frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MAX_QUEUED_FRAMES))
    held: list[tuple[Cursor, bytes]] | None = field(default_factory=list)
    replayed_to: Cursor | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def workspace_id(self) -> UUID:
        """The one workspace that it sees."""
        return self.scope.workspace_id

    def wants(self, type_: EventType) -> bool:
        """Whether it asked for such events, and may see them."""
        need = NEEDS.get(type_)
        return CHANNEL_OF[type_] in self.topics and (need is None or self.scope.allows(need))

    def tell(self, cursor: Cursor, frame: bytes) -> None:
        """A live event for this screen."""
        if self.held is not None:
            self.held.append((cursor, frame))
        elif self.replayed_to is None or cursor > self.replayed_to:
            self.push(frame)

    def hold(self) -> None:
        """Hold live events: a replay begins."""
        if self.held is None:
            self.held = []

    def go_live(self, replayed_to: Cursor) -> None:
        """The replay is done: let what was held behind it follow."""
        held, self.held = self.held or [], None
        self.replayed_to = replayed_to
        for cursor, frame in held:
            self.tell(cursor, frame)

    def push(self, frame: bytes) -> None:
        """Queue a frame; a screen that does not read is told to start over instead of holding memory."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(make_frame("resync", {"reason": "too_slow"}, None))


@dataclass(slots=True)
class Hub:
    """Made by `open_hub`."""

    pool: Pool
    load: Load
    position: Cursor
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _screens: dict[UUID, set[Screen]] = field(default_factory=dict)

    def join(self, screen: Screen) -> None:
        """From now on the screen gets what is committed in its workspace."""
        self._screens.setdefault(screen.workspace_id, set()).add(screen)
        self.wake.set()

    def hear(self) -> None:
        """There is something to read. While nobody looks, the end is only followed by polling."""
        if self._screens:
            self.wake.set()

    def leave(self, screen: Screen) -> None:
        """The screen is gone."""
        screens = self._screens.get(screen.workspace_id, set())
        screens.discard(screen)
        if not screens:
            self._screens.pop(screen.workspace_id, None)

    async def end_strangers(self) -> None:
        """End the screens of those who were removed, logged out, or whose key was revoked."""
        screens = [screen for some in self._screens.values() for screen in some]
        for first in range(0, len(screens), CHECKED_AT_ONCE):
            some = screens[first : first + CHECKED_AT_ONCE]
            for place in await find_ended(self.pool, [screen.scope for screen in some]):
                some[place].ended.set()

    async def step(self) -> int:
        """Read and hand out one batch; returns how many events there were."""
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            if not self._screens:
                end = await read_end(conn)
                # Whoever joined meanwhile gets what is behind the old place.
                self.position = self.position if self._screens else end
                return 0
            events = await read_events(conn, self.position, workspaces=None, limit=BATCH)
            watched = [event for event in events if event.row.workspace_id in self._screens]
            for workspace_id in dict.fromkeys(event.row.workspace_id for event in watched):
                own = coalesce([event for event in watched if event.row.workspace_id == workspace_id])
                await narrow(conn, [workspace_id])
                self._hand_out(workspace_id, own, await self.read(conn, workspace_id, own))
        if events:
            self.position = events[-1].cursor
        return len(events)

    async def read(self, conn: Connection, workspace_id: UUID, events: Sequence[Event]) -> list[JsonObject | None]:
        """What events speak of. One that this version cannot show (a newer one wrote it) is passed over alone."""
        try:
            return await self.load(conn, workspace_id, events)
        except TROUBLE:
            raise
        except Exception as error:
            if len(events) == 1:
                log.exception("event_not_shown", type=events[0].row.type, ref=str(events[0].row.ref), error=repr(error))
                return [None]
            return [data for event in events for data in await self.read(conn, workspace_id, [event])]

    def _hand_out(self, workspace_id: UUID, events: Sequence[Event], loaded: list[JsonObject | None]) -> None:
        for event, data in zip(events, loaded, strict=True):
            if data is None:
                continue
            frame = make_frame(event.row.type, data, event.cursor)
            for screen in self._screens.get(workspace_id, ()):
                if screen.wants(event.row.type):
                    screen.tell(event.cursor, frame)


def coalesce(events: Sequence[Event]) -> list[Event]:
    """Of several events about one thing only the last: what is loaded now is the newest state anyway."""
    last = {(event.row.type, event.row.ref): event for event in events}
    return [event for event in events if last[event.row.type, event.row.ref] is event]


def make_frame(type_: str, data: Json, cursor: Cursor | None) -> bytes:
    """One frame: {"type", "data", "cursor"?}."""
    frame: JsonObject = {"type": type_, "data": data}
    if cursor is not None:
        frame["cursor"] = str(cursor)
    return orjson.dumps(frame)


@contextlib.asynccontextmanager
async def open_hub(pool: Pool, bus: Bus, load: Load) -> AsyncIterator[Hub]:
    """Run a hub for the length of the block."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        hub = Hub(pool, load, await read_end(conn))
    bus.listen(Topic.EVENTS, hub.hear)

    async def follow() -> None:
        while True:
            count = 0
            try:
                count = await hub.step()
            except TROUBLE as error:
                log.warning("events_not_read", error=str(error))
            except Exception:
                log.exception("hub_failed")
            if count < BATCH:
                await asyncio.sleep(PAUSE_SECONDS)
                await wait_for_work(hub.wake, POLL_SECONDS)

    async def guard() -> None:
        while True:
            await asyncio.sleep(GUARD_SECONDS)
            try:
                await hub.end_strangers()
            except TROUBLE as error:
                log.warning("screens_not_checked", error=str(error))
            except Exception:
                log.exception("guard_failed")

    tasks = [asyncio.create_task(follow()), asyncio.create_task(guard())]
    try:
        yield hub
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
