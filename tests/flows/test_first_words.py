"""Whether the first words of a flow are surely free text."""

from __future__ import annotations

from typing import Any

import pytest

from hoopoe.flows.definition import parse_blueprint, speaks_freely_first
from tests.flows_live.blueprints import blueprint, say

TAG = ("tag", "tag", {"add": ["vip"]})
SPLIT = ("if", "if_condition", {"left_value": "{{ x }}", "operator": "equals", "right_value": "1"})
WORDS = say("words", "Hello")


@pytest.mark.parametrize(
    ("nodes", "edges", "is_known"),
    [
        ([WORDS], [("start", "words", None)], True),
        ([TAG, WORDS], [("start", "tag", None), ("tag", "words", None)], True),
        ([("smile", "reaction", {"emoji": "👍"}), WORDS], [("start", "smile", None), ("smile", "words", None)], True),
        ([TAG], [("start", "tag", None)], False),
        ([], [], False),
        ([TAG], [("start", "tag", None), ("tag", "tag", None)], False),
        # Whoever is heard first has opened the window; a day later nobody knows.
        ([("hear", "wait_for_reply", {}), WORDS], [("start", "hear", None), ("hear", "words", "answered")], False),
        (
            [("later", "delay", {"duration": 1, "unit": "hours"}), WORDS],
            [("start", "later", None), ("later", "words", None)],
            False,
        ),
        ([("other", "run_flow", {"flow": "x"}), WORDS], [("start", "other", None), ("other", "words", None)], False),
        ([SPLIT, WORDS, TAG], [("start", "if", None), ("if", "words", "true"), ("if", "tag", "false")], False),
        ([SPLIT, WORDS], [("start", "if", None), ("if", "words", "true"), ("if", "words", "false")], True),
    ],
)
def test_it_is_known_where_there_is_one_way(nodes: list[Any], edges: list[Any], is_known: bool) -> None:
    flow = parse_blueprint(blueprint(*nodes, edges=edges))
    assert speaks_freely_first(flow, "start") is is_known
