"""`whatsapp_trigger`: what starts the flow."""

from __future__ import annotations

from typing import Annotated, Final, Literal, assert_never

from pydantic import Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Specificity, Trigger, Visit
from hoopoe.flows.nodes import trigger_matching as matching
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import OptionId, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.patterns import find_pattern_fault
from hoopoe.flows.nodes.schedules import Schedule
from hoopoe.flows.nodes.validation import KINDS, FileKind
from hoopoe.kernel.text import match_key

TriggerType = Literal[
    "keyword",
    "any_message",
    "new_conversation",
    "called",
    "button",
    "referral",
    "location",
    "media",
    "schedule",
    "webhook",
]
Match = Literal["exact", "contains", "starts_with", "near", "regex"]
Keyword = Annotated[str, StringConstraints(min_length=1, max_length=100)]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=100)]

_TYPES: Final = {
    "keyword": ("A keyword", "كلمة"),
    "any_message": ("Any message", "أي رسالة"),
    "new_conversation": ("A person's first message", "أول رسالة من شخص"),
    "called": ("Another flow that runs this one", "مسار آخر يشغّل هذا المسار"),
    "button": ("A button or row that is tapped", "الضغط على زر أو صف"),
    "referral": ("A message that came by an ad", "رسالة جاءت من إعلان"),
    "location": ("A place that is sent", "موقع مرسل"),
    "media": ("A file that is sent", "ملف مرسل"),
    "schedule": ("A time", "موعد"),
    "webhook": ("Another system", "نظام آخر"),
}
_MATCHES: Final = {
    "exact": ("is the keyword", "هي الكلمة نفسها"),
    "contains": ("contains it", "تحتوي عليها"),
    "starts_with": ("begins with it", "تبدأ بها"),
    "near": ("is nearly it", "قريبة منها"),
    "regex": ("fits the pattern (RE2)", "تطابق النمط (RE2)"),
}
# Which fields count for which types, beside those that always do.
_USED: Final = {
    "keywords": ("keyword",),
    "button_ids": ("button",),
    "source_ids": ("referral",),
    "kinds": ("media",),
    "schedule": ("schedule",),
}
_NAMES: Final = {
    "keywords": "Keywords count",
    "button_ids": "Ids of buttons count",
    "source_ids": "Ads count",
    "kinds": "Kinds of files count",
    "schedule": "A schedule counts",
}


