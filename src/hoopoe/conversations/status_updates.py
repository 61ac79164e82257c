"""Statuses: what became of what we sent. Handles `status` items inside the turn's transaction.

A status finds its message by our own opaque id (`<message>.<attempt>`), which works even when the
answer to the send was lost, or else by the provider's id. It moves the message's status forward, and
settles the outbox row of its attempt when that was still in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from hoopoe.channels.contract import StatusUpdate
from hoopoe.channels.errors import UnreadableItem
from hoopoe.channels.registry import adapter_for
from hoopoe.conversations.failures import failure_to_json
from hoopoe.conversations.outbox.bury import resolve_sends
from hoopoe.conversations.outbox.file_refused import resend_refused_files
from hoopoe.conversations.outbox.locking import lock_outbox
from hoopoe.conversations.outbox.policy import DELIVERY_SECONDS
from hoopoe.conversations.progress import Report, apply_reports
from hoopoe.conversations.status import ARRIVED, MessageStatus, OpaqueId, parse_opaque
from hoopoe.kernel.bus import Topic
from hoopoe.kernel.db.pool import Connection
from hoopoe.webhooks.inbox import InboxRow
from hoopoe.webhooks.turns import Handled

log = structlog.get_logger()

FIND_BY_PROVIDER_ID = """
select asked.position, message.id, message.attempt
from unnest($1::uuid[], $2::uuid[], $3::text[])
    with ordinality as asked (workspace_id, channel_id, provider_id, position)
cross join lateral (
    select id, attempt from messages where workspace_id = asked.workspace_id and channel_id = asked.channel_id
        and provider_id = asked.provider_id and direction = 'out' limit 1
) as message
"""

# The provider speaks of this attempt, so it has it: whatever was in doubt is settled, and a settled row
# is never claimed again. That also holds for one that is to be sent again and has not left yet; of what is queued
# without doubt (it failed, or never left) there is no `attempted_at`.
SETTLE = """
with reported as (
    select distinct * from unnest($1::uuid[], $2::uuid[], $3::int2[]) as reported (workspace_id, message_id, attempt)
), settled as (
    update outbox set
        state = case when outbox.state in ('sending', 'unknown', 'queued') then 'done' else outbox.state end,
        holds_until = case when outbox.state in ('sending', 'unknown', 'queued') and outbox.waits_for_delivery
                           then now() + make_interval(secs => $4) else outbox.holds_until end,
        lease_until = null, needs_person = false, status_seen_at = coalesce(outbox.status_seen_at, now())
    from reported
    where outbox.workspace_id = reported.workspace_id and outbox.message_id = reported.message_id
      and outbox.attempt = reported.attempt and (outbox.state <> 'queued' or outbox.attempted_at is not null)
      and (outbox.state in ('sending', 'unknown', 'queued') or outbox.status_seen_at is null)
    returning outbox.workspace_id, outbox.message_id, outbox.attempt
)
update message_attempts set outcome = 'settled'
from settled
where message_attempts.workspace_id = settled.workspace_id and message_attempts.message_id = settled.message_id
  and message_attempts.attempt = settled.attempt and message_attempts.outcome = 'unknown'
"""


# What is on the phone is not sent again, whichever attempt it was.
END_RETRIES = """
update outbox set state = 'done', lease_until = null, needs_person = false
from unnest($1::uuid[], $2::uuid[]) as arrived (workspace_id, message_id)
where outbox.workspace_id = arrived.workspace_id and outbox.message_id = arrived.message_id
  and outbox.state in ('queued', 'retrying') and outbox.attempt > 0
returning outbox.workspace_id, outbox.message_id
"""


# A barrier falls as soon as its message is on the phone, or never will be.
LET_GO = """
update outbox set holds_until = null
from unnest($1::uuid[], $2::uuid[], $3::int2[]) as ended (workspace_id, message_id, attempt)
where outbox.workspace_id = ended.workspace_id and outbox.message_id = ended.message_id
  and outbox.attempt = ended.attempt and outbox.holds_until is not null
"""


@dataclass(frozen=True, slots=True)
class _Status:
    row: InboxRow
    update: StatusUpdate


async def handle_statuses(conn: Connection, rows: Sequence[InboxRow]) -> Handled:
    """An `ItemHandler` for `status` items. A status of a message that is not ours is passed over."""
    reports = await _find_messages(conn, _read(rows))
    if not reports:
        return Handled()
    await lock_outbox(conn, [(report.workspace_id, report.message_id) for report in reports])
    tag = await conn.execute(
        SETTLE,
        [report.workspace_id for report in reports],
        [report.message_id for report in reports],
        [report.attempt for report in reports],
        DELIVERY_SECONDS,
    )
    has_freed_line = await _let_go(conn, reports) or not tag.endswith(" 0")
    arrived = [report for report in reports if report.status in ARRIVED]
    if arrived:
        ended = await conn.fetch(
            END_RETRIES,
            [report.workspace_id for report in arrived],
            [report.message_id for report in arrived],
        )
        has_freed_line = has_freed_line or bool(ended)
        await resolve_sends(conn, [(row["workspace_id"], row["message_id"]) for row in ended])
    afterwards = await apply_reports(conn, reports)
    await resend_refused_files(conn, reports)
    topics = frozenset({Topic.EVENTS, Topic.OUTBOX} if has_freed_line else {Topic.EVENTS})
    return Handled(topics=topics, afterwards=afterwards)


async def _let_go(conn: Connection, reports: Sequence[Report]) -> bool:
    """Whether anything was held back until one of these arrived, or failed."""
    ended = [report for report in reports if report.status in ARRIVED or report.status is MessageStatus.FAILED]
    if not ended:
        return False
    tag = await conn.execute(
        LET_GO,
        [report.workspace_id for report in ended],
        [report.message_id for report in ended],
        [report.attempt for report in ended],
    )
    return not tag.endswith(" 0")


def _read(rows: Sequence[InboxRow]) -> list[_Status]:
    statuses = []
    for row in rows:
        try:
            statuses.append(_Status(row, adapter_for(row.provider).parse_status(row.item)))
        except UnreadableItem as error:
            log.warning("status_unreadable", key=row.key, error=str(error))
    return statuses


async def _find_messages(conn: Connection, statuses: Sequence[_Status]) -> list[Report]:
    reports = []
    strangers = []
    for status in statuses:
        opaque = parse_opaque(status.update.opaque)
        if opaque is not None:
            reports.append(_report(status, opaque))
        else:
            strangers.append(status)
    if strangers:
        found = await conn.fetch(
            FIND_BY_PROVIDER_ID,
            [status.row.workspace_id for status in strangers],
            [status.row.channel_id for status in strangers],
            [status.update.provider_id for status in strangers],
        )
        reports += [_report(strangers[row["position"] - 1], OpaqueId(row["id"], row["attempt"])) for row in found]
    return reports


def _report(status: _Status, opaque: OpaqueId) -> Report:
    update = status.update
    return Report(
        workspace_id=status.row.workspace_id,
        message_id=opaque.message_id,
        attempt=opaque.attempt,
        status=MessageStatus(update.status.value),
        at=update.at,
        provider_id=update.provider_id,
        failure=failure_to_json(status.row.provider, update.error) if update.error is not None else None,
        pricing=update.pricing,
    )
