"""Acknowledging sends, in batches: the outbox moves on, the message learns of it, the screens too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hoopoe.channels.contract import Provider
from hoopoe.channels.trouble import slow_channels, stop_channels
from hoopoe.conversations.failures import failure_to_json
from hoopoe.conversations.outbox.accept import accept_sends
from hoopoe.conversations.outbox.claim import Send
from hoopoe.conversations.outbox.locking import lock_outbox
from hoopoe.conversations.outbox.policy import DELIVERY_SECONDS, Verdict
from hoopoe.conversations.progress import Report, apply_reports
from hoopoe.conversations.status import MessageStatus, OutboxState
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import read_domain_now, transaction
from hoopoe.kernel.json import JsonObject

# Guarded by the claim (`attempted_at` is its moment): an acknowledgement that is written twice, or after somebody else
# claimed the row, changes nothing. Not by the conversation, which may have been merged into another meanwhile.
# One that was accepted after all is not sent again, even where that was decided already.
MOVE = """
update outbox set state = moved.state, lease_until = null, needs_person = false,
    attempt = case when moved.counts then outbox.attempt else outbox.attempt - 1 end,
    next_at = now() + make_interval(secs => moved.delay),
    attempted_at = case when moved.counts then outbox.attempted_at end,
    holds_until = case when moved.state = 'done' and outbox.waits_for_delivery then now() + make_interval(secs => $8)
                  end
from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::int2[], $5::text[], $6::float8[], $7::bool[])
    as moved (workspace_id, claimed_at, id, attempt, state, delay, counts)
where outbox.workspace_id = moved.workspace_id and outbox.id = moved.id
  and outbox.attempt = moved.attempt and outbox.attempted_at = moved.claimed_at
  and (outbox.state in ('sending', 'unknown') or (outbox.state = 'queued' and moved.state = 'done'))
returning outbox.id
"""

KEEP_ATTEMPTS = """
insert into message_attempts (workspace_id, message_id, attempt, outcome, provider_id, error)
select * from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::text[], $5::text[], $6::jsonb[])
on conflict (workspace_id, message_id, attempt) do update
    set provider_id = coalesce(message_attempts.provider_id, excluded.provider_id),
        outcome = case when message_attempts.outcome = 'unknown' then excluded.outcome
                       else message_attempts.outcome end,
        error = case when message_attempts.outcome = 'unknown' then excluded.error else message_attempts.error end
"""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What one claimed send came to."""

    send: Send
    verdict: Verdict
    provider: Provider | None
    """Who refused it, where anybody did."""


async def acknowledge_sends(pool: Pool, acks: Sequence[Acknowledgement]) -> None:
    """Write a batch of acknowledgements: what follows for their channels, what is plain, then the others.

    What follows for channels by itself, because who claims holds the channels and then wants rows, and this holds rows.
    """
    await _tell_channels(pool, acks)
    acks = await _accept(pool, acks)
    if not acks:
        return
    workspaces = {ack.send.workspace_id for ack in acks}
    async with transaction(pool, role=tenancy.PIPE, workspaces=workspaces) as conn:
        now = await read_domain_now(conn)
        await lock_outbox(conn, [(ack.send.workspace_id, ack.send.message_id) for ack in acks])
        taken = await _move(conn, acks)
        await _keep_attempts(conn, [ack for ack in acks if ack.verdict.counts])
        reports = []
        for ack in acks:
            if ack.verdict.state is OutboxState.DONE:
                reports.append(_report(ack, MessageStatus.ACCEPTED, now))
            elif ack.verdict.state is OutboxState.DEAD and ack.send.id in taken:
                reports.append(_report(ack, MessageStatus.FAILED, now))
        if reports:
            await apply_reports(conn, reports)
        doubts = [ack for ack in acks if ack.verdict.state in (OutboxState.UNKNOWN, OutboxState.RETRYING)]
        await record_events(
            conn, [EventRow(ack.send.workspace_id, EventType.MESSAGE_STATUS, ack.send.message_id) for ack in doubts]
        )


async def _accept(pool: Pool, acks: Sequence[Acknowledgement]) -> Sequence[Acknowledgement]:
    """Write those that are plain, in a transaction of their own; returns the others.

    Killed in between, the others are as if nobody had acknowledged them: their leases run out.
    """
    plain = [ack for ack in acks if ack.verdict.state is OutboxState.DONE and ack.send.attempt == 1]
    if not plain:
        return acks
    async with transaction(pool, role=tenancy.PIPE, workspaces={ack.send.workspace_id for ack in plain}) as conn:
        written = await accept_sends(conn, [(ack.send, ack.verdict.provider_id) for ack in plain])
    return [ack for ack in acks if ack.send.message_id not in written]


async def _tell_channels(pool: Pool, acks: Sequence[Acknowledgement]) -> None:
    slowed = {
        (ack.send.workspace_id, ack.send.channel_id): ack.verdict.slows
        for ack in sorted(acks, key=lambda ack: ack.verdict.slows)
        if ack.verdict.slows > 0
    }
    stopped = {
        (ack.send.workspace_id, ack.send.channel_id): ack.verdict.stops for ack in acks if ack.verdict.stops is not None
    }
    if not slowed and not stopped:
        return
    async with transaction(pool, role=tenancy.PIPE) as conn:
        await slow_channels(conn, slowed)
        await stop_channels(conn, stopped)


async def _move(conn: Connection, acks: Sequence[Acknowledgement]) -> set[int]:
    rows = await conn.fetch(
        MOVE,
        [ack.send.workspace_id for ack in acks],
        [ack.send.claimed_at for ack in acks],
        [ack.send.id for ack in acks],
        [ack.send.attempt for ack in acks],
        [ack.verdict.state for ack in acks],
        [ack.verdict.delay for ack in acks],
        [ack.verdict.counts for ack in acks],
        DELIVERY_SECONDS,
    )
    return {row["id"] for row in rows}


async def _keep_attempts(conn: Connection, acks: Sequence[Acknowledgement]) -> None:
    if acks:
        await conn.execute(
            KEEP_ATTEMPTS,
            [ack.send.workspace_id for ack in acks],
            [ack.send.message_id for ack in acks],
            [ack.send.attempt for ack in acks],
            [ack.verdict.outcome for ack in acks],
            [ack.verdict.provider_id for ack in acks],
            [_error(ack) for ack in acks],
        )


def _report(ack: Acknowledgement, status: MessageStatus, at: datetime) -> Report:
    error = ack.verdict.error
    return Report(
        workspace_id=ack.send.workspace_id,
        message_id=ack.send.message_id,
        attempt=ack.send.attempt,
        status=status,
        at=at,
        provider_id=ack.verdict.provider_id,
        failure=failure_to_json(ack.provider, error) if error is not None and ack.provider is not None else None,
    )


def _error(ack: Acknowledgement) -> JsonObject | None:
    error = ack.verdict.error
    return {"code": error.code, "title": error.title, "details": error.details} if error is not None else None
