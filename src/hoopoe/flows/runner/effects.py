"""Effects: input and output that a flow asked for, performed outside any transaction.

An effect is at least once: its id leaves as `Idempotency-Key`. What may be done twice (GET, PUT, DELETE,
or marked safe) is tried again when its worker died; a POST in doubt takes the flow's `error` exit.
The result enters the inbox as a row of the lane, in the transaction that marks the effect as done.

What happens in our own database alone (a query of a data table) happens in that very transaction: exactly once,
whatever is killed when. It waits for nobody who holds a row of it: it is put off, so that a workspace that is
busy with its own tables takes no connections from the others.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
import structlog

from hoopoe.channels.contract import ItemKind
from hoopoe.flows.runner.lines import Lines
from hoopoe.kernel.bus import Bus, Topic
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.wake import wait_for_work
from hoopoe.webhooks.inbox import put_item

log = structlog.get_logger()

POLL_SECONDS = 0.5
CONCURRENCY = 200
# One workspace whose endpoints are slow leaves room for the others.
MOST_OF_ONE_WORKSPACE = 50
LEASE_SECONDS = 60.0
MAX_ATTEMPTS = 3

CLAIM = """
with waiting as materialized (
    select workspace_id, id, next_at, row_number() over (partition by workspace_id order by next_at) as round
    from (
        select workspace_id, id, next_at from effects
        where state = 'queued' and next_at <= now() and workspace_id <> all ($3::uuid[])
        order by next_at limit 10 * $1
    ) as oldest
), due as (
    select effects.workspace_id, effects.id from waiting join effects using (workspace_id, id)
    where effects.state = 'queued' and waiting.round <= $4
    order by waiting.round, waiting.next_at limit $1 for update of effects skip locked
)
update effects set state = 'running', attempt = attempt + 1, lease_until = now() + make_interval(secs => $2)
from due where effects.workspace_id = due.workspace_id and effects.id = due.id
returning effects.*
"""

RECLAIM = """
with lost as (
    select workspace_id, id from effects where state = 'running' and lease_until < now()
    order by lease_until limit 100 for update skip locked
)
update effects set state = case when is_safe and attempt < $1 then 'queued' else 'running' end,
    lease_until = case when is_safe and attempt < $1 then null else now() + make_interval(secs => $2) end
