"""The conversations of a contact that was made one with another by mistake: they go back to it.

What was said until the merge goes back by the ids that it recorded; what was said since stays where it was said, for
nobody knows whose it was. A conversation that had gone on alone goes back whole, with what was said in it until a
later merge let another take it up.

No turn may be in the middle of one of the person's messages: the lanes of all its addresses are held first, so that
whoever comes later sees the two apart, and nothing is waited for while rows are held.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from hoopoe.contacts.absorbing import follow_contact
from hoopoe.contacts.apart import keep_apart
from hoopoe.contacts.parting import Merge, name_apart, read_merge, restore_contact
from hoopoe.conversations.errors import ContactBusy
from hoopoe.conversations.events import BotStopped, ConversationHooks
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.ids import new_id
from hoopoe.webhooks.routing import hearing_lane_of, lane_of

CHANNELS: Final = "select id from channels where workspace_id = $1 order by id"
HOLD_LANES: Final = "select pg_advisory_xact_lock(lane) from unnest($1::bigint[]) as asked (lane)"

# Where each conversation is by now: itself, or what took it up.
HOLD: Final = """
select id from conversations where workspace_id = $1 and id = any (
    select coalesce(alias.conversation_id, asked.id) from unnest($2::uuid[]) as asked (id)
    left join conversation_aliases as alias on alias.workspace_id = $1 and alias.id = asked.id
) order by id for no key update
"""
FIND_INTO: Final = "select conversation_id from conversation_aliases where workspace_id = $1 and id = $2"

# On its way to the provider, or about to be heard by the bot: soon over.
IS_BUSY: Final = """
select exists (
    select from outbox where workspace_id = $1 and conversation_id = $2 and state = 'sending'
) or exists (
    select from inbox where workspace_id = $1 and lane = $3 and state = 'waiting'
)
"""

# Columns that the record does not know yet are as in the conversation that had taken it up. Nobody has it: whoever had
# it then may be somewhere else by now.
RESTORE: Final = """
insert into conversations
select (jsonb_populate_record(kept, $4::jsonb - array['messages', 'events', 'into', 'bot_after_seq']
    || jsonb_build_object('workspace_id', $1::uuid, 'contact_id', $5::uuid, 'assignee_id', null, 'unread', 0))).*
from conversations as kept where workspace_id = $1 and id = $2 and $3::uuid is not null
"""

# In the order in which others lock: the outbox before the messages.
GO_BACK: Final = (
    "delete from conversation_aliases where workspace_id = $1 and id = $3 and $2::uuid is not null",
    """
    update outbox set conversation_id = $3
    where workspace_id = $1 and conversation_id = $2 and message_id = any ($4::uuid[])
    """,
    """
    update messages set conversation_id = $3,
        author_id = case when author_kind = 'contact' then $5::uuid else author_id end
    where workspace_id = $1 and conversation_id = $2 and id = any ($4::uuid[])
    """,
    """
    update dead_letters set conversation_id = $3
    where workspace_id = $1 and conversation_id = $2 and message_id = any ($4::uuid[]) and $5::uuid is not null
    """,
)
EVENTS_GO_BACK: Final = """
update conversation_events set conversation_id = $3
where workspace_id = $1 and conversation_id = $2 and id = any ($4::uuid[])
"""

# Whoever was taken up by the one that goes back is led there.
FOLLOW: Final = """
with recursive taken_up as (
    select id, moved from contact_merges where workspace_id = $1 and kept_id = $4
    union
    select merge.id, merge.moved from contact_merges as merge
    join taken_up on merge.kept_id = (taken_up.moved -> 'contact' ->> 'id')::uuid
    where merge.workspace_id = $1
)
update conversation_aliases set conversation_id = $3
where workspace_id = $1 and conversation_id = $2 and id in (
    select (each ->> 'id')::uuid from taken_up, jsonb_array_elements(moved -> 'conversations') as each
)
"""

# What stays is as its own messages say, and answers to nobody who left.
TIDY: Final = """
update conversations set last_message_id = newest.id, last_at = coalesce(newest.at, conversations.last_at),
    last_inbound_id = heard.provider_id,
    window_expires_at = least(conversations.window_expires_at, heard.at + interval '24 hours'),
    recipient = jsonb_build_object('phone', own.phone, 'user_id', own.user_id)
from conversations as kept
left join lateral (
    select id, at from messages where workspace_id = kept.workspace_id and conversation_id = kept.id
    order by id desc limit 1
) as newest on true
left join lateral (
    select provider_id, at from messages where workspace_id = kept.workspace_id and conversation_id = kept.id
        and direction = 'in' and not is_imported
    order by id desc limit 1
) as heard on true
cross join lateral (
    select coalesce(waba_id, account_sid) as portfolio from channels
    where workspace_id = kept.workspace_id and id = kept.channel_id
) as channel
cross join lateral (
    select coalesce(
               (select value from identities where workspace_id = kept.workspace_id and contact_id = kept.contact_id
                    and kind = 'wa_id' and scope = kept.channel_id::text order by since desc limit 1),
               (select substr(value, 2) from identities where workspace_id = kept.workspace_id
                    and contact_id = kept.contact_id and kind = 'phone' order by since desc limit 1)
           ) as phone,
           (select value from identities where workspace_id = kept.workspace_id and contact_id = kept.contact_id
                and kind = 'user_id' and scope = channel.portfolio order by since desc limit 1) as user_id
) as own
where kept.workspace_id = $1 and kept.id = $2
  and conversations.workspace_id = kept.workspace_id and conversations.id = kept.id
