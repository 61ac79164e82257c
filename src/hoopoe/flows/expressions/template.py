"""Reading and running templates and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, KeywordArgument, Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.exceptions import LiquidError, UnknownFilterError
from liquid.expression import Expression
from liquid.output import LimitedStringIO
from liquid.template import BoundTemplate

from hoopoe.flows.expressions.errors import ExpressionError
from hoopoe.flows.expressions.filters import FILTER_ARGUMENTS
from hoopoe.flows.expressions.liquid_env import PlainContext, PlainEnvironment, PlainOutputNode
from hoopoe.flows.expressions.values import MAX_OUTPUT_CHARS, to_json
from hoopoe.flows.expressions.wording import Wording
from hoopoe.kernel.json import Json
from hoopoe.kernel.text import clean

MAX_TEMPLATE_CHARS: Final = 20_000
MAX_EXPRESSION_CHARS: Final = 1_000
MAX_EXPRESSIONS: Final = 200

Scope = Mapping[str, object]

_ENVIRONMENT: Final = PlainEnvironment()
# An address up to where something is filled in: with a scheme, or `example.com/` and more.
_LINK: Final = re.compile(r"://|^[(\[<\"]*(?:(?:mailto|tel|sms):|(?:[\w-]{1,63}\.){1,9}[a-zA-Z]{2,24}[/?#])")
# What a value that stands right behind it is a part of, as in `INV-{{ day }}`: a name, and no sentence. Arabic joins
# its prepositions to the word.
_NAME: Final = re.compile(r"[A-Za-z0-9_#-]$")
_IF: Final = "{% if "

# What Liquid lets through when a value is not what a comparison or an index expects.
_RUNTIME_ERRORS: Final = (LiquidError, RecursionError, TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Template:
    """A text, read once. `fixed_chars` counts what is not filled in; `is_literal` where nothing is."""

    source: str
    roots: frozenset[str]
    fixed_chars: int
    _bound: BoundTemplate | None

    @property
    def is_literal(self) -> bool:
        return self._bound is None


@dataclass(frozen=True, slots=True)
class Condition:
    """A single expression that is true or false, read once."""

    source: str
    roots: frozenset[str]
    _bound: BoundTemplate
    _expression: Expression


def compile_template(source: str) -> Template:
    """Read a template. Raises ExpressionError with the position of what is wrong."""
    text = clean(source)
    if len(text) > MAX_TEMPLATE_CHARS:
        raise ExpressionError("too_long", f"The text is longer than {MAX_TEMPLATE_CHARS} characters.")
    if "{{" not in text and "{%" not in text:
        return Template(text, frozenset(), len(text), None)
    bound = _parse(text)
    fixed = sum(len(str(node)) for node in bound.nodes if type(node).__name__ == "ContentNode")
    return Template(text, _roots(bound), fixed, bound)


def compile_condition(source: str) -> Condition:
    """Read one expression such as `order.total > 100 and contact.tags contains 'vip'`.

    Raises ExpressionError; also for an attempt to close the expression and go on with tags.
    """
    text = clean(source).strip()
    if not text:
        raise ExpressionError("bad_syntax", "The condition is empty.", position=0)
    if any(mark in text for mark in ("{{", "}}", "{%", "%}")):
        raise ExpressionError("not_allowed", "A condition is a bare expression, without {{ }} or {% %}.", position=0)
    try:
        bound = _parse(f"{_IF}{text} %}}1{{% endif %}}")
    except ExpressionError as error:
        position = None if error.position is None else max(0, error.position - len(_IF))
        raise ExpressionError(error.code, error.message, position=position) from error
    node = bound.nodes[0] if len(bound.nodes) == 1 else None
    if not isinstance(node, IfNode) or node.alternatives or node.default or len(node.consequence.nodes) != 1:
        raise ExpressionError("not_allowed", "A condition is a single expression.", position=0)
    return Condition(text, _roots(bound), bound, node.condition)


def render(template: Template, scope: Scope, *, wording: Wording | None = None) -> str:
    """The text with its values filled in, without control characters. A missing value is empty.

    With a `wording` it is for people: days and times that stand in it by themselves are said in words.

    Raises ExpressionError when a bound is broken or a value cannot be used.
    """
    bound = template._bound
    if bound is None:
        return template.source
    context = PlainContext(bound, scope, wording=wording)
    buffer = LimitedStringIO(limit=bound.env.output_stream_limit or MAX_OUTPUT_CHARS)
    try:
        for node in bound.nodes:
            node.render(context, buffer)
    except _RUNTIME_ERRORS as error:
        raise _readable(error) from error
    return buffer.getvalue()


def render_value(template: Template, scope: Scope) -> Json:
    """The value of a template that is one `{{ }}` and nothing else: a number stays one. Otherwise the text.

    Raises ExpressionError as `render` does.
    """
    bound = template._bound
    if bound is None or len(bound.nodes) != 1 or not isinstance(bound.nodes[0], OutputNode):
        return render(template, scope)
    try:
        value = bound.nodes[0].expression.evaluate(PlainContext(bound, scope))
    except _RUNTIME_ERRORS as error:
        raise _readable(error) from error
    return clean(value) if isinstance(value, str) else to_json(value)


def evaluate(condition: Condition, scope: Scope) -> bool:
    """Whether the condition holds. Raises ExpressionError, e.g. for a text compared with a number."""
    try:
        return bool(condition._expression.evaluate(PlainContext(condition._bound, scope)))
    except _RUNTIME_ERRORS as error:
        raise _readable(error) from error


def _parse(text: str) -> BoundTemplate:
    _check_size(text)
    try:
        bound = _ENVIRONMENT.from_string(text)
        for expression in _expressions(bound):
            if isinstance(expression, RangeLiteral):
                raise ExpressionError("not_allowed", "Ranges are not allowed.", position=expression.token.start_index)
            if isinstance(expression, FilteredExpression):
                _check_filters(expression)
    except (LiquidError, RecursionError, ValueError) as error:
        raise _readable(error) from error
    _leave_links(bound.nodes, RenderContext(bound), "")
    return bound


def _leave_links(nodes: Iterable[Node], context: RenderContext, word: str) -> str:
    """What stands in the address of a link is for a machine, also in a text for people, and so is a part of a name.
    `word`: how far the text has come since the last blank; given back for what follows.
    """
    for node in nodes:
        if isinstance(node, PlainOutputNode):
            node.is_said = node.is_said and _LINK.search(word) is None and _NAME.search(word) is None
            word += "_"
        elif isinstance(node, ContentNode):
            text = word + node.text
            word = "" if text[-1:].isspace() else "".join(text.rsplit(maxsplit=1)[-1:])
        else:
            word = _leave_links(node.children(context), context, word)
    return word


def _check_filters(expression: FilteredExpression) -> None:
    for used in expression.filters or ():
        position = used.token.start_index
        if used.name not in FILTER_ARGUMENTS:
            raise ExpressionError("unknown_filter", f"There is no filter '{used.name}'.", position=position)
        least, most = FILTER_ARGUMENTS[used.name]
        if any(isinstance(argument, KeywordArgument) for argument in used.args):
            raise ExpressionError("not_allowed", f"'{used.name}' takes no named values.", position=position)
        if not least <= len(used.args) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            message = f"'{used.name}' takes {wanted} values after it, not {len(used.args)}."
            raise ExpressionError("bad_syntax", message, position=position)


def _check_size(text: str) -> None:
    """Bound every expression before Liquid's own reader sees it: its look-aheads are quadratic."""
    count = start = 0
    while True:
        found = [at for at in (text.find("{{", start), text.find("{%", start)) if at >= 0]
        if not found:
            return
        opened = min(found)
        closed = text.find("}}" if text.startswith("{{", opened) else "%}", opened + 2)
        if closed < 0:
            raise ExpressionError("bad_syntax", f"'{text[opened : opened + 2]}' is never closed.", position=opened)
        count += 1
        if closed - opened > MAX_EXPRESSION_CHARS:
            message = f"An expression is longer than {MAX_EXPRESSION_CHARS} characters."
            raise ExpressionError("too_long", message, position=opened)
        if count > MAX_EXPRESSIONS:
            raise ExpressionError("too_long", f"There are more than {MAX_EXPRESSIONS} expressions.", position=opened)
        start = closed + 2


