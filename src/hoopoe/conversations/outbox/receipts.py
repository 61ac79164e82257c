"""Read receipts: one waiting per conversation, for its newest message (which marks the earlier ones too).

They are sent after everything else, may be sent twice without harm, and hold up nobody. What a person has read waits
in a table, for another process sends it (`RECEIPTS`). What a bot has answered waits in the worker that answered
(`ReceiptLine`), for a table would cost each message more than all else that is said of it: killed, it forgets what it
had not sent yet, and the next receipt of the conversation marks that too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

import structlog

from hoopoe.channels.contract import Accepted, Address, ReadReceipt
from hoopoe.channels.directory import ChannelDirectory
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.conversations.outbox.signals import BATCH, MAX_ATTEMPTS, POLL_SECONDS, SignalKind
from hoopoe.kernel.db.pool import Connection, Record

log = structlog.get_logger()

# Of one worker. What comes when so many wait is not marked as read: the provider has not taken any for minutes.
MOST_WAITING: Final = 20_000


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """The newest inbound message of a conversation that somebody, or the bot, has read."""

    workspace_id: UUID
    conversation_id: UUID
    channel_id: UUID
    provider_id: str


QUEUE = """
insert into read_receipts (workspace_id, conversation_id, channel_id, provider_id)
values ($1, $2, $3, $4)
on conflict (workspace_id, conversation_id) do update
    set provider_id = excluded.provider_id, state = 'queued', attempt = 0, next_at = now()
    where read_receipts.provider_id <> excluded.provider_id
"""


async def queue_read_receipt(conn: Connection, receipt: ReceiptRow) -> None:
    """Queue a receipt; it replaces an older one that still waits."""
    await conn.execute(QUEUE, receipt.workspace_id, receipt.conversation_id, receipt.channel_id, receipt.provider_id)


# Only while no reply of the channel is due: receipts never delay one. `offset 0`: docs/decisions/0010.
CLAIM: Final = """
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
FINISH: Final = """
update read_receipts set state = 'done'
from unnest($1::uuid[], $2::uuid[], $3::text[]) as sent (workspace_id, conversation_id, provider_id)
where read_receipts.workspace_id = sent.workspace_id and read_receipts.conversation_id = sent.conversation_id
  and read_receipts.provider_id = sent.provider_id
"""


def _read(row: Record) -> tuple[ReadReceipt, Address]:
    return ReadReceipt(row["provider_id"]), Address()


RECEIPTS: Final = SignalKind("receipts", CLAIM, FINISH, ("workspace_id", "conversation_id", "provider_id"), _read)


MarkRead: TypeAlias = Callable[[Sequence[ReceiptRow]], None]


@dataclass(slots=True)
class ReceiptLine:
    """What this worker's bots have answered. Sent a few times a second, the last of each conversation."""

    directory: ChannelDirectory
    deliver: Deliver
    _waiting: dict[UUID, tuple[ReceiptRow, int]] = field(default_factory=dict)

    def add(self, receipts: Sequence[ReceiptRow]) -> None:
        """Let receipts wait; each replaces an older one of its conversation."""
        for receipt in receipts:
            if receipt.conversation_id in self._waiting or len(self._waiting) < MOST_WAITING:
                self._waiting[receipt.conversation_id] = receipt, 0

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.send_waiting()

    async def send_waiting(self) -> None:
        """Send what waits now, a small batch at a time. What is not taken waits for the next time, a few times."""
        waiting, self._waiting = list(self._waiting.values()), {}
        for first in range(0, len(waiting), BATCH):
            batch = waiting[first : first + BATCH]
            taken = await asyncio.gather(*(self._send(receipt) for receipt, _ in batch))
            for (receipt, attempts), is_taken in zip(batch, taken, strict=True):
                if not is_taken and attempts + 1 < MAX_ATTEMPTS:
                    self._waiting.setdefault(receipt.conversation_id, (receipt, attempts + 1))

    async def _send(self, receipt: ReceiptRow) -> bool:
        channel = self.directory.find_sending(receipt.channel_id)
        if channel is None:
            return True
        try:
            result = await self.deliver(
                channel, ReadReceipt(receipt.provider_id), recipient=Address(), opaque=None, reply_to=None
            )
        except Exception:
            log.exception("receipt_not_sent", conversation_id=str(receipt.conversation_id))
            return False
        return isinstance(result, Accepted)
