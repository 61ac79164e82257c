"""One turn: lock lanes, hand their inputs to whoever handles such inputs, commit. All or none.

A turn is one transaction over lanes of many workspaces (a group commit), under a policy that admits
exactly the workspaces that it claimed. When it fails, its lanes are tried one by one, and a lane that
fails alone waits and is tried again; after `MAX_ATTEMPTS` its first input is set aside as dead, with
the error in words, so that what comes behind it goes on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

import structlog

from hoopoe.channels.contract import ItemKind
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import CONNECTION_LOST, Connection, Pool
from hoopoe.kernel.db.unit_of_work import begin, narrow, read_domain_now, roll_back, transaction
from hoopoe.webhooks.dead_inputs import bury_inputs, make_dead_input
from hoopoe.webhooks.inbox import Claimed, InboxRow, UnknownRow, claim_head, claim_rows, finish_rows

log = structlog.get_logger()

MAX_ATTEMPTS = 5
RETRY_SECONDS = (1, 5, 30, 120)
IDLE_SECONDS = 5


Afterwards: TypeAlias = Callable[[Connection], Awaitable[None]]
"""What follows from a turn and locks what nobody may want who holds what the turn holds: channels. It has a
transaction of its own once the turn is committed, and is lost when the process dies in between."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What a handler made of its inputs. `put_off`: those that it left waiting, which are not marked as handled.

    `topics`: who finds work, or news, once the turn is committed. `afterwards`: what is to be done then. `committed`:
    who is told then, in this process; `in_doubt`: who is told when the answer to the commit was lost.
    """

    put_off: Sequence[InboxRow] = ()
    topics: frozenset[Topic] = frozenset()
    afterwards: Sequence[Afterwards] = ()
    committed: Sequence[Callable[[], None]] = ()
    in_doubt: Sequence[Callable[[], None]] = ()


class ItemHandler(Protocol):
    """Handles inputs of some kinds inside the turn's transaction, and writes what follows from them.

    `rows` are in order; several of one lane may come together.
    """

    async def __call__(self, conn: Connection, rows: Sequence[InboxRow]) -> Handled: ...


# In the order in which a turn asks them: who locks conversations comes before who locks messages, as in all that
# agents do, and what changes a message behind what files it.
Handlers = Mapping[ItemKind, ItemHandler]


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """`max_lanes`: how many lanes a turn takes."""

    max_lanes: int = 128


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did: how many inputs it took (0: nothing was waiting), and who has something to do now."""

    count: int
    topics: frozenset[Topic]


async def run_turn(pool: Pool, handlers: Handlers, options: TurnOptions) -> Turned:
    """Run one turn."""
    claimed, handled, topics = Claimed(), Handled(), frozenset[Topic]()
    try:
        async with pool.acquire() as conn:
            await begin(conn, role=tenancy.PIPE, idle_seconds=IDLE_SECONDS)
            try:
                claimed = await claim_rows(conn, max_lanes=options.max_lanes)
                if claimed.rows:
                    handled = await _handle(conn, handlers, claimed.rows)
            except BaseException:
                await roll_back(conn)
                raise
            await _commit(conn, handled)
    except CONNECTION_LOST:
        raise
    except Exception as error:
        if not claimed.rows:
            raise
        handled = Handled()
        log.warning("turn_failed_in_group", rows=len(claimed.rows), error=repr(error))
        for workspace_id, lane in dict.fromkeys((row.workspace_id, row.lane) for row in claimed.rows):
            topics |= await _run_lane(pool, handlers, workspace_id, lane)
    await _follow_up(pool, handled)
    for unknown in claimed.unknown:
        await _set_back(pool, unknown, LookupError(unknown.reason))
    return Turned(len(claimed.rows) + len(claimed.unknown), topics | handled.topics)


async def _commit(conn: Connection, handled: Handled) -> None:
    try:
        await conn.execute("commit")
    except BaseException:
        for tell in handled.in_doubt:
            tell()
        raise


async def _follow_up(pool: Pool, handled: Handled) -> None:
    for tell in handled.committed:
        tell()
    for follow in handled.afterwards:
        async with transaction(pool, role=tenancy.PIPE) as conn:
            await follow(conn)


async def _handle(conn: Connection, handlers: Handlers, rows: Sequence[InboxRow]) -> Handled:
    """What all handlers made of the inputs, together."""
    await narrow(conn, {row.workspace_id for row in rows})
    by_handler: dict[ItemHandler, list[InboxRow]] = {handler: [] for handler in handlers.values()}
    for row in rows:
        by_handler[handlers[row.kind]].append(row)
    put_off: set[int] = set()
    topics: set[Topic] = set()
    afterwards: list[Afterwards] = []
    committed: list[Callable[[], None]] = []
    in_doubt: list[Callable[[], None]] = []
    for handler, own in by_handler.items():
        if own:
            handled = await handler(conn, own)
            put_off.update(row.seq for row in handled.put_off)
            topics |= handled.topics
            afterwards += handled.afterwards
            committed += handled.committed
            in_doubt += handled.in_doubt
    await finish_rows(conn, [row for row in rows if row.seq not in put_off])
    return Handled(topics=frozenset(topics), afterwards=afterwards, committed=committed, in_doubt=in_doubt)


async def _run_lane(pool: Pool, handlers: Handlers, workspace_id: UUID, lane: int) -> frozenset[Topic]:
    """One lane in a transaction of its own; its inputs one at a time, so that one bad one stops only itself."""
    topics = frozenset[Topic]()
    while True:
        claimed = Claimed()
        try:
            async with pool.acquire() as conn:
                await begin(conn, role=tenancy.PIPE)
                try:
                    claimed = await claim_head(conn, workspace_id, lane)
                    handled = await _handle(conn, handlers, claimed.rows) if claimed.rows else Handled()
                except BaseException:
                    await roll_back(conn)
                    raise
                await _commit(conn, handled)
            if not claimed.rows:
                return topics
        except CONNECTION_LOST:
            raise
        except Exception as error:
            if not claimed.rows:
                raise
            await _set_back(pool, claimed.rows[0], error)
            return topics
        topics |= handled.topics
        await _follow_up(pool, handled)


async def _set_back(pool: Pool, row: InboxRow | UnknownRow, error: Exception) -> None:
    """Try the input again later, or set it aside with its payload and its error when it has had its tries.

    Its lane is free meanwhile: whoever handled it, or set it back, has the word.
    """
    attempts = row.attempts + 1
    is_dead = attempts >= MAX_ATTEMPTS
    async with transaction(pool, role=tenancy.PIPE, workspaces=[row.workspace_id]) as conn:
        now = await read_domain_now(conn)
        tag = await conn.execute(
            "update inbox set attempts = $3, state = $4, not_before = $5 "
            "where workspace_id = $1 and seq = $2 and state = 'waiting' and attempts = $6",
            row.workspace_id,
            row.seq,
            attempts,
            "dead" if is_dead else "waiting",
            now + timedelta(seconds=RETRY_SECONDS[min(attempts, len(RETRY_SECONDS)) - 1]),
            row.attempts,
        )
        if tag == "UPDATE 0":
            return
        log.error("input_failed", kind=row.kind, seq=row.seq, attempts=attempts, is_dead=is_dead, exc_info=error)
        if is_dead:
            await bury_inputs(conn, [make_dead_input(row, type(error).__name__, str(error))])
