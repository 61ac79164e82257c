"""No second sees more of a channel than its rate, and nearly all of the rate can be used."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from bench.send import LIMIT, PEOPLE, QUEUE, most_in_a_second

from hoopoe.conversations.outbox.claim import SHARE_OF_RATE, claim_sends
from hoopoe.conversations.outbox.timetable import Timetable
from hoopoe.kernel.db import tenancy
from hoopoe.kernel.db.pool import Pool, open_pool
from hoopoe.kernel.db.unit_of_work import transaction
from hoopoe.kernel.ids import new_id, oldest_id
from hoopoe.kernel.settings import Settings
from hoopoe.main.wiring import make_keyring
from tests.support.database import Cluster
from tests.support.tenants import make_tenant

RATE = 80.0
SECONDS = 2.5


async def make_backlog(pool: Pool, dsn: str, settings: Settings, *, count: int, rate: float) -> None:
    tenant = await make_tenant(dsn, make_keyring(settings))
    async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
        await conn.execute(LIMIT, tenant.workspace_id, rate)
        await conn.execute(PEOPLE, tenant.workspace_id, tenant.channel_id, count)
        await conn.execute(QUEUE, tenant.workspace_id, 1)


async def test_places_are_a_share_of_the_rate_however_they_are_claimed(cluster: Cluster, settings: Settings) -> None:
    """Now one worker claims, now another, sometimes at once and sometimes late."""
    dsn = await cluster.clone()
    async with open_pool(dsn, size=1) as one, open_pool(dsn, size=1) as other:
        await make_backlog(one, dsn, settings, count=300, rate=RATE)
        places: list[float] = []
        asked: list[float] = []
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            asked.append(time.monotonic())
            pool = (one, other)[len(asked) % 2]
            sends = await claim_sends(pool, room=400, lease_seconds=30)
            places += [send.place for send in sends if send.place is not None]
            await asyncio.sleep((0.0, 0.01, 0.05, 0.1)[len(asked) % 4])
    places.sort()
    assert most_in_a_second(places) <= RATE
    if max(later - earlier for earlier, later in pairwise(asked)) < 0.14:
        assert len(places) >= (asked[-1] - asked[0]) * RATE * SHARE_OF_RATE - 1


async def test_a_channel_that_was_idle_sends_at_once(cluster: Cluster, settings: Settings) -> None:
    dsn = await cluster.clone()
    async with open_pool(dsn, size=1) as pool:
        await make_backlog(pool, dsn, settings, count=3, rate=1.0)
        await asyncio.sleep(1.5)
        [first] = await claim_sends(pool, room=400, lease_seconds=30)
        assert first.place is not None
        assert first.place <= time.monotonic()
        # The next place is a whole second away, and nothing is claimed as long before as that.
        assert await claim_sends(pool, room=400, lease_seconds=30) == []


async def test_who_was_held_up_does_not_make_up_for_it_at_once() -> None:
    timetable, channel_id = Timetable(), new_id()
    spacing = 1 / (RATE * SHARE_OF_RATE)
    begun = time.monotonic()
    left: list[float] = []

    async def leave(place: float) -> None:
        await timetable.wait(channel_id, place)
        left.append(time.monotonic())
        if len(left) == 60:
            time.sleep(0.3)  # noqa: ASYNC251  # what holds a process up

    await asyncio.gather(*[leave(begun + number * spacing) for number in range(160)])
    assert most_in_a_second(left) <= RATE
    assert timetable.late([channel_id]) == [channel_id]
    # What comes after a pause is on time again.
    await asyncio.sleep(0.5)
    await timetable.wait(channel_id, time.monotonic())
    assert timetable.late([channel_id]) == []


@pytest.mark.parametrize(("age", "is_crowded"), [(timedelta(0), True), (timedelta(days=3), False)])
async def test_a_person_is_sent_45_ahead_and_no_more(
    cluster: Cluster, settings: Settings, age: timedelta, is_crowded: bool
) -> None:
    """Meta's pair rate; what was decided days ago is not looked through."""
    dsn = await cluster.clone()
    tenant = await make_tenant(dsn, make_keyring(settings))
    decided = [UUID(int=oldest_id(datetime.now(UTC) - age).int + n) for n in range(45)]
    async with open_pool(dsn, size=1) as pool:
        async with transaction(pool, role=tenancy.APP, workspaces=[tenant.workspace_id]) as conn:
            await conn.execute(PEOPLE, tenant.workspace_id, tenant.channel_id, 1)
            await conn.execute(QUEUE, tenant.workspace_id, 1)
            await conn.execute("update channels set pair_limit = true where workspace_id = $1", tenant.workspace_id)
            await conn.execute(
                "insert into messages (workspace_id, id, channel_id, conversation_id, direction, type, content, "
                "status, author_kind, at, accepted_at) select workspace_id, unnest($2::uuid[]), channel_id, id, 'out', "
                "'text', '{}', 'accepted', 'bot', now(), now() from conversations where workspace_id = $1",
                tenant.workspace_id,
                decided,
            )
        [send] = await claim_sends(pool, room=400, lease_seconds=30)
    assert (send.pair_wait > 0) == is_crowded
