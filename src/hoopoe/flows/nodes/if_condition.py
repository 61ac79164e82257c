"""`if_condition`: one of two ways, by comparing values or by an expression."""

from __future__ import annotations

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.expressions import compile_condition
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.comparing import ALONE, OPERATOR_NAMES, Operator, compare_at, inspect_ordering
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look


class IfConditionConfig(NodeConfig):
    left_value: Source = Field(
        default="",
        json_schema_extra=ui(
            "Value",
            "القيمة",
            widget="template",
            help_en="What is compared, such as {{ answer }}.",
            help_ar="ما يقارن، مثل {{ answer }}.",
        ),
    )
    operator: Operator = Field(
        default="equals",
        json_schema_extra=ui(
            "is",
            "المقارنة",
            widget="select",
            options=OPERATOR_NAMES,
            help_en="Numbers, dates and times are compared as such; texts in any spelling.",
            help_ar="تقارن الأرقام والتواريخ والأوقات بصفتها، والنصوص بأي كتابة.",
        ),
    )
    right_value: Source = Field(
        default="",
        json_schema_extra=ui(
            "Compared with",
            "مع",
            widget="template",
            help_en="A value, or a variable such as {{ limit }}.",
            help_ar="قيمة أو متغير مثل {{ limit }}.",
        ),
    )
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
        if self.operator not in ALONE and not self.right_value.strip():
            look.error("right_value", "missing", "Say what it is compared with.")
        inspect_ordering(look, "right_value", self.operator, self.right_value)

    def build(self, build: Build) -> Behaviour:
        if self.expression is not None:
            condition = compile_condition(self.expression)
            return Behaviour(lambda visit: _leave(holds=visit.holds(condition)))
        left, right, operator = build.template(self.left_value), build.template(self.right_value), self.operator

        def enter(visit: Visit) -> Outcome:
            return _leave(holds=compare_at(visit, visit.render(left), operator, visit.render(right), reports=True))

        return Behaviour(enter)


def _leave(*, holds: bool) -> Outcome:
    return Leave("true" if holds else "false")


register(
    NodeType(
        name="if_condition",
        config=IfConditionConfig,
        group=Group.DECIDES,
        icon="split",
        label={"en": "If", "ar": "إذا"},
        description={"en": "Goes one of two ways.", "ar": "يسلك أحد طريقين."},
        summary=("left_value operator right_value", "expression"),
        example={"left_value": "{{ contact.language }}", "operator": "equals", "right_value": "ar"},
    )
)
