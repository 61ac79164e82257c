"""Channels: connect, change, disable. Each writes `updated_at`, by which processes notice new secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import func, insert, null, update

from hoopoe.channels.account_events import Standing
from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.checking import Finding
from hoopoe.channels.contract import Provider
from hoopoe.channels.facts import Told, keep_facts, keep_pace
from hoopoe.channels.refusals import ChannelChanged, ChannelExists, ChannelInUse, ChannelWasActive, NumberTaken
from hoopoe.channels.schemas import ChannelStatus
from hoopoe.channels.tables import channels
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db.core import execute
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.db.unit_of_work import read_domain_now
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.http.work import savepoint
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, new_token, secret_context

# They may change as long as the channel was never active.
ALL_IDS: Final = frozenset(name for provider in Provider for name in capabilities_of(provider).ids)
ALL_SECRETS: Final = frozenset(name for provider in Provider for name in capabilities_of(provider).secrets)
CHOSEN: Final = "messages_per_second"
NO_REASON: Final = {"status_reason": None, "status_reason_code": None, "status_reason_details": null()}


@dataclass(frozen=True, slots=True)
class NewMetaChannel:
    """A number to connect. `number` is E.164; `verify_token` None: one is made."""

    name: str
    number: str
    phone_number_id: str
    waba_id: str
    access_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewTwilioChannel:
    """A number to connect. `number` is E.164, `auth_token` that of this very account."""

    name: str
    number: str
    account_sid: str
    auth_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CreatedChannel:
    """`made_verify_token` is known here and never again; None where none was made."""

    id: UUID
    made_verify_token: str | None


async def create_channel(
    conn: Connection,
    scope: WorkspaceScope,
    new: NewMetaChannel | NewTwilioChannel,
    *,
    keyring: Keyring,
    finding: Finding,
) -> CreatedChannel:
    """Store a channel, active if the provider vouches for it and nobody else has the number.

    Otherwise it stays `pending`, with the reason. A channel of the same number that was never active is replaced:
    a typing error keeps nobody out. Raises `ChannelExists`.
    """
    channel_id = new_id()
    made: str | None = None
    values: dict[str, str | float | bytes | UUID] = {"name": new.name, "number": new.number}
    match new:
        case NewMetaChannel():
            made = new_token() if new.verify_token is None else None
            secrets = {
                "app_secret": new.app_secret,
                "access_token": new.access_token,
                "verify_token": new.verify_token or made or "",
            }
            values |= {"provider": Provider.META, "phone_number_id": new.phone_number_id, "waba_id": new.waba_id}
        case NewTwilioChannel():
            secrets = {"auth_token": new.auth_token}
            values |= {"provider": Provider.TWILIO, "account_sid": new.account_sid}
    values["messages_per_second"] = capabilities_of(Provider(str(values["provider"]))).messages_per_second
    values |= await _remove_never_active(conn, scope, values)
    statement = insert(channels).values(
        workspace_id=scope.workspace_id, id=channel_id, **values, **_seal(keyring, scope, channel_id, secrets)
    )
    try:
        async with savepoint(conn):
            await execute(conn, statement)
    except asyncpg.UniqueViolationError:
        raise ChannelExists from None
    await record(
        conn,
        scope,
        "channel.connected",
        target_kind="channel",
        target_id=channel_id,
        after={"name": new.name, "number": new.number, "provider": str(values["provider"])},
    )
    await _store_finding(conn, scope, channel_id, finding)
    return CreatedChannel(channel_id, made)


async def _remove_never_active(
    conn: Connection, scope: WorkspaceScope, values: Mapping[str, str | float | bytes | UUID]
) -> dict[str, UUID]:
    """Make room for a channel; what the next one inherits."""
    removed = await conn.fetch(
        "delete from channels where workspace_id = $1 and provider = $2 and activated_at is null "
        "and (number = $3 or phone_number_id = $4) returning id, name, number, bot_id",
        scope.workspace_id,
        values["provider"],
        values["number"],
        values.get("phone_number_id"),
    )
    for row in removed:
        await _note_removal(conn, scope, row)
    bots: list[UUID] = [row["bot_id"] for row in removed if row["bot_id"] is not None]
    return {"bot_id": bots[0]} if bots else {}


async def remove_channel(conn: Connection, scope: WorkspaceScope, channel_id: UUID) -> None:
    """Remove a channel that nobody ever wrote to. Raises `NotFound`, or `ChannelInUse`.

    The row is locked first: whoever files a message for it at the same time comes before, and is seen, or after,
    and finds no channel.
    """
    row = await conn.fetchrow(
        "select id, name, number from channels where workspace_id = $1 and id = $2 for update",
        scope.workspace_id,
        channel_id,
    )
    if row is None:
        raise NotFound
    is_in_use = await conn.fetchval(
        "select exists (select from conversations where workspace_id = $1 and channel_id = $2) "
        "or exists (select from inbox where workspace_id = $1 and channel_id = $2 and state = 'waiting')",
        scope.workspace_id,
        channel_id,
    )
    if is_in_use:
        raise ChannelInUse
    await conn.execute("delete from channels where workspace_id = $1 and id = $2", scope.workspace_id, channel_id)
    await _note_removal(conn, scope, row)


async def _note_removal(conn: Connection, scope: WorkspaceScope, row: Record) -> None:
    before: JsonObject = {"name": row["name"], "number": row["number"]}
    await record(conn, scope, "channel.removed", target_kind="channel", target_id=row["id"], before=before)


async def lock_unchanged(conn: Connection, scope: WorkspaceScope, channel_id: UUID, updated_at: datetime) -> None:
    """Hold a channel that is as it was at `updated_at`: what a check found counts for what was checked only.

    Raises `NotFound`, or `ChannelChanged` when somebody changed it meanwhile.
    """
    found = await conn.fetchval(
        "select updated_at from channels where workspace_id = $1 and id = $2 for no key update",
        scope.workspace_id,
        channel_id,
    )
    if found is None:
        raise NotFound
    if found != updated_at:
        raise ChannelChanged


async def apply_finding(conn: Connection, scope: WorkspaceScope, channel_id: UUID, finding: Finding) -> None:
    """Make a channel active, or say why it is not. A disabled channel becomes active by a good finding too.

    The database lets one channel at most be active for a number, whosever it is: the second one is told
    that the number is connected, not where. Raises `NotFound`.
    """
    before, after = await _store_finding(conn, scope, channel_id, finding)
    if before is not after:
        await record_events(conn, [EventRow(scope.workspace_id, EventType.CHANNEL_CHANGED, channel_id)])
        await record(
            conn,
            scope,
            "channel.checked",
            target_kind="channel",
            target_id=channel_id,
            before={"status": before.value},
            after={"status": after.value},
        )


async def _store_finding(
    conn: Connection, scope: WorkspaceScope, channel_id: UUID, finding: Finding
) -> tuple[ChannelStatus, ChannelStatus]:
    """The channel's status before and after."""
    status = await conn.fetchval(
        "select status from channels where workspace_id = $1 and id = $2 for no key update",
        scope.workspace_id,
        channel_id,
    )
    if status is None:
        raise NotFound
    before = ChannelStatus(status)
    if finding.is_good:
        try:
            async with savepoint(conn):
                await _activate(conn, scope, channel_id, before)
        except asyncpg.UniqueViolationError:
            finding = Finding(ReasonCode.NUMBER_TAKEN, NumberTaken.message)
        else:
            now = await read_domain_now(conn)
            standing = Standing.GOOD if before is ChannelStatus.ERROR else None
            await keep_facts(conn, [Told(scope.workspace_id, channel_id, now, finding.facts, standing)])
            return before, ChannelStatus.ACTIVE
    match before:
        case ChannelStatus.ACTIVE if finding.reason_code is ReasonCode.UNREACHABLE:
            # Nobody answered: that says nothing against its credentials.
            failed = ChannelStatus.ACTIVE
        case ChannelStatus.ACTIVE | ChannelStatus.ERROR:
            failed = ChannelStatus.ERROR
        case _:
            failed = ChannelStatus.PENDING
    await _save(
        conn,
        scope,
        channel_id,
        status=failed.value,
        status_reason=finding.reason,
        status_reason_code=finding.reason_code,
        status_reason_details=dict(finding.details),
    )
    return before, failed


