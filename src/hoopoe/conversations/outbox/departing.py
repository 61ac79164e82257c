"""Answers that leave with the turn that made them: filed as claimed, and sent once the turn is committed.

Whoever queues a message holds its conversation, so a turn knows without a claim whether anything stands before its
answer: what it reads after the lock can only have gone on since. It takes the channel's places as a claim does
(outbox.claim), and what finds none, or is not plain, is queued and claimed like everything else. A process that is
killed between the commit and the request leaves what a claim would leave: a lease that runs out, and a doubt.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

from hoopoe.conversations.outbox.claim import CROWD_AGE, SHARE_OF_RATE, Send
from hoopoe.conversations.outbox.queue import NONE_LEAVES, Leaving, OutgoingMessage, Priority, content_to_send
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.ids import oldest_id

# The bucket of a channel with a rate is taken as a claim takes it (outbox.claim tells how it is counted), and passed
# over while somebody else holds it. Nothing is taken of a channel where replies wait that may leave: they were first.
# Of those that wait the first 100 are looked at: where they are more, all of it goes through the queue.
# `offset 0`: docs/decisions/0010.
RESERVE = """
with clock as materialized (
    select clock_timestamp() as at
), paced as materialized (
    select *, case when spacing is null then room
                   else least(size, tokens_then + extract(epoch from at - refilled_at) / spacing) end as tokens
    from (
        select asked.workspace_id, asked.channel_id, asked.room, clock.at, channel.pair_limit, pace.refilled_at,
               pace.tokens as tokens_then, 1 / channel.per_second as spacing,
               1 + least(0.3 * channel.per_second, greatest(0.15 * channel.per_second, 3)) as size
        from unnest($1::uuid[], $2::uuid[], $3::int[]) as asked (workspace_id, channel_id, room)
        cross join clock
        cross join lateral (
            select messages_per_second::float8 * $4 as per_second, pair_limit from channels
            where workspace_id = asked.workspace_id and id = asked.channel_id and status = 'active' limit 1
        ) as channel
        left join lateral (
            select tokens, refilled_at from channel_pace
            where workspace_id = asked.workspace_id and channel_id = asked.channel_id
              and channel.per_second is not null and $9 for update skip locked
        ) as pace on true
        where (channel.per_second is null or pace.tokens is not null)
          and not exists (
              select from channel_pace as slowed where slowed.workspace_id = asked.workspace_id
                and slowed.channel_id = asked.channel_id and slowed.held_until > now()
              offset 0
          )
          and not exists (
              select from (
                  select workspace_id, conversation_id, id, row_number() over (order by id) as place from outbox
                  where outbox.workspace_id = asked.workspace_id and outbox.channel_id = asked.channel_id
                    and state in ('queued', 'retrying') and priority = 0 and next_at <= now()
                  order by id limit 100
              ) as due
              where due.place = 100 or not (
                  exists (
                      select from outbox as ahead
                      where ahead.workspace_id = due.workspace_id and ahead.conversation_id = due.conversation_id
                        and ahead.state in ('queued', 'sending', 'retrying', 'unknown')
                        and (ahead.id < due.id or ahead.state = 'sending')
                      offset 0
                  )
                  or exists (
                      select from outbox as holding
                      where holding.workspace_id = due.workspace_id and holding.conversation_id = due.conversation_id
                        and holding.holds_until is not null and holding.holds_until > now() and holding.id < due.id
                      offset 0
                  )
              )
              offset 0
          )
    ) as free
), chosen as materialized (
    select *, (size - tokens + round - 1) * spacing as leaves_in from (
        select paced.*, answer.position,
               row_number() over (partition by answer.channel_id order by answer.position) as round
        from unnest($5::uuid[], $6::uuid[], $7::uuid[])
            with ordinality as answer (workspace_id, channel_id, conversation_id, position)
        join paced on paced.workspace_id = answer.workspace_id and paced.channel_id = answer.channel_id
        where not exists (
              select from (
                  select accepted_at from messages
                  where paced.pair_limit and messages.workspace_id = answer.workspace_id
                    and messages.conversation_id = answer.conversation_id
                    and accepted_at is not null and direction = 'out' and messages.id > $8
                  order by accepted_at desc offset 44 limit 1
              ) as crowd
              where crowd.accepted_at > domain_now() - interval '270 seconds'
          )
          and not exists (
              select from outbox as ahead
              where ahead.workspace_id = answer.workspace_id and ahead.conversation_id = answer.conversation_id
                and ahead.state in ('queued', 'sending', 'retrying', 'unknown')
              offset 0
          )
          and not exists (
              select from outbox as holding
              where holding.workspace_id = answer.workspace_id and holding.conversation_id = answer.conversation_id
                and holding.holds_until is not null and holding.holds_until > now()
              offset 0
          )
    ) as free
    where round <= least(floor(tokens), room)
), spent as (
    update channel_pace set tokens = taken.tokens - taken.count, refilled_at = taken.at
    from (
        select workspace_id, channel_id, tokens, at, count(*) as count from chosen where spacing is not null
        group by workspace_id, channel_id, tokens, at
    ) as taken
    where channel_pace.workspace_id = taken.workspace_id and channel_pace.channel_id = taken.channel_id
)
select position, paced.at, leaves_in, paced.spacing is not null as is_paced
from paced left join chosen on chosen.workspace_id = paced.workspace_id and chosen.channel_id = paced.channel_id
"""


class Departures(Protocol):
    """Where answers leave from: the sender of this process."""

    @property
    def lease_seconds(self) -> float:
        """How long what leaves may be under way."""
        ...

    @property
    def room(self) -> int:
        """How many more may be under way here."""
        ...

    @property
    def is_prompt(self) -> bool:
        """Whether what was taken lately left at about its place: else no place of a timetable is taken ahead."""
        ...

    def places(self, channels: Collection[UUID]) -> Mapping[UUID, int]:
        """How many more of each of these channels may be under way here."""
        ...

    def take(self, sends: Sequence[Send], deadline: float) -> None:
        """Send them: they are committed, and may leave until `deadline` of the monotonic clock."""
        ...

    def give_back(self, sends: Sequence[Send]) -> None:
        """Queue them again if they were committed, which nobody knows: none has left."""
        ...

    def look(self) -> None:
        """Claim soon: while places were taken for a turn, claims passed over its channels."""
        ...


def pick_answers(messages: Sequence[OutgoingMessage]) -> list[OutgoingMessage]:
    """The first message of each conversation, where it is a plain reply."""
    first: dict[UUID, OutgoingMessage] = {}
    for message in messages:
        first.setdefault(message.conversation_id, message)
    return [message for message in first.values() if message.priority is Priority.REPLY and message.category is None]


async def reserve_places(conn: Connection, departures: Departures, answers: Sequence[OutgoingMessage]) -> Leaving:
    """Take places for answers, at most one of each conversation. The caller holds the conversations, and commits.

    Asks for none whose window is closed: this looks at all else that a claim looks at.
    """
    answers = answers[: departures.room]
    channels = {(answer.workspace_id, answer.channel_id) for answer in answers}
    free = departures.places([channel_id for _, channel_id in channels])
    asked = sorted((workspace_id, id_) for workspace_id, id_ in channels if free.get(id_, 0) > 0)
    if not asked:
        return NONE_LEAVES
    begun = time.monotonic()
    rows = await conn.fetch(
        RESERVE,
        [workspace_id for workspace_id, _ in asked],
        [id_ for _, id_ in asked],
        [free[id_] for _, id_ in asked],
        SHARE_OF_RATE,
        [answer.workspace_id for answer in answers],
        [answer.channel_id for answer in answers],
        [answer.conversation_id for answer in answers],
        oldest_id(datetime.now(UTC) - CROWD_AGE),
        departures.is_prompt,
    )
    if not rows:
        return NONE_LEAVES
    return Leaving(
        at=rows[0]["at"],
        holds_channels=any(row["is_paced"] for row in rows),
        lease_seconds=departures.lease_seconds,
        deadline=begun + departures.lease_seconds / 2,
        places={
            answers[row["position"] - 1].id: begun + float(row["leaves_in"]) if row["leaves_in"] is not None else None
            for row in rows
            if row["position"] is not None
        },
    )


def to_sends(leaving: Leaving, messages: Sequence[OutgoingMessage], filed: Sequence[Record]) -> list[Send]:
    """What leaves of these messages, as it was filed: each row's `id` and `message_id`."""
    if leaving.at is None:
        return []
    ids = {row["message_id"]: row["id"] for row in filed}
    return [
        Send(
            workspace_id=message.workspace_id,
            id=ids[message.id],
            channel_id=message.channel_id,
            conversation_id=message.conversation_id,
            message_id=message.id,
            attempt=1,
            claimed_at=leaving.at,
            content=content_to_send(message.content),
            recipient=message.recipient,
            reply_to=message.reply_to,
            is_window_open=True,
            is_opted_out=False,
            pair_wait=0.0,
            place=leaving.places[message.id],
        )
        for message in messages
        if message.id in leaving.places
    ]
