"""No second sees more of a channel than its rate, and nearly all of the rate can be used."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from bench.send import LIMIT, PEOPLE, QUEUE, most_in_a_second

from hoopoe.conversations.outbox.claim import SHARE_OF_RATE, claim_sends
from hoopoe.conversations.outbox.timetable import GIVEN_BACK_AT_ONCE, Place, Timetable
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
AHEAD = 1_000.0
SPACING = 1 / (RATE * SHARE_OF_RATE)


def place_at(begun: float, number: int) -> Place:
    """A place of a timetable that begins then."""
    at = begun + number * SPACING
    return Place(at + AHEAD, SPACING, is_next=True, earliest=at, latest=at)


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
        shared: list[float] = []
        asked: list[float] = []
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            asked.append(time.monotonic())
            pool = (one, other)[len(asked) % 2]
            sends = await claim_sends(pool, room=400, lease_seconds=30)
            places += [send.place.earliest for send in sends if send.place is not None]
            shared += [send.place.at for send in sends if send.place is not None]
            await asyncio.sleep((0.0, 0.01, 0.05, 0.1)[len(asked) % 4])
    places.sort()
    # By the clock that both have, no place is given out twice.
    assert all(later - earlier > 0.99 * SPACING for earlier, later in pairwise(shared))
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
        assert first.place.earliest <= time.monotonic()
        assert not first.place.is_next
        # The next place is a whole second away, and nothing is claimed as long before as that.
        assert await claim_sends(pool, room=400, lease_seconds=30) == []


async def test_who_was_held_up_does_not_make_up_for_it_at_once() -> None:
    timetable, channel_id = Timetable(), new_id()
    begun = time.monotonic()
    left: list[float] = []

    async def leave(number: int) -> None:
        assert await timetable.wait(channel_id, place_at(begun, number))
        left.append(time.monotonic())
        if len(left) == 60:
            time.sleep(0.3)  # noqa: ASYNC251  # what holds a process up

    await asyncio.gather(*[leave(number) for number in range(160)])
    assert most_in_a_second(left) <= RATE
    assert timetable.late([channel_id]) == [channel_id]
    # What comes after a pause is on time again.
    await asyncio.sleep(0.5)
    assert await timetable.wait(channel_id, place_at(time.monotonic(), 0))
    assert timetable.late([channel_id]) == []


async def test_what_was_missed_is_given_back_where_others_go_on() -> None:
    """Places 1 to 5 were another worker's."""
    timetable, channel_id = Timetable(), new_id()
    begun = time.monotonic() - 1
    assert await timetable.wait(channel_id, place_at(begun, 0))
    missed = [timetable.wait(channel_id, place_at(begun, number)) for number in (6, 7)]
    in_time = timetable.wait(channel_id, place_at(time.monotonic(), 0))
    assert await asyncio.gather(*missed, in_time) == [False, False, True]


async def test_what_was_missed_leaves_late_where_nobody_else_is() -> None:
    timetable, channel_id = Timetable(), new_id()
    begun = time.monotonic() - 1
    waits = [timetable.wait(channel_id, place_at(begun, number)) for number in range(3)]
    assert await asyncio.gather(*waits) == [True] * 3


async def test_who_is_always_late_sends_all_the_same() -> None:
    """A database that takes longer than the places are ahead: only some of it is given back."""
    timetable, channel_id = Timetable(), new_id()
    begun = time.monotonic() - 10
    assert await timetable.wait(channel_id, place_at(begun, 0))
    left = [await timetable.wait(channel_id, place_at(begun, number)) for number in range(6, 60, 3)]
    assert left == [False] * int(GIVEN_BACK_AT_ONCE) + [True] * 6


async def test_a_claim_that_was_long_on_its_way_moves_no_place() -> None:
    """By the database's clock, of which a quick claim said how far it is ahead. A clock that is set is believed."""
    timetable, channel_id = Timetable(), new_id()
    begun = time.monotonic()
    assert await timetable.wait(channel_id, place_at(begun, 0))
    slow = replace(place_at(begun, 30), earliest=begun, latest=begun + 1)
    assert await timetable.wait(channel_id, slow)
    assert time.monotonic() >= begun + 30 * SPACING
    later = replace(place_at(time.monotonic(), 0), at=begun + 2 * AHEAD)
    assert await asyncio.wait_for(timetable.wait(channel_id, later), 5)


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