def _expressions(bound: BoundTemplate) -> Iterator[Expression]:
    context = RenderContext(bound)
    nodes: list[Node] = list(bound.nodes)
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children(context))
        pending = list(node.expressions())
        while pending:
            expression = pending.pop()
            yield expression
            pending.extend(expression.children())


def _roots(bound: BoundTemplate) -> frozenset[str]:
    return frozenset(e.path[0] for e in _expressions(bound) if isinstance(e, Path) and isinstance(e.path[0], str))


def _readable(error: Exception) -> ExpressionError:
    """One of Liquid's many errors as ours, in words that an author can use."""
    if isinstance(error, ExpressionError):
        return error
    if isinstance(error, RecursionError):
        return ExpressionError("too_deep", "The expression is nested too deeply.")
    if not isinstance(error, LiquidError):
        return ExpressionError("bad_value", "A value cannot be used here.")
    message = str(error.message or "cannot be read")
    position = error.token.start_index if error.token is not None and error.token.start_index >= 0 else None
    name = type(error).__name__
    if isinstance(error, UnknownFilterError):
        code = "unknown_filter"
    elif name == "OutputStreamLimitError":
        code, message = "too_much_output", f"The text is longer than {MAX_OUTPUT_CHARS} characters."
    elif name == "LiquidTypeError":
        code = "bad_value"
    elif "unexpected tag" in message or "unknown tag" in message:
        code = "unknown_tag"
    elif name == "BlockNestingError":
        code = "too_deep"
    else:
        code = "bad_syntax"
    return ExpressionError(code, f"{message[:1].upper()}{message[1:]}.".replace("..", "."), position=position)
