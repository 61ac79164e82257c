"""Sends in doubt: leases that ran out, answers that were lost.

An expired lease never goes back to `queued`: the request may have left. It becomes `unknown` and holds
its conversation's line until a status settles it. Where a provider cannot list what was sent (Meta) there is
one way out without a status: when the channel has meanwhile received a status for a later send, the callbacks
work and this one never arrived, so it is sent again, once. Otherwise a person is asked.

That status must itself be as old as a doubt has to be. After an outage of ours the provider tells of everything
that it took meanwhile, in any order and over some time: the first word of a later send says nothing about this one.
And another must have come lately: that callbacks worked once says nothing of an outage that is going on. Where nothing
is sent meanwhile a person is asked, until something is. And a status that waits in our own inbox, because turns are
behind, has arrived.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import structlog

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import Provider
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool
from hoopoe.kernel.db.unit_of_work import narrow, transaction

log = structlog.get_logger()

PAGE: Final = 200

EXPIRE = """
with expired as (
    select workspace_id, conversation_id, id from outbox where state = 'sending' and lease_until < now()
    order by workspace_id, id limit 500 for update skip locked
), doubted as (
    update outbox set state = 'unknown', lease_until = null
    from expired
    where outbox.workspace_id = expired.workspace_id and outbox.conversation_id = expired.conversation_id
      and outbox.id = expired.id
    returning outbox.workspace_id, outbox.message_id, outbox.attempt
), told as (
    insert into events (workspace_id, type, ref) select workspace_id, '{type}', message_id from doubted
)
select workspace_id, message_id, attempt from doubted
"""

KEEP_ATTEMPTS = """
insert into message_attempts (workspace_id, message_id, attempt, outcome, error)
select workspace_id, message_id, attempt, 'unknown', '{"code": 0, "title": "The answer was lost."}'::jsonb
from unnest($1::uuid[], $2::uuid[], $3::int2[]) as doubted (workspace_id, message_id, attempt)
on conflict do nothing
"""

# Looked at again and again: the evidence may come after a person was asked, and takes the question back. A page at a
# time, oldest first, from behind the one before ($3, $4): those that wait for a person may be many.
RESOLVE = """
with doubted as (
    select workspace_id, id, channel_id, conversation_id, message_id, attempted_at, needs_person from outbox
    where state = 'unknown' and not resent and attempted_at < now() - make_interval(secs => $1)
      and attempted_at >= $3 and (attempted_at, id) > ($3, $4)
    order by attempted_at, id limit $5 for update skip locked
), told as materialized (
    select workspace_id, split_part(item -> 'status' ->> 'biz_opaque_callback_data', '.', 1) as message_id from inbox
    where state = 'waiting' and kind = 'status' and workspace_id in (select workspace_id from doubted)
), judged as (
    select doubted.*, coalesce(later.status_seen_at >= now() - make_interval(secs => $1), false) as is_hinted,
           coalesce(later.status_seen_at < now() - make_interval(secs => $1)
                    and latest.status_seen_at > now() - make_interval(secs => greatest($1, 10)), false) as is_lost
    from doubted
    left join lateral (
        select status_seen_at from outbox as later
        where later.workspace_id = doubted.workspace_id and later.channel_id = doubted.channel_id
          and later.status_seen_at is not null and later.attempted_at > doubted.attempted_at
          and exists (
              select from channels where channels.workspace_id = doubted.workspace_id
                and channels.id = doubted.channel_id and channels.provider = any ($2::text[])
          )
        order by later.attempted_at limit 1
    ) as later on true
    left join lateral (
        select status_seen_at from outbox as latest
        where latest.workspace_id = doubted.workspace_id and latest.channel_id = doubted.channel_id
          and latest.status_seen_at is not null
        order by latest.attempted_at desc limit 1
    ) as latest on true
    where not exists (
        select from told
        where told.workspace_id = doubted.workspace_id and told.message_id = doubted.message_id::text
    )
), moved as (
    update outbox set
        state = case when judged.is_lost then 'queued' else outbox.state end,
        resent = judged.is_lost, needs_person = not judged.is_lost, next_at = now()
    from judged
    where outbox.workspace_id = judged.workspace_id and outbox.conversation_id = judged.conversation_id
      and outbox.id = judged.id and (judged.is_lost or not (judged.is_hinted or judged.needs_person))
    returning outbox.workspace_id, outbox.message_id
), told_of as (
    insert into events (workspace_id, type, ref) select workspace_id, '{type}', message_id from moved
)
select attempted_at, id, (select count(*) from moved) as moved from doubted order by attempted_at desc, id desc limit 1
"""

# In doubt again, after it was sent again.
ASK = """
with asked as (
    update outbox set needs_person = true
    where state = 'unknown' and resent and not needs_person and attempted_at < now() - make_interval(secs => $1)
    returning workspace_id, message_id
)
insert into events (workspace_id, type, ref) select workspace_id, '{type}', message_id from asked
"""

# They hold nothing any more, but stand in the index that every claim looks into.
RELEASE = """
update outbox set holds_until = null
where holds_until is not null and holds_until < now() - interval '1 minute'
"""


async def expire_leases(pool: Pool) -> int:
    """Put sends whose lease ran out in doubt; returns how many there were."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        rows = await conn.fetch(EXPIRE.format(type=EventType.MESSAGE_STATUS))
        if rows:
            await narrow(conn, {row["workspace_id"] for row in rows})
            await conn.execute(
                KEEP_ATTEMPTS,
                [row["workspace_id"] for row in rows],
                [row["message_id"] for row in rows],
                [row["attempt"] for row in rows],
            )
    if rows:
        log.warning("sends_in_doubt", count=len(rows))
    return len(rows)


async def release_holds(pool: Pool) -> None:
    """Forget barriers that are over: nobody told what became of their messages."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        await conn.execute(RELEASE)


async def resolve_doubts(pool: Pool, *, after_seconds: float) -> int:
    """Send again, once, what has provably not arrived; ask a person about the rest. Looks at every doubt."""
    async with transaction(pool, role=tenancy.PIPE) as conn:
        tag = await conn.execute(ASK.format(type=EventType.MESSAGE_STATUS), after_seconds)
    count = int(tag.rsplit(" ", 1)[-1])
    sql = RESOLVE.replace("{type}", EventType.MESSAGE_STATUS)
    silent = [provider for provider in Provider if not capabilities_of(provider).has_listing]
    last: tuple[datetime, int] | None = (datetime.min.replace(tzinfo=UTC), 0)
    while last is not None:
        async with transaction(pool, role=tenancy.PIPE) as conn:
            row = await conn.fetchrow(sql, after_seconds, silent, *last, PAGE)
        last = None if row is None else (row["attempted_at"], row["id"])
        count += 0 if row is None else row["moved"]
    return count
