"""Twilio's answers: taken, refused for certain, or in doubt."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendResult
from hoopoe.channels.twilio.errors import RULES
from hoopoe.channels.twilio.read import read_answer

SID = "SM" + "1e" * 16


def read(status: int, answer: object, retry_after: float | None = None) -> SendResult:
    return read_answer(status, json.dumps(answer).encode(), retry_after=retry_after)


def error(code: int, status: int = 400) -> dict[str, object]:
    return {"code": code, "message": "no", "more_info": "https://www.twilio.com/docs/errors", "status": status}


@pytest.mark.parametrize("state", ["queued", "accepted", "failed"])
def test_a_message_with_an_id_was_taken(state: str) -> None:
    """Even one that failed at once: its status tells of that."""
    assert read(201, {"sid": SID, "status": state, "error_code": None}) == Accepted(SID)
    assert read(200, {"success": True}) == Accepted("")


@pytest.mark.parametrize("answer", [{}, {"sid": None}, {"sid": ""}, {"success": False}, [], None, "ok"])
def test_a_yes_without_an_id_is_in_doubt(answer: object) -> None:
    assert isinstance(read(201, answer), Doubtful)


@pytest.mark.parametrize("code", [21211, 21610, 21617, 20003, 20404, 63007, 63015, 63016, 63038, 99999, 21606])
def test_a_no_with_a_code_is_for_certain(code: int) -> None:
    assert read(400, error(code)) == Refused(ProviderError(code, "no"))
    assert read(401, {"code": str(code), "message": "no"}) == Refused(ProviderError(code, "no"))


def test_too_many_requests_are_safe_to_send_again() -> None:
    assert read(429, error(20429)) == Refused(ProviderError(20429, "no"), 1.0, is_passing=True)
    assert read(429, error(20429), 7) == Refused(ProviderError(20429, "no"), 7, is_passing=True)
    assert read(400, error(63018)) == Refused(ProviderError(63018, "no"), 6.0, is_passing=True)
    for answer in ({}, error(99999), "busy"):
        result = read(429, answer, 3)
        assert isinstance(result, Refused)
        assert (result.error.code, result.retry_after, result.is_passing) == (429, 3, True)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("answer", [{}, "away", {"code": 20500}, {"code": 20503}, {"code": 21211}, {"code": 20429}])
def test_what_fails_at_twilio_is_in_doubt(status: int, answer: object) -> None:
    assert isinstance(read(status, answer), Doubtful)


@pytest.mark.parametrize(
    ("status", "answer"),
    [(400, {}), (404, "<html>"), (400, {"code": None}), (400, {"code": 0}), (307, {}), (408, error(99999)), (100, {})],
)
def test_what_says_neither_is_in_doubt(status: int, answer: object) -> None:
    assert isinstance(read(status, answer), Doubtful)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"sid":'])
def test_what_is_no_json_is_in_doubt(body: bytes) -> None:
    for status in (201, 400, 500):
        assert isinstance(read_answer(status, body), Doubtful)


@given(st.integers(100, 599), st.sampled_from([*RULES, 1, 99999]))
def test_a_no_is_never_a_yes_and_a_code_in_doubt_never_a_no(status: int, code: int) -> None:
    result = read(status, error(code))
    rule = RULES.get(code)
    if 200 <= status < 300 or status >= 500 or (rule is not None and rule.is_doubtful and status != 429):
        assert isinstance(result, Doubtful)
    else:
        assert isinstance(result, Refused | Doubtful)
