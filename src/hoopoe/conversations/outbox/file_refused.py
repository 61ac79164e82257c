"""A message that the provider took, and then failed for its file alone: sent once more, with the file brought anew.

Providers find out about a file only after they took its message: what they kept of it has gone, or could not be read.
Source: Meta, support/error-codes, 131053; Twilio, error dictionary, 63019.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from hoopoe.channels.media import FILE_REFUSED_CODES
from hoopoe.conversations.outbox.bury import tell_resent
from hoopoe.conversations.progress import Report
from hoopoe.conversations.status import MessageStatus
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection
from hoopoe.media.files import forget_uploads

# The conversation's line went on meanwhile: it is sent again behind what waits there now. Once, and never for a message
# that a person or the machine has sent again before.
SEND_AGAIN: Final = """
with refused as (
    select distinct * from unnest($1::uuid[], $2::uuid[], $3::int2[]) as refused (workspace_id, message_id, attempt)
), again as (
    update outbox set state = 'queued', next_at = now(), resent = true, status_seen_at = null,
        attempted_at = null, id = default
    from refused join messages on messages.workspace_id = refused.workspace_id and messages.id = refused.message_id
    where outbox.workspace_id = refused.workspace_id and outbox.message_id = refused.message_id
      and outbox.attempt = refused.attempt and outbox.state = 'done' and not outbox.resent
      and messages.status = 'failed' and messages.content ? 'file_id'
    returning outbox.workspace_id, outbox.message_id, outbox.channel_id, messages.content ->> 'file_id' as file_id
)
update messages set status = 'pending', failure = null from again
where messages.workspace_id = again.workspace_id and messages.id = again.message_id
returning again.workspace_id, again.message_id, again.channel_id, again.file_id::uuid as file_id
"""


async def resend_refused_files(conn: Connection, reports: Sequence[Report]) -> None:
    """Look at reports that were just taken in. The caller holds the messages' outbox rows."""
    refused = [
        report
        for report in reports
        if report.status is MessageStatus.FAILED and (report.failure or {}).get("code") in FILE_REFUSED_CODES
    ]
    if not refused:
        return
    rows = await conn.fetch(
        SEND_AGAIN,
        [report.workspace_id for report in refused],
        [report.message_id for report in refused],
        [report.attempt for report in refused],
    )
    if rows:
        await tell_resent(conn, [(row["workspace_id"], row["message_id"]) for row in rows])
        await forget_uploads(conn, [(row["workspace_id"], row["file_id"], row["channel_id"]) for row in rows])
        await record_events(
            conn, [EventRow(row["workspace_id"], EventType.MESSAGE_STATUS, row["message_id"]) for row in rows]
        )
