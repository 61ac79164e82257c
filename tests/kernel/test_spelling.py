"""Words that were meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.kernel.spelling import count_slips, find_nearest

words = st.text(alphabet="abcd", max_size=12)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("margarita", "margherita"),  # one left out, one changed
        ("mrgherita", "margherita"),
        ("pizza", "pizza"),
        ("piza", "pizza"),
        ("pziza", "pizza"),  # swapped
        ("برجر", "برغر"),
        ("tee", None),  # three letters are too few to be near anything
        ("pasta", None),
        ("x" * 100, None),
        ("", None),
    ],
)
def test_the_nearest(written: str, meant: str | None) -> None:
    assert find_nearest(written, ["margherita", "pizza", "tea", "برغر"]) == meant


def test_two_that_are_equally_near_are_none() -> None:
    assert find_nearest("bable", ["table", "cable"]) is None
    assert find_nearest("table", ["cable", "table"]) == "table"
    assert find_nearest("bable", ["table", "table"]) == "table", "the same word twice is one"


@given(words, words)
def test_slips_are_the_same_both_ways(one: str, other: str) -> None:
    assert count_slips(one, other, most=12) == count_slips(other, one, most=12)
    assert (count_slips(one, other, most=12) == 0) == (one == other)


@given(words, words, st.integers(0, 12))
def test_a_bound_changes_nothing_but_what_is_beyond_it(one: str, other: str, most: int) -> None:
    whole = count_slips(one, other, most=12)
    bounded = count_slips(one, other, most=most)
    assert bounded == (whole if whole is not None and whole <= most else None)
