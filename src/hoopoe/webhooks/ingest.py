"""Group commit: many webhook requests, one durable statement.

Whatever arrived while the last statement was on its way is written by the next one, and each request
is answered after its own batch has committed. There is no timer: an idle system adds no delay. The
statement touches no lane, contact or conversation, so it never waits for a worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog

from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import PROBING

log = structlog.get_logger()

FLUSHERS = 2
MAX_BATCH = 300
MAX_QUEUED = 20_000
STATEMENT_SECONDS = 15.0
UNREADABLE = "unreadable"
MAX_TOOK_US = 2**31 - 1
# asyncpg says InternalClientError too when the server ends a connection between two statements.
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# Inserted in the order of the unique key, so that two batches never wait for each other in a ring; numbered
# in the order of arrival, because a lane is worked through by number.
INSERT = """
with requests as (
    insert into journal (id, method, path, headers, body, body_bytes, outcome, status, verdict, owner_id, took_us)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::bytea[], $6::int[], $7::text[],
                         $8::int2[], $9::text[], $10::uuid[], $11::int[])
), parts as (
    insert into journal_items
        (workspace_id, id, journal_id, channel_id, field, outcome, reason, item_count, raw)
    select * from unnest($12::uuid[], $13::uuid[], $14::uuid[], $15::uuid[], $16::text[], $17::text[], $18::text[],
                         $19::int[], $20::json[])
)
insert into inbox (seq, workspace_id, channel_id, provider_key, lane, kind, item) overriding system value
select * from (
    select nextval('inbox_seq_seq'), arrived.*
    from unnest($21::uuid[], $22::uuid[], $23::text[], $24::bigint[], $25::text[], $26::json[])
        as arrived (workspace_id, channel_id, provider_key, lane, kind, item)
) as numbered
order by channel_id, provider_key
on conflict (workspace_id, channel_id, provider_key) do nothing
"""


class IngestUnavailableError(Exception):
    """The arrival could not be made durable: the provider must send it again."""


class RequestRow(NamedTuple):
    """A row of `journal`. `headers` is JSON text; `began_ns` is `time.perf_counter_ns` at the first byte."""

    id: UUID
    method: str
    path: str
    headers: str
    body: bytes
    body_bytes: int
    outcome: str
    status: int
    verdict: str
    owner_id: UUID | None
    began_ns: int


class PartRow(NamedTuple):
    """A row of `journal_items`; `raw` is JSON text.

    `id` is the request's own and a place behind it: who reads has all parts of a request in one range of the
    primary key, next to each other.
    """

    workspace_id: UUID
    id: UUID
    journal_id: UUID
    channel_id: UUID
    field: str
    outcome: str
    reason: str | None
    item_count: int
    raw: str


class ItemRow(NamedTuple):
    """A row of `inbox`; `item` is JSON text."""

    workspace_id: UUID
    channel_id: UUID
    provider_key: str
    lane: int
    kind: str
    item: str


@dataclass(slots=True)
class Arrival:
    """All rows of one request, and the promise that they are on disk."""

    request: RequestRow
    parts: Sequence[PartRow]
    items: Sequence[ItemRow]
    is_stored: asyncio.Future[None] = field(init=False)


@dataclass(slots=True)
class Ingest:
    """The queue before the disk. Made by `open_ingest`."""

    _queue: list[Arrival] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def store(self, arrival: Arrival) -> None:
        """Return when the arrival is on disk. Raises `IngestUnavailableError` when it is not."""
        if len(self._queue) >= MAX_QUEUED:
            raise IngestUnavailableError("too many webhooks wait for the disk")
        arrival.is_stored = asyncio.get_running_loop().create_future()
        self._queue.append(arrival)
        self._wake.set()
        await arrival.is_stored

    async def take(self) -> list[Arrival]:
        """Wait for arrivals and take up to a batch of them."""
        while not self._queue:
            self._wake.clear()
            await self._wake.wait()
        batch = self._queue[:MAX_BATCH]
        del self._queue[:MAX_BATCH]
        return batch


@contextlib.asynccontextmanager
async def open_ingest(dsn: str, bus: Bus) -> AsyncIterator[Ingest]:
    """Run the flushers for the length of the block; each holds one connection of its own."""
    ingest = Ingest()
    tasks = [asyncio.create_task(_flush(ingest, dsn, bus)) for _ in range(FLUSHERS)]
    try:
        yield ingest
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _flush(ingest: Ingest, dsn: str, bus: Bus) -> None:
    conn: asyncpg.Connection[asyncpg.Record] | None = None
    try:
        while True:
            batch = await ingest.take()
            try:
                if conn is None or conn.is_closed():
                    conn = await _connect(dsn)
                await _write_batch(conn, batch)
            except AWAY as error:
                log.error("webhooks_not_stored", count=len(batch), error=str(error))
                if conn is not None:
                    conn.terminate()
                    conn = None
                _settle(batch, IngestUnavailableError("the database did not take it"))
            except asyncio.CancelledError:
                _settle(batch, IngestUnavailableError("this process is stopping"))
                raise
            except Exception:
                # A bug of ours: these are sent again, and the ones behind them do not wait for ever.
                log.exception("webhooks_not_stored", count=len(batch))
                _settle(batch, IngestUnavailableError("it could not be written"))
            else:
                bus.hint(Topic.INBOX)
    finally:
        if conn is not None:
            conn.terminate()


async def _connect(dsn: str) -> asyncpg.Connection[asyncpg.Record]:
    # The role is the connection's own, so that a flush is one round trip: one statement, one commit.
    settings = PROBING | {"role": tenancy.PIPE, "synchronous_commit": "on"}
    return await asyncpg.connect(dsn, server_settings=settings, command_timeout=STATEMENT_SECONDS)


async def _write_batch(conn: asyncpg.Connection[asyncpg.Record], batch: list[Arrival]) -> None:
    """Write a batch; when the database refuses its data, write request by request.

    One poisoned request (a NUL character in a text, say) costs only itself.
    """
    try:
        await write_arrivals(conn, batch)
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.ProgramLimitExceededError) as error:
        if len(batch) > 1:
            for arrival in batch:
                await _write_batch(conn, [arrival])
            return
        log.error("webhook_refused_by_database", error=str(error), journal_id=str(batch[0].request.id))
        await write_arrivals(conn, [_without_items(batch[0], str(error))])
    _settle(batch, None)


def _without_items(arrival: Arrival, reason: str) -> Arrival:
    """What can be kept of a request whose items the database cannot hold: its bytes, and who is missing what.

    It is answered with 200 all the same: a refusal would make the provider send it for days, and
    hold up what shares the request with it.
    """
    return Arrival(
        request=arrival.request._replace(outcome=UNREADABLE),
        parts=[part._replace(outcome=UNREADABLE, reason=reason, item_count=0, raw="null") for part in arrival.parts],
        items=(),
    )


def _settle(batch: list[Arrival], error: IngestUnavailableError | None) -> None:
    for arrival in batch:
        if not arrival.is_stored.done():
            if error is None:
                arrival.is_stored.set_result(None)
            else:
                arrival.is_stored.set_exception(error)


async def write_arrivals(conn: asyncpg.Connection[asyncpg.Record], batch: list[Arrival]) -> None:
    """Write a batch by one statement."""
    now_ns = time.perf_counter_ns()
    *requests, began_ns = _to_columns([arrival.request for arrival in batch], RequestRow)
    took_us = [min((now_ns - began) // 1000, MAX_TOOK_US) for began in began_ns]
    parts = _to_columns([part for arrival in batch for part in arrival.parts], PartRow)
    items = _to_columns([item for arrival in batch for item in arrival.items], ItemRow)
    await conn.execute(INSERT, *requests, took_us, *parts, *items)


def _to_columns(rows: list[RequestRow] | list[PartRow] | list[ItemRow], of: type[NamedTuple]) -> list[Any]:
    """The rows' fields as the statement's arrays, in the order of the fields."""
    return list(zip(*rows, strict=True)) if rows else [()] * len(of._fields)
