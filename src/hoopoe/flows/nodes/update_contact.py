"""`update_contact`: keep what was learned of a person: name, language, fields of one's own."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.engine.contact_events import MAX_CONTACT_FIELDS, MAX_FIELD_CHARS
from hoopoe.flows.expressions import Template, to_text
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look

FieldName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]

KNOWN: Final = frozenset({"id", "name", "first_name", "phone", "username", "language", "tags"})
"""What Hoopoe itself knows of a person: a field may not be called so."""
_NAME_MAX: Final = 120
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class UpdateContactConfig(NodeConfig):
    name: Source = Field(
        default="",
        json_schema_extra=ui(
            "Name",
            "الاسم",
            widget="template",
            help_en="Stays, whatever the person's profile says later. Empty: as it is.",
            help_ar="يبقى مهما تغير اسم الملف الشخصي لاحقا. فارغ: بلا تغيير.",
        ),
    )
    language: Source = Field(
        default="",
        json_schema_extra=ui(
            "Language",
            "اللغة",
            widget="template",
            help_en="en, ar or another tag; the flow speaks it from here on. Empty: as it is.",
            help_ar="مثل en أو ar أو رمز آخر؛ وتتابع المحادثة بها. فارغ: بلا تغيير.",
        ),
    )
    fields: dict[FieldName, Source] = Field(
        default_factory=dict,
        max_length=30,
        json_schema_extra=ui(
            "Fields",
            "الحقول",
            widget="pairs",
            help_en="Read as {{ contact.city }}. An empty value removes the field.",
            help_ar="تقرأ هكذا {{ contact.city }}. والقيمة الفارغة تحذف الحقل.",
        ),
    )

    def inspect(self, look: Look) -> None:
        look.template("name", self.name)
        template = look.template("language", self.language)
        if template is not None and template.is_literal and self.language and not _LANGUAGE.fullmatch(self.language):
            look.error("language", "unknown_language", f"'{self.language[:40]}' is not a language such as en or ar.")
        for field, value in self.fields.items():
            look.template(f"fields.{field}", value)
            if field in KNOWN:
                look.error(f"fields.{field}", "reserved_name", f"'{field}' is known of every contact.")
        if not self.name and not self.language and not self.fields:
            look.error(None, "missing", "Say what is kept of the person.")

    def build(self, build: Build) -> Behaviour:
        name, language = build.template(self.name), build.template(self.language)
        fields = {field: build.template(value) for field, value in self.fields.items()}

        def enter(visit: Visit) -> Outcome:
            if self.name:
                _set_name(visit, visit.render(name))
            if self.language:
                _set_language(visit, visit.render(language))
            for field, value in fields.items():
                _set_field(visit, field, value)
            return Leave("next")

        return Behaviour(enter)


def _set_name(visit: Visit, name: str) -> None:
    name = " ".join(name.split())[:_NAME_MAX]
    if name and name != visit.env.contact.get("name"):
        visit.update_contact("name", name)


def _set_language(visit: Visit, language: str) -> None:
    tag = language.strip().replace("_", "-")
    tag = tag[:2].lower() + tag[2:]
    if not _LANGUAGE.fullmatch(tag):
        visit.report("unknown_language", f"'{language[:40]}' is not a language such as en or ar.")
    elif tag != visit.env.contact.get("language"):
        visit.update_contact("language", tag)


def _set_field(visit: Visit, field: str, template: Template) -> None:
    """A number stays a number, and true stays true; a list or an object is kept as its text."""
    value = visit.render_value(template)
    if isinstance(value, list | dict):
        value = to_text(value)
    if isinstance(value, str):
        value = value.strip()[:MAX_FIELD_CHARS] or None
    contact = visit.env.contact
    if value is not None and field not in contact and len(contact) >= MAX_CONTACT_FIELDS + len(KNOWN):
        visit.report("too_many_fields", f"A contact has {MAX_CONTACT_FIELDS} fields at most.")
    elif value != contact.get(field) or type(value) is not type(contact.get(field)):
        visit.update_contact("field", value, key=field)


register(
    NodeType(
        name="update_contact",
        config=UpdateContactConfig,
        group=Group.DECIDES,
        icon="contact",
        label={"en": "Update the contact", "ar": "تحديث بيانات الشخص"},
        description={
            "en": "Keeps the name, the language, or a field of one's own.",
            "ar": "يحفظ الاسم أو اللغة أو حقلا خاصا.",
        },
        summary=("name:", "language:", "fields"),
        example={"name": "{{ message.text }}", "fields": {"last_order": "{{ order_number }}"}},
    )
)
