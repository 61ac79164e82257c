"""`placeholder`: a step of another product that Hoopoe has no node for. It passes on and keeps its original.

Importers write it (`flows.exchange`), so that nothing of an imported flow is lost in silence. The linter names it until
somebody has replaced it, or has said that passing on is right.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, JsonValue, StringConstraints

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import NEXT, Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import ui
from hoopoe.flows.nodes.look import Look

MAX_WAYS: Final = 50

Way = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class PlaceholderConfig(NodeConfig):
    came_from: Annotated[str, StringConstraints(max_length=40)] = Field(
        json_schema_extra=ui(
            "Comes from",
            "جاء من",
            help_en="The product that it was made in.",
            help_ar="المنتج الذي صنع فيه.",
        )
    )
    kind: Annotated[str, StringConstraints(max_length=100)] = Field(
        json_schema_extra=ui(
            "What it was there",
            "ما كان هناك",
            help_en="By the name that it has in its file.",
            help_ar="باسمه في ملفه.",
        )
    )
    original: JsonValue = Field(
        default=None,
        json_schema_extra=ui(
            "Original",
            "الأصل",
            widget="json",
            help_en="As it stood in the imported file. Nothing of it is run.",
            help_ar="كما ورد في الملف المستورد. لا ينفذ منه شيء.",
        ),
    )
    ways: list[Way] = Field(
        default_factory=list,
        max_length=MAX_WAYS,
        json_schema_extra=ui(
            "Other ways out",
            "مخارج أخرى",
            widget="tags",
            help_en="Drawn so that what comes behind stays connected; nobody takes them.",
            help_ar="مرسومة ليبقى ما بعدها موصولا؛ ولا يسلكها أحد.",
        ),
    )
    is_accepted: bool = Field(
        default=False,
        json_schema_extra=ui(
            "Passing on is right",
            "المرور مقبول",
            widget="switch",
            help_en="The linter does not mention it any more.",
            help_ar="لن يذكره الفاحص بعد ذلك.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (NEXT, *(Exit(way, ending_is_fine=True) for way in dict.fromkeys(self.ways) if way != NEXT.name))

    def inspect(self, look: Look) -> None:
        if not self.is_accepted:
            message = f"'{self.kind}' of {self.came_from} has no counterpart here: this step does nothing."
            look.warn(None, "placeholder", message)

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        return Behaviour(_enter)


def _enter(visit: Visit) -> Outcome:  # noqa: ARG001
    return Leave(NEXT.name)


register(
    NodeType(
        name="placeholder",
        config=PlaceholderConfig,
        group=Group.DECIDES,
        icon="puzzle",
        label={"en": "Not imported", "ar": "لم يستورد"},
        description={
            "en": "A step of another product without a counterpart: passes on, and keeps its original.",
            "ar": "خطوة من منتج آخر لا مقابل لها: تمر كما هي وتحفظ أصلها.",
        },
        summary=("came_from kind",),
        example={"came_from": "Typebot", "kind": "Google Analytics", "original": {"id": "b1"}, "is_accepted": True},
    )
)