async def _activate(conn: Connection, scope: WorkspaceScope, channel_id: UUID, before: ChannelStatus) -> None:
    """What came while it was off, or before, is not caught up. In trouble (`error`) it went on receiving."""
    now = datetime.now(UTC)
    first = func.coalesce(channels.c.activated_at, now)
    await _save(conn, scope, channel_id, status=ChannelStatus.ACTIVE.value, activated_at=first, **NO_REASON)
    if before not in (ChannelStatus.ACTIVE, ChannelStatus.ERROR):
        await conn.execute(
            "insert into channel_catch_ups (workspace_id, channel_id, caught_up_until) values ($1, $2, domain_now()) "
            "on conflict (workspace_id, channel_id) do update set caught_up_until = excluded.caught_up_until",
            scope.workspace_id,
            channel_id,
        )


async def update_channel(
    conn: Connection,
    scope: WorkspaceScope,
    channel_id: UUID,
    *,
    changes: dict[str, str | float | UUID | None],
    secrets: dict[str, str],
    keyring: Keyring,
) -> None:
    """Change the columns given, and seal the secrets given. `messages_per_second` None: as the provider lets it be.

    Raises `NotFound`, `ValidationFailed` for `bot_id`, `ChannelExists`, or `ChannelWasActive` for ids that stay.
    """
    await _refuse_ids_that_stay(conn, scope, channel_id, [name for name in changes if name in ALL_IDS])
    sealed = _seal(keyring, scope, channel_id, secrets)
    columns = {"chosen_per_second" if name == CHOSEN else name: value for name, value in changes.items()}
    try:
        async with savepoint(conn):
            await _save(conn, scope, channel_id, **columns, **sealed)
    except asyncpg.ForeignKeyViolationError:
        raise ValidationFailed(FieldFault("bot_id", "There is no such bot.", "unknown_bot")) from None
    except asyncpg.UniqueViolationError:
        raise ChannelExists from None
    if not changes and not secrets:
        return
    if CHOSEN in changes:
        await keep_pace(conn, scope.workspace_id, channel_id)
    after: JsonObject = {name: str(value) if isinstance(value, UUID) else value for name, value in changes.items()}
    if secrets:
        after["replaced"] = [*sorted(secrets)]
    await record(conn, scope, "channel.updated", target_kind="channel", target_id=channel_id, after=after)


