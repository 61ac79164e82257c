"""`split` without chance: in proportion, and each person always the same way."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from hoopoe.flows.nodes.split import choose

PEOPLE = [str(UUID(int=number << 64 | 7 << 76)) for number in range(20_000)]


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 0, 1), (10, 20, 70)])
def test_people_go_in_proportion_to_the_weights(weights: tuple[int, ...]) -> None:
    counts = Counter(choose(f"{person}|prices", weights) for person in PEOPLE)
    for place, weight in enumerate(weights):
        assert abs(counts[place] / len(PEOPLE) - weight / sum(weights)) < 0.015


def test_a_person_goes_the_same_way_and_experiments_do_not_depend_on_each_other() -> None:
    first = [choose(f"{person}|prices", (1, 1)) for person in PEOPLE]
    assert first == [choose(f"{person}|prices", (1, 1)) for person in PEOPLE]
    second = [choose(f"{person}|greetings", (1, 1)) for person in PEOPLE]
    both = sum(one == other for one, other in zip(first, second, strict=True))
    assert abs(both / len(PEOPLE) - 0.5) < 0.015
