"""The engine keeps nothing between sprints, and a session stays small. `bench.engine --sprints` tries a million."""

from __future__ import annotations

import gc
import tracemalloc

from bench.engine import MOST_SESSION_BYTES, play, traced
from bench.path import path_blueprint

from .scenarios import load_flow

WARMING = 500
SPRINTS = 1_000
# What a sprint left behind would be more than 16 bytes; what the interpreter keeps for itself is a third of this.
MOST_GROWTH_BYTES = 16 * 1024


def test_sprints_leave_nothing_behind() -> None:
    flow = load_flow(path_blueprint())
    call = traced(flow, play(flow, "hi"), "3")
    for _ in range(WARMING):
        call()
    tracemalloc.start()
    try:
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(SPRINTS):
            call()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < MOST_GROWTH_BYTES


def test_the_path_of_the_benchmark_is_what_it_says() -> None:
    flow = load_flow(path_blueprint())
    stored, trace = traced(flow, play(flow, "hi"), "3")()
    assert len(stored) < MOST_SESSION_BYTES
    assert '"Thank you, Sara!"' in trace
    assert sum(node.type == "if_condition" for node in flow.nodes.values()) == 2
    assert len(flow.nodes) == 11, "ten are gone through, after the one that began"
