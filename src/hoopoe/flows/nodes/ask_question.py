"""`ask_question`: ask, read the answer as what it should be, ask again where it is not."""

from __future__ import annotations

from typing import Annotated, Final

import phonenumbers
from pydantic import Field, StringConstraints

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Behaviour, Leave, MessageReceived, Outcome, Resume, TimedOut, Visit
from hoopoe.flows.expressions import LocalizedTemplate
from hoopoe.flows.nodes.answers import READERS, ReadChoice, Rules
from hoopoe.flows.nodes.asking_again import say_what_fits
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeType, register
from hoopoe.flows.nodes.fields import Text, VariableName, ui
from hoopoe.flows.nodes.fit import NOTHING, TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.patterns import compile_pattern, find_pattern_fault
from hoopoe.flows.nodes.validation import BOUNDED, TYPES, Validation
from hoopoe.flows.nodes.waiting import TIMEOUT_UI, AskingConfig, may_ask_again
from hoopoe.kernel.text import match_key

DEFAULT_TIMEOUT_SECONDS: Final = 300
_CHOICE_MAX: Final = 100
_SKIP_WORDS_MAX: Final = 20

Word = Annotated[str, StringConstraints(min_length=1, max_length=50)]


class AskQuestionConfig(AskingConfig):
    question: Text = Field(
        json_schema_extra=ui(
            "Question",
            "السؤال",
            widget="localized_textarea",
            help_en="Say what an answer may look like; {{ }} is filled in.",
            help_ar="وضح شكل الجواب المطلوب؛ وتعبأ {{ }}.",
        )
    )
    variable_name: VariableName = Field(
        json_schema_extra=ui(
            "Save the answer as",
            "احفظ الجواب باسم",
            widget="variable",
            help_en="From here on {{ that_name }} is the answer.",
            help_ar="من هنا يصبح {{ that_name }} هو الجواب.",
        )
    )
    validation: Validation = Field(
        default=Validation(),
        json_schema_extra=ui(
            "Check",
            "التحقق",
            widget="object",
            help_en="What the answer must be; otherwise it is asked again.",
            help_ar="ما يجب أن يكون عليه الجواب؛ وإلا يعاد السؤال.",
        ),
    )
    timeout: int | None = Field(default=DEFAULT_TIMEOUT_SECONDS, json_schema_extra=TIMEOUT_UI)
    skip_words: list[Word] = Field(
        default_factory=list,
        max_length=_SKIP_WORDS_MAX,
        json_schema_extra=ui(
            "Words that skip the question",
            "كلمات لتخطي السؤال",
            widget="tags",
            help_en="Such as skip or تخطي, in any spelling. The variable is empty then.",
            help_ar="مثل skip أو تخطي بأي كتابة. ويبقى المتغير فارغا.",
            section="waiting",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        skipped = (Exit("skipped", covered_by="answered"),) if self.skip_words else ()
        return (Exit("answered", ending_is_fine=True), *skipped, Exit("invalid"), Exit("timeout", ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        look.text("question", self.question, limit=TEXT_BODY_MAX, may_be_split=True)
        fits = say_what_fits(self.validation, look.default_language)
        self.inspect_waiting(look, limit=TEXT_BODY_MAX, fits=fits)
        look.sets("variable_name", self.variable_name, is_time=self.validation.type == "time")
        rules = self.validation
        if rules.min is not None and rules.max is not None and rules.min > rules.max:
            look.error("validation.max", "out_of_range", "The most is less than the least.")
        if (rules.min is not None or rules.max is not None) and rules.type not in BOUNDED:
            look.warn("validation.min", "not_used", f"{TYPES[rules.type][0]} has no least and most.")
        if rules.pattern is not None and rules.type != "text":
            look.warn("validation.pattern", "not_used", "A pattern counts only for a text.")
        if rules.pattern is not None and (reason := find_pattern_fault(rules.pattern)) is not None:
            look.error("validation.pattern", "bad_pattern", reason)
        if rules.region is not None and rules.region not in phonenumbers.SUPPORTED_REGIONS:
            look.error("validation.region", "not_allowed", f"There is no country '{rules.region}'.")
        if rules.kinds and rules.type != "media":
            look.warn("validation.kinds", "not_used", "Kinds count only for a file.")
        for index, word in enumerate(self.skip_words):
            if not match_key(word):
                look.error(f"skip_words.{index}", "empty", "This word is empty.")
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
            look.text(f"{field}.title", choice.title, limit=_CHOICE_MAX)
        look.unique([f"{field}.title" for field in fields], [choice.title for choice in choices], what="choices")
        seen: set[str] = set()
        for field, choice in zip(fields, choices, strict=True):
            if choice.id is not None and choice.id in seen:
                look.error(f"{field}.id", "duplicate_id", f"Two choices have the id '{choice.id}'.")
            seen.add(choice.id or "")

    def build(self, build: Build) -> Behaviour:
        question, read, rules = build.text(self.question), READERS[self.validation.type], self._rules(build)
        fits = say_what_fits(self.validation, build.default_language)
        retry_text = self.build_retry(build, self.question, limit=TEXT_BODY_MAX, fits=fits)
        skip_words = frozenset(match_key(word) for word in self.skip_words)

        def ask(visit: Visit, text: LocalizedTemplate) -> Outcome:
            body = fit_body(visit, visit.render(text), TEXT_BODY_MAX) or NOTHING
            visit.send(TextContent(body), waits_for_delivery=self.wait_for_delivery)
            return self.wait()

        def resume(visit: Visit, given: Resume) -> Outcome:
            if isinstance(given, TimedOut):
                return Leave("timeout")
            if not isinstance(given, MessageReceived):
                raise TypeError(f"A question does not wait for {type(given).__name__}.")
            if skip_words and match_key(given.message.text) in skip_words:
                visit.set_variable(self.variable_name, None)
                return Leave("skipped" if visit.is_connected("skipped") else "answered")
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
            text = build.text(choice.title)
            keys = frozenset(match_key(each.source) for each in text.all())
            if choice.id is not None:
                keys |= {match_key(choice.id)}
            choices.append(ReadChoice(choice.id or text.fallback.source, keys - {""}))
        return Rules(
            least=given.min,
            most=given.max,
            is_whole=given.whole_number,
            pattern=None if given.pattern is None or given.type != "text" else compile_pattern(given.pattern),
            region=given.region,
            choices=choices,
            kinds=frozenset(given.kinds),
        )


register(
    NodeType(
        name="ask_question",
        config=AskQuestionConfig,
        group=Group.SAYS,
        icon="message-circle-question",
        label={"en": "Ask a question", "ar": "طرح سؤال"},
        description={"en": "Asks, checks the answer and remembers it.", "ar": "يسأل ويتحقق من الجواب ويحفظه."},
        summary=("question",),
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
