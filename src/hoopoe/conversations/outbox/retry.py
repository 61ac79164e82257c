"""Sending again: what gave up, what failed, what stays in doubt. A person says so, or the dead letters' steps."""

from __future__ import annotations

from uuid import UUID

from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.contract import OutboundContent, Provider
from hoopoe.channels.fitting import Fitted, fit
from hoopoe.conversations.content import content_to_json, content_type
from hoopoe.conversations.outbox.composing import fitting_to_json
from hoopoe.conversations.outbox.errors import NothingToRetry
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, ValidationFailed

# What gave up has left its conversation's line, which went on: it is sent again behind what waits there now
# (`id = default` numbers it anew).
REQUEUE_AT_THE_END = """
update outbox set state = 'queued', next_at = now(), needs_person = false, resent = true, status_seen_at = null,
    attempted_at = null, id = default, content = coalesce($3, outbox.content)
from messages
where outbox.workspace_id = $1 and outbox.message_id = $2
  and messages.workspace_id = outbox.workspace_id and messages.id = outbox.message_id
  and (outbox.state = 'dead' or (outbox.state = 'done' and messages.status = 'failed'))
returning outbox.id
"""
# What is in doubt holds the line, and keeps its place. It may be sent again only when the machine has given it to
# a person.
REQUEUE_IN_PLACE = """
update outbox set state = 'queued', next_at = now(), needs_person = false, resent = true, status_seen_at = null,
    content = coalesce($3, content)
where workspace_id = $1 and message_id = $2 and state = 'unknown' and needs_person
returning id
"""

# Resolved only when the provider has accepted it: see monitoring.
TELL_LETTER = """
update dead_letters set state = 'retrying', state_at = now(), next_retry_at = null, retry_count = retry_count + 1,
    payload = case when $3::jsonb is null then payload else jsonb_set(payload, '{content}', $3) end
where workspace_id = $1 and message_id = $2 and kind = 'send' and state in ('failed', 'archived')
"""


async def retry_send(
    conn: Connection, workspace_id: UUID, message_id: UUID, *, content: OutboundContent | None = None
) -> None:
    """Queue a message again, as a new attempt, with another content if one is given. The caller holds its conversation.

    Raises `NothingToRetry` when the message did not fail and nobody was asked about it, and `ValidationFailed` for
    a content that one message does not hold. Its dead letter, if there is one, is under way again.
    """
    fitted = await _fit_edited(conn, workspace_id, message_id, content) if content is not None else None
    content = fitted.parts[0] if fitted is not None else None
    written = {"type": content_type(content), **content_to_json(content)} if content is not None else None
    queued = await conn.fetchval(REQUEUE_AT_THE_END, workspace_id, message_id, written)
    queued = queued or await conn.fetchval(REQUEUE_IN_PLACE, workspace_id, message_id, written)
    if queued is None:
        raise NothingToRetry
    await conn.execute(
        """
        update messages set status = 'pending', failure = null, type = coalesce($3, type),
            content = coalesce($4, content), fitting = case when $4::jsonb is null then fitting else $5 end
        where workspace_id = $1 and id = $2
        """,
        workspace_id,
        message_id,
        content_type(content) if content is not None else None,
        content_to_json(content) if content is not None else None,
        fitting_to_json(fitted.degradations, []) if fitted is not None and fitted.degradations else None,
    )
    await conn.execute(TELL_LETTER, workspace_id, message_id, written)
    await record_events(conn, [EventRow(workspace_id, EventType.MESSAGE_STATUS, message_id)])


async def _fit_edited(conn: Connection, workspace_id: UUID, message_id: UUID, content: OutboundContent) -> Fitted:
    """An edited content as its channel takes it. It replaces one message, so it has to be one."""
    provider: str | None = await conn.fetchval(
        """
        select provider from channels where workspace_id = $1 and id = (
            select channel_id from outbox where workspace_id = $1 and message_id = $2
        )
        """,
        workspace_id,
        message_id,
    )
    if provider is None:
        raise NothingToRetry
    fitted = fit(content, capabilities_of(Provider(provider)))
    if len(fitted.parts) > 1:
        words = f"This needs {len(fitted.parts)} messages, and it takes the place of one. Shorten it."
        raise ValidationFailed(FieldFault("message", words, "too_long"))
    return fitted