class WhatsappTriggerConfig(NodeConfig):
    trigger_type: TriggerType = Field(
        default="any_message",
        json_schema_extra=ui(
            "Starts on",
            "يبدأ عند",
            widget="select",
            options=_TYPES,
            help_en="The address of a webhook is made below, once it is published; it starts the flow for one person.",
            help_ar="عنوان الويب هوك يُنشأ في الأسفل بعد النشر، ويبدأ المحادثة مع شخص واحد.",
        ),
    )
    keywords: list[Keyword] = Field(
        default_factory=list,
        max_length=50,
        json_schema_extra=ui(
            "Keywords",
            "الكلمات",
            widget="tags",
            help_en="In any language; spelling, case, accents and digits do not matter.",
            help_ar="بأي لغة؛ لا يهم اختلاف الكتابة أو الحركات أو الأرقام.",
            when={"trigger_type": ["keyword"]},
        ),
    )
    match: Match = Field(
        default="exact",
        json_schema_extra=ui(
            "The message",
            "الرسالة",
            widget="select",
            options=_MATCHES,
            help_en="Nearly: with a slip of the pen, or two in long words. A pattern may fit any part of the message.",
            help_ar="قريبة: يُغتفر خطأ بسيط، واثنان في الكلمات الطويلة. ويكفي أن يطابق النمط جزءا من الرسالة.",
            when={"trigger_type": ["keyword"]},
        ),
    )
    button_ids: list[OptionId] = Field(
        default_factory=list,
        max_length=50,
        json_schema_extra=ui(
            "Ids",
            "المعرفات",
            widget="tags",
            help_en="Of buttons and rows, also of templates and of old messages.",
            help_ar="معرفات الأزرار والصفوف، حتى في القوالب والرسائل القديمة.",
            when={"trigger_type": ["button"]},
        ),
    )
    source_ids: list[SourceId] = Field(
        default_factory=list,
        max_length=50,
        json_schema_extra=ui(
            "Ads or posts",
            "الإعلانات أو المنشورات",
            widget="tags",
            help_en="By their ids; empty: any.",
            help_ar="حسب معرفاتها؛ فارغ: أي إعلان.",
            when={"trigger_type": ["referral"]},
        ),
    )
    kinds: list[FileKind] = Field(
        default_factory=list,
        max_length=len(KINDS),
        json_schema_extra=ui(
            "Kinds of files",
            "أنواع الملفات",
            widget="multiselect",
            options=KINDS,
            help_en="Empty: any file.",
            help_ar="فارغ: أي ملف.",
            when={"trigger_type": ["media"]},
        ),
    )
    schedule: Schedule | None = Field(
        default=None,
        json_schema_extra=ui(
            "When, and for whom",
            "متى ولمن",
            widget="object",
            help_en="Only people whose 24-hour window is open are written to.",
            help_ar="لا يُراسل إلا من كانت نافذة الـ24 ساعة معه مفتوحة.",
            when={"trigger_type": ["schedule"]},
        ),
    )
    priority: int = Field(
        default=0,
        ge=-100,
        le=100,
        json_schema_extra=ui(
            "Priority",
            "الأولوية",
            widget="number",
            help_en="Of several triggers that fit, in all bots, the highest wins; then the most specific.",
            help_ar="إذا انطبقت عدة بدايات في كل البوتات فالأعلى أولوية، ثم الأكثر تحديدا.",
        ),
    )
    interrupts: bool = Field(
        default=False,
        json_schema_extra=ui(
            "Also in the middle of a flow",
            "حتى أثناء المحادثة",
            widget="switch",
            help_en="Start again even while the flow waits for an answer.",
            help_ar="يبدأ من جديد حتى لو كان البوت ينتظر جوابا.",
        ),
    )

    def inspect(self, look: Look) -> None:
        if self.interrupts and self.trigger_type == "any_message":
            message = "Every message starts the flow again, so no question in it is ever answered."
            look.warn("interrupts", "interrupts_everything", message)
        for field, types in _USED.items():
            if getattr(self, field) and self.trigger_type not in types:
                message = f"{_NAMES[field]} only for a trigger that starts on a {types[0]}."
                look.warn(field, "not_used", message)
        if self.trigger_type == "button" and not self.button_ids:
            look.error("button_ids", "missing", "Say which buttons start the flow.")
        if self.trigger_type == "schedule":
            if self.schedule is None:
                look.error("schedule", "missing", "Say when the flow starts.")
            else:
                self.schedule.inspect(look, "schedule")
        if self.trigger_type == "keyword":
            self._inspect_keywords(look)

    def _inspect_keywords(self, look: Look) -> None:
        if not self.keywords:
            look.error("keywords", "missing", "A keyword trigger needs a keyword.")
        seen: set[str] = set()
        for index, keyword in enumerate(self.keywords):
            if self.match == "regex":
                if (reason := find_pattern_fault(keyword)) is not None:
                    look.error(f"keywords.{index}", "bad_pattern", reason)
                continue
            key = match_key(keyword)
            if not key:
                look.error(f"keywords.{index}", "empty", "This keyword is empty.")
            elif key in seen:
                look.warn(f"keywords.{index}", "duplicate_keyword", f"'{keyword}' is here twice, spelling aside.")
            seen.add(key)

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        return Behaviour(_enter)

    def answers_calls(self) -> bool:
        return self.trigger_type == "called"

    def trigger(self, build: Build) -> Trigger | None:
        found = self._read(build.node_id)
        return None if found is None else Trigger(build.node_id, found[0], self.interrupts, found[1], self.priority)

    def _read(self, node_id: str) -> tuple[Specificity, matching.Matcher] | None:  # noqa: PLR0911 - a case per type
        match self.trigger_type:
            case "keyword":
                is_vague = self.match == "near"
                specificity = Specificity.NEAR_KEYWORD if is_vague else Specificity.KEYWORD
                return specificity, matching.worded(self.keywords, self.match)
            case "button":
                return Specificity.BUTTON, matching.tapped(self.button_ids)
            case "referral":
                return Specificity.REFERRAL, matching.referred(self.source_ids)
            case "location":
                return Specificity.KIND, matching.located()
            case "media":
                return Specificity.KIND, matching.filed(self.kinds)
            case "schedule" | "webhook":
                return Specificity.OUTSIDE, matching.from_outside(self.trigger_type, node_id)
            case "new_conversation":
                return Specificity.NEW_CONVERSATION, matching.new_conversation()
            case "any_message":
                return Specificity.ANY_MESSAGE, matching.any_message()
            case "called":
                return None
            case _:
                assert_never(self.trigger_type)


def _enter(visit: Visit) -> Outcome:  # noqa: ARG001
    return Leave("next")


register(
    NodeType(
        name="whatsapp_trigger",
        config=WhatsappTriggerConfig,
        group=Group.START,
        icon="message-circle",
        label={"en": "Start", "ar": "بداية"},
        description={
            "en": "What starts the flow: a message, a tap, an ad, a time, another system.",
            "ar": "ما يبدأ المحادثة: رسالة أو زر أو إعلان أو موعد أو نظام آخر.",
        },
        is_trigger=True,
        summary=(
            "trigger_type",
            "match? keywords button_ids source_ids kinds",
            "schedule[at weekdays day_of_month]",
            "schedule[tags:]",
        ),
        example={"trigger_type": "keyword", "keywords": ["menu", "قائمة"], "match": "exact", "interrupts": True},
    )
)
