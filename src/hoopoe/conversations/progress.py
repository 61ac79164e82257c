"""What became of messages: reports by attempt, folded into each message and told to the screens.

A message that failed, by the answer to its send or by a status, leaves a dead letter.

Two sources report: the answer to a send, and the provider's statuses. Both come here, lock the
messages in one order, and let `conversations.status` decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.conversations.consequences import draw_consequences
from hoopoe.conversations.outbox.bury import FailedSend, bury_sends, resolve_sends
from hoopoe.conversations.status import ARRIVED, MessageStatus, advance
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.json import Json, JsonObject
from hoopoe.webhooks.turns import Afterwards

LOCK = """
select message.* from unnest($1::uuid[], $2::uuid[]) with ordinality as asked (workspace_id, id, position)
cross join lateral (
    select workspace_id, id, attempt, status, failure, provider_id, pricing, accepted_at, sent_at, delivered_at,
           read_at, played_at, failed_at
    from messages where workspace_id = asked.workspace_id and id = asked.id for no key update
) as message
order by asked.position
"""

# An echo of our own message that came before its answer may have been filed as somebody else's, under this id: then
# it stays there, and ours is known by our own.
SAVE = """
update messages set attempt = moved.attempt, status = moved.status, failure = moved.failure,
    provider_id = case when moved.provider_id is distinct from messages.provider_id and exists (
        select from messages as other where other.workspace_id = messages.workspace_id
            and other.channel_id = messages.channel_id and other.provider_id = moved.provider_id
            and other.author_kind in ('phone', 'app')
    ) then messages.provider_id else moved.provider_id end, pricing = moved.pricing, accepted_at = moved.accepted_at,
    sent_at = moved.sent_at, delivered_at = moved.delivered_at, read_at = moved.read_at,
    played_at = moved.played_at, failed_at = moved.failed_at
from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::text[], $5::jsonb[], $6::text[], $7::jsonb[], $8::timestamptz[],
            $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[])
    as moved (workspace_id, id, attempt, status, failure, provider_id, pricing, accepted_at, sent_at, delivered_at,
              read_at, played_at, failed_at)
where messages.workspace_id = moved.workspace_id and messages.id = moved.id
"""

# In the order of `SAVE`. Each time is kept as it was first told, also of a status that no longer moves the message.
TIMED: Final = (
    MessageStatus.ACCEPTED,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
    MessageStatus.PLAYED,
    MessageStatus.FAILED,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One attempt at one message got this far. `at` is when the reporter says it did, in UTC."""

    workspace_id: UUID
    message_id: UUID
    attempt: int
    status: MessageStatus
    at: datetime
    provider_id: str | None = None
    failure: JsonObject | None = None
    pricing: Json = None


@dataclass(slots=True)
class _Message:
    workspace_id: UUID
    id: UUID
    attempt: int
    status: MessageStatus
    failure: JsonObject | None
    provider_id: str | None
    pricing: Json
    times: dict[MessageStatus, datetime | None]
    is_changed: bool = False
    failed_at: datetime | None = None
    has_recovered: bool = False


async def apply_reports(conn: Connection, reports: Sequence[Report]) -> Sequence[Afterwards]:
    """Fold reports into their messages; returns what is to be done once that is committed.

    Reports of messages that do not exist are passed over.
    """
    keys = sorted({(report.workspace_id, report.message_id) for report in reports})
    rows = await conn.fetch(LOCK, [workspace for workspace, _ in keys], [id_ for _, id_ in keys])
    messages = {row["id"]: _read(row) for row in rows}
    for report in reports:
        message = messages.get(report.message_id)
        if message is not None and message.workspace_id == report.workspace_id:
            _fold(message, report)
    changed = [message for message in messages.values() if message.is_changed]
    if not changed:
        return ()
    await _save(conn, changed)
    letters = [
        _to_failed_send(message, message.failed_at)
        for message in changed
        if message.failed_at is not None and message.status is MessageStatus.FAILED
    ]
    await bury_sends(conn, letters)
    afterwards = await draw_consequences(conn, letters)
    recovered = [message for message in changed if message.has_recovered and message.status in ARRIVED]
    await resolve_sends(conn, [(message.workspace_id, message.id) for message in recovered])
    await record_events(
        conn, [EventRow(message.workspace_id, EventType.MESSAGE_STATUS, message.id) for message in changed]
    )
    return afterwards


def _fold(message: _Message, report: Report) -> None:
    """Take one report into a message.

    A report of a newer attempt begins a new count. A failure of an older one changes nothing: what
    attempt 1 came to late cannot fail attempt 2.
    """
    if report.attempt > message.attempt:
        message.attempt = report.attempt
        message.provider_id = None
        message.failure = None
        message.is_changed = True
        if message.status is MessageStatus.FAILED:
            message.status = MessageStatus.PENDING
    is_current = report.attempt == message.attempt
    if report.status is MessageStatus.FAILED and not is_current:
        return
    status = advance(message.status, report.status)
    if status is not message.status:
        if message.status is MessageStatus.FAILED:
            message.failure = None
            message.has_recovered = True
        message.status = status
        message.is_changed = True
        if status is MessageStatus.FAILED:
            message.failure = report.failure
            message.failed_at = report.at
    if message.times.get(report.status, report.at) is None:
        message.times[report.status] = report.at
        message.is_changed = True
    if is_current and message.provider_id is None and report.provider_id is not None:
        message.provider_id = report.provider_id
        message.is_changed = True
    if report.pricing is not None and message.pricing != report.pricing:
        message.pricing = report.pricing
        message.is_changed = True


def _to_failed_send(message: _Message, at: datetime) -> FailedSend:
    failure = message.failure or {}
    said = failure.get("provider")
    title = said.get("title") if isinstance(said, dict) else None
    return FailedSend(message.workspace_id, message.id, str(failure.get("code", "refused")), str(title or ""), at)


def _read(row: Record) -> _Message:
    return _Message(
        workspace_id=row["workspace_id"],
        id=row["id"],
        attempt=row["attempt"],
        status=MessageStatus(row["status"]),
        failure=row["failure"],
        provider_id=row["provider_id"],
        pricing=row["pricing"],
        times={status: row[f"{status}_at"] for status in TIMED},
    )


async def _save(conn: Connection, messages: Sequence[_Message]) -> None:
    await conn.execute(
        SAVE,
        [message.workspace_id for message in messages],
        [message.id for message in messages],
        [message.attempt for message in messages],
        [message.status for message in messages],
        [message.failure for message in messages],
        [message.provider_id for message in messages],
        [message.pricing for message in messages],
        *([message.times[status] for message in messages] for status in TIMED),
    )
