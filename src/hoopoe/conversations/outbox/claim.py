"""Claiming sends: who may leave now.

Per channel at most the places that its timetable has free, and at most `most_each` under way, so that a slow
provider or a long queue of one channel leaves room for the others; replies before broadcasts; one in flight per
conversation, and nothing overtakes what is queued, sending, retrying or in doubt before it, nor what was accepted and
is to be on the phone first (a barrier, `holds_until`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import narrow, transaction
from hoopoe.kernel.ids import oldest_id
from hoopoe.kernel.json import JsonObject

# Locked first, in a statement of its own: the claim's snapshot is then after the lock, so it sees what
# the last holder of the channel took. Only channels with something due are looked at, and a little of it is counted.
#
# `offset 0`, here and below: keeps PostgreSQL from turning the probe into a join. Its statistics say that
# everything is done (as it nearly always is), so it takes any join over the queue for free, and with 7,000
# queued for one channel chose one that read 29 million rows (6 s; probed: 10 ms). For the same reason rows
# are met by their conversation as well as their id: whichever index is taken then leads straight to them.
# And the update asks for the state in a way that no index answers (`|| ''`): else it begins with all that is queued,
# and compares each with each that was chosen (10,000 queued: 2.4 s; so: 50 ms).
# A channel that its provider asked to slow down (`held_until`) is not looked at before.
LOCK_CHANNELS = """
select channel_pace.workspace_id, channel_pace.channel_id, due.count from channel_pace cross join lateral (
    select count(*) as count from (
        select from outbox where outbox.workspace_id = channel_pace.workspace_id
            and outbox.channel_id = channel_pace.channel_id
            and state in ('queued', 'retrying') and next_at <= now()
        limit $1
    ) as few
) as due
where (held_until is null or held_until <= now()) and due.count > 0
order by channel_pace.workspace_id, channel_pace.channel_id for update of channel_pace skip locked
"""
# How many due rows of a channel are counted: with so few it is known whether a claim left any.
FEW = 100

# A token is a place in the channel's timetable, `spacing` seconds behind the one before, and not leave to send at
# once: however many are claimed together, each leaves at its place, so that no second sees more than the rate. The
# bucket holds the places of the next 0.15 s (of a slow channel up to three, within 0.3 s), so that a claim that comes
# late loses none. A channel without a limit takes what there is room for.
#
# The time is read once: what went by between two readings would be lost to every claim.
CLAIM = """
with clock as materialized (
    select clock_timestamp() as at
), paced as materialized (
    select *, case when spacing is null then $3
                   else least(size, tokens_then + extract(epoch from at - refilled_at) / spacing) end as tokens
    from (
        select pace.workspace_id, pace.channel_id, greatest(0, $5 - busy.count) as room, clock.at, pace.refilled_at,
               pace.tokens as tokens_then, 1 / rate.per_second as spacing,
               1 + least(0.3 * rate.per_second, greatest(0.15 * rate.per_second, 3)) as size
        from unnest($1::uuid[], $2::uuid[]) as locked (workspace_id, channel_id)
        join unnest($1::uuid[], $2::uuid[], $6::int[]) as busy (workspace_id, channel_id, count)
            using (workspace_id, channel_id)
        join channel_pace as pace using (workspace_id, channel_id)
        join channels as channel on channel.workspace_id = pace.workspace_id and channel.id = pace.channel_id
        cross join clock
        cross join lateral (select channel.messages_per_second::float8 * $7 as per_second) as rate
        where channel.status = 'active'
    ) as channel
), chosen as materialized (
    select due.workspace_id, due.channel_id, due.conversation_id, due.id,
           (paced.size - paced.tokens + due.round - 1) * paced.spacing as leaves_in
    from paced cross join lateral (
        select workspace_id, channel_id, conversation_id, id, priority,
               row_number() over (order by priority, id) as round
        from outbox
        where workspace_id = paced.workspace_id and channel_id = paced.channel_id
          and state in ('queued', 'retrying') and next_at <= now()
          and not exists (
              select from outbox as ahead
              where ahead.workspace_id = outbox.workspace_id and ahead.conversation_id = outbox.conversation_id
                and ahead.state in ('queued', 'sending', 'retrying', 'unknown') and ahead.id < outbox.id
              offset 0
          )
          and not exists (
              select from outbox as flying
              where flying.workspace_id = outbox.workspace_id and flying.conversation_id = outbox.conversation_id
                and flying.state = 'sending'
              offset 0
          )
          and not exists (
              select from outbox as holding
              where holding.workspace_id = outbox.workspace_id and holding.conversation_id = outbox.conversation_id
                and holding.holds_until is not null and holding.holds_until > now() and holding.id < outbox.id
              offset 0
          )
        order by priority, id limit least(floor(paced.tokens), $3, paced.room)::int
    ) as due
    order by priority, round limit $3
), spent as (
    update channel_pace set tokens = paced.tokens - coalesce(taken.count, 0), refilled_at = paced.at
    from paced left join (
        select workspace_id, channel_id, count(*) as count from chosen group by workspace_id, channel_id
    ) as taken using (workspace_id, channel_id)
    where channel_pace.workspace_id = paced.workspace_id and channel_pace.channel_id = paced.channel_id
)
update outbox set state = 'sending', attempt = attempt + 1, attempted_at = now(),
    lease_until = now() + make_interval(secs => $4)
