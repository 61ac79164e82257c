"""Hoopoe with one known mistake built in: `python -m tests.chaos.faulty web|worker`, the mistake in CHAOS_FAULT.

Each is a way in which others build the same thing. The harness has to notice every one of them: a judge that cannot
fail proves nothing. The mistakes replace what a process is made of before it starts; production code knows none.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType

import hoopoe.main.worker
from hoopoe.conversations.outbox import claim, departing, settle
from hoopoe.flows.runner import others, said
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import begin, transaction
from hoopoe.main.cli import app
from hoopoe.webhooks import inbox, ingest, turns
from hoopoe.webhooks.turns import Handlers, Turned, TurnOptions


class Fault(StrEnum):
    """The known mistakes."""

    LEASED_TURNS = "leased_turns"
    HEAD_ROW_LOCK = "head_row_skip_locked"
    EXPIRED_LEASE_REQUEUES = "expired_lease_requeues"
    NO_UNIQUE_KEY = "no_unique_key"
    NO_LINE = "no_line"
    # Only the search is asked for these: its rules know the neighbours that they are about.
    NO_BARRIER = "no_barrier"
    DEAF_TO_OWNER = "deaf_to_owner"
    HISTORY_HIDES = "history_hides"


PAUSE_SECONDS = 0.05
LEASE_SECONDS = 5


# --- how a usual job queue claims


async def claim_head_rows(conn: Connection, *, max_lanes: int) -> inbox.Claimed:
    """The rows that nobody else has locked: `for update skip locked`, and no lock on the lane."""
    unlocked = inbox.PICK_LANES.replace("where pg_try_advisory_xact_lock(lane)", "")
    skipping = inbox.LOAD_ROWS.replace("order by seq limit $3", "order by seq limit $3 for update skip locked")
    return await _claim(conn, unlocked, skipping, max_lanes)


async def _claim(conn: Connection, pick: str, load: str, max_lanes: int) -> inbox.Claimed:
    given = {"seen_per_taken": inbox.SEEN_PER_TAKEN, "least_each": inbox.LEAST_EACH, "last_lane": inbox.LAST_LANE}
    lanes = await conn.fetch(pick.format(**given), max_lanes, random.randint(inbox.FIRST_LANE + 1, inbox.LAST_LANE))
    keys = [row["workspace_id"] for row in lanes], [row["lane"] for row in lanes]
    rows = await conn.fetch(load, *keys, 2) if lanes else []
    await pause()
    return inbox._sort_out(rows)  # the mistake is in what is claimed, not in how it is read


async def pause() -> None:
    """What any process may meet between two statements: a busy machine."""
    await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))


# --- turns under a lease: "claim, lease, acknowledge", each in a transaction of its own


LEASE_ROWS = """
update inbox set not_before = domain_now() + make_interval(secs => {seconds})
where state = 'waiting' and not_before <= domain_now()
  and (workspace_id, seq) in (select * from unnest($1::uuid[], $2::bigint[]))
returning seq
"""


async def run_leased_turn(pool: Pool, handlers: Handlers, options: TurnOptions) -> Turned:
    """One turn as two transactions: what another claimed is passed over, what stands behind it is not."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        waiting = await conn.fetch(
            "select workspace_id, seq from inbox where state = 'waiting' and not_before <= domain_now() "
            "order by seq limit $1 for update skip locked",
            max(1, options.max_lanes // 4),
        )
        keys = [row["workspace_id"] for row in waiting], [row["seq"] for row in waiting]
        leased = await conn.fetch(LEASE_ROWS.format(seconds=LEASE_SECONDS), *keys)
    if not leased:
        return Turned(0, frozenset())
    await pause()
    rows = await _read_rows(pool, *keys)
    async with pool.acquire() as conn:
        await begin(conn, role=tenancy.PIPE)
        try:
            handled = await turns._handle(conn, handlers, rows)  # the rest of the turn is as it is
        except BaseException:
            if not conn.is_closed():
                await conn.execute("rollback")
            raise
        await conn.execute("commit")
    await turns._follow_up(pool, handled)
    return Turned(len(rows), handled.topics)


async def _read_rows(pool: Pool, workspaces: Sequence[object], seqs: Sequence[int]) -> Sequence[inbox.InboxRow]:
    async with transaction(pool, role=tenancy.PIPE) as conn:
        found = await conn.fetch(
            """
            select inbox.*, channels.provider, false as is_put_off from inbox
            join channels on channels.workspace_id = inbox.workspace_id and channels.id = inbox.channel_id
            where (inbox.workspace_id, inbox.seq) in (select * from unnest($1::uuid[], $2::bigint[]))
              and inbox.state = 'waiting'
            order by inbox.seq
            """,
            workspaces,
            seqs,
        )
    return inbox._sort_out(found).rows


