"""Pair rate and throughput, as a function of time, and once over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.limits import Limit, Limits
from tests.simulator.graph import Graph
from tests.support.simulator import start_simulator


def take(limits: Limits, count: int, *, at: float, address: str = "person") -> list[Limit | None]:
    return [limits.take("number", address, now=at) for _ in range(count)]


def test_45_at_once_and_then_one_in_six_seconds() -> None:
    limits = Limits(is_strict=False)
    assert take(limits, 45, at=1000) == [None] * 45
    assert take(limits, 1, at=1000) == [Limit.PAIR_RATE]
    assert take(limits, 1, at=1005.9) == [Limit.PAIR_RATE]
    assert take(limits, 2, at=1006) == [None, Limit.PAIR_RATE]
    assert take(limits, 1, at=1006, address="somebody else") == [None]


def test_strict_pays_a_burst_back_by_silence() -> None:
    limits = Limits(is_strict=True)
    assert take(limits, 20, at=1000) == [None] * 20
    assert take(limits, 1, at=1005) == [None]
    assert take(limits, 1, at=1006) == [Limit.PAIR_RATE]
    assert take(limits, 1, at=1125) == [Limit.PAIR_RATE]
    assert take(limits, 1, at=1126) == [None]


def test_80_in_a_second_both_directions_together() -> None:
    limits = Limits(is_strict=False)
    assert [limits.take("number", f"{place}", now=1000) for place in range(70)] == [None] * 70
    for _ in range(10):
        limits.count_inbound("number", now=1000)
    assert limits.take("number", "71", now=1000) is Limit.THROUGHPUT
    assert limits.take("another number", "71", now=1000) is None
    assert limits.take("number", "71", now=1000.1) is None


def test_what_is_refused_is_not_counted() -> None:
    limits = Limits(is_strict=False)
    take(limits, 45, at=1000)
    assert take(limits, 100, at=1001) == [Limit.PAIR_RATE] * 100
    assert take(limits, 1, at=1006) == [None]


@pytest.mark.parametrize(("setting", "refused"), [("on", True), ("off", False)])
async def test_over_http(setting: str, refused: bool, tmp_path: Path) -> None:
    async with start_simulator(tmp_path, environment={"SIMULATOR_LIMITS": setting}) as simulator:
        graph = Graph(simulator, await simulator.add_channel())
        for person in ("+966500000101", "+966500000102"):
            await simulator.say(person, graph.channel, "hi")
        results = [await graph.send(to="+966500000101", type="text", text={"body": "x"}) for _ in range(46)]
        assert [status for status, _ in results[:45]] == [200] * 45
        assert results[45][0] == (400 if refused else 200)
        if refused:
            assert results[45][1]["error"]["code"] == 131056
        await graph.send_text("+966500000102")
        await simulator.advance(6)
        await graph.send_text("+966500000101")
        assert len(await simulator.accepted()) == (47 if refused else 48)
