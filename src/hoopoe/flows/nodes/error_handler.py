"""`error_handler`: what fails behind `success` goes on at `error`, instead of ending the flow.

It guards what comes after `success` and can be reached through this node alone, flows that are run there included.
A failure is a step whose way out is `error` where nothing is connected to that, and, unless `continue_on_error`,
whatever a step reports: a text that cannot be filled in, a comparison with what is no number. The nearest handler takes
it, once.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hoopoe.channels.contract import TextContent
from hoopoe.flows.engine import Back, Behaviour, Failure, Leave, Open, Outcome, ScopeKind, Visit
from hoopoe.flows.expressions import LocalizedText
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Text, VariableName, ui
from hoopoe.flows.nodes.fit import TEXT_BODY_MAX, fit_body
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.json import JsonObject

SUCCESS = "success"
ERROR = "error"


class ErrorHandlerConfig(NodeConfig):
    opens_scope: ClassVar[tuple[ScopeKind, str] | None] = (ScopeKind.GUARD, SUCCESS)

    error_message: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "What the customer is told",
            "ما يقال للعميل",
            widget="localized_textarea",
            help_en="Sent when something fails; nothing is sent where it is empty.",
            help_ar="ترسل عند حدوث خطأ؛ ولا يرسل شيء إن كانت فارغة.",
        ),
    )
    continue_on_error: bool = Field(
        default=True,
        json_schema_extra=ui(
            "Small errors go on",
            "الأخطاء الصغيرة لا توقف",
            widget="switch",
            help_en="A text that cannot be filled in is left empty. Off: that is a failure too.",
            help_ar="النص الذي لا يمكن ملؤه يبقى فارغا. عند الإيقاف: يعد ذلك خطأ أيضا.",
        ),
    )
    log_error: bool = Field(
        default=True,
        json_schema_extra=ui(
            "Show it to the authors",
            "أظهره لمن يعد البوت",
            widget="switch",
            help_en="Off: what is handled here is reported nowhere.",
            help_ar="عند الإيقاف: ما يعالج هنا لا يسجل في أي مكان.",
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the error as",
            "احفظ الخطأ باسم",
            widget="variable",
            help_en="Read as {{ name.code }}, {{ name.message }}, {{ name.node }}.",
            help_ar="تقرأ {{ name.code }} و {{ name.message }} و {{ name.node }}.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit(SUCCESS), Exit(ERROR, ending_is_fine=self.error_message is not None))

    def inspect(self, look: Look) -> None:
        look.text("error_message", self.error_message, limit=TEXT_BODY_MAX, is_required=False, may_be_split=True)
        if self.save_as is not None:
            look.sets("save_as", self.save_as)

    def build(self, build: Build) -> Behaviour:
        said: LocalizedText | None = self.error_message
        message = None if said is None else build.text(said)
        guard: JsonObject = {}
        if not self.continue_on_error:
            guard["stops"] = True
        if not self.log_error:
            guard["is_quiet"] = True

        def enter(visit: Visit) -> Outcome:  # noqa: ARG001
            return Open(SUCCESS, guard)

        def back(visit: Visit, given: Back) -> Outcome:
            if self.save_as is not None and isinstance(given, Failure):
                error: JsonObject = {"code": given.code, "message": given.message, "node": given.node_id}
                visit.set_variable(self.save_as, error)
            body = "" if message is None else fit_body(visit, visit.render(message), TEXT_BODY_MAX)
            if body:
                visit.send(TextContent(body))
            return Leave(ERROR)

        return Behaviour(enter, back=back)


register(
    NodeType(
        name="error_handler",
        config=ErrorHandlerConfig,
        group=Group.DECIDES,
        icon="shield-alert",
        label={"en": "If something fails", "ar": "عند حدوث خطأ"},
        description={
            "en": "Guards what comes after 'success': when a step there fails, it goes on at 'error'.",
            "ar": "يحرس ما يلي 'success': إذا فشلت خطوة هناك يتابع من 'error'.",
        },
        summary=("error_message",),
        example={
            "error_message": {"en": "Sorry, something went wrong.", "ar": "عذرا، حدث خطأ ما."},
            "save_as": "problem",
        },
    )
)