from chosen
where outbox.workspace_id = chosen.workspace_id and outbox.conversation_id = chosen.conversation_id
  and outbox.id = chosen.id and outbox.state || '' in ('queued', 'retrying')
returning outbox.workspace_id, outbox.id, outbox.channel_id, outbox.conversation_id, outbox.message_id, outbox.attempt,
    outbox.content, outbox.recipient, outbox.reply_to, outbox.priority, outbox.category, outbox.attempted_at,
    chosen.leaves_in
"""
# Of the allowed rate. The rest is for what the way to the provider adds: of two messages that leave in different
# seconds the first may be slower, and both arrive in one. At 0.955 it may be 47 ms slower.
SHARE_OF_RATE = 0.955

# The last look before sending, for every path: where to, is the window still open, does the person want what is
# marketing, and does the pair rate allow it?
# Meta takes one message to one person every 6 s and lets 45 go ahead, borrowed from the time after: the
# 45th before this one must be 45 * 6 s old. Read from what was accepted, so that all workers agree; what was decided
# days ago ($5: an id of then) is not looked through, so that long conversations cost no more than short ones. In the
# order of the acceptances, which no index has: in that of the ids it may be looked for among all of the workspace's.
LOOK = """
select claimed.position, conversation.window_expires_at > domain_now() as is_open, conversation.recipient,
       consent.state is not null as is_opted_out,
       greatest(0, extract(epoch from crowd.accepted_at - domain_now()) + 270) as pair_wait
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
    with ordinality as claimed (workspace_id, conversation_id, channel_id, category, position)
cross join lateral (
    select window_expires_at, contact_id, recipient from conversations
    where workspace_id = claimed.workspace_id and id = claimed.conversation_id limit 1
) as conversation
cross join lateral (
    select pair_limit from channels where workspace_id = claimed.workspace_id and id = claimed.channel_id limit 1
) as channel
left join lateral (
    select state from consents
    where claimed.category is not null and workspace_id = claimed.workspace_id
      and contact_id = conversation.contact_id and category = claimed.category and state = 'opted_out' limit 1
) as consent on true
left join lateral (
    select accepted_at from messages
    where channel.pair_limit and workspace_id = claimed.workspace_id and conversation_id = claimed.conversation_id
      and accepted_at is not null and direction = 'out' and id > $5
    order by accepted_at desc offset 44 limit 1
) as crowd on true
order by claimed.position
"""

CROWD_AGE = timedelta(days=2)

# A person may have moved since the message was decided on: it goes to where the conversation answers now, and what a
# listing is searched for is where it went.
READDRESS = """
update outbox set recipient = moved.recipient
from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::jsonb[]) as moved (workspace_id, conversation_id, id, recipient)
where outbox.workspace_id = moved.workspace_id and outbox.conversation_id = moved.conversation_id
  and outbox.id = moved.id
"""

# A new attempt counts anew before it leaves: a late failure of the one before cannot fail it. An attempt before it that
# was plainly accepted (it failed later) is filed now: until now the message itself told of it.
BEGIN_ATTEMPTS = """
with before as (
    insert into message_attempts (workspace_id, message_id, attempt, outcome, provider_id, at)
    select messages.workspace_id, messages.id, messages.attempt, 'accepted', messages.provider_id, messages.accepted_at
    from unnest($1::uuid[], $2::uuid[], $3::int2[]) as begun (workspace_id, id, attempt)
    join messages on messages.workspace_id = begun.workspace_id and messages.id = begun.id
    where messages.attempt between 1 and begun.attempt - 1 and messages.accepted_at is not null
    on conflict do nothing
)
update messages set attempt = begun.attempt, provider_id = null, failure = null,
    status = case when status = 'failed' then 'pending' else status end
