"""`if_condition`: one of two ways, by comparing values or by an expression."""

from __future__ import annotations

from typing import Literal, assert_never

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.expressions import compile_condition
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.text import normalize, parse_number

Operator = Literal[
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "greater_than",
    "less_than",
    "is_empty",
    "is_not_empty",
]
_ALONE = ("is_empty", "is_not_empty")


class IfConditionConfig(NodeConfig):
    left_value: Source = Field(default="", json_schema_extra=ui("Value", "القيمة", widget="template"))
    operator: Operator = Field(default="equals", json_schema_extra=ui("is", "المقارنة", widget="select"))
    right_value: Source = Field(default="", json_schema_extra=ui("Compared with", "مع", widget="template"))
    expression: Source | None = Field(
        default=None,
        json_schema_extra=ui(
            "Expression instead",
            "أو تعبير",
            widget="expression",
            help_en="Such as: order.total > 100 and contact.tags contains 'vip'",
            help_ar="مثل: order.total > 100 and contact.tags contains 'vip'",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("true", ending_is_fine=True), Exit("false", ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        if self.expression is not None:
            look.condition("expression", self.expression)
            return
        look.template("left_value", self.left_value)
        look.template("right_value", self.right_value)
        if not self.left_value.strip():
            look.error("left_value", "missing", "Say which value is compared.")
        if self.operator not in _ALONE and not self.right_value.strip():
            look.error("right_value", "missing", "Say what it is compared with.")
        is_order, fixed = self.operator in ("greater_than", "less_than"), self.right_value.strip()
        if is_order and fixed and "{{" not in fixed and parse_number(fixed) is None:
            look.error("right_value", "not_a_number", f"'{fixed}' is not a number.")

    def build(self, build: Build) -> Behaviour:
        if self.expression is not None:
            condition = compile_condition(self.expression)
            return Behaviour(lambda visit: _leave(holds=visit.holds(condition)))
        left, right, operator = build.template(self.left_value), build.template(self.right_value), self.operator

        def enter(visit: Visit) -> Outcome:
            return _leave(holds=compare(visit, visit.render(left), operator, visit.render(right)))

        return Behaviour(enter)


def _leave(*, holds: bool) -> Outcome:
    return Leave("true" if holds else "false")


def compare(visit: Visit, left: str, operator: Operator, right: str) -> bool:  # noqa: PLR0911 - a case per operator
    """Numbers compare as numbers, in any digits; texts without regard to case, accents and spelling.

    A `greater_than` or `less_than` with something that is no number is false, and reported.
    """
    match operator:
        case "is_empty":
            return not left.strip()
        case "is_not_empty":
            return bool(left.strip())
        case "equals":
            return _is_equal(left, right)
        case "not_equals":
            return not _is_equal(left, right)
        case "contains":
            return normalize(right) in normalize(left)
        case "not_contains":
            return normalize(right) not in normalize(left)
        case "starts_with":
            return normalize(left).startswith(normalize(right))
        case "ends_with":
            return normalize(left).endswith(normalize(right))
        case "greater_than":
            return _is_less(visit, right, left)
        case "less_than":
            return _is_less(visit, left, right)
        case _:
            assert_never(operator)


def _is_equal(left: str, right: str) -> bool:
    first, second = parse_number(left), parse_number(right)
    if first is not None and second is not None:
        return first == second
    return normalize(left) == normalize(right)


def _is_less(visit: Visit, smaller: str, greater: str) -> bool:
    first, second = parse_number(smaller), parse_number(greater)
    if first is None or second is None:
        text = smaller if first is None else greater
        visit.report("not_a_number", f"'{text[:80]}' is not a number, so the comparison is false.")
        return False
    return first < second


register(
    NodeType(
        name="if_condition",
        config=IfConditionConfig,
        group=Group.DECIDES,
        icon="split",
        label={"en": "If", "ar": "إذا"},
        description={"en": "Goes one of two ways.", "ar": "يسلك أحد طريقين."},
        example={"left_value": "{{ contact.language }}", "operator": "equals", "right_value": "ar"},
    )
)
