"""docs/reference/account-events.md: what providers tell of accounts, written from the code that reads it."""

from __future__ import annotations

from typing import Final

from hoopoe.channels.account_events import DETAIL_WORDS, KIND_WORDS
from hoopoe.channels.account_reasons import REASONS
from hoopoe.channels.meta.account import READERS, parse_account

HEAD: Final = """\
# Account events

<!-- Made by `python -m hoopoe.main.generate`. Change the code, not this file. -->

What Meta tells of accounts, numbers, templates and people's wishes: `GET /api/account-events`, and `account.changed` on
the socket's channel `notifications`. What becomes of it: [account events](../subsystems/account-events.md).

"""
KINDS_HEAD: Final = "| `kind` | what it tells | Meta's fields |\n|---|---|---|\n"
DETAILS_HEAD: Final = "\n## `details`\n\nOnly what was said is there.\n\n| name | what it is |\n|---|---|\n"
REASONS_HEAD: Final = (
    "\n## Reasons of templates\n\n`details.reason_code`, and `reason_text` in both languages.\n\n"
    "| code | what people read |\n|---|---|\n"
)
PEOPLE: Final = "user_preferences"
# By what happened, one field tells of two kinds.
PARTNERS: Final = ("account_update", "partner")


def make_page() -> str:
    """The page: every kind with the fields that bring it, every detail."""
    fields: dict[str, list[str]] = {}
    for field in sorted({*READERS, PEOPLE}):
        [event, *_] = parse_account({"field": field, "value": {}})
        fields.setdefault(event.kind, []).append(f"`{field}`")
    fields.setdefault(PARTNERS[1], []).insert(0, f"`{PARTNERS[0]}` (`PARTNER_…`)")
    kinds = [
        f"| `{kind}` | {words} | {', '.join(fields.get(kind, ['any other']))} |\n" for kind, words in KIND_WORDS.items()
    ]
    details = [f"| `{name}` | {words} |\n" for name, words in DETAIL_WORDS.items()]
    reasons = [f"| `{code}` | {words.en}<br>{words.ar} |\n" for code, words in REASONS.items()]
    return HEAD + KINDS_HEAD + "".join(kinds) + DETAILS_HEAD + "".join(details) + REASONS_HEAD + "".join(reasons)
