"""`store_variable`: remember something under a name."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import VariableName, ui
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look


class StoreVariableConfig(NodeConfig):
    variable_name: VariableName = Field(
        json_schema_extra=ui(
            "Name",
            "الاسم",
            widget="variable",
            help_en="Letters, digits and underscores; read as {{ name }}.",
            help_ar="أحرف لاتينية وأرقام وشرطات سفلية؛ يقرأ هكذا {{ name }}.",
        )
    )
    value: JsonValue = Field(
        json_schema_extra=ui(
            "Value",
            "القيمة",
            widget="template",
            help_en="A single {{ }} keeps its type: a number stays a number.",
            help_ar="القيمة الوحيدة بين {{ }} تحتفظ بنوعها: الرقم يبقى رقما.",
        )
    )
    scope: Literal["session", "conversation"] = Field(
        default="session",
        json_schema_extra=ui(
            "Kept for",
            "تُحفظ في",
            widget="select",
            options={
                "session": ("this run of the flow", "هذه الجلسة"),
                "conversation": ("the conversation", "المحادثة"),
            },
            help_en="This run of the flow, or the conversation: then it is read as {{ conversation.name }}. "
            "What everybody shares belongs in a data table.",
            help_ar="هذه الجلسة فقط، أو المحادثة كلها وتقرأ هكذا {{ conversation.name }}. "
            "أما ما يشترك فيه الجميع فمكانه جدول بيانات.",
        ),
    )

    def inspect(self, look: Look) -> None:
        inspect_json(look, "value", self.value)
        if self.scope == "session":
            look.sets("variable_name", self.variable_name)

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        value, name, scope = build_json(self.value), self.variable_name, self.scope

        def enter(visit: Visit) -> Outcome:
            visit.set_variable(name, value(visit), scope=scope)
            return Leave("next")

        return Behaviour(enter)


register(
    NodeType(
        name="store_variable",
        config=StoreVariableConfig,
        group=Group.DECIDES,
        icon="variable",
        label={"en": "Remember", "ar": "حفظ قيمة"},
        description={"en": "Stores a value under a name.", "ar": "يحفظ قيمة باسم."},
        summary=("variable_name value",),
        example={"variable_name": "total", "value": "{{ quantity | times: 1500 }}", "scope": "session"},
    )
)
