"""Token buckets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hoopoe.kernel.ratelimit import Bucket, Sampler, ready_at, refill, take

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_a_bucket_fills_up_to_its_capacity() -> None:
    empty = Bucket(0.0, NOW, per_second=2.0, capacity=10.0)
    assert refill(empty, NOW + timedelta(seconds=3)).tokens == 6
    assert refill(empty, NOW + timedelta(hours=3)).tokens == 10


def test_a_clock_that_went_back_adds_nothing() -> None:
    bucket = Bucket(3.0, NOW, per_second=2.0, capacity=10.0)
    assert refill(bucket, NOW - timedelta(hours=1)).tokens == 3


def test_only_whole_tokens_are_taken() -> None:
    left, taken = take(Bucket(2.9, NOW, per_second=1.0, capacity=10.0), 5)
    assert taken == 2
    assert round(left.tokens, 6) == 0.9


def test_places_in_the_queue_get_their_own_time() -> None:
    bucket = Bucket(0.5, NOW, per_second=1.0, capacity=10.0)
    assert ready_at(bucket, 1) == NOW + timedelta(seconds=0.5)
    assert ready_at(bucket, 3) == NOW + timedelta(seconds=2.5)


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50)), max_size=30))
def test_no_more_leaves_than_came_in(steps: list[tuple[float, int]]) -> None:
    bucket = Bucket(10.0, NOW, per_second=3.0, capacity=10.0)
    at, taken_in_all, waited = NOW, 0, 0.0
    for seconds, wanted in steps:
        at += timedelta(seconds=seconds)
        waited += seconds
        bucket, taken = take(refill(bucket, at), wanted)
        taken_in_all += taken
    assert taken_in_all <= 10 + waited * 3 + 1e-6


def test_a_sampler_admits_a_burst_and_then_refuses() -> None:
    sampler = Sampler(per_second=5.0)
    assert sum(sampler.admits() for _ in range(100)) in {5, 6}
