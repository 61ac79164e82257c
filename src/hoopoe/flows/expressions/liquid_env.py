"""Liquid with nothing in it that can wait, loop, load, reach an object or read the clock.

What python-liquid brings and what is taken away: `for`, `tablerow`, `cycle`, `increment` (loops and
state), `assign`, `capture` (doubling a text n times is 2^n characters), `include`, `render` (loading),
`echo`, `liquid` (a second syntax to check), ranges (`(1..10^9) | join`), the built-in `now` and `today`
(the clock), attribute lookup on anything but lists and objects of JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Final, TextIO

from liquid import Environment, Mode, RenderContext
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.expression import Expression
from liquid.template import BoundTemplate
from liquid.token import Token

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.flows.expressions.filters import FILTERS, format_date
from hoopoe.flows.expressions.values import MAX_OUTPUT_CHARS, check_value, to_text
from hoopoe.flows.expressions.wording import Wording, say
from hoopoe.kernel.text import clean

MAX_STEPS: Final = 2_000

# The last five are python-liquid's own names for plain text, output statements and what is left over.
_TAGS: Final = frozenset(
    {"if", "unless", "case", "comment", "#", "content", "output", "illegal", "statement", "literal"}
)

# Filters that hand on what they were given: behind them a day is still one that nobody has put into words.
_CHOOSING: Final = frozenset({"default", "first", "last", "at"})


class PlainContext(RenderContext):
    """Looks names up in one plain scope, counts what it does, knows no object but JSON's.

    `wording` is set for a text that people read.
    """

    __slots__ = ("steps", "wording")

    def __init__(self, template: BoundTemplate, scope: Mapping[str, object], *, wording: Wording | None = None) -> None:
        super().__init__(template, globals=scope)
        self.steps = 0
        self.wording = wording

    def get(self, path: list[object], *, token: Token | None, default: object = None) -> object:  # noqa: ARG002
        """The value at a path, or None: a missing value is empty and never an error."""
        self.count(len(path))
        head = path[0]
        value: object = self.globals.get(head) if isinstance(head, str) else None
        for key in path[1:]:
            if value is None:
                return None
            value = _item(value, key)
        return value

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        self.count(1)
        if name == "date" and self.wording is not None:
            return _bounded(partial(format_date, language=self.wording.language))
        return super().filter(name, token)

    def count(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise ExpressionError("too_many_steps", "The template does too much.")


def _item(value: object, key: object) -> object:
    if isinstance(value, dict):
        if key in value if isinstance(key, str) else False:
            return value[key]
        return len(value) if key == "size" else None
    if isinstance(value, list):
        if isinstance(key, int) and not isinstance(key, bool):
            return value[key] if -len(value) <= key < len(value) else None
        if key == "size":
            return len(value)
        return (value[0] if key == "first" else value[-1] if key == "last" else None) if value else None
    return len(value) if isinstance(value, str) and key == "size" else None


class PlainOutputNode(OutputNode):
    """`{{ }}`. `is_said`: a day that it brings is said in words; `root`: the variable that it is, and nothing else."""

    __slots__ = ("is_said", "root")

    def __init__(self, token: Token, expression: Expression) -> None:
        super().__init__(token, expression)
        self.is_said = isinstance(expression, FilteredExpression) and all(
            used.name in _CHOOSING for used in expression.filters or ()
        )
        path = expression.left if isinstance(expression, FilteredExpression) else None
        self.root = path.path[0] if isinstance(path, Path) and len(path.path) == 1 else None

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        value = self.expression.evaluate(context)
        if self.is_said and isinstance(value, str) and isinstance(context, PlainContext) and context.wording:
            value = say(value, context.wording, may_be_time=self.root in context.wording.times)
        return buffer.write(clean(to_text(value)))


class _PlainOutput(Output):
    node_class = PlainOutputNode


class PlainEnvironment(Environment):
    """The one environment of all templates: strict, without loops, bounded."""

    block_nesting_limit = 8
    context_depth_limit = 5
    loop_iteration_limit = 1
    local_namespace_limit = 1_000
    output_stream_limit = MAX_OUTPUT_CHARS * 4  # in bytes of UTF-8
    logical_not_operator = True
    logical_parentheses = True

    def __init__(self) -> None:
        super().__init__(tolerance=Mode.STRICT, strict_filters=True, autoescape=False)
        for name in set(self.tags) - _TAGS:
            del self.tags[name]
        self.add_tag(_PlainOutput)
        self.filters.clear()
        for name, function in FILTERS.items():
            self.add_filter(name, _bounded(function))


def _bounded(function: Callable[..., object]) -> Callable[..., object]:
    @wraps(function)
    def call(value: object, *arguments: object) -> object:
        return check_value(function(value, *arguments))

    return call
