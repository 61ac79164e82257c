"""`switch_case`: one of several ways, by the first case that holds."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.comparing import ALONE, OPERATOR_NAMES, Operator, compare_at, inspect_ordering
from hoopoe.flows.nodes.fields import Name, Source, ui
from hoopoe.flows.nodes.look import Look

DEFAULT: Final = "default"
MAX_CASES: Final = 30
MAX_VALUES: Final = 50


class Case(BaseModel):
    """One way. Its name is its exit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        json_schema_extra=ui("Name", "الاسم", help_en="Also the name of the exit.", help_ar="وهو أيضا اسم المخرج.")
    )
    operator: Operator = Field(
        default="equals",
        json_schema_extra=ui(
            "when it",
            "عندما",
            widget="select",
            options=OPERATOR_NAMES,
            help_en="What does not equal or contain must differ from all of them.",
            help_ar="مع «لا يساوي» و«لا يحتوي» يجب أن يختلف عنها كلها.",
        ),
    )
    values: Annotated[list[Source], Field(max_length=MAX_VALUES)] = Field(
        default_factory=list,
        json_schema_extra=ui(
            "Any of",
            "أي من",
            widget="tags",
            help_en="One is enough. Not needed for 'is empty'.",
            help_ar="يكفي واحد منها. غير مطلوبة مع «فارغ».",
        ),
    )


class SwitchCaseConfig(NodeConfig):
    input_value: Source = Field(
        json_schema_extra=ui(
            "Value",
            "القيمة",
            widget="template",
            help_en="What the cases are compared with, such as {{ answer }}.",
            help_ar="ما تقارن به الحالات، مثل {{ answer }}.",
        )
    )
    cases: list[Case] = Field(
        min_length=1,
        max_length=MAX_CASES,
        json_schema_extra=ui(
            "Cases",
            "الحالات",
            widget="cases",
            help_en="The first one that holds decides; none: the exit 'default'.",
            help_ar="تحسم أول حالة تتحقق؛ وإن لم تتحقق أي حالة فالمخرج default.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (*(Exit(case.name) for case in self.cases), Exit(DEFAULT))

    def inspect(self, look: Look) -> None:
        look.template("input_value", self.input_value)
        if not self.input_value.strip():
            look.error("input_value", "missing", "Say which value is compared.")
        seen: set[str] = set()
        for index, case in enumerate(self.cases):
            field = f"cases.{index}"
            if case.name in seen:
                look.error(f"{field}.name", "duplicate_id", f"Two cases have the name '{case.name}'.")
            if case.name == DEFAULT:
                look.error(f"{field}.name", "reserved_name", "'default' is the way of all that fits no case.")
            seen.add(case.name)
            if case.operator not in ALONE and not any(value.strip() for value in case.values):
                look.error(f"{field}.values", "missing", "Say what it is compared with.")
            for place, value in enumerate(case.values):
                look.template(f"{field}.values.{place}", value)
                inspect_ordering(look, f"{field}.values.{place}", case.operator, value)

    def build(self, build: Build) -> Behaviour:
        given = build.template(self.input_value)
        cases = [
            (case.name, case.operator, [build.template(value) for value in case.values] or [build.template("")])
            for case in self.cases
        ]

        def enter(visit: Visit) -> Outcome:
            left = visit.render(given)
            for name, operator, values in cases:
                # Of a denial all must hold: "is neither of these".
                decide = all if operator.startswith("not_") else any
                if decide(compare_at(visit, left, operator, visit.render(value), reports=False) for value in values):
                    return Leave(name)
            return Leave(DEFAULT)

        return Behaviour(enter)


register(
    NodeType(
        name="switch_case",
        config=SwitchCaseConfig,
        group=Group.DECIDES,
        icon="list-tree",
        label={"en": "Choose a way", "ar": "اختيار مسار"},
        description={"en": "Goes one of several ways, by a value.", "ar": "يسلك أحد عدة طرق حسب قيمة."},
        summary=("input_value", "cases[name]"),
        example={
            "input_value": "{{ order_number }}",
            "cases": [
                {"name": "shipped", "values": ["shipped", "on its way"]},
                {"name": "large", "operator": "greater_than", "values": ["1000"]},
            ],
        },
    )
)
