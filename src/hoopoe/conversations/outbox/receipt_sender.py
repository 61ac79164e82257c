"""Sends read receipts, beside everything else and never in its way.

A receipt may be sent twice without harm, so its lease is simply its next due time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from hoopoe.channels.contract import Accepted, Address, ReadReceipt
from hoopoe.channels.directory import ChannelDirectory
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction

log = structlog.get_logger()

POLL_SECONDS = 0.25
LEASE_SECONDS = 30.0
BATCH = 50
MAX_ATTEMPTS = 3

# Only while no reply of the channel is due: receipts never delay one. `offset 0`: docs/decisions/0010.
CLAIM = """
with due as (
    select workspace_id, conversation_id from read_receipts
    where state <> 'done' and next_at <= now() and not exists (
        select from outbox where outbox.workspace_id = read_receipts.workspace_id
            and outbox.channel_id = read_receipts.channel_id and priority = 0
            and state in ('queued', 'retrying') and next_at <= now()
        offset 0
    )
    order by next_at limit $1 for update skip locked
)
update read_receipts set state = 'sending', attempt = attempt + 1, next_at = now() + make_interval(secs => $2)
from due where read_receipts.workspace_id = due.workspace_id and read_receipts.conversation_id = due.conversation_id
returning read_receipts.*
"""

# A newer message may have replaced the receipt while it was on its way: that one still goes.
FINISH = """
update read_receipts set state = 'done'
from unnest($1::uuid[], $2::uuid[], $3::text[]) as sent (workspace_id, conversation_id, provider_id)
where read_receipts.workspace_id = sent.workspace_id and read_receipts.conversation_id = sent.conversation_id
  and read_receipts.provider_id = sent.provider_id
"""


@dataclass(slots=True)
class ReceiptSender:
    """Runs until cancelled."""

    pool: Pool
    directory: ChannelDirectory
    deliver: Deliver

    async def run(self) -> None:
        """Send what is due, a small batch at a time."""
        while True:
            sent = 0
            try:
                sent = await self._step()
            except TROUBLE as error:
                log.warning("receipts_not_sent", error=str(error))
            if sent < BATCH:
                await asyncio.sleep(POLL_SECONDS)

    async def _step(self) -> int:
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(CLAIM, BATCH, LEASE_SECONDS)
        if not rows:
            return 0
        finished = [row for row, done in zip(rows, await asyncio.gather(*map(self._send, rows)), strict=True) if done]
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            await conn.execute(
                FINISH,
                [row["workspace_id"] for row in finished],
                [row["conversation_id"] for row in finished],
                [row["provider_id"] for row in finished],
            )
        return len(rows)

    async def _send(self, row: Record) -> bool:
        channel = self.directory.find_sending(row["channel_id"])
        if channel is None:
            return True
        result = await self.deliver(
            channel, ReadReceipt(row["provider_id"]), recipient=Address(), opaque=None, reply_to=None
        )
        return isinstance(result, Accepted) or row["attempt"] >= MAX_ATTEMPTS
