"""Sends in doubt at a provider that lists what it took: it is asked, and its answer settles them.

(Where the provider lists nothing, `outbox.settle` waits for statuses.) What it has is settled by a status input
in the message's own lane, as if the callback had come. What it does not have was never taken: it is sent again,
once. Where it cannot be told, a person is asked, and the provider too, again and again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog

from hoopoe.channels.capabilities import listing_providers
from hoopoe.channels.contract import Address, OutboundContent
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel
from hoopoe.channels.parts import Absent, Found, Unsure
from hoopoe.conversations.content import content_from_json
from hoopoe.conversations.status import OpaqueId
from hoopoe.kernel.bus import EventRow, EventType, record_events
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool, Record
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.webhooks.catch_up import file_item

log = structlog.get_logger()

AT_ONCE: Final = 20
# Between two looks at one send.
AGAIN_SECONDS: Final = 60.0

# `next_at` of a send in doubt says when it is looked at next: claiming it moves that on, so that one worker looks.
# Times are moved into domain time, which the provider's clock follows.
CLAIM = """
with doubted as (
    select outbox.workspace_id, outbox.conversation_id, outbox.id from outbox
    join channels on channels.workspace_id = outbox.workspace_id and channels.id = outbox.channel_id
    where outbox.state = 'unknown' and outbox.attempted_at < now() - make_interval(secs => $2)
      and outbox.next_at <= now() and channels.status = 'active' and channels.provider = any ($1)
    order by outbox.attempted_at limit $3
    for update of outbox skip locked
)
update outbox set next_at = now() + make_interval(secs => $4)
from doubted
where outbox.workspace_id = doubted.workspace_id and outbox.conversation_id = doubted.conversation_id
  and outbox.id = doubted.id
returning outbox.workspace_id, outbox.channel_id, outbox.conversation_id, outbox.id, outbox.message_id, outbox.attempt,
          outbox.content, outbox.recipient, outbox.resent,
          outbox.attempted_at + (domain_now() - now()) as attempted_at, domain_now() as now
"""

KNOWN = """
with near as materialized (
    select id, provider_id from messages where workspace_id = $1 and direction = 'out' and conversation_id = (
        select conversation_id from messages where workspace_id = $1 and id = $2
    )
    order by id desc limit 500
)
select provider_id from near where provider_id is not null and id <> $2
union
select attempt.provider_id from near join message_attempts as attempt
    on attempt.workspace_id = $1 and attempt.message_id = near.id
where attempt.provider_id is not null and near.id <> $2
"""

SEND_AGAIN = """
update outbox set state = 'queued', resent = true, needs_person = false, next_at = now()
where workspace_id = $1 and id = $2 and attempt = $3 and state = 'unknown' and not resent
"""

ASK = """
update outbox set needs_person = true
where workspace_id = $1 and id = $2 and attempt = $3 and state = 'unknown'
  and not needs_person
"""


class FindSent(Protocol):
    """Asks a provider whether it has a message; never raises for what it or the network does."""

    def __call__(
        self,
        channel: RoutedChannel,
        *,
        recipient: Address,
        content: OutboundContent,
        opaque: str,
        since: datetime,
        until: datetime,
        known: Collection[str],
    ) -> Awaitable[Found | Absent | Unsure]: ...


@dataclass(frozen=True, slots=True)
class ListedDoubts:
    """Settles what is in doubt for `after_seconds` of machine time."""

    pool: Pool
    directory: ChannelDirectory
    find_sent: FindSent
    after_seconds: float

    async def settle_due(self) -> int:
        """Look at sends in doubt; returns how many were settled. Raises what the database raises."""
        providers = [provider.value for provider in listing_providers()]
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(CLAIM, providers, self.after_seconds, AT_ONCE, AGAIN_SECONDS)
        return sum([await self._settle(row) for row in rows])

    async def _settle(self, row: Record) -> bool:
        channel = self.directory.by_id.get(row["channel_id"])
        if channel is None:
            return False
        workspaces = [row["workspace_id"]]
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=workspaces) as conn:
            rows = await conn.fetch(KNOWN, row["workspace_id"], row["message_id"])
            known = {each["provider_id"] for each in rows}
        content = dict(row["content"])
        found = await self.find_sent(
            channel,
            recipient=Address(phone=row["recipient"].get("phone"), user_id=row["recipient"].get("user_id")),
            content=content_from_json(str(content.pop("type")), content),
            opaque=str(OpaqueId(row["message_id"], row["attempt"])),
            since=row["attempted_at"],
            until=row["now"],
            known=known,
        )
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=workspaces) as conn:
            return await _apply(conn, row, found)


async def _apply(conn: Connection, row: Record, found: Found | Absent | Unsure) -> bool:
    key: tuple[UUID, int, int] = (row["workspace_id"], row["id"], row["attempt"])
    match found:
        case Found():
            for item in found.items:
                await file_item(conn, row["workspace_id"], row["channel_id"], item)
            return bool(found.items)
        case Absent() if not row["resent"]:
            tag = await conn.execute(SEND_AGAIN, *key)
            log.warning("send_was_never_taken", message_id=str(row["message_id"]))
        case _:
            tag = await conn.execute(ASK, *key)
            reason = found.reason if isinstance(found, Unsure) else "it was sent again, and is not there"
            log.warning("send_stays_in_doubt", message_id=str(row["message_id"]), reason=reason)
    if tag.endswith(" 1"):
        await record_events(conn, [EventRow(row["workspace_id"], EventType.MESSAGE_STATUS, row["message_id"])])
    return tag.endswith(" 1")
