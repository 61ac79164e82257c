"""Sending again because a person says so: what gave up, what failed, what stays in doubt."""

from __future__ import annotations

from uuid import UUID

from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection

# What gave up has left its conversation's line, which went on: it is sent again behind what waits there now
# (`id = default` numbers it anew).
REQUEUE_AT_THE_END = """
update outbox set state = 'queued', next_at = now(), needs_person = false, resent = true, status_seen_at = null,
    id = default
from messages
where outbox.workspace_id = $1 and outbox.message_id = $2
  and messages.workspace_id = outbox.workspace_id and messages.id = outbox.message_id
  and (outbox.state = 'dead' or (outbox.state = 'done' and messages.status = 'failed'))
returning outbox.id
"""
# What is in doubt holds the line, and keeps its place. It may be sent again only when the machine has given it to
# a person.
REQUEUE_IN_PLACE = """
update outbox set state = 'queued', next_at = now(), needs_person = false, resent = true, status_seen_at = null
where workspace_id = $1 and message_id = $2 and state = 'unknown' and needs_person
returning id
"""


async def retry_send(conn: Connection, scope: WorkspaceScope, message_id: UUID) -> None:
    """Queue a message again, as a new attempt. The caller holds its conversation's row.

    Raises `NothingToRetry` when the message did not fail and nobody was asked about it. Its dead letter,
    if there is one, is resolved.
    """
    queued = await conn.fetchval(REQUEUE_AT_THE_END, scope.workspace_id, message_id)
    queued = queued or await conn.fetchval(REQUEUE_IN_PLACE, scope.workspace_id, message_id)
    if queued is None:
        raise NothingToRetry
    await conn.execute(
        "update messages set status = 'pending', failure = null where workspace_id = $1 and id = $2",
        scope.workspace_id,
        message_id,
    )
    await conn.execute(
        "update dead_letters set state = 'resolved', resolved_at = domain_now() "
        "where workspace_id = $1 and message_id = $2 and state = 'failed'",
        scope.workspace_id,
        message_id,
    )
    await record_events(conn, [EventRow(scope.workspace_id, EventType.MESSAGE_STATUS, message_id)])
