"""docs/reference/imports.md, written from the mapping tables themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hoopoe.flows.exchange import rapidpro_actions, typebot_steps
from hoopoe.flows.exchange.rapidpro_actions import ACTIONS
from hoopoe.flows.exchange.rapidpro_tests import CONDITIONS, TESTS
from hoopoe.flows.exchange.reasons import REASONS
from hoopoe.flows.exchange.typebot_inputs import INPUTS
from hoopoe.flows.exchange.typebot_steps import STEPS

_HEAD: Final = """\
# What an import maps

A step that is in none of these tables becomes the node `placeholder`: it passes on, keeps its original, and the linter
names it until somebody has replaced or accepted it. So does a step whose node is not there yet, or that could not
stand here as it is. How to import: [the how-to](../how-to/import-a-bot.md).
"""


def render_page(made_by: str) -> str:
    """The whole page as Markdown."""
    parts = [
        _HEAD,
        made_by,
        "",
        "## RapidPro, TextIt, Glific: actions",
        "",
        *_table(("action", "becomes"), ((_code(name), _nodes(rule.becomes)) for name, rule in ACTIONS.items())),
        "",
        f"Placeholders: {_codes(rapidpro_actions.UNTAKEN)}.",
        "",
        "## RapidPro, TextIt, Glific: routers",
        "",
        "A wait becomes `wait_for_reply` (with its timeout), or `buttons` where the message before has quick replies.",
        "A switch becomes `match_text`, a random one `split`; success and failure of a request or a flow are the exits",
        "of its own node.",
        "",
        *_table(
            ("test", "becomes"),
            (
                *((_code(name), f"`match_text`: `{test}`{_remark(reason)}") for name, (test, reason) in TESTS.items()),
                *((_code(name), f"`if_condition`: `{text.format('…')}`") for name, text in CONDITIONS.items()),
            ),
        ),
        "",
        "## Typebot: blocks",
        "",
        *_table(
            ("block", "becomes"), ((_code(name), _nodes(rule.becomes)) for name, rule in {**INPUTS, **STEPS}.items())
        ),
        "",
        f"Placeholders: {_codes(typebot_steps.UNTAKEN)}, and every other integration.",
        "",
        "## Reasons in the report",
        "",
        *_table(("reason", "in words"), ((_code(code), words["en"].format("…")) for code, words in REASONS.items())),
    ]
    return "\n".join(parts) + "\n"


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {left} | {right} |" for left, right in rows)]


def _code(text: str) -> str:
    return f"`{text}`"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(_code(name) for name in names)


def _nodes(names: str) -> str:
    return ", ".join(name if " " in name else _code(name) for name in names.split(", "))


def _remark(reason: str | None) -> str:
    return f" (`{reason}`)" if reason is not None else ""
