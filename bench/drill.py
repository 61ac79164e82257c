"""Every migration so far, one after the other, on a large database that goes on serving.

    python -m bench.drill [--messages 1000000] [--from 0001]

The database is filled at the first schema (bench/history.py). Then webhooks are filed and turns are taken all the time,
by statements that know that schema only, and somebody reads for seconds on end, as an export does. Printed is, for each
migration: its seconds, how often it gave up for want of a lock and was tried again, the 99th percentile of the load in
the seconds before and while it ran, and the longest that anything in the load waited. Ends with 1 where that is more
than two seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import uvloop

from bench.history import fill_history
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.embedded import start_embedded
from hoopoe.kernel.db.migrate import MIGRATIONS, migrate
from hoopoe.kernel.ids import new_id

FIRST = "0001"
MOST_SECONDS = 2.0
BASELINE_SECONDS = 4.0
WEBHOOKS, TURNS = 3, 3
PAUSE_SECONDS = 0.01
READER_SECONDS = 3.0
READER_PAUSE_SECONDS = 2.0

FILE_WEBHOOK = """
with requests as (
    insert into journal (id, method, path, body, body_bytes, outcome, status)
    values ($1, 'POST', '/api/whatsapp/webhook', '{}', 2, 'stored', 200)
), parts as (
    insert into journal_items (workspace_id, id, journal_id, channel_id, field, outcome, item_count, raw)
    values ($2, $1, $1, $3, 'messages', 'stored', 1, '{}')
)
insert into inbox (workspace_id, channel_id, provider_key, lane, kind, item)
values ($2, $3, $4, $5, 'message', '{}') on conflict (workspace_id, channel_id, provider_key) do nothing
"""
TAKE = """
select workspace_id, seq from inbox where state = 'waiting' and workspace_id = $1 order by lane, seq limit 20
for update skip locked
"""
LOCK = "select contact_id from conversations where workspace_id = $1 and id = $2 for no key update"
FILE_MESSAGE = """
insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, status, author_kind, at)
values ($1, $2, $3, $4, 'in', 'text', '{"body": "Hello"}', 'received', 'contact', now()),
       ($1, $5, $3, $4, 'out', 'text', '{"body": "Hello"}', 'accepted', 'bot', now())
"""
SAVE = """
update conversations set last_at = now(), last_message_id = $3, unread = unread where workspace_id = $1 and id = $2
"""
QUEUE = """
insert into outbox (workspace_id, channel_id, conversation_id, message_id, content, recipient, state, attempt)
values ($1, $2, $3, $4, '{}', '{}', 'done', 1)
"""
ATTEMPT = "insert into message_attempts (workspace_id, message_id, attempt, outcome) values ($1, $2, 1, 'accepted')"
TELL = "insert into events (workspace_id, type, ref) values ($1, 'message.received', $2)"
FINISH = "update inbox set state = 'done', item = '{}' where workspace_id = $1 and seq = any ($2::bigint[])"


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation that the load writes to."""

    workspace_id: UUID
    channel_id: UUID
    conversation_id: UUID


@dataclass(slots=True)
class Load:
    """What the load saw: when each of its steps began, and how many seconds it took."""

    dsn: str
    places: list[Place]
    steps: list[tuple[float, float]] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(4))

    async def repeat(self, step: Callable[[asyncpg.Connection[asyncpg.Record], Place], Awaitable[None]]) -> None:
        """Take a step again and again, until cancelled."""
        conn = await asyncpg.connect(self.dsn, server_settings={"role": tenancy.PIPE})
        try:
            while True:
                begun = time.monotonic()
                await step(conn, self.random.choice(self.places))
                self.steps.append((begun, time.monotonic() - begun))
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            conn.terminate()

    def seen(self, since: float, until: float) -> list[float]:
        """Seconds of the steps that ran in this time, in order."""
        return sorted(took for begun, took in self.steps if begun < until and begun + took > since)


async def file_webhook(conn: asyncpg.Connection[asyncpg.Record], place: Place) -> None:
    """As ingest does."""
    key = new_id()
    await conn.execute(FILE_WEBHOOK, key, place.workspace_id, place.channel_id, f"m:{key}", key.int % 2**62)


