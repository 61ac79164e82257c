"""Read receipts: one waiting per conversation, for its newest message (which marks the earlier ones too).

They are sent after everything else, may be sent twice without harm, and hold up nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
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
