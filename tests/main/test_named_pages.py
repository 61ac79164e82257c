"""The API's description names pages that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_pages_that_the_description_names_exist() -> None:
    named = set(re.findall(r"docs/[\w/-]+\.md", (ROOT / "web" / "openapi.json").read_text()))
    assert named, "nothing was looked at"
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []
