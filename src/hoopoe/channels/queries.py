"""Reads of channels. Secrets are not among what they return, but for `read_claim`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from hoopoe.channels import schemas
from hoopoe.channels.account_events import Quality, Throughput
from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.checking import Claim, MetaClaim, TwilioClaim
from hoopoe.channels.contract import Provider
from hoopoe.channels.outside import TWILIO_RETRIES, TWILIO_WEBHOOK_PATH, WEBHOOK_PATH
from hoopoe.identity.scope import WorkspaceScope
from hoopoe.kernel.db.pool import Connection, Record
from hoopoe.kernel.errors import NotFound
from hoopoe.kernel.secrets import Keyring, secret_context

WEBHOOK_PATHS = {Provider.META: WEBHOOK_PATH, Provider.TWILIO: TWILIO_WEBHOOK_PATH + TWILIO_RETRIES}

# The last webhook is looked for among the workspace's newest parts only: a channel that heard nothing
# for that long is as good as silent, and the journal has no index by channel.
CHANNELS = """
select channels.id, name, provider, number, phone_number_id, waba_id, account_sid, status, status_reason,
       status_reason_code, status_reason_details, messages_per_second, chosen_per_second, bot_id,
       quality, messaging_limit, throughput, name_status, is_on_phone,
       activated_at, created_at, heard.received_at as last_webhook_at,
       app_secret is not null as has_app_secret, access_token is not null as has_access_token,
       verify_token is not null as has_verify_token, auth_token is not null as has_auth_token
from channels
left join (
    select channel_id, max(received_at) as received_at
    from (
        select channel_id, received_at, outcome from journal_items
        where workspace_id = $1 order by id desc limit 1000
    ) as newest
    where outcome in ('stored', 'kept', 'unreadable')
    group by channel_id
) as heard on heard.channel_id = channels.id
where workspace_id = $1 and ($2::uuid is null or channels.id = $2) and ($3::uuid is null or channels.id < $3)
order by channels.id desc limit $4
"""


async def list_channels(
    conn: Connection, scope: WorkspaceScope, *, before: UUID | None, limit: int, own_url: str
) -> list[schemas.Channel]:
    """Channels, the newest first."""
    rows = await conn.fetch(CHANNELS, scope.workspace_id, None, before, limit)
    return [_read_channel(row, own_url) for row in rows]


async def access_channel(conn: Connection, scope: WorkspaceScope, channel_id: UUID, *, own_url: str) -> schemas.Channel:
    """The only way from an id to a channel. Raises `NotFound`."""
    row = await conn.fetchrow(CHANNELS, scope.workspace_id, channel_id, None, 1)
    if row is None:
        raise NotFound
    return _read_channel(row, own_url)


async def load_states(conn: Connection, workspace_id: UUID, ids: Sequence[UUID]) -> dict[UUID, schemas.ChannelState]:
    """How channels are, by their ids; those that are gone are left out."""
    if not ids:
        return {}
    rows = await conn.fetch(
        "select id, name, status from channels where workspace_id = $1 and id = any ($2::uuid[])", workspace_id, ids
    )
    return {row["id"]: schemas.ChannelState(**row) for row in rows}


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """What a channel says of itself, as it was at `updated_at`."""

    claim: Claim
    updated_at: datetime


async def read_claim(
    conn: Connection,
    scope: WorkspaceScope,
    channel_id: UUID,
    *,
    keyring: Keyring,
    secrets: Mapping[str, str] = MappingProxyType({}),
    ids: Mapping[str, str] = MappingProxyType({}),
) -> StoredClaim:
    """What a channel says of itself, or would with the secrets and the ids given. Raises `NotFound`."""
    row = await conn.fetchrow(
        "select provider, number, phone_number_id, waba_id, access_token, app_secret, account_sid, auth_token, "
        "updated_at "
        "from channels where workspace_id = $1 and id = $2",
        scope.workspace_id,
        channel_id,
    )
    if row is None:
        raise NotFound

    def read_secret(name: str) -> str:
        context = secret_context(scope.workspace_id, channel_id, name)
        return secrets.get(name) or keyring.open(row[name], context=context)

    stated = {**row, **ids}
    match Provider(row["provider"]):
        case Provider.META:
            claim: Claim = MetaClaim(
                stated["number"],
                stated["phone_number_id"],
                stated["waba_id"],
                read_secret("access_token"),
                read_secret("app_secret"),
            )
        case Provider.TWILIO:
            claim = TwilioClaim(stated["number"], stated["account_sid"], read_secret("auth_token"))
    return StoredClaim(claim, row["updated_at"])


def _read_channel(row: Record, own_url: str) -> schemas.Channel:
    return schemas.Channel(
        id=row["id"],
        name=row["name"],
        provider=Provider(row["provider"]),
        number=row["number"],
        phone_number_id=row["phone_number_id"],
        waba_id=row["waba_id"],
        account_sid=row["account_sid"],
        status=schemas.ChannelStatus(row["status"]),
        status_reason=row["status_reason"],
        status_reason_code=ReasonCode(row["status_reason_code"]) if row["status_reason_code"] else None,
        status_reason_details=row["status_reason_details"] or {},
        credentials=schemas.ChannelCredentials(
            app_secret=row["has_app_secret"],
            access_token=row["has_access_token"],
            verify_token=row["has_verify_token"],
            auth_token=row["has_auth_token"],
        ),
        messages_per_second=row["messages_per_second"],
        chosen_per_second=row["chosen_per_second"],
        quality=Quality(row["quality"]) if row["quality"] else None,
        messaging_limit=row["messaging_limit"],
        throughput=_read_throughput(row),
        name_status=row["name_status"],
        bot_id=row["bot_id"],
        webhook_url=own_url + WEBHOOK_PATHS[Provider(row["provider"])],
        last_webhook_at=row["last_webhook_at"],
        activated_at=row["activated_at"],
        created_at=row["created_at"],
    )


def _read_throughput(row: Record) -> Throughput | None:
    if row["is_on_phone"]:
        return Throughput.COEXISTENCE
    return Throughput(row["throughput"]) if row["throughput"] else None
