"""Titles of buttons and rows, brought to what WhatsApp takes."""

from __future__ import annotations

from collections.abc import Sequence

from hoopoe.flows.exchange.reading import as_text
from hoopoe.flows.nodes.fit import BUTTON_TITLE_MAX, BUTTONS_MAX, ROW_TITLE_MAX
from hoopoe.kernel.json import Json


def fit_titles(titles: Sequence[Json], *, limit: int = 0) -> tuple[list[Json], str]:
    """Titles that WhatsApp takes, and one that was cut: short, and no two alike in any language.

    `limit`: how long they may be; without one, as long as buttons or rows, by how many they are.
    """
    limit = limit or (BUTTON_TITLE_MAX if len(titles) <= BUTTONS_MAX else ROW_TITLE_MAX)
    cut = ""
    seen: set[str] = set()
    fitted: list[Json] = []
    for title in titles:
        texts: dict[str, Json] = dict(title) if isinstance(title, dict) else {"": title}
        for tag, text in texts.items():
            said = as_text(text).strip()
            if len(said) > limit and "{{" not in said:
                cut, said = said, f"{said[: limit - 1].rstrip()}…"
            texts[tag] = said
        key = "|".join(as_text(text) for text in texts.values())
        if key in seen:
            continue
        seen.add(key)
        fitted.append(texts if isinstance(title, dict) else texts[""])
    return fitted, cut
