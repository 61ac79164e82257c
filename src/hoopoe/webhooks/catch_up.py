"""What webhooks lost: messages and statuses that are looked for at the provider and filed as if they had come.

For providers that list what they have (`Capabilities.has_listing`: Twilio, which does not try a webhook again).
Each channel is looked at by one worker at a time, which claims the channel's row. What is found goes into the inbox
under the keys that its webhooks would have had, so that nothing is filed twice, whoever comes first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from hoopoe.channels.capabilities import listing_providers
from hoopoe.channels.directory import ChannelDirectory, RoutedChannel
from hoopoe.channels.parts import Item, Listing, Missing
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Connection, Pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.webhooks.inbox import put_item
from hoopoe.webhooks.routing import lane_of

log = structlog.get_logger()

# Younger than this a webhook may still be on its way, and it knows more than the list does.
MARGIN: Final = timedelta(seconds=60)
# A message that was sent before a look may be listed after it.
OVERLAP: Final = timedelta(minutes=5)
# The inbox knows its keys for two weeks; what is older than this would be nobody's answer.
LOOK_BACK: Final = timedelta(days=7)
LEASE_SECONDS: Final = 300.0
CHANNELS_AT_ONCE: Final = 8

CLAIM = """
with added as (
    insert into channel_catch_ups (workspace_id, channel_id, caught_up_until)
    select workspace_id, id, domain_now() from channels
    where status = 'active' and provider = any ($1)
      and not exists (
          select from channel_catch_ups as look
          where look.workspace_id = channels.workspace_id and look.channel_id = channels.id
      )
    -- In one order: two workers that add the same rows wait for each other, and not in a circle.
    order by workspace_id, id
    on conflict do nothing
), due as (
    select look.workspace_id, look.channel_id from channel_catch_ups as look
    join channels on channels.workspace_id = look.workspace_id and channels.id = look.channel_id
    where channels.status = 'active' and channels.provider = any ($1)
      and next_at <= now() and (lease_until is null or lease_until < now())
    order by next_at limit $2
    for update of look skip locked
)
update channel_catch_ups as look set lease_until = now() + make_interval(secs => $3)
from due where look.workspace_id = due.workspace_id and look.channel_id = due.channel_id
returning look.channel_id, greatest(look.caught_up_until, domain_now() - $4::interval) as since,
          domain_now() as now, look.lease_until
"""

FINISH = """
update channel_catch_ups
set caught_up_until = coalesce($3, caught_up_until), problem = $4, lease_until = null,
    next_at = now() + make_interval(secs => $5)
where workspace_id = $1 and channel_id = $2 and lease_until = $6
"""

# The inbox forgets what is done after a while; messages are kept.
KNOWN = """
select key from unnest($3::text[]) as key
where exists (select from inbox where workspace_id = $1 and channel_id = $2 and provider_key = key)
   or exists (select from messages where workspace_id = $1 and channel_id = $2 and provider_id = substr(key, 3)
              and direction = 'in' and key like 'm:%')
"""


class ListMissing(Protocol):
    """Asks a provider what came and went since; never raises for what it or the network does."""

    def __call__(
        self, channel: RoutedChannel, *, since: datetime, until: datetime, choose_missing: Missing
    ) -> Awaitable[Listing]: ...


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Looks when it is due. `every_seconds` of machine time between two looks at a channel."""

    pool: Pool
    directory: ChannelDirectory
    list_missing: ListMissing
    every_seconds: float
    margin: timedelta = MARGIN

    async def run_due(self) -> int:
        """Look at the channels that are due; returns how many items were missing. Raises what the database raises."""
        providers = [provider.value for provider in listing_providers()]
        async with transaction(self.pool, role=tenancy.PIPE) as conn:
            rows = await conn.fetch(CLAIM, providers, CHANNELS_AT_ONCE, LEASE_SECONDS, LOOK_BACK)
        filed = 0
        for row in rows:
            # Missing when it was disabled this very moment: the lease runs out, and nobody looks any more.
            channel = self.directory.by_id.get(row["channel_id"])
            if channel is not None:
                filed += await self._look(channel, row["since"], row["now"], row["lease_until"])
        return filed

    async def _look(self, channel: RoutedChannel, since: datetime, now: datetime, lease: datetime) -> int:
        until = now - self.margin

        async def choose_missing(keys: Sequence[str]) -> Collection[str]:
            async with transaction(self.pool, role=tenancy.PIPE, workspaces=[channel.workspace_id]) as conn:
                known = await conn.fetch(KNOWN, channel.workspace_id, channel.id, keys)
            return set(keys) - {row["key"] for row in known}

        found = await self.list_missing(channel, since=since - OVERLAP, until=until, choose_missing=choose_missing)
        async with transaction(self.pool, role=tenancy.PIPE, workspaces=[channel.workspace_id]) as conn:
            filed = sum([await file_item(conn, channel.workspace_id, channel.id, item) for item in found.items])
            reached = max(until, since) if found.problem is None else None
            await conn.execute(
                FINISH, channel.workspace_id, channel.id, reached, found.problem, self.every_seconds, lease
            )
        if found.problem is not None:
            log.warning("channel_not_caught_up", channel_id=str(channel.id), problem=found.problem)
        if filed:
            log.warning("webhooks_were_lost", channel_id=str(channel.id), caught_up=filed)
        return filed


async def file_item(conn: Connection, workspace_id: UUID, channel_id: UUID, item: Item) -> bool:
    """Put an item into the inbox as its webhook would; False when it was there already."""
    return await put_item(
        conn,
        workspace_id=workspace_id,
        channel_id=channel_id,
        lane=lane_of(channel_id, item.address),
        kind=item.kind,
        key=item.key,
        item=item.payload,
    )
