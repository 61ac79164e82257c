"""`whatsapp_reply`: say something."""

from __future__ import annotations

from pydantic import Field

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Group, NodeType, register
from hoopoe.flows.nodes.delivery import SendingConfig
from hoopoe.flows.nodes.fields import Text, ui
from hoopoe.flows.nodes.fit import TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look


class WhatsappReplyConfig(SendingConfig):
    message: Text = Field(json_schema_extra=ui("Message", "الرسالة", widget="localized_textarea"))

    def inspect(self, look: Look) -> None:
        look.text("message", self.message, limit=TEXT_BODY_MAX, may_be_split=True)

    def build(self, build: Build) -> Behaviour:
        message = build.text(self.message)

        def enter(visit: Visit) -> Outcome:
            body = fit_body(visit, visit.render(message), TEXT_BODY_MAX)
            if body:
                visit.send(TextContent(body), waits_for_delivery=self.wait_for_delivery)
            else:
                visit.report("empty_text", "The message is empty and was not sent.")
            return Leave("next")

        return Behaviour(enter)


register(
    NodeType(
        name="whatsapp_reply",
        config=WhatsappReplyConfig,
        group=Group.SAYS,
        icon="message-square-text",
        label={"en": "Send a text", "ar": "إرسال نص"},
        description={"en": "Sends one message and goes on.", "ar": "يرسل رسالة واحدة ويتابع."},
        example={"message": {"en": "Hello {{ contact.name | default: 'friend' }}!", "ar": "أهلا {{ contact.name }}!"}},
    )
)
