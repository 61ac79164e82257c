"""What a provider's refusals do to a whole channel: it slows down for a moment, or stops until somebody mends it.

A channel that stopped is in `error`: it goes on receiving, says why in words, and what was to be sent over it waits. It
is mended as any other that is in trouble: its credentials are read once more. Screens are told at once, and whoever
may mend it by mail (`channels.alerts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

import structlog

from hoopoe.channels.errors import ErrorRule, Words
from hoopoe.kernel.bus import EventType
from hoopoe.kernel.db.pool import Connection

log = structlog.get_logger()

# Providers repeat for days what we missed. A number that is still in trouble says so when it next sends.
OLDEST_SECONDS: Final = 600.0

ChannelKey: TypeAlias = tuple[UUID, UUID]
"""Workspace and channel."""

SLOW: Final = """
update channel_pace set held_until = greatest(channel_pace.held_until, now() + make_interval(secs => slowed.seconds))
from unnest($1::uuid[], $2::uuid[], $3::float8[]) as slowed (workspace_id, channel_id, seconds)
where channel_pace.workspace_id = slowed.workspace_id and channel_pace.channel_id = slowed.channel_id
"""
# Looked at first: every statement that updates channels makes all processes read them again. What is older than the
# provider's last word, or than the bound, says nothing of now.
ACTIVE: Final = """
select channel.workspace_id, channel.id
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as asked (workspace_id, channel_id, at)
cross join lateral (
    select workspace_id, id from channels
    where workspace_id = asked.workspace_id and id = asked.channel_id and status = 'active'
        and (asked.at is null or asked.at >= greatest(standing_at, domain_now() - make_interval(secs => $4)))
    for no key update
) as channel
"""
STOP: Final = """
update channels set status = 'error', status_reason = stopped.reason, status_reason_code = stopped.code,
    status_reason_details = '{}', updated_at = now()
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as stopped (workspace_id, channel_id, code, reason)
where channels.workspace_id = stopped.workspace_id and channels.id = stopped.channel_id
"""
# Only what was active gets here, so once for each time that it stops, and not for each message that finds it so.
ALERT: Final = """
with stopped as (
    insert into channel_alerts (workspace_id, channel_id, words, at)
    select workspace_id, channel_id, words, domain_now()
    from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) as stopped (workspace_id, channel_id, words)
    on conflict (workspace_id, channel_id) do update set words = excluded.words
)
insert into events (workspace_id, type, ref)
select workspace_id, $4, channel_id from unnest($1::uuid[], $2::uuid[]) as stopped (workspace_id, channel_id)
"""


async def slow_channels(conn: Connection, slowed: Mapping[ChannelKey, float]) -> None:
    """Let nothing leave over these channels for so many seconds. Machine time."""
    if slowed:
        keys = sorted(slowed)
        await conn.execute(SLOW, [key[0] for key in keys], [key[1] for key in keys], [slowed[key] for key in keys])


async def stop_channels(
    conn: Connection, stopped: Mapping[ChannelKey, ErrorRule], told_at: Mapping[ChannelKey, datetime] | None = None
) -> None:
    """Put these channels into trouble, each for the reason of its rule. One that is not active stays as it is.

    `told_at` says when it was so, where it is told later; what the number has outlived does not stop it.
    """
    if not stopped:
        return
    keys = sorted(stopped)
    times = told_at or {}
    rows = await conn.fetch(
        ACTIVE, [key[0] for key in keys], [key[1] for key in keys], [times.get(key) for key in keys], OLDEST_SECONDS
    )
    active = [(row["workspace_id"], row["id"]) for row in rows]
    if not active:
        return
    rules = [stopped[key] for key in active]
    await conn.execute(
        STOP,
        [key[0] for key in active],
        [key[1] for key in active],
        [rule.stops for rule in rules],
        [rule.text.en for rule in rules],
    )
    await alert(conn, {key: rule.text for key, rule in zip(active, rules, strict=True)})
    for (_, channel_id), rule in zip(active, rules, strict=True):
        log.error("channel_stopped", channel_id=str(channel_id), code=rule.code, reason=rule.stops)


async def alert(conn: Connection, stopped: Mapping[ChannelKey, Words]) -> None:
    """Let people know of channels that have just stopped, and why."""
    if stopped:
        await conn.execute(
            ALERT,
            [workspace_id for workspace_id, _ in stopped],
            [channel_id for _, channel_id in stopped],
            [{"en": words.en, "ar": words.ar} for words in stopped.values()],
            EventType.CHANNEL_CHANGED,
        )