async def take_turn(conn: asyncpg.Connection[asyncpg.Record], place: Place) -> None:
    """As a turn and its sends do."""
    workspace_id, heard, said = place.workspace_id, new_id(), new_id()
    async with conn.transaction():
        await conn.execute(f"set local app.workspaces = '{workspace_id}'")
        taken = await conn.fetch(TAKE, workspace_id)
        await conn.fetch(LOCK, workspace_id, place.conversation_id)
        await conn.execute(FILE_MESSAGE, workspace_id, heard, place.channel_id, place.conversation_id, said)
        await conn.execute(SAVE, workspace_id, place.conversation_id, said)
        await conn.execute(QUEUE, workspace_id, place.channel_id, place.conversation_id, said)
        await conn.execute(ATTEMPT, workspace_id, said)
        await conn.execute(TELL, workspace_id, said)
        await conn.execute(FINISH, workspace_id, [row["seq"] for row in taken])


async def read_for_long(dsn: str) -> None:
    """An export: holds what it read open for longer than a migration waits."""
    conn = await asyncpg.connect(dsn, server_settings={"role": tenancy.OPERATOR})
    try:
        while True:
            async with conn.transaction():
                await conn.fetchval("select count(*) from (select from messages limit 1000) as few")
                await conn.fetchval("select count(*) from (select from conversations limit 1000) as few")
                await conn.fetchval("select count(*) from (select from inbox limit 1000) as few")
                await asyncio.sleep(READER_SECONDS)
            await asyncio.sleep(READER_PAUSE_SECONDS)
    finally:
        conn.terminate()


async def list_places(dsn: str) -> list[Place]:
    """Some conversations of the history."""
    conn = await asyncpg.connect(dsn, server_settings={"role": tenancy.OPERATOR})
    try:
        rows = await conn.fetch("select workspace_id, channel_id, id from conversations limit 2000")
    finally:
        await conn.close()
    return [Place(row["workspace_id"], row["channel_id"], row["id"]) for row in rows]


@asynccontextmanager
async def run_load(dsn: str) -> AsyncIterator[Load]:
    """Load for the length of the block. Raises what broke it: a migration that takes something away, say."""
    load = Load(dsn, await list_places(dsn))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(load.repeat(file_webhook)) for _ in range(WEBHOOKS)]
        tasks += [group.create_task(load.repeat(take_turn)) for _ in range(TURNS)]
        tasks.append(group.create_task(read_for_long(dsn)))
        yield load
        for task in tasks:
            task.cancel()


def list_migrations() -> dict[str, str]:
    """Revision → the first line of what it says of itself, in order."""
    found = {}
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        text = path.read_text()
        revision = re.search(r'^revision = "(\w+)"', text, re.MULTILINE)
        found[revision[1] if revision else path.stem] = text.removeprefix('"""').splitlines()[0].removesuffix('"""')
    return found


async def drill(dsn: str, messages: int, first: str) -> float:
    """Run it; prints a line per migration and returns the longest wait of all."""
    await asyncio.to_thread(migrate, dsn, to=FIRST)
    made = await fill_history(dsn, messages=messages, workspaces=20)
    print(f"{made.messages:,} messages in {made.seconds:.0f} s\n", flush=True)
    print(f"{'':6}{'seconds':>8}{'gave up':>8}{'p99 before':>12}{'p99 while':>11}{'longest ms':>12}  what it does")
    longest = 0.0
    async with run_load(dsn) as load:
        await asyncio.sleep(2)
        for revision, title in list_migrations().items():
            if revision == FIRST:
                continue
            if revision < first:
                await asyncio.to_thread(migrate, dsn, to=revision)
                continue
            before = time.monotonic()
            await asyncio.sleep(BASELINE_SECONDS)
            blocked: list[None] = []
            begun = time.monotonic()
            await asyncio.to_thread(migrate, dsn, to=revision, on_blocked=lambda blocked=blocked: blocked.append(None))
            ended = time.monotonic()
            await asyncio.sleep(0.2)
            usual, seen = load.seen(before, begun), load.seen(begun, ended)
            longest = max(longest, seen[-1])
            print(
                f"{revision:6}{ended - begun:>8.1f}{len(blocked):>8}{_p99(usual):>12.0f}{_p99(seen):>11.0f}"
                f"{seen[-1] * 1000:>12.0f}  {title[:60]}",
                flush=True,
            )
    return longest


def _p99(ordered: list[float]) -> float:
    return ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--from", dest="first", default="0002", help="the first migration that is watched")
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="hoopoe-drill-"))
    server = None
    try:
        server = start_embedded(home)
        longest = uvloop.run(drill(server.dsn, options.messages, options.first))
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(f"\nThe longest that anything waited: {longest:.2f} s (at most {MOST_SECONDS:g})")
    sys.exit(0 if longest <= MOST_SECONDS else 1)


if __name__ == "__main__":
    main()
