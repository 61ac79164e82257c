"""Reactions of ours: the last one of each conversation waits, and is sent beside everything else.

A reaction replaces the one before it on the same message, so that one may be sent twice without harm: its lease is
simply its next due time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from hoopoe.channels.contract import Accepted, Address, OutboundReaction
from hoopoe.channels.directory import ChannelDirectory
from hoopoe.conversations.outbox.sender import Deliver
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import TROUBLE, Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.json import JsonObject

log = structlog.get_logger()

POLL_SECONDS: Final = 0.25
LEASE_SECONDS: Final = 30.0
BATCH: Final = 50
MAX_ATTEMPTS: Final = 3

QUEUE: Final = """
insert into reactions_due (workspace_id, conversation_id, channel_id, provider_id, emoji, recipient)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[])
on conflict (workspace_id, conversation_id) do update
    set provider_id = excluded.provider_id, emoji = excluded.emoji, recipient = excluded.recipient,
        state = 'queued', attempt = 0, next_at = now()
"""
# What screens show: the reaction stands on the message from the turn on.
SHOW: Final = """
insert into message_reactions (workspace_id, message_id, author, emoji, provider_id, at)
select told.workspace_id, message.id, 'business', nullif(told.emoji, ''), '', told.at
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
    as told (workspace_id, conversation_id, channel_id, provider_id, emoji, at)
cross join lateral (
    select id from messages
    where workspace_id = told.workspace_id and channel_id = told.channel_id and provider_id = told.provider_id limit 1
) as message
on conflict (workspace_id, message_id, author) do update set emoji = excluded.emoji, at = excluded.at
    where message_reactions.at <= excluded.at
"""

CLAIM: Final = """
with due as (
    select workspace_id, conversation_id from reactions_due
    where state <> 'done' and next_at <= now() order by next_at limit $1 for update skip locked
)
update reactions_due set state = 'sending', attempt = attempt + 1, next_at = now() + make_interval(secs => $2)
from due where reactions_due.workspace_id = due.workspace_id and reactions_due.conversation_id = due.conversation_id
returning reactions_due.*
"""
# Another reaction may have replaced it while it was on its way: that one still goes.
FINISH: Final = """
update reactions_due set state = 'done'
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as sent (workspace_id, conversation_id, provider_id, emoji)
where reactions_due.workspace_id = sent.workspace_id and reactions_due.conversation_id = sent.conversation_id
  and reactions_due.provider_id = sent.provider_id and reactions_due.emoji = sent.emoji
"""


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """A reaction to a message of a conversation, named by the provider's id. An empty `emoji` takes it back."""

    workspace_id: UUID
    conversation_id: UUID
    channel_id: UUID
    provider_id: str
    emoji: str
    recipient: JsonObject
    at: datetime


async def queue_reactions(conn: Connection, reactions: Collection[ReactionRow]) -> None:
    """Queue reactions, at most one of each conversation, and show them. No statement where there are none."""
    if not reactions:
        return
    ordered = sorted(reactions, key=lambda each: (each.workspace_id, each.conversation_id))
    keys = (
        [each.workspace_id for each in ordered],
        [each.conversation_id for each in ordered],
        [each.channel_id for each in ordered],
        [each.provider_id for each in ordered],
        [each.emoji for each in ordered],
    )
    await conn.execute(QUEUE, *keys, [each.recipient for each in ordered])
    await conn.execute(SHOW, *keys, [each.at for each in ordered])


@dataclass(slots=True)
class ReactionSender:
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
                log.warning("reactions_not_sent", error=str(error))
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
                [row["emoji"] for row in finished],
            )
        return len(rows)

    async def _send(self, row: Record) -> bool:
        channel = self.directory.find_sending(row["channel_id"])
        if channel is None:
            return True
        recipient = Address(phone=row["recipient"].get("phone"), user_id=row["recipient"].get("user_id"))
        content = OutboundReaction(row["provider_id"], row["emoji"])
        result = await self.deliver(channel, content, recipient=recipient, opaque=None, reply_to=None)
        return isinstance(result, Accepted) or row["attempt"] >= MAX_ATTEMPTS
