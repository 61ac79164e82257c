"""What a sprint of the flow engine costs: `python -m bench.engine [seconds per line] [--sprints 1000000]`.

Each line is one turn as the runner does it: read the session from bytes, resume (or start), write it back to
bytes. Two more lines give what of that is storing the session and rendering one text. The path of ten nodes is what the
target is about: four texts filled in, two conditions, its trace as JSON, the session as bytes in and out; beside it the
same work as a loop written by hand, which is what this language can do. `--sprints`: so many of them, and whether the
memory grows.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench.path import path_blueprint, run_by_hand
from hoopoe.flows.definition import compile_flow, parse_blueprint
from hoopoe.flows.demo import cafe_blueprint, echo_blueprint
from hoopoe.flows.engine import (
    Env,
    Flow,
    Incoming,
    MessageReceived,
    Session,
    TriggerInput,
    dump_session,
    load_session,
    resume,
    start,
)
from hoopoe.flows.expressions import compile_template, render
from hoopoe.flows.runner.tracing import describe_sprint

TARGET_MICROSECONDS = 100
TARGET_PER_SECOND = 5_000
MOST_SESSION_BYTES = 8 * 1024
MOST_GROWTH_MB = 8
ENV = Env(
    now=datetime(2026, 3, 1, tzinfo=UTC),
    language="ar",
    contact={"name": "Sara Ali", "first_name": "Sara", "language": "ar", "tags": ["vip"], "phone": "+966500000000"},
    channel={"number": "+966112345678", "name": "Main"},
    workspace={"name": "Café", "currency": "SAR"},
    conversation={"id": "01900000-0000-7000-8000-000000000000"},
)


def text(body: str) -> Incoming:
    return Incoming("text", body)


def play(flow: Flow, *bodies: str) -> Session:
    session = start(flow, TriggerInput(text(bodies[0])), ENV).session
    for body in bodies[1:]:
        session = resume(flow, session, MessageReceived(text(body)), ENV).session
    return session


def started(flow: Flow, body: str) -> Callable[[], object]:
    return lambda: dump_session(start(flow, TriggerInput(text(body)), ENV).session)


def resumed(flow: Flow, session: Session, body: str) -> Callable[[], object]:
    stored = dump_session(session)
    return lambda: dump_session(resume(flow, load_session(stored), MessageReceived(text(body)), ENV).session)


def traced(flow: Flow, session: Session, body: str) -> Callable[[], tuple[bytes, str]]:
    """A whole sprint with its trace: the session's bytes in and out."""
    stored = dump_session(session)

    def call() -> tuple[bytes, str]:
        before, given = load_session(stored), MessageReceived(text(body))
        sprint = resume(flow, before, given, ENV)
        return dump_session(sprint.session), describe_sprint(sprint, given, before=before, version_id="v1")

    return call


def measure(call: Callable[[], object], seconds: float) -> float:
    """Microseconds of one call: the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        count, started_at = 0, time.perf_counter()
        until = started_at + seconds / 5
        while time.perf_counter() < until:
            for _ in range(50):
                call()
            count += 50
        best = min(best, (time.perf_counter() - started_at) / count)
    return best * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", nargs="?", type=float, default=1.0)
    parser.add_argument("--sprints", type=int, default=0, help="how many to make while the memory is watched")
    options = parser.parse_args()
    seconds = options.seconds
    cafe = compile_flow(parse_blueprint(cafe_blueprint()), version_id="v1")
    echo = compile_flow(parse_blueprint(echo_blueprint()), version_id="v1")
    ordered = play(cafe, "hi", "1", "latte")
    template = compile_template("Hello {{ contact.name | default: 'friend' }}, you said {{ message.text }}")
    scope = {"contact": {"name": "Sara"}, "message": {"text": "hello"}}
    turns = {
        "echo: five nodes, one text": started(echo, "#17#"),
        "café: welcome with three buttons": started(cafe, "hi"),
        "café: a list of nine rows": resumed(cafe, play(cafe, "hi"), "1"),
        "café: a typed title, then a question": resumed(cafe, play(cafe, "hi", "1"), "قَهوه عربيه"),
        "café: a number, a total, three buttons": resumed(cafe, ordered, "٢"),
        "café: an answer that does not fit": resumed(cafe, ordered, "what?"),
    }
    stored = dump_session(ordered)
    parts = {
        "store and read a session": lambda: load_session(dump_session(ordered)),
        "render one text with two values": lambda: render(template, scope),
        "compile the café": lambda: compile_flow(parse_blueprint(cafe_blueprint()), version_id="v1"),
    }
    print(f"a stored session: {len(stored)} bytes; target: {TARGET_MICROSECONDS} µs a turn\n")
    costs = {name: measure(call, seconds) for name, call in turns.items()}
    for name, cost in costs.items():
        print(f"{cost:10.1f} µs  {name}")
    print(f"{sum(costs.values()) / len(costs):10.1f} µs  mean of the turns\n")
    for name, call in parts.items():
        print(f"{measure(call, seconds):10.1f} µs  {name}")
    compare_path(seconds)
    if options.sprints:
        watch_memory(options.sprints)


def compare_path(seconds: float) -> None:
    """The path of ten nodes, and the same work by hand."""
    flow = compile_flow(parse_blueprint(path_blueprint()), version_id="v1")
    session = play(flow, "hi")
    call = traced(flow, session, "3")
    stored, trace = call()
    assert len(stored) < MOST_SESSION_BYTES
    by_hand = orjson.dumps(run_by_hand(dump_session(session), "3", ENV))
    print(f"\nten nodes: the session {len(stored)} bytes, its trace {len(trace)}, by hand {len(by_hand)}")
    cost = measure(call, seconds)
    bare = measure(lambda: orjson.dumps(run_by_hand(dump_session(session), "3", ENV)), seconds)
    print(f"{cost:10.1f} µs  {1e6 / cost:,.0f} sprints/s; target: {TARGET_PER_SECOND:,}")
    print(f"{bare:10.1f} µs  {1e6 / bare:,.0f}/s by hand, the engine takes {cost / bare:.1f} times that")


def read_resident_mb() -> float:
    """What this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def watch_memory(count: int) -> None:
    """Make many sprints; the memory after a tenth of them is what it is at the end."""
    call = traced(*(flow := compile_flow(parse_blueprint(path_blueprint()), version_id="v1"), play(flow, "hi")), "3")
    for _ in range(count // 10):
        call()
    before = read_resident_mb()
    for _ in range(count - count // 10):
        call()
    after = read_resident_mb()
    print(f"\n{count:,} sprints: {before:.1f} MB after a tenth, {after:.1f} MB at the end")
    assert after - before < MOST_GROWTH_MB


if __name__ == "__main__":
    main()
