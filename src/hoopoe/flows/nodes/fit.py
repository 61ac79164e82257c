"""WhatsApp's sizes for nodes, and what a node says of a text that came out too long.

The limits are those of channels.capabilities. What an author wrote is checked when the flow is validated; what
`{{ }}` brought can still be too long. It is never cut here: channels.fitting splits or shortens it for the channel that
it goes to, and records that on the message. The author sees an error of the flow.
"""

from __future__ import annotations

from typing import Final

from hoopoe.channels.capabilities import META, MOST_OPTIONS
from hoopoe.flows.engine import Visit
from hoopoe.flows.expressions import LocalizedTemplate

TEXT_BODY_MAX: Final = META.text_body
BUTTONS_BODY_MAX: Final = META.buttons_body
LIST_BODY_MAX: Final = META.list_body
BUTTON_TITLE_MAX: Final = META.button_title
BUTTONS_MAX: Final = META.buttons
OPTIONS_MAX: Final = MOST_OPTIONS
LIST_BUTTON_MAX: Final = META.list_button
LIST_ROWS_MAX: Final = META.list_rows
ROW_TITLE_MAX: Final = META.row_title
ROW_DESCRIPTION_MAX: Final = META.row_description
ROW_ID_MAX: Final = META.row_id
SECTION_TITLE_MAX: Final = META.section_title
HEADER_MAX: Final = META.header
FOOTER_MAX: Final = META.footer
CAPTION_MAX: Final = META.caption

_WHOLE_DAY: Final = 50
"""From how many characters on a day and a time are said in full."""

NOTHING: Final = "…"
"""Stands where WhatsApp insists on a text and the flow gave none."""


def fit_body(visit: Visit, text: str, limit: int) -> str:
    """A body, stripped; empty stays empty."""
    return fit(visit, text.strip(), limit, what="message")


def fit(visit: Visit, text: str, limit: int, *, what: str) -> str:
    """The text as it is, reported where it is longer than WhatsApp takes in one piece."""
    if len(text) > limit:
        visit.report("too_long", f"The {what} has {len(text)} characters; WhatsApp takes {limit}, so it is changed.")
    return text


def fit_optional(visit: Visit, text: LocalizedTemplate | None, limit: int, *, what: str) -> str | None:
    """A header, footer or line below, or None where there is none or it came out empty."""
    return (
        None
        if text is None
        else fit(visit, visit.render(text, is_brief=limit < _WHOLE_DAY).strip(), limit, what=what) or None
    )
