"""Meta's answers to a send: taken, refused for certain, or in doubt."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoopoe.channels.contract import Accepted, Doubtful, ProviderError, Refused, SendResult
from hoopoe.channels.meta.errors import RULES
from hoopoe.channels.meta.read import read_answer
from hoopoe.kernel.json import Json


def read(status: int, body: Json, retry_after: float | None = None) -> SendResult:
    return read_answer(status, orjson.dumps(body), retry_after=retry_after)


def refuse(status: int, code: Json, *, retry_after: float | None = None, **more: Json) -> SendResult:
    return read(status, {"error": {"code": code, "message": "(#x) No", **more}}, retry_after)


def test_taken() -> None:
    body: Json = {
        "contacts": [{"wa_id": "966505556677"}],
        "messages": [{"id": "wamid.1", "message_status": "accepted"}],
    }
    assert read(200, body) == Accepted("wamid.1")


def test_only_a_read_receipt_has_no_id() -> None:
    body = orjson.dumps({"success": True})
    assert read_answer(200, body, has_id=False) == Accepted("")
    assert isinstance(read_answer(200, body), Doubtful)


@pytest.mark.parametrize(
    "body",
    [{}, [], None, {"messages": []}, {"messages": [{"id": ""}]}, {"messages": [{"id": 7}]}, {"success": "true"}],
)
def test_a_yes_without_an_id_is_in_doubt(body: Json) -> None:
    assert isinstance(read(200, body), Doubtful)


@pytest.mark.parametrize(("code", "seconds"), [(4, 10.0), (80007, 10.0), (130429, 1.0), (131056, 6.0), (131057, 60.0)])
@pytest.mark.parametrize("status", [400, 429, 500])
@pytest.mark.parametrize("is_transient", [False, True])
def test_a_rate_limit_is_certain_and_passes(code: int, seconds: float, status: int, *, is_transient: bool) -> None:
    result = refuse(status, code, is_transient=is_transient)
    assert result == Refused(ProviderError(code, "(#x) No"), seconds, is_passing=True)


def test_the_longer_wait_counts() -> None:
    for asked, expected in ((90.0, 90.0), (2.0, 6.0)):
        result = refuse(400, 131056, retry_after=asked)
        assert isinstance(result, Refused)
        assert result.retry_after == expected


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("body", [{}, "busy", {"error": {"code": 2}}, {"error": {"code": 17}}, {"error": {}}])
def test_a_provider_that_is_away_took_nothing(status: int, body: Json) -> None:
    result = read(status, body, 3.0)
    assert isinstance(result, Refused)
    assert (result.error.code, result.retry_after, result.is_passing) == (status, 3.0, True)


@pytest.mark.parametrize("code", [1, 2, 131000, 131016, 133004, 2494100])
@pytest.mark.parametrize("status", [400, 500, 502])
def test_a_fault_of_the_provider_is_in_doubt(code: int, status: int) -> None:
    result = refuse(status, code)
    assert isinstance(result, Doubtful)
    assert str(code) in result.reason


@pytest.mark.parametrize("code", [131009, 987_654])
def test_what_calls_itself_transient_is_in_doubt(code: int) -> None:
    assert isinstance(refuse(400, code, is_transient=True), Doubtful)
    assert isinstance(refuse(400, code, is_transient=False), Refused)


@pytest.mark.parametrize(("status", "body"), [(500, {}), (502, "<html>"), (400, None), (404, []), (307, {}), (504, {})])
def test_an_answer_without_an_error_is_in_doubt(status: int, body: Json) -> None:
    assert isinstance(read(status, body), Doubtful)


def test_an_unknown_code_is_final_as_a_refusal_and_in_doubt_as_a_fault() -> None:
    assert refuse(400, 987_654) == Refused(ProviderError(987_654, "(#x) No"))
    assert isinstance(refuse(500, 987_654), Doubtful)


def test_a_syncing_template_is_tried_again_in_ten_minutes() -> None:
    for is_transient in (False, True):
        result = refuse(400, 134101, is_transient=is_transient)
        assert result == Refused(ProviderError(134101, "(#x) No"), 600.0, is_passing=False)


@pytest.mark.parametrize(
    "code", [rule.code for rule in RULES.values() if rule.retry_after is None and not rule.is_doubtful]
)
@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_every_other_code_is_final_whatever_the_http_status(code: int, status: int) -> None:
    assert refuse(status, code) == Refused(ProviderError(code, "(#x) No"))


def test_the_details_are_kept_and_a_code_in_quotes_is_a_code() -> None:
    result = refuse(400, "131047", error_data={"details": "More than a day has passed"})
    assert result == Refused(ProviderError(131047, "(#x) No", "More than a day has passed"))


@pytest.mark.parametrize("code", [None, True, "", "abc", 1.5, [], -7])
def test_a_refusal_without_a_code_is_not_a_refused_token(code: Json) -> None:
    result = refuse(400, code)
    assert isinstance(result, Refused)
    assert result.error.code < 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "code", "messages", "id", "is_transient", "error_data"]), inner)
    ),
    max_leaves=12,
)


@given(st.integers(100, 599), JSON.map(orjson.dumps) | st.binary(max_size=40))
def test_no_answer_makes_it_fail_and_only_a_success_is_accepted(status: int, body: bytes) -> None:
    result = read_answer(status, body)
    assert isinstance(result, Accepted | Refused | Doubtful)
    if not 200 <= status < 300:
        assert not isinstance(result, Accepted)
