"""WhatsApp's sizes, and how a text that came out too long is cut.

Limits: whatsapp.md A6 and Meta's pages on text, reply-button and list messages. What an author wrote is
checked when the flow is validated; only what `{{ }}` brought can still be too long here, and then it is
cut, with an error that the author sees. Nothing is cut in silence.
"""

from __future__ import annotations

from typing import Final

from hoopoe.flows.engine import Visit
from hoopoe.flows.expressions import LocalizedTemplate

TEXT_BODY_MAX: Final = 4096
BUTTONS_BODY_MAX: Final = 1024
LIST_BODY_MAX: Final = 4096
BUTTON_TITLE_MAX: Final = 20
BUTTONS_MAX: Final = 3
BUTTON_ID_MAX: Final = 256
LIST_BUTTON_MAX: Final = 20
LIST_ROWS_MAX: Final = 10
ROW_TITLE_MAX: Final = 24
ROW_DESCRIPTION_MAX: Final = 72
ROW_ID_MAX: Final = 200
SECTION_TITLE_MAX: Final = 24
HEADER_MAX: Final = 60
FOOTER_MAX: Final = 60

NOTHING: Final = "…"
"""Stands where WhatsApp insists on a text and the flow gave none."""


def fit_body(visit: Visit, text: str, limit: int) -> str:
    """A body within its limit; empty stays empty."""
    return fit(visit, text.strip(), limit, what="message")


def fit(visit: Visit, text: str, limit: int, *, what: str) -> str:
    """A text within its limit, cut with an ellipsis and reported where it is longer."""
    if len(text) <= limit:
        return text
    visit.report("too_long", f"The {what} has {len(text)} characters and was cut to {limit}.")
    return text[: limit - 1] + NOTHING


def fit_optional(visit: Visit, text: LocalizedTemplate | None, limit: int, *, what: str) -> str | None:
    """A header, footer or line below: within its limit, or None where there is none or it came out empty."""
    return None if text is None else fit(visit, visit.render(text).strip(), limit, what=what) or None
