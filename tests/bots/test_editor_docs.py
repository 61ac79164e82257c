"""The pages about the editor say what the editor says."""

from __future__ import annotations

import json
import re

from hoopoe.kernel.settings import PROJECT

EDITOR = PROJECT / "web" / "src" / "features" / "bots" / "editor"


def test_the_page_of_keys_is_the_list_behind_the_question_mark() -> None:
    source = (EDITOR / "panels" / "ShortcutsDialog.tsx").read_text()
    words = json.loads((PROJECT / "web" / "src" / "i18n" / "en" / "editor.json").read_text())["shortcuts"]
    page = (PROJECT / "docs" / "reference" / "editor-keys.md").read_text()
    keys = re.findall(r'\["(\w+)", "([^"]+)"\]', source)
    assert len(keys) > 10
    assert re.findall(r"^\| `([^`]+)` \| (.+) \|$", page, re.MULTILINE) == [(key, words[name]) for name, key in keys]


def test_the_tutorial_builds_what_the_story_builds() -> None:
    story = (PROJECT / "tests" / "browser" / "stories" / "booking.mjs").read_text()
    page = (PROJECT / "docs" / "tutorials" / "build-a-booking-bot.md").read_text()
    english = story[story.index("  en: {") : story.index("  ar: {")]
    for part in ("steps", "say"):
        [listed] = re.findall(part + r": \{(.+)\},\n", english)
        texts = re.findall(r'"([^"]+)"', listed)
        assert len(texts) >= 6
        for text in texts:
            assert re.sub(r"\{(\w+)\}", r"{{ \1 }}", text) in page, text
