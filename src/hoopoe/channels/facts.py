"""What providers say of numbers, kept on their channels: quality, limit, speed, and whether anything can be sent.

Events come late and in any order: each fact has the time at which it was so, and an older one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from hoopoe.channels.account_events import NumberFacts, Standing
from hoopoe.channels.capabilities import capabilities_of
from hoopoe.channels.check_results import ReasonCode
from hoopoe.channels.contract import Provider
from hoopoe.channels.errors import Words
from hoopoe.channels.trouble import alert
from hoopoe.kernel.db.pool import Connection

Value = TypeVar("Value")

BLOCKED_WORDS: Final = Words(
    "The provider has switched this account off, so nothing can be sent. It says why in its events.",
    "أوقف المزوّد هذا الحساب، فلا يمكن إرسال شيء. ويذكر السبب في أحداثه.",
)

# What ends when the provider says that the account can send again: it is told as an event, or as the refusal of a send.
LIFTED: Final = (ReasonCode.ACCOUNT_BLOCKED, ReasonCode.ACCOUNT_RESTRICTED)

# Several of one transaction wait for each other in the same order everywhere.
LOCK: Final = """
select from channels join unnest($1::uuid[], $2::uuid[]) as told (workspace_id, id) using (workspace_id, id)
order by workspace_id, id for no key update of channels
"""

# The speed: what the provider lets the number be, or less where a person chose so. A limit that was lifted stays so
# until somebody chooses one. A speed below what the number was let to be was chosen too, by a version that wrote it
# down nowhere else.
KEEP: Final = """
update channels set
    quality = now_so.quality, quality_at = now_so.quality_at,
    messaging_limit = now_so.messaging_limit, messaging_limit_at = now_so.messaging_limit_at,
    throughput = now_so.throughput, throughput_at = now_so.throughput_at,
    name_status = now_so.name_status, name_status_at = now_so.name_status_at,
    is_on_phone = now_so.is_on_phone,
    chosen_per_second = now_so.chosen_per_second,
    messages_per_second = case when channels.messages_per_second is not null or now_so.chosen_per_second is not null
        then coalesce(least(now_so.chosen_per_second, rate.per_second), usual.per_second) end
from (
    select channel.workspace_id, channel.id, channel.provider,
        case when told.quality_at >= coalesce(channel.quality_at, '-infinity')
             then told.quality else channel.quality end as quality,
        greatest(channel.quality_at, told.quality_at) as quality_at,
        case when told.messaging_limit_at >= coalesce(channel.messaging_limit_at, '-infinity')
             then told.messaging_limit else channel.messaging_limit end as messaging_limit,
        greatest(channel.messaging_limit_at, told.messaging_limit_at) as messaging_limit_at,
        case when told.throughput_at >= coalesce(channel.throughput_at, '-infinity')
             then told.throughput else channel.throughput end as throughput,
        greatest(channel.throughput_at, told.throughput_at) as throughput_at,
        case when told.name_status_at >= coalesce(channel.name_status_at, '-infinity')
             then told.name_status else channel.name_status end as name_status,
        greatest(channel.name_status_at, told.name_status_at) as name_status_at,
        coalesce(told.is_on_phone, channel.is_on_phone) as is_on_phone,
        coalesce(channel.chosen_per_second, case when $17 and channel.messages_per_second < coalesce(
            (select per_second from unnest($14::text[], $15::text[], $16::real[]) as rate (provider, name, per_second)
             where rate.provider = channel.provider
               and rate.name = case when channel.is_on_phone then 'coexistence' else channel.throughput end),
            (select per_second from unnest($12::text[], $13::real[]) as usual (provider, per_second)
             where usual.provider = channel.provider)
        ) then channel.messages_per_second end) as chosen_per_second
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::text[],
                $8::timestamptz[], $9::text[], $10::timestamptz[], $11::boolean[])
        as told (workspace_id, id, quality, quality_at, messaging_limit, messaging_limit_at, throughput, throughput_at,
                 name_status, name_status_at, is_on_phone)
    join channels as channel using (workspace_id, id)
) as now_so
join unnest($12::text[], $13::real[]) as usual (provider, per_second) on usual.provider = now_so.provider
left join unnest($14::text[], $15::text[], $16::real[]) as rate (provider, throughput, per_second)
    on rate.provider = now_so.provider
    and rate.throughput = case when now_so.is_on_phone then 'coexistence' else now_so.throughput end