returning conversations.recipient
"""
SET_LANE: Final = "update conversations set lane = $3 where workspace_id = $1 and id = $2"

# One that had gone on alone: all that the person wrote in it is the person's again.
GO_ALONE: Final = """
with alone as (
    update conversations set contact_id = $3 where workspace_id = $1 and id = $2 and contact_id = $4 returning id
), own as (
    update messages set author_id = $3 from alone
    where messages.workspace_id = $1 and messages.conversation_id = alone.id and author_kind = 'contact'
)
select id from alone
"""
# What it was when a later merge let another take it up. Whom that one merged is the holder by now.
FIND_LATER: Final = """
select each.told from contact_merges as merge
join contact_aliases as alias on alias.workspace_id = $1 and alias.id = merge.merged_id and alias.contact_id = $2
cross join lateral jsonb_array_elements(merge.moved -> 'conversations') as each (told)
where merge.workspace_id = $1 and each.told ->> 'id' = $3::uuid::text and each.told ->> 'into' is not null
order by merge.id desc limit 1
"""

NOTE: Final = """
insert into conversation_events (workspace_id, id, conversation_id, type, actor_kind, actor_id, at)
select $1, noted.id, noted.conversation_id, 'parted', 'user', $4, domain_now()
from unnest($2::uuid[], $3::uuid[]) as noted (id, conversation_id)
"""


async def part_contact(
    conn: Connection, scope: WorkspaceScope, contact_id: UUID, merged_id: UUID, *, hooks: ConversationHooks
) -> None:
    """Part a contact from the one that it was made one with, and keep them apart.

    Raises `NotFound` where no merge of the two is on record, `ContactBusy` while something of it is on its way.
    """
    workspace_id = scope.workspace_id
    holder_id = await follow_contact(conn, workspace_id, contact_id)
    merge = await read_merge(conn, workspace_id, holder_id, merged_id)
    if merge is None:
        raise NotFound
    await _hold_lanes(conn, merge)
    told: list[dict[str, Any]] = merge.moved["conversations"]
    await conn.fetch(HOLD, workspace_id, [UUID(each["id"]) for each in told])
    if not await restore_contact(conn, merge):
        raise NotFound
    touched: list[UUID] = []
    for each in told:
        touched += await _part_conversation(conn, merge, each, hooks)
    await keep_apart(conn, workspace_id, holder_id, merged_id, user_id=scope.user_id)
    await name_apart(conn, merge)
    await conn.execute(NOTE, workspace_id, [new_id() for _ in touched], touched, scope.user_id)
    await record_events(conn, [EventRow(workspace_id, EventType.CONVERSATION_UPDATED, id_) for id_ in touched])
    await record(
        conn,
        scope,
        "contact.parted",
        target_kind="contact",
        target_id=merged_id,
        before={"contact_id": str(holder_id)},
    )


async def _hold_lanes(conn: Connection, merge: Merge) -> None:
    channels = [row["id"] for row in await conn.fetch(CHANNELS, merge.workspace_id)]
    addresses = {each["value"].removeprefix("+") for each in merge.moved["identities"]}
    lanes = sorted({lane_of(channel, address) for channel in channels for address in addresses})
    await conn.execute(HOLD_LANES, lanes)


async def _part_conversation(
    conn: Connection, merge: Merge, told: dict[str, Any], hooks: ConversationHooks
) -> list[UUID]:
    """Give one conversation back; returns those that changed by it: none where it is neither there nor taken up."""
    id_ = UUID(told["id"])
    into: UUID | None = await conn.fetchval(FIND_INTO, merge.workspace_id, id_)
    if into is None:
        if told["into"] is not None:
            return []
        rows = await conn.fetch(GO_ALONE, merge.workspace_id, id_, merge.merged_id, merge.holder_id)
        return [row["id"] for row in rows]
    if told["into"] is None:
        told = await conn.fetchval(FIND_LATER, merge.workspace_id, merge.holder_id, id_)
        if told is None:
            return []
    await _part_thread(conn, merge, told, into, hooks)
    return [id_, into]


async def _part_thread(
    conn: Connection, merge: Merge, told: dict[str, Any], into: UUID, hooks: ConversationHooks
) -> None:
    """Take out of a conversation what another was before this one took it up."""
    workspace_id, id_ = merge.workspace_id, UUID(told["id"])
    if await conn.fetchval(IS_BUSY, workspace_id, into, hearing_lane_of(into)):
        raise ContactBusy
    # A journey through a flow that began as two people's is nobody's.
    await hooks.tell_bot_stopped(conn, BotStopped(workspace_id, into, await read_domain_now(conn), is_closed=True))
    await conn.execute(RESTORE, workspace_id, into, id_, told, merge.merged_id)
    messages = [UUID(each) for each in told["messages"]]
    await conn.execute(GO_BACK[0], workspace_id, into, id_)
    await conn.execute(GO_BACK[1], workspace_id, into, id_, messages)
    for statement in GO_BACK[2:]:
        await conn.execute(statement, workspace_id, into, id_, messages, merge.merged_id)
    await conn.execute(EVENTS_GO_BACK, workspace_id, into, id_, [UUID(each) for each in told["events"]])
    await conn.execute(FOLLOW, workspace_id, into, id_, merge.merged_id)
    recipient = await conn.fetchval(TIDY, workspace_id, into)
    channel_id = UUID(told["channel_id"])
    address = recipient["user_id"] or recipient["phone"]
    if address:
        await conn.execute(SET_LANE, workspace_id, into, lane_of(channel_id, address))
