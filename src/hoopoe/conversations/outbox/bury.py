"""Dead letters of sends: one for each message that failed, written by whoever learns of the failure.

It may be the answer to the send or a status that comes later. What is worth another try, and when, is decided
by the slice above (monitoring).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.ids import new_id

# A message that fails again is the same letter: its tries are counted on it.
BURY = """
insert into dead_letters
    (workspace_id, id, kind, channel_id, conversation_id, message_id, payload, error_code, error_text)
select buried.workspace_id, buried.id, 'send', send.channel_id, send.conversation_id, buried.message_id,
       jsonb_build_object('content', send.content, 'recipient', send.recipient), buried.code, buried.text
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
    as buried (workspace_id, id, message_id, code, text)
cross join lateral (
    select channel_id, conversation_id, content, recipient from outbox
    where workspace_id = buried.workspace_id and message_id = buried.message_id limit 1
) as send
on conflict (workspace_id, message_id) where kind = 'send' do update set
    state = 'failed', payload = excluded.payload, error_code = excluded.error_code, error_text = excluded.error_text,
    failed_at = domain_now(), state_at = now(), next_retry_at = null, is_triaged = false, resolved_at = null
"""

# Under way again without anybody's press: it is no try of the letter's own.
RESENT = """
update dead_letters set state = 'retrying', state_at = now(), next_retry_at = null
from unnest($1::uuid[], $2::uuid[]) as resent (workspace_id, message_id)
where dead_letters.workspace_id = resent.workspace_id and dead_letters.message_id = resent.message_id
  and dead_letters.kind = 'send' and dead_letters.state = 'failed'
"""


# It arrived all the same, and the failure was told first.
RESOLVE = """
update dead_letters set state = 'resolved', state_at = now(), next_retry_at = null, resolved_at = domain_now()
from unnest($1::uuid[], $2::uuid[]) as arrived (workspace_id, message_id)
where dead_letters.workspace_id = arrived.workspace_id and dead_letters.message_id = arrived.message_id
  and dead_letters.kind = 'send' and dead_letters.state in ('failed', 'retrying')
"""


@dataclass(frozen=True, slots=True)
class FailedSend:
    """A message that failed: the provider's code, its own words, and when it says that it failed."""

    workspace_id: UUID
    message_id: UUID
    code: str
    text: str
    at: datetime


async def bury_sends(conn: Connection, failed: Sequence[FailedSend]) -> None:
    """Write the dead letters of messages that failed, each named once."""
    if not failed:
        return
    ordered = sorted(failed, key=lambda each: (each.workspace_id, each.message_id))
    await conn.execute(
        BURY,
        [each.workspace_id for each in ordered],
        [new_id() for _ in ordered],
        [each.message_id for each in ordered],
        [each.code for each in ordered],
        [each.text for each in ordered],
    )


async def resolve_sends(conn: Connection, messages: Sequence[tuple[UUID, UUID]]) -> None:
    """Close the letters of messages, given as (workspace, message), that arrived after all."""
    if messages:
        await conn.execute(RESOLVE, [workspace for workspace, _ in messages], [id_ for _, id_ in messages])


async def tell_resent(conn: Connection, messages: Sequence[tuple[UUID, UUID]]) -> None:
    """Say of messages, given as (workspace, message), that the machine has queued them again."""
    await conn.execute(RESENT, [workspace for workspace, _ in messages], [id_ for _, id_ in messages])