# --- sends


EXPIRE_TO_QUEUED = """
with expired as (
    select workspace_id, conversation_id, id from outbox where state = 'sending' and lease_until < now()
    limit 500 for update skip locked
)
update outbox set state = 'queued', lease_until = null from expired
where outbox.workspace_id = expired.workspace_id and outbox.conversation_id = expired.conversation_id
  and outbox.id = expired.id
"""


async def requeue_expired(pool: Pool) -> int:
    """A lease that ran out, taken for a send that never left."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        return int((await conn.execute(EXPIRE_TO_QUEUED)).rsplit(" ", 1)[-1])


def claim_without_line() -> str:
    """The claim without its look at what stands before, and at what is under way."""
    before, _, rest = claim.CLAIM.partition("          and not exists (")
    return before + rest[rest.index("        order by priority, id limit") :]


def reserve_without_line() -> str:
    """The same of answers that leave with their turn."""
    before, _, rest = departing.RESERVE.partition("and not exists (\n              select from outbox as ahead")
    return before + rest[rest.index("    ) as free\n    where round") :]


def insert_without_conflict() -> str:
    """Ingest without the key that knows a webhook which came before."""
    return cut(ingest.INSERT, "on conflict (workspace_id, channel_id, provider_key) do nothing", "")


def claim_without_barrier() -> str:
    """The claim that does not care whether what went before is on the phone."""
    return cut(claim.CLAIM, "holding.holds_until > now()", "false")


def reserve_without_barrier() -> str:
    return cut(departing.RESERVE, "holding.holds_until > now()", "false")


def cut(text: str, old: str, new: str) -> str:
    """A statement with one guard less. Raises `LookupError` where it is not there: nothing would change."""
    if old not in text:
        raise LookupError(f"{old!r} is not there any more: the mistake would change nothing")
    return text.replace(old, new)


# --- neighbours


def go_on_speaking(*_: object, **__: object) -> bool:
    """The owner wrote, and the bot has not noticed."""
    return True


async def know_all(_: Connection, keys: Sequence[object]) -> list[bool]:
    """What the history told first is taken for heard."""
    return [True] * len(keys)


# --- building them in


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is replaced in which module; `drops` are the statements that take a guard out of the database."""

    parts: Sequence[tuple[ModuleType, str, Callable[[], object]]] = ()
    drops: Sequence[str] = ()


def _put(what: object) -> Callable[[], object]:
    return lambda: what


MISTAKES: Mapping[Fault, Mistake] = {
    Fault.LEASED_TURNS: Mistake([(hoopoe.main.worker, "run_turn", _put(run_leased_turn))]),
    Fault.HEAD_ROW_LOCK: Mistake([(turns, "claim_rows", _put(claim_head_rows))]),
    Fault.EXPIRED_LEASE_REQUEUES: Mistake(
        [(hoopoe.main.worker, "expire_leases", _put(requeue_expired)), (settle, "expire_leases", _put(requeue_expired))]
    ),
    Fault.NO_UNIQUE_KEY: Mistake(
        [(ingest, "INSERT", insert_without_conflict)],
        drops=[
            "alter table inbox drop constraint inbox_workspace_id_channel_id_provider_key_key",
            "drop index messages_provider",
        ],
    ),
    Fault.NO_LINE: Mistake(
        [(claim, "CLAIM", claim_without_line), (departing, "RESERVE", reserve_without_line)],
        drops=["drop index outbox_one_in_flight"],
    ),
    Fault.NO_BARRIER: Mistake(
        [(claim, "CLAIM", claim_without_barrier), (departing, "RESERVE", reserve_without_barrier)]
    ),
    Fault.DEAF_TO_OWNER: Mistake([(others, "_step_back", _put(go_on_speaking))]),
    Fault.HISTORY_HIDES: Mistake([(said, "find_filed_before", _put(know_all))]),
}


def build_in(fault: Fault) -> None:
    """Make this process one that has the mistake."""
    for module, name, make in MISTAKES[fault].parts:
        if not hasattr(module, name):
            raise LookupError(f"{module.__name__} has no {name} any more: the mistake would change nothing")
        setattr(module, name, make())


async def drop_guards(conn: Connection, fault: Fault) -> None:
    """Take the database's own guards against the mistake away. The caller owns the tables."""
    for statement in MISTAKES[fault].drops:
        await conn.execute(statement)


if __name__ == "__main__":
    build_in(Fault(os.environ["CHAOS_FAULT"]))
    app()
