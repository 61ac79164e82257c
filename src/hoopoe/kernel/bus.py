"""Events after commit: rows that are the truth, and notifications that are only a hint.

Whoever changes something that a screen shows adds rows to `events` in the same transaction
(`record_events`). Whoever waits for work or events polls, and is woken early by a hint. Hints are
sent on a connection of their own, coalesced, never inside the transaction that they speak of: with
a slow disk a NOTIFY inside it costs most of the throughput (protocol of the message core).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import asyncpg
import structlog

from hoopoe.kernel.db.pool import Connection, connect
from hoopoe.kernel.db.writes import Writes

log = structlog.get_logger()

RECONNECT_SECONDS = 0.25
# Between two batches of hints to other processes. The first leaves at once; what follows it closely goes together.
PAUSE_SECONDS = 0.005


class Topic(StrEnum):
    """What a hint speaks of; the name of a PostgreSQL channel."""

    INBOX = "hoopoe_inbox"
    OUTBOX = "hoopoe_outbox"
    EFFECTS = "hoopoe_effects"
    EVENTS = "hoopoe_events"
    MEDIA = "hoopoe_media"
    CHANNELS = "hoopoe_channels"
    MAILS = "hoopoe_mails"
    IMPORTS = "hoopoe_imports"


class EventType(StrEnum):
    """What a screen may be told. `ref` is the id of a message, a conversation, a channel or an account event.

    `message.status`: what became of what we sent. `message.changed`: edited, deleted, reacted to. `account.changed`:
    the provider told something of an account, a number or a template. `channel.changed`: a channel stopped, or works
    again.
    """

    MESSAGE_RECEIVED = "message.received"
    MESSAGE_STATUS = "message.status"
    MESSAGE_CHANGED = "message.changed"
    CONVERSATION_UPDATED = "conversation.updated"
    ACCOUNT_CHANGED = "account.changed"
    CHANNEL_CHANGED = "channel.changed"


@dataclass(frozen=True, slots=True)
class EventRow:
    workspace_id: UUID
    type: EventType
    ref: UUID


ADD_EVENTS = """
insert into events (workspace_id, type, ref, others)
select workspace_id, type, ref, others::uuid[]
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[]) as told (workspace_id, type, ref, others)
"""
# In one row, so that a reader takes a long transaction in pieces.
MOST_TOGETHER = 100


async def record_events(conn: Connection, events: Sequence[EventRow]) -> None:
    """Add events to the transaction; they become visible with its commit."""
    writes = Writes()
    add_events(writes, events)
    await writes.run(conn)


def add_events(writes: Writes, events: Sequence[EventRow]) -> None:
    """The same among other writes. Those of one type and workspace share rows: a row costs three index entries."""
    if not events:
        return
    together: dict[tuple[UUID, EventType], list[UUID]] = {}
    for event in events:
        together.setdefault((event.workspace_id, event.type), []).append(event.ref)
    rows = [
        (key, refs[first : first + MOST_TOGETHER])
        for key, refs in together.items()
        for first in range(0, len(refs), MOST_TOGETHER)
    ]
    writes.add(
        ADD_EVENTS,
        [workspace_id for (workspace_id, _), _ in rows],
        [type_ for (_, type_), _ in rows],
        [refs[0] for _, refs in rows],
        [f"{{{','.join(map(str, refs[1:]))}}}" if len(refs) > 1 else None for _, refs in rows],
    )


@dataclass(slots=True)
class Bus:
    """Sends hints and wakes listeners. One per process; made by `open_bus`."""

    dsn: str
    _dirty: set[Topic] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _own_pid: int | None = None
    _listeners: dict[Topic, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))

    def hint(self, *topics: Topic) -> None:
        """Say, soon and perhaps, that there is something new. Never blocks, never fails.

        Listeners of this process hear it at once, without the database.
        """
        if not topics:
            return
        for topic in topics:
            self._tell(topic)
        self._dirty.update(topics)
        self._wake.set()

    def listen(self, topic: Topic, callback: Callable[[], None]) -> None:
        """Call `callback` at each hint. The guarantee is the caller's own polling, not this."""
        self._listeners[topic].append(callback)

    def _tell(self, topic: Topic) -> None:
        for callback in self._listeners[topic]:
            callback()

    async def _send(self) -> None:
        conn: asyncpg.Connection[asyncpg.Record] | None = None
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                topics, self._dirty = self._dirty, set()
                try:
                    if conn is None or conn.is_closed():
                        conn = await connect(self.dsn, is_durable=False)
                        self._own_pid = conn.get_server_pid()
                    await conn.execute("; ".join(f"notify {topic.value}" for topic in topics))
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                    log.warning("hint_not_sent", error=str(error))
                    await asyncio.sleep(RECONNECT_SECONDS)
                else:
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            if conn is not None:
                conn.terminate()

    def _hear(self, _conn: object, pid: int, name: str, _payload: object) -> None:
        """A hint of another process: one of ours was told here when it was given."""
        if pid != self._own_pid:
            self._tell(Topic(name))

    async def _receive(self) -> None:
        while True:
            conn: asyncpg.Connection[asyncpg.Record] | None = None
            try:
                conn = await connect(self.dsn)
                lost = asyncio.Event()
                conn.add_termination_listener(lambda _, lost=lost: lost.set())
                for topic in Topic:
                    await conn.add_listener(topic.value, self._hear)
                for topic in Topic:
                    self._tell(topic)
                await lost.wait()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("hints_deaf", error=str(error))
            finally:
                if conn is not None:
                    conn.terminate()
            await asyncio.sleep(RECONNECT_SECONDS)


@contextlib.asynccontextmanager
async def open_bus(dsn: str) -> AsyncIterator[Bus]:
    """Run a bus for the length of the block. `dsn` must reach PostgreSQL itself, not a pooler."""
    bus = Bus(dsn)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bus._send()), group.create_task(bus._receive())]
        try:
            yield bus
        finally:
            for task in tasks:
                task.cancel()
