"""Every way out that a node names by itself has a word on the canvas, in both languages."""

from __future__ import annotations

import json

import pytest

from hoopoe.flows.nodes import list_node_types
from hoopoe.flows.nodes.base import NodeType
from hoopoe.kernel.settings import PROJECT


def words(language: str) -> dict[str, str]:
    path = PROJECT / "web" / "src" / "i18n" / language / "bots.json"
    return dict(json.loads(path.read_text())["exit"])


@pytest.mark.parametrize("node_type", list_node_types(), ids=lambda each: each.name)
def test_each_exit_is_called_something(node_type: NodeType) -> None:
    written = json.dumps(node_type.example, ensure_ascii=False)
    config = node_type.config.model_validate(node_type.example)
    own = {each.name for each in config.exits() if each.label is None and f'"{each.name}"' not in written}
    for language in ("en", "ar"):
        assert own <= set(words(language)), language
