"""Channels: connect, change, disable. Each writes `updated_at`, by which processes notice new secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import insert, update

from hoopoe.channels.checking import Finding
from hoopoe.channels.contract import Provider
from hoopoe.channels.refusals import ChannelExists, NumberTaken
from hoopoe.channels.schemas import ChannelStatus
from hoopoe.channels.tables import channels
from hoopoe.identity.actions.audit import record
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.core import execute
from hoopoe.kernel.db.pool import Connection
from hoopoe.kernel.errors import FieldFault, NotFound, ValidationFailed
from hoopoe.kernel.http.work import savepoint
from hoopoe.kernel.ids import new_id
from hoopoe.kernel.json import JsonObject
from hoopoe.kernel.secrets import Keyring, new_token, secret_context

# Most messages a second through one number, at first. Source: Meta, 80; for Twilio sixty a minute, ours.
META_PER_SECOND: Final = 80.0
TWILIO_PER_SECOND: Final = 1.0

SECRETS: Final = {
    Provider.META: ("app_secret", "access_token", "verify_token"),
    Provider.TWILIO: ("auth_token",),
}


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

    Otherwise it stays `pending`, with the reason. Raises `ChannelExists`.
    """
    channel_id = new_id()
    made: str | None = None
    values: dict[str, str | float | bytes] = {"name": new.name, "number": new.number}
    match new:
        case NewMetaChannel():
            made = new_token() if new.verify_token is None else None
            secrets = {
                "app_secret": new.app_secret,
                "access_token": new.access_token,
                "verify_token": new.verify_token or made or "",
            }
            values |= {"provider": Provider.META, "phone_number_id": new.phone_number_id, "waba_id": new.waba_id}
            values |= {"messages_per_second": META_PER_SECOND}
        case NewTwilioChannel():
            secrets = {"auth_token": new.auth_token}
            values |= {"provider": Provider.TWILIO, "account_sid": new.account_sid}
            values |= {"messages_per_second": TWILIO_PER_SECOND}
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


async def apply_finding(conn: Connection, scope: WorkspaceScope, channel_id: UUID, finding: Finding) -> None:
    """Make a channel active, or say why it is not. A disabled channel becomes active by a good finding too.

    The database lets one channel at most be active for a number, whosever it is: the second one is told
    that the number is connected, not where. Raises `NotFound`.
    """
    before, after = await _store_finding(conn, scope, channel_id, finding)
    if before is not after:
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
                await _save(conn, scope, channel_id, status=ChannelStatus.ACTIVE.value, status_reason=None)
        except asyncpg.UniqueViolationError:
            finding = Finding(NumberTaken.message)
        else:
            return before, ChannelStatus.ACTIVE
    was_connected = before in (ChannelStatus.ACTIVE, ChannelStatus.ERROR)
    failed = ChannelStatus.ERROR if was_connected else ChannelStatus.PENDING
    await _save(conn, scope, channel_id, status=failed.value, status_reason=finding.reason)
    return before, failed


async def update_channel(
    conn: Connection,
    scope: WorkspaceScope,
    channel_id: UUID,
    *,
    changes: dict[str, str | float | UUID | None],
    secrets: dict[str, str],
    keyring: Keyring,
) -> None:
    """Change the columns given, and seal the secrets given. Raises `NotFound`, or `ValidationFailed` for `bot_id`."""
    sealed = _seal(keyring, scope, channel_id, secrets)
    try:
        async with savepoint(conn):
            await _save(conn, scope, channel_id, **changes, **sealed)
    except asyncpg.ForeignKeyViolationError:
        raise ValidationFailed(FieldFault("bot_id", "There is no such bot.", "unknown_bot")) from None
    if not changes and not secrets:
        return
    after: JsonObject = {name: str(value) if isinstance(value, UUID) else value for name, value in changes.items()}
    if secrets:
        after["replaced"] = [*sorted(secrets)]
    await record(conn, scope, "channel.updated", target_kind="channel", target_id=channel_id, after=after)


async def disable_channel(conn: Connection, scope: WorkspaceScope, channel_id: UUID) -> None:
    """Take nothing more from the channel and send nothing through it. Raises `NotFound`."""
    await _save(conn, scope, channel_id, status=ChannelStatus.DISABLED.value, status_reason=None)
    await record(conn, scope, "channel.disabled", target_kind="channel", target_id=channel_id)


async def _save(
    conn: Connection, scope: WorkspaceScope, channel_id: UUID, **values: str | float | UUID | bytes | None
) -> None:
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
