"""`wait_for_reply`: wait for whatever the person says next, without saying anything."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, MessageReceived, MessageWait, Outcome, Pause, Resume, TimedOut, Visit
from hoopoe.flows.engine.contract import MAX_MESSAGE_TIMEOUT_SECONDS, MIN_MESSAGE_TIMEOUT_SECONDS
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import VariableName, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import TIMEOUT_UI


class WaitForReplyConfig(NodeConfig):
    pauses: ClassVar[bool] = True
    enters_silently: ClassVar[bool] = True

    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the answer as",
            "احفظ الجواب باسم",
            widget="variable",
            help_en="The text; of a picture, a file or a place its description.",
            help_ar="النص؛ وللصورة أو الملف أو الموقع وصفه.",
        ),
    )
    timeout: int | None = Field(default=None, json_schema_extra=TIMEOUT_UI)

    def exits(self) -> tuple[Exit, ...]:
        return (Exit("answered", ending_is_fine=True), Exit("timeout", ending_is_fine=True))

    def inspect(self, look: Look) -> None:
        if self.save_as is not None:
            look.sets("save_as", self.save_as)
        if self.timeout is None:
            return
        if not MIN_MESSAGE_TIMEOUT_SECONDS <= self.timeout <= MAX_MESSAGE_TIMEOUT_SECONDS:
            days = MAX_MESSAGE_TIMEOUT_SECONDS // 86_400
            look.error("timeout", "out_of_range", f"A wait takes {MIN_MESSAGE_TIMEOUT_SECONDS} seconds to {days} days.")

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        def enter(visit: Visit) -> Outcome:  # noqa: ARG001
            return Pause(MessageWait(self.timeout))

        def resume(visit: Visit, given: Resume) -> Outcome:
            if isinstance(given, TimedOut):
                return Leave("timeout")
            if not isinstance(given, MessageReceived):
                raise TypeError(f"A wait for a reply does not wait for {type(given).__name__}.")
            if self.save_as is not None:
                message = given.message
                visit.set_variable(self.save_as, message.text.strip() or message.media or message.location or "")
            return Leave("answered")

        return Behaviour(enter, resume)


register(
    NodeType(
        name="wait_for_reply",
        config=WaitForReplyConfig,
        group=Group.SAYS,
        icon="message-circle-dashed",
        label={"en": "Wait for a reply", "ar": "انتظار رد"},
        description={
            "en": "Waits for the next message, whatever it is, and says nothing.",
            "ar": "ينتظر الرسالة التالية أيا كانت، دون أن يقول شيئا.",
        },
        summary=("timeout", "save_as"),
        example={"save_as": "answer", "timeout": 3600},
    )
)
