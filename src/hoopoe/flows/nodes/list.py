"""`list`: a message with a menu. More rows than WhatsApp takes are sent as several."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hoopoe.channels.contract import ListContent, Row, Section
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
    FOOTER_MAX,
    HEADER_MAX,
    LIST_BODY_MAX,
    LIST_BUTTON_MAX,
    LIST_ROWS_MAX,
    NOTHING,
    OPTIONS_MAX,
    ROW_DESCRIPTION_MAX,
    ROW_TITLE_MAX,
    SECTION_TITLE_MAX,
    fit,
    fit_body,
    fit_optional,
)
from hoopoe.flows.nodes.look import Look
from hoopoe.flows.nodes.waiting import is_blank


class RowSpec(BaseModel):
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
            help_en="Up to 24 characters, no two alike.",
            help_ar="حتى 24 حرفا دون تكرار.",
        )
    )
    description: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "Line below",
            "الوصف",
            widget="localized_text",
            help_en="Up to 72 characters.",
            help_ar="حتى 72 حرفا.",
        ),
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


class SectionSpec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text | None = Field(
        default=None,
        json_schema_extra=ui(
            "Section",
            "القسم",
            widget="localized_text",
            help_en="Up to 24 characters; needed where there are several sections.",
            help_ar="حتى 24 حرفا؛ مطلوب عند وجود عدة أقسام.",
        ),
    )
    rows: list[RowSpec] = Field(
        min_length=1,
        max_length=OPTIONS_MAX,
        json_schema_extra=ui(
            "Rows",
            "الصفوف",
            widget="options",
            help_en="What can be chosen.",
            help_ar="ما يمكن اختياره.",
        ),
    )


class ListConfig(ChoiceConfig):
    button: Text = Field(
        json_schema_extra=ui(
            "Button that opens the list",
            "زر فتح القائمة",
            widget="localized_text",
            help_en="Up to 20 characters.",
            help_ar="حتى 20 حرفا.",
        )
    )
    sections: list[SectionSpec] = Field(
        min_length=1,
        max_length=OPTIONS_MAX,
        json_schema_extra=ui(
            "Sections",
            "الأقسام",
            widget="sections",
            help_en="Up to 10 rows in all; more are sent on several pages.",
            help_ar="حتى 10 صفوف إجمالا؛ وما زاد يرسل على عدة صفحات.",
        ),
    )

    def option_titles(self) -> Mapping[str, LocalizedText]:
        return {row.id: row.title for section in self.sections for row in section.rows}

    def inspect(self, look: Look) -> None:
        self.inspect_choice(look, body_limit=LIST_BODY_MAX)
        look.text("button", self.button, limit=LIST_BUTTON_MAX)
        fields: list[str] = []
        for index, section in enumerate(self.sections):
            if section.title is None and len(self.sections) > 1:
                look.error(f"sections.{index}.title", "missing", "With more than one section, each needs a title.")
            look.text(
                f"sections.{index}.title", section.title, limit=SECTION_TITLE_MAX, is_required=len(self.sections) > 1
            )
            for place, row in enumerate(section.rows):
                field = f"sections.{index}.rows.{place}"
                fields.append(field)
                look.text(f"{field}.title", row.title, limit=ROW_TITLE_MAX)
                look.text(f"{field}.description", row.description, limit=ROW_DESCRIPTION_MAX, is_required=False)
        if len(fields) > OPTIONS_MAX:
            message = f"A list has {OPTIONS_MAX} rows at most in all its sections; this one has {len(fields)}."
            look.error("sections", "too_many", message)
        elif len(fields) > LIST_ROWS_MAX:
            message = f"WhatsApp takes {LIST_ROWS_MAX} rows in a list; these {len(fields)} are sent on several pages."
            look.warn("sections", "becomes_pages", message)
        rows = [row for section in self.sections for row in section.rows]
        inspect_option_ids(look, fields, [row.id for row in rows])
        titles = [row.title for row in rows]
        look.unique([f"{field}.title" for field in fields], titles, what="rows")

    def build(self, build: Build) -> Behaviour:
        return _Built(self, build).behaviour()


class _Built:
    """The list's texts, read once."""

    def __init__(self, config: ListConfig, build: Build) -> None:
        self.config, self.build = config, build
        self.button = build.text(config.button)
        self.header = None if is_blank(config.header) else build.text(config.header or "")
        self.footer = None if is_blank(config.footer) else build.text(config.footer or "")
        self.sections: list[tuple[LocalizedTemplate | None, list[Option]]] = []
        for section in config.sections:
            title = None if is_blank(section.title) else build.text(section.title or "")
            self.sections.append((title, [self._option(row) for row in section.rows]))
        self.options = [option for _, options in self.sections for option in options]

    def _option(self, row: RowSpec) -> Option:
        description = None if is_blank(row.description) else self.build.text(row.description or "")
        return Option.make(row.id, self.build.text(row.title), description=description, value=row.value)

    def behaviour(self) -> Behaviour:
        return build_choice(self.config, self.build, options=self.options, body_limit=LIST_BODY_MAX, show=self.show)

    def show(self, visit: Visit, body: LocalizedTemplate) -> None:
        rendered = [visit.render(option.title, is_brief=True) for option in self.options]
        titles = iter(fit_titles(visit, rendered, ROW_TITLE_MAX, what="row"))
        sections = tuple(
            Section(
                tuple(
                    Row(
                        option.id,
                        next(titles),
                        fit_optional(visit, option.description, ROW_DESCRIPTION_MAX, what="row's line"),
                    )
                    for option in options
                ),
                fit_optional(visit, title, SECTION_TITLE_MAX, what="section"),
            )
            for title, options in self.sections
        )
        visit.send(
            ListContent(
                fit_body(visit, visit.render(body), LIST_BODY_MAX) or NOTHING,
                fit(visit, visit.render(self.button, is_brief=True).strip(), LIST_BUTTON_MAX, what="list button")
                or NOTHING,
                sections,
                header=fit_optional(visit, self.header, HEADER_MAX, what="header"),
                footer=fit_optional(visit, self.footer, FOOTER_MAX, what="footer"),
            ),
            waits_for_delivery=self.config.wait_for_delivery,
        )


register(
    NodeType(
        name="list",
        config=ListConfig,
        group=Group.SAYS,
        icon="list",
        label={"en": "List", "ar": "قائمة"},
        description={
            "en": "Asks with a menu of ten rows, or more on several pages; typed answers are understood too.",
            "ar": "يسأل بقائمة حتى عشرة صفوف، أو بأكثر منها على عدة صفحات، ويفهم الإجابات المكتوبة والأرقام أيضا.",
        },
        summary=("message",),
        example={
            "message": {"en": "What may we bring you?", "ar": "ماذا نحضر لك؟"},
            "button": {"en": "Open the menu", "ar": "افتح القائمة"},
            "sections": [
                {
                    "rows": [
                        {"id": "tea", "title": {"en": "Tea", "ar": "شاي"}, "value": 800},
                        {"id": "coffee", "title": {"en": "Coffee", "ar": "قهوة"}, "value": 1200},
                    ]
                }
            ],
            "save_as": "drink",
        },
    )
)
