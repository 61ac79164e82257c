"""`match_text`: sort what somebody wrote by words, numbers, patterns: the first case that fits is the way out."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, VariableName, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.patterns import find_pattern_fault
from hoopoe.flows.nodes.text_tests import ALONE, TEST_NAMES, Test, find_match
from hoopoe.kernel.json import Json

OTHER: Final = "other"
MAX_CASES: Final = 60
MAX_VALUES: Final = 50

Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]

_TEST_UI: Final = ui(
    "when it",
    "عندما",
    widget="select",
    help_en="Words are found in any case, accents and spelling.",
    help_ar="تُعرف الكلمات بأي كتابة أو حركات.",
    options=TEST_NAMES,
)


class MatchCase(BaseModel):
    """One way to fit. Its name is its exit; several cases may share one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        json_schema_extra=ui(
            "Way",
            "الطريق",
            widget="id",
            help_en="The name of the exit; several cases may share one.",
            help_ar="اسم المخرج؛ ويجوز أن تشترك فيه عدة حالات.",
        )
    )
    test: Test = Field(default="any_word", json_schema_extra=_TEST_UI)
    values: list[Source] = Field(
        default_factory=list,
        max_length=MAX_VALUES,
        json_schema_extra=ui(
            "Any of",
            "أي من",
            widget="tags",
            help_en="In any language. number_between takes two: the least and the most.",
            help_ar="بأي لغة. number_between يأخذ اثنين: الأقل والأكثر.",
        ),
    )


class MatchTextConfig(NodeConfig):
    input: Source = Field(
        default="{{ message.text }}",
        json_schema_extra=ui(
            "Text",
            "النص",
            widget="template",
            help_en="What is looked at; as it is: the last message.",
            help_ar="ما يُنظر فيه؛ وهو في الأصل آخر رسالة.",
        ),
    )
    cases: list[MatchCase] = Field(
        max_length=MAX_CASES,
        json_schema_extra=ui(
            "Cases",
            "الحالات",
            widget="cases",
            help_en="Tried from above; the first that fits is taken.",
            help_ar="تجرب من الأعلى، ويؤخذ أول ما يطابق.",
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save what fitted as",
            "احفظ ما طابق باسم",
            widget="variable",
            help_en="The number, the word, the address; where nothing fits, the whole text.",
            help_ar="الرقم أو الكلمة أو العنوان؛ وإن لم يطابق شيء فالنص كله.",
        ),
    )
    save_case_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the way's name as",
            "احفظ اسم الطريق باسم",
            widget="variable",
            help_en="The name of the exit that was taken.",
            help_ar="اسم المخرج الذي سلكه.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        names = dict.fromkeys(case.name for case in self.cases)
        return (*(Exit(name, ending_is_fine=True) for name in names), Exit(OTHER, ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        look.template("input", self.input)
        for index, case in enumerate(self.cases):
            field = f"cases.{index}"
            if case.name == OTHER:
                look.error(f"{field}.name", "reserved_name", f"'{OTHER}' is the way of all that fits no case.")
            wanted = 0 if case.test in ALONE else 2 if case.test == "number_between" else 1
            if len(case.values) < wanted:
                look.error(f"{field}.values", "missing", "Say what it is compared with.")
            for place, value in enumerate(case.values):
                template = look.template(f"{field}.values.{place}", value)
                if case.test == "pattern" and template is not None and template.is_literal:
                    reason = find_pattern_fault(value)
                    if reason is not None:
                        look.error(f"{field}.values.{place}", "bad_pattern", reason)
        for name, variable in (("save_as", self.save_as), ("save_case_as", self.save_case_as)):
            if variable is not None:
                look.sets(name, variable)

    def build(self, build: Build) -> Behaviour:
        given = build.template(self.input)
        cases = [(case.name, case.test, [build.template(value) for value in case.values]) for case in self.cases]

        def enter(visit: Visit) -> Outcome:
            text = visit.render(given)
            for name, test, values in cases:
                found = find_match(test, text, [visit.render(value) for value in values], visit.env)
                if found is not None:
                    return self._leave(visit, name, found)
            return self._leave(visit, OTHER, text.strip())

        return Behaviour(enter)

    def _leave(self, visit: Visit, name: str, found: Json) -> Outcome:
        if self.save_as is not None:
            visit.set_variable(self.save_as, found)
        if self.save_case_as is not None:
            visit.set_variable(self.save_case_as, name)
        return Leave(name)


register(
    NodeType(
        name="match_text",
        config=MatchTextConfig,
        group=Group.DECIDES,
        icon="text-search",
        label={"en": "Sort by words", "ar": "فرز حسب الكلام"},
        description={
            "en": "Goes one of several ways by what somebody wrote: words, numbers, patterns.",
            "ar": "يسلك أحد عدة طرق حسب ما كُتب: كلمات أو أرقام أو أنماط.",
        },
        summary=("input", "cases[name]"),
        example={
            "input": "{{ message.text }}",
            "cases": [
                {"name": "yes", "test": "any_word", "values": ["yes sure ok", "نعم اي تمام"]},
                {"name": "some", "test": "number_between", "values": ["1", "5"]},
            ],
            "save_as": "answer",
        },
    )
)
