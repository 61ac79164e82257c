"""`assign_to_human`: a person takes over. The flow ends here; the conversation is the inbox's."""

from __future__ import annotations

from pydantic import Field

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Behaviour, Finish, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeType, register
from hoopoe.flows.nodes.delivery import SendingConfig
from hoopoe.flows.nodes.fields import Source, Text, ui
from hoopoe.flows.nodes.fit import TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look

REASON = "flow"
_NOTE_MAX = 1_000


class AssignToHumanConfig(SendingConfig):
    message: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "Message to the customer",
            "رسالة للعميل",
            widget="localized_textarea",
            help_en="Sent before the person takes over; nothing is sent where it is empty.",
            help_ar="تُرسل قبل أن يستلم الموظف؛ ولا يُرسل شيء إن كانت فارغة.",
        ),
    )
    note: Source = Field(
        default="",
        json_schema_extra=ui(
            "Note for the team",
            "ملاحظة للفريق",
            widget="template",
            help_en="Only the team sees it.",
            help_ar="يراها الفريق فقط.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return ()

    def inspect(self, look: Look) -> None:
        look.text("message", self.message, limit=TEXT_BODY_MAX, is_required=False, may_be_split=True)
        look.template("note", self.note)

    def build(self, build: Build) -> Behaviour:
        message = None if self.message is None else build.text(self.message)
        note = build.template(self.note)

        def enter(visit: Visit) -> Outcome:
            body = "" if message is None else fit_body(visit, visit.render(message), TEXT_BODY_MAX)
            if body:
                visit.send(TextContent(body), waits_for_delivery=self.wait_for_delivery)
            visit.hand_over(REASON, visit.render(note).strip()[:_NOTE_MAX] or None)
            return Finish(ends_all=True)

        return Behaviour(enter)


register(
    NodeType(
        name="assign_to_human",
        config=AssignToHumanConfig,
        group=Group.HANDS_OVER,
        icon="user-round",
        label={"en": "Hand to a person", "ar": "تحويل إلى موظف"},
        description={"en": "A person goes on with the conversation.", "ar": "يتابع موظف المحادثة."},
        summary=("message", "note"),
        example={
            "message": {"en": "One moment, a colleague is coming.", "ar": "لحظة من فضلك، سيتابع معك زميل."},
            "note": "Asked for a person after: {{ message.text }}",
        },
    )
)
