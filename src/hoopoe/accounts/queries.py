"""What providers told of accounts, as screens see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hoopoe.accounts import schemas
from hoopoe.channels.account_events import About, AccountEventKind, Severity
from hoopoe.channels.account_reasons import explain_reason
from hoopoe.channels.contract import Provider
from hoopoe.identity.roles import Permission
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record

COLUMNS: Final = """
event.id, event.kind, event.what, event.about, event.severity, event.account_id, event.subject, event.old_value,
event.new_value, event.reason, event.details, event.field, event.raw, event.at, event.received_at,
event.contact_id, contact.name as contact_name,
channel.id as channel_id, channel.name as channel_name, channel.provider
"""
BESIDE: Final = """
left join lateral (
    select name from contacts where workspace_id = $1 and id = event.contact_id limit 1
) as contact on true
left join lateral (
    select id, name, provider from channels where workspace_id = $1 and id = event.channel_id limit 1
) as channel on true
"""

# With a channel: what is about its number, and what is about its whole account.
EVENTS: Final = f"""
select {COLUMNS} from (
    select * from account_events
    where workspace_id = $1
      and ($2::uuid is null or channel_id = $2 or (channel_id is null and account_id = (
          select waba_id from channels where workspace_id = $1 and id = $2)))
      and ($3::text is null or kind = $3) and ($4::text is null or about = $4) and ($5::text is null or severity = $5)
      and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or (at, id) < ($7, $8::uuid))
    order by at desc, id desc limit $9
) as event {BESIDE}
order by event.at desc, event.id desc
"""  # noqa: S608  # our own columns

SOME: Final = f"""
select {COLUMNS} from unnest($2::uuid[]) as asked (id)
cross join lateral (
    select * from account_events where workspace_id = $1 and id = asked.id limit 1
) as event {BESIDE}
"""  # noqa: S608  # our own columns


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list shows. `since`: happened then or later."""

    channel_id: UUID | None = None
    kind: AccountEventKind | None = None
    about: About | None = None
    severity: Severity | None = None
    since: datetime | None = None


async def list_account_events(
    conn: Connection,
    scope: WorkspaceScope,
    wanted: EventFilter,
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[schemas.AccountEvent]:
    """Events that fit, the newest first. As it came only for who may read the journal."""
    at, id_ = before or (None, None)
    rows = await conn.fetch(
        EVENTS,
        scope.workspace_id,
        wanted.channel_id,
        wanted.kind,
        wanted.about,
        wanted.severity,
        wanted.since,
        at,
        id_,
        limit,
    )
    shows_raw = scope.allows(Permission.JOURNAL_READ)
    return [_show(row, shows_raw=shows_raw) for row in rows]


async def load_account_events(
    conn: Connection, workspace_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, schemas.AccountEvent]:
    """Events by id, without what came. Those that are gone are left out."""
    rows = await conn.fetch(SOME, workspace_id, list(ids)) if ids else []
    return {row["id"]: _show(row, shows_raw=False) for row in rows}


def _show(row: Record, *, shows_raw: bool) -> schemas.AccountEvent:
    channel: schemas.AccountEventChannel | None = None
    if row["channel_id"] is not None:
        provider = Provider(row["provider"])
        channel = schemas.AccountEventChannel(id=row["channel_id"], name=row["channel_name"], provider=provider)
    contact: schemas.AccountEventContact | None = None
    if row["contact_id"] is not None:
        contact = schemas.AccountEventContact(id=row["contact_id"], name=row["contact_name"])
    return schemas.AccountEvent(
        id=row["id"],
        kind=AccountEventKind(row["kind"]),
        what=row["what"],
        about=About(row["about"]),
        severity=Severity(row["severity"]),
        channel=channel,
        account_id=row["account_id"],
        subject=row["subject"],
        old_value=row["old_value"],
        new_value=row["new_value"],
        reason=row["reason"],
        reason_text=_explain(row),
        effective_at=row["details"].get("effective_at"),
        restrictions=row["details"].get("restrictions", []),
        details=row["details"],
        contact=contact,
        field=row["field"],
        raw=row["raw"] if shows_raw else None,
        at=row["at"],
        received_at=row["received_at"],
    )


def _explain(row: Record) -> schemas.ReasonText | None:
    is_of_template = row["kind"] == AccountEventKind.TEMPLATE_STATUS
    words = explain_reason(row["details"].get("reason_code") or row["reason"]) if is_of_template else None
    return schemas.ReasonText(en=words.en, ar=words.ar) if words is not None else None
