"""`buttons`: a message with reply buttons. More than WhatsApp takes are sent as a list."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hoopoe.channels.contract import Button, ButtonsContent
from hoopoe.flows.engine import Behaviour, Visit
from hoopoe.flows.expressions import LocalizedTemplate, LocalizedText
from hoopoe.flows.nodes.base import Build, Group, NodeType, register
from hoopoe.flows.nodes.choices import (
    ChoiceConfig,
    Option,
    build_choice,
    fit_titles,
    inspect_option_ids,
)
from hoopoe.flows.nodes.fields import OptionId, Text, ui
from hoopoe.flows.nodes.fit import (
    BUTTON_TITLE_MAX,
    BUTTONS_BODY_MAX,
    BUTTONS_MAX,
    FOOTER_MAX,
    HEADER_MAX,
    NOTHING,
    OPTIONS_MAX,
    ROW_TITLE_MAX,
    fit_body,
    fit_optional,
)
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import is_blank


class ButtonSpec(BaseModel):
    """`value` is kept with the choice and never shown: a price, a code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: OptionId = Field(
        json_schema_extra=ui(
            "Id",
            "المعرف",
            widget="id",
            help_en="The name of its exit; people never see it.",
            help_ar="اسم المخرج؛ ولا يراه الناس.",
        )
    )
    title: Text = Field(
        json_schema_extra=ui(
            "Title",
            "النص",
            widget="localized_text",
            help_en="Up to 20 characters, no two alike.",
            help_ar="حتى 20 حرفا دون تكرار.",
        )
    )
    value: JsonValue = Field(
        default=None,
        json_schema_extra=ui(
            "Value",
            "القيمة",
            widget="json",
            help_en="Read as {{ name.value }} when it is chosen.",
            help_ar="تقرأ هكذا {{ name.value }} عند اختياره.",
        ),
    )


class ButtonsConfig(ChoiceConfig):
    buttons: list[ButtonSpec] = Field(
        min_length=1,
        max_length=OPTIONS_MAX,
        json_schema_extra=ui(
            "Buttons",
            "الأزرار",
            widget="options",
            help_en="Up to 3; more are sent as a list.",
            help_ar="حتى 3؛ وما زاد يرسل قائمة.",
        ),
    )

    def option_titles(self) -> Mapping[str, LocalizedText]:
        return {button.id: button.title for button in self.buttons}

    def inspect(self, look: Look) -> None:
        self.inspect_choice(look, body_limit=BUTTONS_BODY_MAX)
        fields = [f"buttons.{index}" for index in range(len(self.buttons))]
        inspect_option_ids(look, fields, [button.id for button in self.buttons])
        for field, button in zip(fields, self.buttons, strict=True):
            look.text(f"{field}.title", button.title, limit=self._title_max())
        if len(self.buttons) > BUTTONS_MAX:
            message = f"WhatsApp takes {BUTTONS_MAX} buttons; these {len(self.buttons)} are sent as a list."
            look.warn("buttons", "becomes_list", message)
        look.unique([f"{field}.title" for field in fields], [each.title for each in self.buttons], what="buttons")

    def _title_max(self) -> int:
        return BUTTON_TITLE_MAX if len(self.buttons) <= BUTTONS_MAX else ROW_TITLE_MAX

    def build(self, build: Build) -> Behaviour:
        header = None if is_blank(self.header) else build.text(self.header or "")
        footer = None if is_blank(self.footer) else build.text(self.footer or "")
        options = tuple(Option.make(each.id, build.text(each.title), value=each.value) for each in self.buttons)

        def show(visit: Visit, body: LocalizedTemplate) -> None:
            titles = fit_titles(
                visit, [visit.render(o.title, is_brief=True) for o in options], self._title_max(), what="button"
            )
            visit.send(
                ButtonsContent(
                    fit_body(visit, visit.render(body), BUTTONS_BODY_MAX) or NOTHING,
                    tuple(Button(option.id, title) for option, title in zip(options, titles, strict=True)),
                    header=fit_optional(visit, header, HEADER_MAX, what="header"),
                    footer=fit_optional(visit, footer, FOOTER_MAX, what="footer"),
                ),
                waits_for_delivery=self.wait_for_delivery,
            )

        return build_choice(self, build, options=options, body_limit=BUTTONS_BODY_MAX, show=show)


register(
    NodeType(
        name="buttons",
        config=ButtonsConfig,
        group=Group.SAYS,
        icon="square-mouse-pointer",
        label={"en": "Buttons", "ar": "أزرار"},
        description={
            "en": "Asks with one to three buttons, or more as a list; typed answers and numbers are understood too.",
            "ar": "يسأل بزر إلى ثلاثة أزرار، أو بأكثر منها كقائمة، ويفهم الإجابات المكتوبة والأرقام أيضا.",
        },
        summary=("message",),
        example={
            "message": {"en": "Pick-up or delivery?", "ar": "استلام أم توصيل؟"},
            "buttons": [
                {"id": "pickup", "title": {"en": "Pick-up", "ar": "استلام"}},
                {"id": "delivery", "title": {"en": "Delivery", "ar": "توصيل"}},
            ],
            "save_as": "way",
        },
    )
)
