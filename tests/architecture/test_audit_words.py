"""Whatever the audit log may hold is said in words in both languages: a code on the screen is nobody's language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hoopoe.kernel.settings import PROJECT

SOURCE = PROJECT / "src" / "hoopoe"
WORDS = PROJECT / "web" / "src" / "i18n"
ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
# Writes its entries by hand: a row for each person whom it moved.
BY_HAND = SOURCE / "flows" / "runner" / "acts.py"


def recorded_actions() -> set[str]:
    """Every action that a module names which writes to the log."""
    found = set[str]()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "actions.audit import" in text or path == BY_HAND:
            found.update(actions_in(path, text))
    return found


def actions_in(path: Path, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text, str(path))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ACTION.fullmatch(node.value):
            yield node.value


def words_of(language: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((WORDS / language / "settings.json").read_text(encoding="utf-8"))
    actions: dict[str, Any] = told["audit"]["actions"]
    return actions


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_entry_of_the_log_has_words(language: str) -> None:
    actions = recorded_actions()
    assert len(actions) >= 45, "the log's actions are written in another way now: find them anew"
    words = words_of(language)
    assert [each for each in sorted(actions) if not words.get(each.split(".")[0], {}).get(each.split(".")[1])] == []
