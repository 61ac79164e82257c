"""Liquid with nothing in it that can wait, loop, load, reach an object or read the clock.

What python-liquid brings and what is taken away: `for`, `tablerow`, `cycle`, `increment` (loops and
state), `assign`, `capture` (doubling a text n times is 2^n characters), `include`, `render` (loading),
`echo`, `liquid` (a second syntax to check), ranges (`(1..10^9) | join`), the built-in `now` and `today`
(the clock), attribute lookup on anything but lists and objects of JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Final, TextIO

from liquid import Environment, Mode, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.template import BoundTemplate
from liquid.token import Token

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.flows.expressions.filters import FILTERS
from hoopoe.flows.expressions.values import MAX_OUTPUT_CHARS, check_value, to_text
from hoopoe.kernel.text import clean

MAX_STEPS: Final = 2_000

# The last five are python-liquid's own names for plain text, output statements and what is left over.
_TAGS: Final = frozenset(
    {"if", "unless", "case", "comment", "#", "content", "output", "illegal", "statement", "literal"}
)


class PlainContext(RenderContext):
    """Looks names up in one plain scope, counts what it does, knows no object but JSON's."""

    __slots__ = ("steps",)

    def __init__(self, template: BoundTemplate, scope: Mapping[str, object]) -> None:
        super().__init__(template, globals=scope)
        self.steps = 0

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


class _PlainOutputNode(OutputNode):
    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(clean(to_text(self.expression.evaluate(context))))


class _PlainOutput(Output):
    node_class = _PlainOutputNode


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
