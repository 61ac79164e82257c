"""Results that stand for effects which nobody performs: each in the shape that its kind has."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.nodes.effect_results import NO_FILE, make_answer, make_example, make_failure


@pytest.mark.parametrize(
    ("operation", "given", "answer"),
    [
        ("find", {"price": 3}, {"ok": True, "row_count": 1, "row": {"price": 3}}),
        ("find", {}, {"ok": True, "row_count": 0, "row": None}),
        ("list", [{"price": 3}, {"price": 4}], {"ok": True, "row_count": 2, "rows": [{"price": 3}, {"price": 4}]}),
        ("list", {}, {"ok": True, "row_count": 0, "rows": []}),
        ("count", 7, {"ok": True, "row_count": 7}),
        ("count", [{}, {}], {"ok": True, "row_count": 2}),
        ("upsert", {"price": 3}, {"ok": True, "row_count": 1, "row": {"price": 3}}),
    ],
)
def test_a_table_is_answered_with_rows(operation: str, given: Any, answer: dict[str, Any]) -> None:
    assert make_answer("database_query", {"operation": operation}, given) == answer


def test_others_are_answered_with_what_they_say() -> None:
    assert make_answer("http_request", {}, [1]) == {"ok": True, "status": 200, "body": [1], "error": None}
    assert make_answer("fetch_file", {}, {}) == {"ok": True, "file_id": NO_FILE, "error": None}


@pytest.mark.parametrize("kind", ["http_request", "fetch_file", "database_query"])
def test_each_kind_can_fail(kind: str) -> None:
    failed = make_failure(kind)
    assert failed["ok"] is False
    assert failed["error"]


def test_an_example_is_what_the_node_reads_or_what_its_kind_gives() -> None:
    config = {"url": "https://menu.example/", "mapping": {"dish": "name"}, "save_as": "found"}
    made = make_example("http_request", {}, node_type="http_request", config=config)
    assert made["body"] == {"name": "example dish"}
    for node_type, wrong in ((None, None), ("http_request", {"url": 3}), ("gone", {})):
        made = make_example("database_query", {"operation": "list"}, node_type=node_type, config=wrong)
        assert made == {"ok": True, "row_count": 0, "rows": []}
