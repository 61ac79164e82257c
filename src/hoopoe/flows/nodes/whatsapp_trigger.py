"""`whatsapp_trigger`: a message starts the flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Specificity, Trigger, TriggerInput, Visit
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import ui
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.text import match_key

Keyword = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class WhatsappTriggerConfig(NodeConfig):
    trigger_type: Literal["keyword", "any_message", "new_conversation", "called"] = Field(
        default="any_message", json_schema_extra=ui("Starts on", "يبدأ عند", widget="select")
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
        ),
    )
    match: Literal["exact", "contains", "starts_with"] = Field(
        default="exact", json_schema_extra=ui("The message", "الرسالة", widget="select")
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
        if self.trigger_type != "keyword":
            if self.keywords:
                look.warn("keywords", "not_used", "Keywords count only for a trigger that starts on a keyword.")
            return
        if not self.keywords:
            look.error("keywords", "missing", "A keyword trigger needs a keyword.")
        seen: set[str] = set()
        for index, keyword in enumerate(self.keywords):
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
        match self.trigger_type:
            case "keyword":
                keys = tuple(match_key(keyword) for keyword in self.keywords)
                return Trigger(build.node_id, Specificity.KEYWORD, self.interrupts, _keyword_matcher(keys, self.match))
            case "new_conversation":
                return Trigger(build.node_id, Specificity.NEW_CONVERSATION, self.interrupts, _is_new_conversation)
            case "any_message":
                return Trigger(build.node_id, Specificity.ANY_MESSAGE, self.interrupts, _is_any_message)
            case "called":
                return None


def _enter(visit: Visit) -> Outcome:  # noqa: ARG001
    return Leave("next")


def _is_new_conversation(trigger: TriggerInput) -> bool:
    return trigger.is_new_conversation


def _is_any_message(trigger: TriggerInput) -> bool:  # noqa: ARG001
    return True


def _keyword_matcher(keys: tuple[str, ...], how: str) -> Callable[[TriggerInput], bool]:
    """Whether a message has one of the keywords: whole words only, in any spelling."""
    exact = frozenset(keys)
    padded = tuple(f" {key} " for key in keys)

    def is_exact(trigger: TriggerInput) -> bool:
        return match_key(trigger.message.text) in exact

    def starts(trigger: TriggerInput) -> bool:
        return f" {match_key(trigger.message.text)} ".startswith(padded)

    def contains(trigger: TriggerInput) -> bool:
        text = f" {match_key(trigger.message.text)} "
        return any(key in text for key in padded)

    return {"exact": is_exact, "starts_with": starts, "contains": contains}[how]


register(
    NodeType(
        name="whatsapp_trigger",
        config=WhatsappTriggerConfig,
        group=Group.START,
        icon="message-circle",
        label={"en": "WhatsApp message", "ar": "رسالة واتساب"},
        description={"en": "A message from a person starts the flow.", "ar": "رسالة من شخص تبدأ المحادثة."},
        is_trigger=True,
        example={"trigger_type": "keyword", "keywords": ["menu", "قائمة"], "match": "exact", "interrupts": True},
    )
)
