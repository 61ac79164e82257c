"""`ask_question`: ask, read the answer as what it should be, ask again where it is not."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import phonenumbers
import re2
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Behaviour, Leave, MessageReceived, Outcome, Resume, TimedOut, Visit
from hoopoe.flows.expressions import LocalizedTemplate
from hoopoe.flows.nodes.answers import READERS, Matches, Rules
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeType, register
from hoopoe.flows.nodes.fields import Text, VariableName, ui
from hoopoe.flows.nodes.fit import NOTHING, TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import TIMEOUT_UI, AskingConfig, is_blank, may_ask_again
from hoopoe.kernel.text import match_key

AnswerType = Literal["text", "number", "email", "phone", "date", "location", "media", "choice"]

DEFAULT_TIMEOUT_SECONDS: Final = 300
MAX_CHOICES: Final = 20
_CHOICE_MAX: Final = 100
_PATTERN_MAX: Final = 500
_BOUNDED: Final = ("text", "number", "date")


class Validation(BaseModel):
    """What the answer must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: AnswerType = Field(default="text", json_schema_extra=ui("Answer", "الجواب", widget="select"))
    min: float | None = Field(
        default=None,
        json_schema_extra=ui(
            "At least",
            "الحد الأدنى",
            widget="number",
            help_en="A number; for a text its length; for a date days from today (0: not in the past).",
            help_ar="رقم؛ وللنص طوله؛ وللتاريخ عدد الأيام من اليوم (0: ليس في الماضي).",
        ),
    )
    max: float | None = Field(default=None, json_schema_extra=ui("At most", "الحد الأقصى", widget="number"))
    whole_number: bool = Field(
        default=False, json_schema_extra=ui("Whole numbers only", "أعداد صحيحة فقط", widget="switch")
    )
    pattern: Annotated[str, StringConstraints(max_length=_PATTERN_MAX)] | None = Field(
        default=None, json_schema_extra=ui("Pattern (RE2)", "نمط (RE2)", widget="pattern")
    )
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None, json_schema_extra=ui("Country of numbers without a code", "بلد الأرقام بلا رمز", widget="region")
    )
    choices: list[Text] = Field(
        default_factory=list,
        max_length=MAX_CHOICES,
        json_schema_extra=ui("Choices", "الخيارات", widget="localized_list"),
    )


class AskQuestionConfig(AskingConfig):
    question: Text = Field(json_schema_extra=ui("Question", "السؤال", widget="localized_textarea"))
    variable_name: VariableName = Field(
        json_schema_extra=ui("Save the answer as", "احفظ الجواب باسم", widget="variable")
    )
    validation: Validation = Field(default=Validation(), json_schema_extra=ui("Check", "التحقق", widget="object"))
    timeout: int | None = Field(default=DEFAULT_TIMEOUT_SECONDS, json_schema_extra=TIMEOUT_UI)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("answered", ending_is_fine=True), Exit("invalid"), Exit("timeout", ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        look.text("question", self.question, limit=TEXT_BODY_MAX, may_be_split=True)
        self.inspect_waiting(look, limit=TEXT_BODY_MAX)
        look.sets("variable_name", self.variable_name)
        rules = self.validation
        if rules.min is not None and rules.max is not None and rules.min > rules.max:
            look.error("validation.max", "out_of_range", "The most is less than the least.")
        if (rules.min is not None or rules.max is not None) and rules.type not in _BOUNDED:
            look.warn("validation.min", "not_used", f"'{rules.type}' has no least and most.")
        if rules.pattern is not None and rules.type != "text":
            look.warn("validation.pattern", "not_used", "A pattern counts only for a text.")
        if rules.pattern is not None and (reason := find_pattern_fault(rules.pattern)) is not None:
            look.error("validation.pattern", "bad_pattern", reason)
        if rules.region is not None and rules.region not in phonenumbers.SUPPORTED_REGIONS:
            look.error("validation.region", "not_allowed", f"There is no country '{rules.region}'.")
        self._inspect_choices(look)

    def _inspect_choices(self, look: Look) -> None:
        choices = self.validation.choices
        if self.validation.type != "choice":
            if choices:
                look.warn("validation.choices", "not_used", "Choices count only for a choice.")
            return
        if not choices:
            look.error("validation.choices", "missing", "A choice needs something to choose from.")
        fields = [f"validation.choices.{index}" for index in range(len(choices))]
        for field, choice in zip(fields, choices, strict=True):
            look.text(field, choice, limit=_CHOICE_MAX)
        look.unique(fields, choices, what="choices")

    def build(self, build: Build) -> Behaviour:
        question, read, rules = build.text(self.question), READERS[self.validation.type], self._rules(build)
        retry_text = question if is_blank(self.retry_text) else build.text(self.retry_text or "")

        def ask(visit: Visit, text: LocalizedTemplate) -> Outcome:
            body = fit_body(visit, visit.render(text), TEXT_BODY_MAX) or NOTHING
            visit.send(TextContent(body), waits_for_delivery=self.wait_for_delivery)
            return self.wait()

        def resume(visit: Visit, given: Resume) -> Outcome:
            if isinstance(given, TimedOut):
                return Leave("timeout")
            if not isinstance(given, MessageReceived):
                raise TypeError(f"A question does not wait for {type(given).__name__}.")
            answer = read(given.message, rules, visit.env)
            if answer is not None:
                visit.set_variable(self.variable_name, answer)
                return Leave("answered")
            if may_ask_again(visit, self.retries):
                return ask(visit, retry_text)
            return Leave("invalid")

        return Behaviour(lambda visit: ask(visit, question), resume)

    def _rules(self, build: Build) -> Rules:
        given = self.validation
        choices = []
        for choice in given.choices if given.type == "choice" else ():
            text = build.text(choice)
            choices.append((text.fallback.source, frozenset(match_key(each.source) for each in text.all())))
        return Rules(
            least=given.min,
            most=given.max,
            is_whole=given.whole_number,
            pattern=None if given.pattern is None or given.type != "text" else compile_pattern(given.pattern),
            region=given.region,
            choices=choices,
        )


def compile_pattern(pattern: str) -> Matches:
    """An RE2 pattern. Raises `re2.error` where it cannot be read."""
    options = re2.Options()
    options.log_errors = False
    compiled: Matches = re2.compile(pattern, options)
    return compiled


def find_pattern_fault(pattern: str) -> str | None:
    """Why a pattern cannot be used, or None."""
    try:
        compile_pattern(pattern)
    except re2.error as error:
        detail = error.args[0] if error.args else ""
        detail = detail.decode(errors="replace") if isinstance(detail, bytes) else str(detail)
        return f"This pattern cannot be read: {detail}."
    return None


register(
    NodeType(
        name="ask_question",
        config=AskQuestionConfig,
        group=Group.SAYS,
        icon="message-circle-question",
        label={"en": "Ask a question", "ar": "طرح سؤال"},
        description={"en": "Asks, checks the answer and remembers it.", "ar": "يسأل ويتحقق من الجواب ويحفظه."},
        example={
            "question": {"en": "How many would you like?", "ar": "كم تريد؟"},
            "variable_name": "quantity",
            "validation": {"type": "number", "min": 1, "max": 20, "whole_number": True},
            "retries": 2,
            "retry_text": {"en": "A number from 1 to 20, please.", "ar": "اكتب رقما من 1 إلى 20 من فضلك."},
            "timeout": 3600,
        },
    )
)
