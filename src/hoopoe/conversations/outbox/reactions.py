"""Reactions of ours: the last one of each conversation waits, and is sent beside everything else.

A reaction replaces the one before it on the same message, so that one may be sent twice without harm: its lease is
simply its next due time.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.channels.contract import Address, OutboundReaction
from hoopoe.conversations.outbox.signals import SignalKind
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import JsonObject

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


def _read(row: Record) -> tuple[OutboundReaction, Address]:
    recipient = row["recipient"]
    address = Address(phone=recipient.get("phone"), user_id=recipient.get("user_id"))
    return OutboundReaction(row["provider_id"], row["emoji"]), address


REACTIONS: Final = SignalKind(
    "reactions", CLAIM, FINISH, ("workspace_id", "conversation_id", "provider_id", "emoji"), _read
)