async def _refuse_ids_that_stay(
    conn: Connection, scope: WorkspaceScope, channel_id: UUID, names: Sequence[str]
) -> None:
    if not names:
        return
    was_active = await conn.fetchval(
        "select activated_at is not null from channels where workspace_id = $1 and id = $2 for no key update",
        scope.workspace_id,
        channel_id,
    )
    if was_active is None:
        raise NotFound
    if was_active:
        raise ChannelWasActive(details={"fields": [*names]})


async def disable_channel(conn: Connection, scope: WorkspaceScope, channel_id: UUID) -> None:
    """Take nothing more from the channel and send nothing through it. Raises `NotFound`."""
    await _save(conn, scope, channel_id, status=ChannelStatus.DISABLED.value, **NO_REASON)
    await record_events(conn, [EventRow(scope.workspace_id, EventType.CHANNEL_CHANGED, channel_id)])
    await record(conn, scope, "channel.disabled", target_kind="channel", target_id=channel_id)


async def _save(conn: Connection, scope: WorkspaceScope, channel_id: UUID, **values: object) -> None:
    statement = (
        update(channels)
        .where(channels.c.workspace_id == scope.workspace_id, channels.c.id == channel_id)
        .values(**values, updated_at=datetime.now(UTC))
    )
    if await execute(conn, statement) == 0:
        raise NotFound


def _seal(keyring: Keyring, scope: WorkspaceScope, channel_id: UUID, secrets: dict[str, str]) -> dict[str, bytes]:
    """Each secret under its own context: a sealed value cannot be moved to another row or field."""
    return {
        name: keyring.seal(text, context=secret_context(scope.workspace_id, channel_id, name))
        for name, text in secrets.items()
    }
