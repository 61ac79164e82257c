"""The steward of dead letters, in every worker: looks at new ones, tries due ones again, closes settled ones.

Any number may run at once. A letter leaves `failed` by a guarded update while its conversation is held: of
several workers one moves it. What a killed worker had begun is undone with its transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from hoopoe.channels.contract import Provider
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.errors import Refusal
from hoopoe.monitoring.retrying import find_letter, retry_letter
from hoopoe.monitoring.steps import RetryPlan
from hoopoe.monitoring.words import LetterKind, diagnose

log = structlog.get_logger()

BATCH: Final = 200
AWAY: Final = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError)
LOCK_TIMEOUT: Final = "3s"
WINDOW_CLOSED: Final = "The 24-hour window closed before this could be tried again."

NEW: Final = """
select letter.workspace_id, letter.id, letter.kind, letter.error_code, letter.retry_count, letter.failed_at,
       channel.provider, settings.steps, settings.max_tries
from dead_letters as letter
left join lateral (
    select provider from channels where workspace_id = letter.workspace_id and id = letter.channel_id limit 1
) as channel on true
left join lateral (
    select steps, max_tries from dead_letter_settings where workspace_id = letter.workspace_id limit 1
) as settings on true
where letter.state = 'failed' and not letter.is_triaged
order by letter.id limit $1
for update of letter skip locked
"""

PLAN: Final = """
update dead_letters set is_triaged = true, next_retry_at = planned.at
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as planned (workspace_id, id, at)
where dead_letters.workspace_id = planned.workspace_id and dead_letters.id = planned.id
"""

# Those of a deleted workspace wait for its return.
DUE: Final = """
select workspace_id, id from dead_letters
where state = 'failed' and next_retry_at is not null and next_retry_at <= domain_now()
  and workspace_id <> all (array(select id from workspaces where deleted_at is not null and purged_at is null))
order by next_retry_at limit $1
"""

HOLD: Final = """
select window_expires_at > domain_now() as is_open from conversations
where workspace_id = $1 and id = $2 for no key update
"""

GIVE_UP: Final = """
update dead_letters set next_retry_at = null, error_code = coalesce($3, error_code),
    error_text = coalesce($4, error_text)
where workspace_id = $1 and id = $2 and state = 'failed'
"""

# Accepted is what resolves a send; handled is what resolves a turn. What fails again says so itself, in the
# transaction that learns of it; a message that gave up without failing (it was cancelled) is put away.
CLOSE_SENDS: Final = """
update dead_letters set state = case outbox.state when 'done' then 'resolved' else 'archived' end,
    state_at = now(), resolved_at = case outbox.state when 'done' then domain_now() end
from outbox
where dead_letters.state = 'retrying' and dead_letters.kind = 'send'
  and outbox.workspace_id = dead_letters.workspace_id and outbox.message_id = dead_letters.message_id
  and outbox.state in ('done', 'cancelled')
"""
CLOSE_TURNS: Final = """
update dead_letters set state = 'resolved', state_at = now(), resolved_at = domain_now()
where state = 'retrying' and kind = 'turn' and not exists (
    select from inbox where inbox.workspace_id = dead_letters.workspace_id
        and inbox.channel_id = dead_letters.channel_id and inbox.provider_key = dead_letters.input_key
        and inbox.state in ('waiting', 'dead')
    offset 0
)
"""


async def tend_letters(pool: Pool) -> int:
    """One round; returns how many letters were tried again."""
    await plan_letters(pool)
    tried = await retry_due(pool)
    await close_letters(pool)
    return tried


async def plan_letters(pool: Pool) -> int:
    """Decide of new letters whether and when they are tried again by themselves; returns how many there were."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        rows = await conn.fetch(NEW, BATCH)
        if rows:
            await conn.execute(
                PLAN,
                [row["workspace_id"] for row in rows],
                [row["id"] for row in rows],
                [_plan(row) for row in rows],
            )
    return len(rows)


def _plan(row: Record) -> datetime | None:
    provider = Provider(row["provider"]) if row["provider"] is not None else None
    if not diagnose(LetterKind(row["kind"]), provider, row["error_code"]).is_passing:
        return None
    plan = RetryPlan(row["steps"], row["max_tries"]) if row["steps"] is not None else RetryPlan()
    return plan.next_after(row["failed_at"], row["retry_count"])


async def retry_due(pool: Pool) -> int:
    """Try again what is due, each in a transaction of its own; returns how many were begun."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        rows = await conn.fetch(DUE, BATCH)
    tried = 0
    for workspace_id, ids in _by_workspace(rows).items():
        for letter_id in ids:
            try:
                tried += await _retry(pool, workspace_id, letter_id)
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
                log.info("dead_letter_busy", letter_id=str(letter_id), error=str(error))
            except AWAY:
                raise
            except Exception:
                # A letter that breaks its own retry stops no other: a person looks at it.
                log.exception("dead_letter_not_retried", letter_id=str(letter_id))
                async with transaction(pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
                    await conn.execute(GIVE_UP, workspace_id, letter_id, None, None)
    return tried


def _by_workspace(rows: Sequence[Record]) -> dict[UUID, list[UUID]]:
    grouped: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        grouped[row["workspace_id"]].append(row["id"])
    return grouped


async def _retry(pool: Pool, workspace_id: UUID, letter_id: UUID) -> bool:
    async with transaction(pool, role=tenancy.PIPE, workspaces=[workspace_id]) as conn:
        await conn.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
        letter = await find_letter(conn, workspace_id, letter_id)
        if letter is None:
            return False
        if letter.conversation_id is not None:
            held = await conn.fetchrow(HOLD, workspace_id, letter.conversation_id)
            letter = await find_letter(conn, workspace_id, letter_id)
            if letter is None or held is None:
                return False
            if letter.kind is LetterKind.SEND and letter.state == "failed" and not held["is_open"]:
                await conn.execute(
                    GIVE_UP, workspace_id, letter_id, await _window_code(conn, workspace_id, letter_id), WINDOW_CLOSED
                )
                return False
        if letter.state != "failed":
            return False
        try:
            return await retry_letter(conn, letter)
        except NothingToRetry:
            # It is under way, or arrived, without this letter: closing looks at it.
            await conn.execute(
                "update dead_letters set state = 'retrying', state_at = now(), next_retry_at = null "
                "where workspace_id = $1 and id = $2 and state = 'failed'",
                workspace_id,
                letter_id,
            )
        except Refusal as refusal:
            await conn.execute(GIVE_UP, workspace_id, letter_id, None, None)
            log.warning("dead_letter_not_retried", letter_id=str(letter_id), code=refusal.code)
    return False


async def _window_code(conn: Connection, workspace_id: UUID, letter_id: UUID) -> str | None:
    """The provider's own code for a closed window, so that the letter says what holds it now."""
    provider = await conn.fetchval(
        """
        select provider from channels join dead_letters
            on dead_letters.workspace_id = channels.workspace_id and dead_letters.channel_id = channels.id
        where dead_letters.workspace_id = $1 and dead_letters.id = $2
        """,
        workspace_id,
        letter_id,
    )
    return str(adapter_for(Provider(provider)).window_closed_code) if provider is not None else None


async def close_letters(pool: Pool) -> int:
    """Close what was accepted or handled; returns how many."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        sends = await conn.execute(CLOSE_SENDS)
        turns = await conn.execute(CLOSE_TURNS)
    return int(sends.rsplit(" ", 1)[-1]) + int(turns.rsplit(" ", 1)[-1])
