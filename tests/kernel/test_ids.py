"""UUIDv7."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hoopoe.kernel.ids import id_at, new_id, oldest_id


def test_ids_of_one_process_only_grow() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_an_id_tells_its_version_and_its_millisecond() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 10


def test_ids_stand_behind_the_oldest_of_their_time() -> None:
    before = datetime.now(UTC)
    made = new_id()
    assert (
        oldest_id(before - timedelta(milliseconds=1)) < made < oldest_id(datetime.now(UTC) + timedelta(milliseconds=1))
    )


def test_ids_for_earlier_times_stand_where_they_would_have_been_made() -> None:
    second = datetime(2025, 3, 1, 12, 0, 7, tzinfo=UTC)
    ids = [id_at(second + timedelta(seconds=n), place) for n in range(3) for place in range(300)]
    assert ids == sorted(ids)
    assert {made.version for made in ids} == {7}
    assert ids[0].int >> 80 == int(second.timestamp()) * 1000
    assert len({id_at(second, 0) for _ in range(100)}) == 100


def test_no_id_for_another_time_stands_behind_one_that_is_made_later() -> None:
    far = id_at(datetime(2200, 1, 1, tzinfo=UTC), 10**9)
    assert far < new_id()
    assert id_at(datetime(1950, 1, 1, tzinfo=UTC), 0).int >> 80 == 0
