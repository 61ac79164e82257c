"""Read receipts: one waiting per conversation, for its newest message (which marks the earlier ones too).

They are sent after everything else, may be sent twice without harm, and hold up nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address, ReadReceipt
from hoopoe.conversations.outbox.signals import SignalKind
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.db.writes import Writes


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """The newest inbound message of a conversation that somebody, or the bot, has read."""

    workspace_id: UUID
    conversation_id: UUID
    channel_id: UUID
    provider_id: str


QUEUE = """
insert into read_receipts (workspace_id, conversation_id, channel_id, provider_id)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
on conflict (workspace_id, conversation_id) do update
    set provider_id = excluded.provider_id, state = 'queued', attempt = 0, next_at = now()
    where read_receipts.provider_id <> excluded.provider_id
"""


async def queue_read_receipt(conn: Connection, receipt: ReceiptRow) -> None:
    """Queue a receipt; it replaces an older one that still waits."""
    writes = Writes()
    add_read_receipts(writes, [receipt])
    await writes.run(conn)


def add_read_receipts(writes: Writes, receipts: Sequence[ReceiptRow]) -> None:
    """The same among other writes. At most one per conversation in a call."""
    if not receipts:
        return
    ordered = sorted(receipts, key=lambda receipt: (receipt.workspace_id, receipt.conversation_id))
    writes.add(
        QUEUE,
        [receipt.workspace_id for receipt in ordered],
        [receipt.conversation_id for receipt in ordered],
        [receipt.channel_id for receipt in ordered],
        [receipt.provider_id for receipt in ordered],
    )


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
