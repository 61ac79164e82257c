"""UUIDv7."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from hoopoe.kernel.ids import new_id, oldest_id


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
