"""Sessions that older code stored go on: bytes as they were written then, and what comes next.

Files are named by the shape and never written again: a new shape adds some of its own.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from hoopoe.flows.engine import Caller, OpenScope, Session, SessionStatus, dump_session, load_session
from hoopoe.flows.engine.session import SCHEMA_VERSION, UPGRADES

from .scenarios import load_flow, make_env, take_step

FILES = sorted((Path(__file__).parent / "sessions").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_session_of_older_code_goes_on(path: Path) -> None:
    case = orjson.loads(path.read_bytes())
    stored = case["stored"].encode()
    session = load_session(stored)
    assert orjson.loads(stored)["v"] == int(path.stem.partition("_")[0])
    sprint = take_step(load_flow(case["blueprint"]), session, case["then"], make_env(case["env"]))
    assert sprint.session.sprint == session.sprint + 1
    assert not {event.type for event in sprint.events} & {"flow_failed", "error_raised"}
    assert sprint.session.node_id != session.node_id, "it was resumed, and went on"


def test_every_older_shape_has_a_step_and_a_file() -> None:
    assert sorted(UPGRADES) == list(range(2, SCHEMA_VERSION + 1))
    assert {int(path.stem.partition("_")[0]) for path in FILES} >= set(range(1, SCHEMA_VERSION))


def test_code_that_is_being_replaced_reads_what_it_can() -> None:
    """A session without anything new is written as the code before wrote it."""
    plain = Session("v", "n", SessionStatus.COMPLETED, {}, sprint=1, steps=1)
    assert orjson.loads(dump_session(plain))["v"] == 1
    inside = Session("v", "n", SessionStatus.COMPLETED, {}, 1, 1, callers=(Caller("p", "run", {"a": 1}),))
    looping = Session("v", "n", SessionStatus.COMPLETED, {}, 1, 1, scopes=(OpenScope("each", {"left": []}),))
    for session in (inside, looping):
        assert orjson.loads(dump_session(session))["v"] == SCHEMA_VERSION
        assert load_session(dump_session(session)) == session
