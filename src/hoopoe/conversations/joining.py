"""The conversations of two contacts that are one.

On a channel where only one of them has a conversation it goes on as it is. Where both have one, the kept contact's
takes up the other's: its messages, what waits to be sent, its events. The rows of both are held by the caller, and
nothing of the one that ends may be on its way to the provider: the answer to it would look for it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hoopoe.contacts.deciding import Pair
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject

FIND: Final = """
select id, channel_id, contact_id from conversations
where workspace_id = $1 and contact_id = any ($2::uuid[]) order by id
"""

# Without waiting, and the outbox before the messages, as everybody locks them: who claims, acknowledges or reports
# holds some of these rows and may wait for others of them.
HOLD_LINE: Final = """
with line as materialized (
    select state from outbox where workspace_id = $1 and conversation_id = $2 for update skip locked
), thread as materialized (
    select id from messages where workspace_id = $1 and conversation_id = $2 for update skip locked
)
select (select count(*) from line) =
           (select count(*) from outbox where workspace_id = $1 and conversation_id = $2)
       and not exists (select from line where state = 'sending')
       and (select count(*) from thread) =
           (select count(*) from messages where workspace_id = $1 and conversation_id = $2)
"""

DESCRIBE: Final = """
select to_jsonb(conversation) - 'workspace_id' || jsonb_build_object(
    'into', $3::uuid,
    'messages', case when $3::uuid is not null then
        (select coalesce(jsonb_agg(id order by id), '[]') from messages
         where workspace_id = $1 and conversation_id = $2) end,
    'events', case when $3::uuid is not null then
        (select coalesce(jsonb_agg(id order by id), '[]') from conversation_events
         where workspace_id = $1 and conversation_id = $2) end
)
from conversations as conversation where workspace_id = $1 and id = $2
"""

# In the order in which others lock: the outbox before the messages. A receipt says that all before it was read, so
# of two only that of the later message is needed.
JOIN: Final = (
    "update outbox set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update messages set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update conversation_events set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update dead_letters set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    "update conversation_aliases set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    """
    delete from read_receipts using read_receipts as other, conversations as one, conversations as two
    where one.workspace_id = $1 and one.id = $2 and two.workspace_id = $1 and two.id = $3
      and other.workspace_id = $1 and read_receipts.workspace_id = $1
      and read_receipts.conversation_id = case when one.last_at >= two.last_at then $3 else $2 end
      and other.conversation_id = case when one.last_at >= two.last_at then $2 else $3 end
    """,
    "update read_receipts set conversation_id = $2 where workspace_id = $1 and conversation_id = $3",
    """
    update conversations set
        mode = case when 'human' in (conversations.mode, other.mode) then 'human'
                    when 'bot' in (conversations.mode, other.mode) then 'bot' else 'closed' end,
        assignee_id = case when conversations.mode = 'human' and other.mode <> 'human' then conversations.assignee_id
                           when other.mode = 'human' and conversations.mode <> 'human' then other.assignee_id
                           else coalesce(conversations.assignee_id, other.assignee_id) end,
        unread = conversations.unread + other.unread,
        lane = case when other.last_at > conversations.last_at then other.lane else conversations.lane end,
        recipient = case when other.last_at > conversations.last_at then other.recipient
                         else conversations.recipient end,
        variables = case when other.last_at > conversations.last_at then conversations.variables || other.variables
                         else other.variables || conversations.variables end,
        last_message_id = case when other.last_at > conversations.last_at
                               then coalesce(other.last_message_id, conversations.last_message_id)
                               else coalesce(conversations.last_message_id, other.last_message_id) end,
        last_inbound_id = case when other.last_at > conversations.last_at
                               then coalesce(other.last_inbound_id, conversations.last_inbound_id)
                               else coalesce(conversations.last_inbound_id, other.last_inbound_id) end,
        other_app = case when other.last_at > conversations.last_at
                         then coalesce(other.other_app, conversations.other_app)
                         else coalesce(conversations.other_app, other.other_app) end,
        window_expires_at = greatest(conversations.window_expires_at, other.window_expires_at),
        has_imported = conversations.has_imported or other.has_imported,
        bot_after_seq = greatest(conversations.bot_after_seq, other.bot_after_seq),
        created_at = least(conversations.created_at, other.created_at),
        last_at = greatest(conversations.last_at, other.last_at)
    from conversations as other
    where conversations.workspace_id = $1 and conversations.id = $2 and other.workspace_id = $1 and other.id = $3
    """,
    "delete from conversations where workspace_id = $1 and id = $3 and id <> $2",
    "insert into conversation_aliases (workspace_id, id, conversation_id) values ($1, $3, $2)",
)

# Tables with a `conversation_id` that `JOIN` moves, or the runner (flows.runner.merging). A test knows all there are.
MOVED_TABLES: Final = frozenset(
    {"outbox", "messages", "conversation_events", "dead_letters", "conversation_aliases", "read_receipts"}
)

# What the person wrote is the kept contact's from now on, in conversations that go on as they are too.
AUTHOR: Final = """
update messages set author_id = $2
where workspace_id = $1 and author_kind = 'contact' and author_id = $3 and conversation_id = any ($4::uuid[])
"""

MOVE_ALONE: Final = "update conversations set contact_id = $2 where workspace_id = $1 and id = any ($3::uuid[])"

NOTE: Final = """
insert into conversation_events (workspace_id, id, conversation_id, type, actor_kind, at)
values ($1, $2, $3, 'merged', 'system', domain_now())
"""


@dataclass(frozen=True, slots=True)
class Joint:
    """Two conversations on one channel: `ended` is taken up by `kept`."""

    kept: UUID
    ended: UUID


@dataclass(frozen=True, slots=True)
class Threads:
    """The conversations of a pair: those that become one, and those of the merged contact that go on alone."""

    joints: tuple[Joint, ...]
    alone: tuple[UUID, ...]


async def list_threads(conn: Connection, workspace_id: UUID, contacts: list[UUID]) -> list[UUID]:
    """The conversations of contacts, by id."""
    return [row["id"] for row in await conn.fetch(FIND, workspace_id, contacts)]


async def match_threads(conn: Connection, pair: Pair) -> Threads:
    """Which conversations of a pair are on the same channel."""
    rows = await conn.fetch(FIND, pair.workspace_id, [pair.kept, pair.merged])
    kept = {row["channel_id"]: row["id"] for row in rows if row["contact_id"] == pair.kept}
    merged = {row["channel_id"]: row["id"] for row in rows if row["contact_id"] == pair.merged}
    return Threads(
        joints=tuple(Joint(kept[channel], id_) for channel, id_ in merged.items() if channel in kept),
        alone=tuple(id_ for channel, id_ in merged.items() if channel not in kept),
    )


async def hold_line(conn: Connection, workspace_id: UUID, joint: Joint) -> bool:
    """Hold what the ending conversation said and has still to send, without waiting.

    False: something of it is on its way just now, or in somebody's hands.
    """
    return bool(await conn.fetchval(HOLD_LINE, workspace_id, joint.ended))


async def move_threads(conn: Connection, pair: Pair, threads: Threads) -> list[JsonObject]:
    """Give the merged contact's conversations to the kept one; returns what they were."""
    ended = {joint.ended: joint.kept for joint in threads.joints}
    described: list[JsonObject] = [
        await conn.fetchval(DESCRIBE, pair.workspace_id, id_, ended.get(id_)) for id_ in (*ended, *threads.alone)
    ]
    await conn.execute(AUTHOR, pair.workspace_id, pair.kept, pair.merged, [*ended, *threads.alone])
    for joint in threads.joints:
        for statement in JOIN:
            await conn.execute(statement, pair.workspace_id, joint.kept, joint.ended)
        await conn.execute(NOTE, pair.workspace_id, new_id(), joint.kept)
    if threads.alone:
        await conn.execute(
            MOVE_ALONE,
            pair.workspace_id,
            pair.kept,
            list(threads.alone),
        )
        for id_ in threads.alone:
            await conn.execute(NOTE, pair.workspace_id, new_id(), id_)
    touched = [*(id_ for joint in threads.joints for id_ in (joint.kept, joint.ended)), *threads.alone]
    await record_events(conn, [EventRow(pair.workspace_id, EventType.CONVERSATION_UPDATED, id_) for id_ in touched])
    return described


