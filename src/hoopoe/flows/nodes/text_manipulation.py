"""`text_manipulation`: a text, changed and remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, assert_never

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.expressions import MAX_OUTPUT_CHARS, Template
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, VariableName, ui
from hoopoe.flows.nodes.look import Look

Operation = Literal["concat", "replace", "uppercase", "lowercase", "trim", "substring"]

Change = Callable[[Visit, str], str | None]
"""Gives the changed text, or None where it would be too long."""

_OPERATIONS: Final = {
    "concat": ("Join", "دمج"),
    "replace": ("Replace", "استبدال"),
    "uppercase": ("In capitals", "أحرف كبيرة"),
    "lowercase": ("In small letters", "أحرف صغيرة"),
    "trim": ("Without spaces around it", "حذف المسافات من الطرفين"),
    "substring": ("A part of it", "جزء منه"),
}


class TextManipulationConfig(NodeConfig):
    operation: Operation = Field(
        json_schema_extra=ui(
            "Change",
            "التغيير",
            widget="select",
            options=_OPERATIONS,
            help_en="What is done to the text.",
            help_ar="ما يجرى على النص.",
        )
    )
    input_text: Source = Field(
        json_schema_extra=ui("Text", "النص", widget="template", help_en="What is changed.", help_ar="النص الذي يغير.")
    )
    other_text: Source = Field(
        default="",
        json_schema_extra=ui(
            "Joined with",
            "يدمج مع",
            widget="template",
            help_en="Comes behind the text.",
            help_ar="يأتي بعد النص.",
            when={"operation": ["concat"]},
        ),
    )
    separator: str = Field(
        default="",
        max_length=100,
        json_schema_extra=ui(
            "Between them",
            "بينهما",
            help_en="Only where both sides are there.",
            help_ar="فقط إذا وجد الطرفان.",
            when={"operation": ["concat"]},
        ),
    )
    search: Source = Field(
        default="",
        json_schema_extra=ui(
            "Look for",
            "ابحث عن",
            widget="template",
            help_en="Letter for letter; every place where it stands.",
            help_ar="حرفا بحرف، في كل موضع يرد فيه.",
            when={"operation": ["replace"]},
        ),
    )
    replacement: Source = Field(
        default="",
        json_schema_extra=ui(
            "Put instead",
            "ضع بدلا منه",
            widget="template",
            help_en="Empty: it is taken out.",
            help_ar="فارغ: يحذف.",
            when={"operation": ["replace"]},
        ),
    )
    start: int = Field(
        default=0,
        ge=-MAX_OUTPUT_CHARS,
        le=MAX_OUTPUT_CHARS,
        json_schema_extra=ui(
            "From",
            "من",
            widget="number",
            help_en="0 is the first character, -1 the last.",
            help_ar="0 أول حرف و-1 آخر حرف.",
            when={"operation": ["substring"]},
        ),
    )
    length: int | None = Field(
        default=None,
        ge=0,
        le=MAX_OUTPUT_CHARS,
        json_schema_extra=ui(
            "How many characters",
            "عدد الأحرف",
            widget="number",
            help_en="Empty: to the end.",
            help_ar="فارغ: حتى النهاية.",
            when={"operation": ["substring"]},
        ),
    )
    save_as: VariableName = Field(
        default="result",
        json_schema_extra=ui(
            "Save the result as",
            "احفظ النتيجة باسم",
            widget="variable",
            help_en="Read as {{ result }}.",
            help_ar="تقرأ هكذا {{ result }}.",
        ),
    )

    def inspect(self, look: Look) -> None:
        look.template("input_text", self.input_text)
        for field, operation in (("other_text", "concat"), ("search", "replace"), ("replacement", "replace")):
            value: str = getattr(self, field)
            look.template(field, value)
            if value and self.operation != operation:
                look.warn(field, "not_used", f"This counts only for '{_OPERATIONS[operation][0]}'.")
        if self.operation == "replace" and not self.search:
            look.error("search", "missing", "Say what is replaced.")
        if self.operation == "concat" and not self.other_text.strip():
            look.error("other_text", "missing", "Say what it is joined with.")
        look.sets("save_as", self.save_as)

    def build(self, build: Build) -> Behaviour:
        text, change = build.template(self.input_text), self._change(build)

        def enter(visit: Visit) -> Outcome:
            given = visit.render(text)
            changed = change(visit, given)
            if changed is None or len(changed) > MAX_OUTPUT_CHARS:
                visit.report(
                    "too_long", f"The result has over {MAX_OUTPUT_CHARS} characters; the text stays as it was."
                )
                changed = given
            visit.set_variable(self.save_as, changed)
            return Leave("next")

        return Behaviour(enter)

    def _change(self, build: Build) -> Change:
        match self.operation:
            case "uppercase":
                return lambda _, text: text.upper()
            case "lowercase":
                return lambda _, text: text.lower()
            case "trim":
                return lambda _, text: text.strip()
            case "substring":
                return lambda _, text: take_part(text, self.start, self.length)
            case "concat":
                return _joiner(build.template(self.other_text), self.separator)
            case "replace":
                return _replacer(build.template(self.search), build.template(self.replacement))
            case _:
                assert_never(self.operation)


def take_part(text: str, start: int, length: int | None) -> str:
    """So many characters from a place on; a place before 0 counts from the end."""
    begin = max(0, len(text) + start) if start < 0 else start
    return text[begin:] if length is None else text[begin : begin + length]


def _joiner(other: Template, separator: str) -> Change:
    def join(visit: Visit, text: str) -> str:
        return separator.join(part for part in (text, visit.render(other)) if part)

    return join


def _replacer(search: Template, replacement: Template) -> Change:
    def replace(visit: Visit, text: str) -> str | None:
        old, new = visit.render(search), visit.render(replacement)
        if not old:
            return text
        # Counted before it is done: a letter in a long text may be replaced with another long text.
        growth = text.count(old) * (len(new) - len(old))
        return None if len(text) + growth > MAX_OUTPUT_CHARS else text.replace(old, new)

    return replace


register(
    NodeType(
        name="text_manipulation",
        config=TextManipulationConfig,
        group=Group.DECIDES,
        icon="case-sensitive",
        label={"en": "Change a text", "ar": "تعديل نص"},
        description={"en": "Joins, replaces, cuts and tidies texts.", "ar": "يدمج النصوص ويستبدل ويقص ويرتب."},
        summary=("operation input_text", "search replacement", "other_text", "save_as"),
        example={"operation": "replace", "input_text": "{{ message.text }}", "search": "-", "save_as": "digits"},
    )
)