where channels.workspace_id = now_so.workspace_id and channels.id = now_so.id
"""

# Only what was well is set back, and only what a restriction set back is well again: a wrong token stays one. Whoever
# connected the number elsewhere in the meantime keeps it.
STAND: Final = """
update channels set standing_at = now_so.at, updated_at = now(),
    status = case when falls then 'error' when rises then 'active' else status end,
    status_reason = case when falls then $6 when rises then null else status_reason end,
    status_reason_code = case when falls then $5 when rises then null else status_reason_code end,
    status_reason_details = case when falls or rises then null else status_reason_details end
from (
    select told.*, told.standing = 'blocked' and channel.status = 'active' as falls,
        told.standing = 'good' and channel.status = 'error' and channel.status_reason_code = any ($7::text[])
            and not exists (
            select from channels as other where other.provider = channel.provider and other.status = 'active'
                and other.phone_number_id = channel.phone_number_id
        ) as rises
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) as told (workspace_id, id, standing, at)
    join channels as channel using (workspace_id, id)
    where told.at >= coalesce(channel.standing_at, '-infinity')
) as now_so
where channels.workspace_id = now_so.workspace_id and channels.id = now_so.id
returning channels.workspace_id, channels.id, falls
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one channel, and when it was so."""

    workspace_id: UUID
    channel_id: UUID
    at: datetime
    facts: NumberFacts = field(default_factory=NumberFacts)
    standing: Standing | None = None


async def keep_facts(conn: Connection, told: Iterable[Told]) -> None:
    """Keep what was said. Locks the channels; several things said of one count by their time."""
    by_channel: dict[tuple[UUID, UUID], list[Told]] = {}
    for each in sorted(told, key=lambda each: each.at):
        if each.standing is not None or not each.facts.is_empty:
            by_channel.setdefault((each.workspace_id, each.channel_id), []).append(each)
    if not by_channel:
        return
    await conn.execute(LOCK, [key[0] for key in by_channel], [key[1] for key in by_channel])
    await _write(conn, by_channel, adopts_speed=True)
    stands = {key: each for key, some in by_channel.items() for each in some if each.standing is not None}
    if stands:
        stood = await conn.fetch(
            STAND,
            [key[0] for key in stands],
            [key[1] for key in stands],
            [each.standing for each in stands.values()],
            [each.at for each in stands.values()],
            ReasonCode.ACCOUNT_BLOCKED,
            BLOCKED_WORDS.en,
            LIFTED,
        )
        await alert(conn, {(row["workspace_id"], row["id"]): BLOCKED_WORDS for row in stood if row["falls"]})


async def keep_pace(conn: Connection, workspace_id: UUID, channel_id: UUID) -> None:
    """Work a channel's speed out anew: somebody chose another."""
    await _write(conn, {(workspace_id, channel_id): ()}, adopts_speed=False)


async def _write(conn: Connection, told: Mapping[tuple[UUID, UUID], Sequence[Told]], *, adopts_speed: bool) -> None:
    usual = [(provider.value, capabilities_of(provider).messages_per_second) for provider in Provider]
    rates = [
        (provider.value, throughput.value, rate)
        for provider in Provider
        for throughput, rate in capabilities_of(provider).throughputs.items()
    ]
    qualities = [_find_newest(some, lambda facts: facts.quality) for some in told.values()]
    limits = [_find_newest(some, lambda facts: facts.messaging_limit) for some in told.values()]
    throughputs = [_find_newest(some, lambda facts: facts.throughput) for some in told.values()]
    names = [_find_newest(some, lambda facts: facts.name_status) for some in told.values()]
    phones = [_find_newest(some, lambda facts: facts.is_on_phone) for some in told.values()]
    await conn.execute(
        KEEP,
        [workspace_id for workspace_id, _ in told],
        [channel_id for _, channel_id in told],
        *map(list, zip(*qualities, strict=True)),
        *map(list, zip(*limits, strict=True)),
        *map(list, zip(*throughputs, strict=True)),
        *map(list, zip(*names, strict=True)),
        [is_on_phone for is_on_phone, _ in phones],
        *map(list, zip(*usual, strict=True)),
        *map(list, zip(*rates, strict=True)),
        adopts_speed,
    )


def _find_newest(
    told: Sequence[Told], read: Callable[[NumberFacts], Value | None]
) -> tuple[Value | None, datetime | None]:
    """The last value that was said (they are in the order of their times), and when it was so."""
    values = ((read(each.facts), each.at) for each in reversed(told))
    return next(((value, at) for value, at in values if value is not None), (None, None))
