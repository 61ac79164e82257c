"""`tag`: put tags on a person, or take them off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.engine.contact_events import MAX_TAG_CHARS, MAX_TAGS
from hoopoe.flows.expressions import Template
from hoopoe.flows.nodes.base import Build, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Source, ui
from hoopoe.flows.nodes.look import Look
from hoopoe.kernel.text import match_key

Tags = Annotated[list[Source], Field(max_length=20)]


class TagConfig(NodeConfig):
    add: Tags = Field(
        default_factory=list,
        json_schema_extra=ui(
            "Put on",
            "إضافة",
            widget="tags",
            help_en="Up to 50 characters; {{ }} is filled in.",
            help_ar="حتى 50 حرفا؛ وتعبأ {{ }}.",
        ),
    )
    remove: Tags = Field(
        default_factory=list,
        json_schema_extra=ui(
            "Take off",
            "إزالة",
            widget="tags",
            help_en="In any spelling.",
            help_ar="بأي كتابة.",
        ),
    )

    def inspect(self, look: Look) -> None:
        for field, tags in (("add", self.add), ("remove", self.remove)):
            for index, tag in enumerate(tags):
                template = look.template(f"{field}.{index}", tag)
                if not tag.strip():
                    look.error(f"{field}.{index}", "empty", "This tag is empty.")
                elif template is not None and template.fixed_chars > MAX_TAG_CHARS:
                    look.error(f"{field}.{index}", "too_long", f"A tag has {MAX_TAG_CHARS} characters at most.")
        if not self.add and not self.remove:
            look.error("add", "missing", "Say which tag.")

    def build(self, build: Build) -> Behaviour:
        adding = [build.template(tag) for tag in self.add]
        removing = [build.template(tag) for tag in self.remove]

        def enter(visit: Visit) -> Outcome:
            had = visit.env.contact.get("tags")
            tags = [tag for tag in had if isinstance(tag, str)] if isinstance(had, list) else []
            gone = {match_key(tag) for tag in _render(visit, removing)}
            removed = [tag for tag in tags if match_key(tag) in gone]
            kept = [tag for tag in tags if match_key(tag) not in gone]
            known = {match_key(tag) for tag in kept}
            added: list[str] = []
            for tag in _render(visit, adding):
                if match_key(tag) in known:
                    continue
                if len(kept) + len(added) >= MAX_TAGS:
                    visit.report("too_many_tags", f"A contact has {MAX_TAGS} tags at most.")
                    break
                known.add(match_key(tag))
                added.append(tag)
            if added or removed:
                visit.change_tags([*kept, *added], added=added, removed=removed)
            return Leave("next")

        return Behaviour(enter)


def _render(visit: Visit, templates: Sequence[Template]) -> list[str]:
    """The tags that are something; a long one is cut."""
    tags = (" ".join(visit.render(template).split())[:MAX_TAG_CHARS].strip() for template in templates)
    return [tag for tag in tags if tag]


register(
    NodeType(
        name="tag",
        config=TagConfig,
        group=Group.DECIDES,
        icon="tag",
        label={"en": "Tag the contact", "ar": "وسم الشخص"},
        description={"en": "Puts tags on a person, or takes them off.", "ar": "يضيف وسوما إلى شخص أو يزيلها."},
        summary=("add:", "remove:"),
        example={"add": ["customer"], "remove": ["lead"]},
    )
)
