"""Templates and conditions in hardened Liquid, with a budget. Pure.

`compile_template(source) -> Template`, `render(template, scope) -> str`,
`render_value` for one that keeps a number a number; `compile_condition(source) ->
Condition`, `evaluate(condition, scope) -> bool`; `compile_text(text, default_language) ->
LocalizedTemplate` for a text in several languages, which says days and times in words (`Wording`). All of them
raise `ExpressionError(code, message, position)` and nothing else. A scope is a mapping of plain JSON
values; `to_json` makes one of anything else.
"""

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.flows.expressions.filters import FILTERS
from hoopoe.flows.expressions.template import (
    Condition,
    Scope,
    Template,
    compile_condition,
    compile_template,
    evaluate,
    render,
    render_value,
)
from hoopoe.flows.expressions.texts import LocalizedTemplate, LocalizedText, compile_text
from hoopoe.flows.expressions.values import MAX_OUTPUT_CHARS, to_json, to_number, to_text
from hoopoe.flows.expressions.wording import Wording

__all__ = [
    "FILTERS",
    "MAX_OUTPUT_CHARS",
    "Condition",
    "ExpressionError",
    "LocalizedTemplate",
    "LocalizedText",
    "Scope",
    "Template",
    "Wording",
    "compile_condition",
    "compile_template",
    "compile_text",
    "evaluate",
    "render",
    "render_value",
    "to_json",
    "to_number",
    "to_text",
]