from lost where effects.workspace_id = lost.workspace_id and effects.id = lost.id
returning effects.*
"""

# Machine time between two tries of what had no answer, or one that passes.
RETRY_SECONDS = (1.0, 4.0)
# A longer wait is no matter of a moment: the flow takes its error exit, and does not knock before.
MAX_WAIT_SECONDS = 120.0

# What is done in our own database holds a connection: of the pool so many are taken at once, one of a workspace.
SETTLED_AT_ONCE = 4
LOCK_TIMEOUT = "500ms"
# Somebody held the table: claimed again after a moment, and after half a minute of it the flow takes its error exit.
BUSY_SECONDS = 1.0
BUSY_TRIES = 20


@dataclass(frozen=True, slots=True)
class EffectCall:
    """What is to be performed. `id` is the same in every try."""

    workspace_id: UUID
    id: UUID
    kind: str
    request: JsonObject


# Performs one effect and returns the engine's result object; never raises for what a network does. Where `is_passing`
# is true of it, another try may do better: what may be done twice is tried again as often as its request asks for, and
# not before the other side's `wait_seconds` are over.
Perform = Callable[[EffectCall], Awaitable[JsonObject]]
PASSING = "is_passing"
WAIT = "wait_seconds"

# Performs an effect within a transaction that is open over its workspace, and returns its result. What it could not do
# it has undone; what it raises undoes all. Trouble of the database is tried again when the lease runs out; of anything
# else the flow takes its error exit.
Settle = Callable[[Connection, UUID, JsonObject], Awaitable[JsonObject]]


@dataclass(slots=True)
class EffectRunner:
    """Runs until cancelled."""

    pool: Pool
    bus: Bus
    perform: Perform
    settling: Mapping[str, Settle] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _lines: Lines = field(default_factory=lambda: Lines(SETTLED_AT_ONCE))
    _under_way: dict[asyncio.Future[None], UUID] = field(default_factory=dict)

    async def run(self) -> None:
        """Claim effects and perform them side by side."""
        self.bus.listen(Topic.EFFECTS, self.wake.set)
        while True:
            claimed = 0
            try:
                claimed = await self._claim()
            except TROUBLE as error:
                log.warning("effects_not_claimed", error=str(error))
            if claimed == 0:
                await wait_for_work(self.wake, POLL_SECONDS)

    async def _claim(self) -> int:
        room = CONCURRENCY - len(self._under_way)
        if room <= 0:
            return 0
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            for row in await conn.fetch(RECLAIM, MAX_ATTEMPTS, LEASE_SECONDS):
                if row["state"] == "running":
                    lost = not_done("It was interrupted too often.") if row["kind"] in self.settling else in_doubt()
                    self._begin(row["workspace_id"], self._finish(row, lost))
            rows = await conn.fetch(CLAIM, room, LEASE_SECONDS, self._full_workspaces(), MOST_OF_ONE_WORKSPACE // 2)
        for row in rows:
            is_ours = row["kind"] in self.settling
            work = self._settle(row) if is_ours else self._perform(row)
            self._begin(row["workspace_id"], self._guard(row, work))
        return len(rows)

    def _full_workspaces(self) -> list[UUID]:
        counts = Counter(self._under_way.values())
        return [workspace_id for workspace_id, count in counts.items() if count > MOST_OF_ONE_WORKSPACE // 2]

    def _begin(self, workspace_id: UUID, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._under_way[task] = workspace_id
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Future[None]) -> None:
        del self._under_way[task]

    async def _guard(self, row: Record, work: Awaitable[None]) -> None:
        """Finish what raised something that nobody foresaw, and say so: a flow never waits for it in silence."""
        try:
            await work
        except Exception:
            log.exception("effect_failed", effect_id=str(row["id"]), kind=row["kind"])
            failed = not_done("It failed.") if row["kind"] in self.settling else in_doubt()
            await self._finish(row, failed)

    async def _perform(self, row: Record) -> None:
        begun = time.monotonic()
        result = await self.perform(EffectCall(row["workspace_id"], row["id"], row["kind"], row["request"]))
        is_passing, asked = result.pop(PASSING, False) is True, result.pop(WAIT, None)
        wait = float(asked) if isinstance(asked, int | float) else 0.0
        is_tried_again = is_passing and row["is_safe"] and wait <= MAX_WAIT_SECONDS
        if is_tried_again and row["attempt"] <= min(_retries(row["request"]), len(RETRY_SECONDS)):
            await self._put_off(row, max(wait, RETRY_SECONDS[row["attempt"] - 1]))
        else:
            await self._finish(row, result, seconds=round(time.monotonic() - begun, 3))

    async def _put_off(self, row: Record, seconds: float) -> None:
        """Let it be claimed again in so many seconds. Where that cannot be written, its lease runs out."""
        try:
            async with transaction(self.pool, role=tenancy.PIPE) as conn:
                await conn.execute(
                    "update effects set state = 'queued', lease_until = null, "
                    "next_at = now() + make_interval(secs => $4) "
                    "where workspace_id = $1 and id = $2 and state = 'running' and attempt = $3",
                    row["workspace_id"],
                    row["id"],
                    row["attempt"],
                    seconds,
                )
        except TROUBLE as error:
            log.warning("effect_not_put_off", effect_id=str(row["id"]), error=str(error))

    async def _settle(self, row: Record) -> None:
        """Perform what our own database answers, and finish it, in one transaction."""
        workspace_id: UUID = row["workspace_id"]
        try:
            async with (
                self._lines.take(workspace_id),
                transaction(self.pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn,
            ):
                begun = time.monotonic()
                await conn.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
                if await _take(conn, row):
                    result = await self.settling[row["kind"]](conn, workspace_id, row["request"])
                    await _tell(conn, row, result, seconds=round(time.monotonic() - begun, 3))
        except asyncpg.LockNotAvailableError:
            if row["attempt"] < BUSY_TRIES:
                await self._put_off(row, BUSY_SECONDS)
            else:
                await self._finish(row, not_done("The table was busy for too long."))
        except TROUBLE as error:
            log.warning("effect_not_settled", effect_id=str(row["id"]), error=str(error))
        else:
            self.bus.hint(Topic.INBOX)

    async def _finish(self, row: Record, result: JsonObject, *, seconds: float | None = None) -> None:
        try:
            async with transaction(self.pool, role=tenancy.PIPE) as conn:
                if await _take(conn, row):
                    await _tell(conn, row, result, seconds=seconds)
        except TROUBLE as error:
            # Its lease will run out, and it will be tried again or take the error exit.
            log.warning("effect_not_finished", effect_id=str(row["id"]), error=str(error))
        else:
            self.bus.hint(Topic.INBOX)


async def _take(conn: Connection, row: Record) -> bool:
    """Mark the effect as done; False where somebody else has it by now."""
    tag = await conn.execute(
        "update effects set state = 'done', lease_until = null "
        "where workspace_id = $1 and id = $2 and state = 'running' and attempt = $3",
        row["workspace_id"],
        row["id"],
        row["attempt"],
    )
    return tag.endswith(" 1")


async def _tell(conn: Connection, row: Record, result: JsonObject, *, seconds: float | None) -> None:
    """Put the result into the lane of the conversation that waits for it."""
    await put_item(
        conn,
        workspace_id=row["workspace_id"],
        channel_id=row["channel_id"],
        lane=row["lane"],
        kind=ItemKind.EFFECT,
        key=f"e:{row['id']}",
        item={
            "conversation_id": str(row["conversation_id"]),
            "session_id": str(row["session_id"]),
            "sprint": row["sprint"],
            "result": result,
            "seconds": seconds,
        },
    )


def _retries(request: JsonObject) -> int:
    retries = request.get("retries")
    return retries if isinstance(retries, int) else 0


def in_doubt() -> JsonObject:
    """The result of a request that may or may not have been made."""
    return {
        "ok": False,
        "status": None,
        "body": None,
        "error": "The request may have been made, but its answer was lost. It was not made again.",
    }


def not_done(words: str) -> JsonObject:
    """The result of what our own database was asked for, where its transaction was undone."""
    return {"ok": False, "row_count": 0, "error": f"{words} Nothing was done."}
