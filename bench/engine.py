"""What a sprint of the flow engine costs: `python bench/engine.py [seconds per line]`.

Each line is one turn as the runner does it: read the session from bytes, resume (or start), write it back to
bytes. The last lines give what of that is storing the session and rendering one text.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

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

TARGET_MICROSECONDS = 100
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
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
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


if __name__ == "__main__":
    main()