from unnest($1::uuid[], $2::uuid[], $3::int2[]) as begun (workspace_id, id, attempt)
where messages.workspace_id = begun.workspace_id and messages.id = begun.id
"""


@dataclass(frozen=True, slots=True)
class Send:
    """One claimed attempt. It may be sent while its lease lasts, and must be acknowledged."""

    workspace_id: UUID
    id: int
    channel_id: UUID
    conversation_id: UUID
    message_id: UUID
    attempt: int
    claimed_at: datetime
    content: JsonObject
    recipient: JsonObject
    reply_to: str | None
    is_window_open: bool
    is_opted_out: bool
    pair_wait: float
    place: float | None = None
    """When it leaves, by this process's monotonic clock: its place in the channel's timetable, where it has one."""

    @property
    def opaque(self) -> str:
        """What the provider carries for us: `<message>.<attempt>`."""
        return f"{self.message_id}.{self.attempt}"


@dataclass(frozen=True, slots=True)
class Claim:
    """What was claimed. `is_idle`: nothing else is due, free to leave or not, where no other looks."""

    sends: list[Send]
    is_idle: bool = False


async def claim_sends(
    pool: Pool,
    *,
    room: int,
    lease_seconds: float,
    most_each: int | None = None,
    under_way: Mapping[UUID, int] = MappingProxyType({}),
) -> list[Send]:
    """What `make_claim` claims."""
    claim = await make_claim(pool, room=room, lease_seconds=lease_seconds, most_each=most_each, under_way=under_way)
    return claim.sends


async def make_claim(
    pool: Pool,
    *,
    room: int,
    lease_seconds: float,
    most_each: int | None = None,
    under_way: Mapping[UUID, int] = MappingProxyType({}),
) -> Claim:
    """Claim up to `room` sends of any channel. Each has begun an attempt and holds its conversation's line.

    No channel gets more than `most_each` (None: no bound) together with what the caller has `under_way` for it.
    """
    async with transaction(pool, role=tenancy.PIPE) as conn:
        channels = await conn.fetch(LOCK_CHANNELS, FEW)
        if not channels:
            return Claim([], is_idle=True)
        asked_at = time.monotonic()
        rows = await conn.fetch(
            CLAIM,
            [row["workspace_id"] for row in channels],
            [row["channel_id"] for row in channels],
            room,
            lease_seconds,
            room if most_each is None else most_each,
            [0 if most_each is None else under_way.get(row["channel_id"], 0) for row in channels],
            SHARE_OF_RATE,
        )
        if not rows:
            return Claim([])
        rows.sort(key=lambda row: (row["priority"], row["id"]))
        await narrow(conn, {row["workspace_id"] for row in rows})
        looks = await conn.fetch(
            LOOK,
            [row["workspace_id"] for row in rows],
            [row["conversation_id"] for row in rows],
            [row["channel_id"] for row in rows],
            [row["category"] for row in rows],
            oldest_id(datetime.now(UTC) - CROWD_AGE),
        )
        again = [row for row in rows if row["attempt"] > 1]
        if again:
            await conn.execute(
                BEGIN_ATTEMPTS,
                [row["workspace_id"] for row in again],
                [row["message_id"] for row in again],
                [row["attempt"] for row in again],
            )
        moved = [
            (row, look["recipient"])
            for row, look in zip(rows, looks, strict=True)
            if row["recipient"] != look["recipient"]
        ]
        if moved:
            await conn.execute(
                READDRESS,
                [row["workspace_id"] for row, _ in moved],
                [row["conversation_id"] for row, _ in moved],
                [row["id"] for row, _ in moved],
                [recipient for _, recipient in moved],
            )
        sends = [
            Send(
                workspace_id=row["workspace_id"],
                id=row["id"],
                channel_id=row["channel_id"],
                conversation_id=row["conversation_id"],
                message_id=row["message_id"],
                attempt=row["attempt"],
                claimed_at=row["attempted_at"],
                content=row["content"],
                recipient=look["recipient"],
                reply_to=row["reply_to"],
                is_window_open=bool(look["is_open"]),
                is_opted_out=look["is_opted_out"],
                pair_wait=float(look["pair_wait"] or 0),
                place=asked_at + float(row["leaves_in"]) if row["leaves_in"] is not None else None,
            )
            for row, look in zip(rows, looks, strict=True)
        ]
        counts = [row["count"] for row in channels]
        return Claim(sends, is_idle=max(counts) < FEW and sum(counts) <= len(sends))