async def forget_number(
    conn: Connection, workspace_id: UUID, contact_id: UUID, phones: tuple[str, ...], new: str | None
) -> None:
    """Let a contact's conversations no more answer to a number (in these spellings, with plus) that it gave up.

    They answer to the `new` one (without plus), or to the user id alone. The caller holds them.
    """
    await conn.execute(
        """
        update conversations set recipient = recipient || jsonb_build_object('phone', $4::text)
        where workspace_id = $1 and contact_id = $2 and '+' || (recipient ->> 'phone') = any ($3::text[])
        """,
        workspace_id,
        contact_id,
        list(phones),
        new,
    )


async def follow_conversations(conn: Connection, asked: Sequence[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Where ids of (workspace, conversation) lead that are no conversation's any more; others are left out."""
    rows = await conn.fetch(
        """
        select alias.id, alias.conversation_id
        from unnest($1::uuid[], $2::uuid[]) as asked (workspace_id, id)
        cross join lateral (
            select id, conversation_id from conversation_aliases
            where workspace_id = asked.workspace_id and id = asked.id limit 1
        ) as alias
        """,
        [workspace_id for workspace_id, _ in asked],
        [id_ for _, id_ in asked],
    )
    return {row["id"]: row["conversation_id"] for row in rows}


async def follow_conversation(conn: Connection, workspace_id: UUID, conversation_id: UUID) -> UUID | None:
    """The conversation that took one up; None for an id that leads nowhere."""
    return (await follow_conversations(conn, [(workspace_id, conversation_id)])).get(conversation_id)
