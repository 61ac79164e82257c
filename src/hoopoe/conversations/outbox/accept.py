"""The plain case of an acknowledgement: the first attempt was accepted, and nothing else has been said of it.

Nearly every send ends so, and then one statement says it all: the outbox moves on, the message has its id, the screens
are told. No row is kept of such an attempt (`message_attempts` has the others): the message itself says when it was
accepted and under which id, and whatever begins a second attempt files the first (`outbox.claim`).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hoopoe.conversations.outbox.claim import Send
from hoopoe.conversations.outbox.policy import DELIVERY_SECONDS
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db.pool import Connection

# Guarded by the claim, as every acknowledgement (outbox.acknowledge). A message that is no longer as it was filed, as a
# status came before the answer or another message has the id already (an echo of it), is left to the long way, with its
# row of the outbox. A status that comes while this is written is met by the second look, at the message itself.
#
# In the order of the messages' ids, which is the one in which everybody locks them.
ACCEPT = """
with moved as (
    update outbox set state = 'done', lease_until = null,
        holds_until = case when waits_for_delivery then now() + make_interval(secs => $5) end
    from unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::text[])
        as accepted (workspace_id, claimed_at, id, provider_id)
    where outbox.workspace_id = accepted.workspace_id and outbox.id = accepted.id
      and outbox.attempt = 1 and outbox.attempted_at = accepted.claimed_at and outbox.state || '' = 'sending'
      and exists (
          select from messages as filed where filed.workspace_id = outbox.workspace_id and filed.id = outbox.message_id
              and filed.status = 'pending' and filed.provider_id is null
          offset 0
      )
      and not exists (
          select from messages as other where other.workspace_id = outbox.workspace_id
              and other.channel_id = outbox.channel_id and other.provider_id = accepted.provider_id
          offset 0
      )
    returning outbox.workspace_id, outbox.message_id, accepted.provider_id
), said as (
    update messages set attempt = 1, status = 'accepted', provider_id = moved.provider_id, accepted_at = domain_now()
    from moved
    where messages.workspace_id = moved.workspace_id and messages.id = moved.message_id
      and messages.status = 'pending' and messages.provider_id is null and messages.accepted_at is null
    returning messages.workspace_id, messages.id
), told as (
    insert into events (workspace_id, type, ref, others)
    select workspace_id, $6, refs[1], nullif(refs[2:], '{}')
    from (select workspace_id, array_agg(id) as refs from said group by workspace_id) as of_workspace
)
select id from said
"""


async def accept_sends(conn: Connection, accepted: Sequence[tuple[Send, str | None]]) -> set[UUID]:
    """Write that first attempts were accepted, under their providers' ids; returns the messages that are done with."""
    ordered = sorted(accepted, key=lambda pair: (pair[0].workspace_id, pair[0].message_id))
    rows = await conn.fetch(
        ACCEPT,
        [send.workspace_id for send, _ in ordered],
        [send.claimed_at for send, _ in ordered],
        [send.id for send, _ in ordered],
        [provider_id for _, provider_id in ordered],
        DELIVERY_SECONDS,
        EventType.MESSAGE_STATUS,
    )
    return {row["id"] for row in rows}
