"""`split`: people go different ways by weight, and each person always the same one.

The engine has no chance: the way follows from a hash of who the person is and which experiment it is, so that it is
the same in every session, on every machine and in every version of the flow. It changes for some people when the
weights do. Which way was taken is the exit of its `node_visited` event, and a variable where one is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from hoopoe.flows.engine import Behaviour, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import Name, VariableName, ui
from hoopoe.flows.nodes.look import Look

MAX_VARIANTS: Final = 10
MAX_WEIGHT: Final = 1_000


class Variant(BaseModel):
    """One way. Its name is its exit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(
        json_schema_extra=ui("Name", "الاسم", help_en="Also the name of the exit.", help_ar="وهو أيضا اسم المخرج.")
    )
    weight: int = Field(
        default=1,
        ge=0,
        le=MAX_WEIGHT,
        json_schema_extra=ui(
            "Weight",
            "الوزن",
            widget="number",
            help_en="3 beside 1: three of four go here. 0: nobody does.",
            help_ar="وزن 3 مقابل 1: ثلاثة من كل أربعة يسلكون هذا الطريق. 0: لا أحد.",
        ),
    )


class SplitConfig(NodeConfig):
    variants: list[Variant] = Field(
        min_length=2,
        max_length=MAX_VARIANTS,
        json_schema_extra=ui(
            "Ways",
            "الطرق",
            widget="variants",
            help_en="Each person always goes the same way.",
            help_ar="يسلك كل شخص الطريق نفسه دائما.",
        ),
    )
    experiment: str = Field(
        default="",
        max_length=64,
        json_schema_extra=ui(
            "Experiment",
            "التجربة",
            help_en="Nodes with the same name here send a person the same way. Empty: this node alone.",
            help_ar="العقد التي تحمل الاسم نفسه هنا ترسل الشخص في الطريق نفسه. فارغ: هذه العقدة وحدها.",
        ),
    )
    save_as: VariableName | None = Field(
        default=None,
        json_schema_extra=ui(
            "Save the way as",
            "احفظ الطريق باسم",
            widget="variable",
            help_en="The name of the way, to be read later on.",
            help_ar="اسم الطريق، ليقرأ لاحقا.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return tuple(Exit(variant.name) for variant in self.variants)

    def inspect(self, look: Look) -> None:
        seen: set[str] = set()
        for index, variant in enumerate(self.variants):
            if variant.name in seen:
                look.error(f"variants.{index}.name", "duplicate_id", f"Two ways have the name '{variant.name}'.")
            seen.add(variant.name)
        if not any(variant.weight for variant in self.variants):
            look.error("variants", "out_of_range", "One of the ways needs a weight above 0.")
        if self.save_as is not None:
            look.sets("save_as", self.save_as)

    def build(self, build: Build) -> Behaviour:
        names = [variant.name for variant in self.variants]
        weights = [variant.weight for variant in self.variants]
        experiment = self.experiment or build.node_id

        def enter(visit: Visit) -> Outcome:
            chosen = names[choose(f"{visit.env.contact.get('id') or ''}|{experiment}", weights)]
            if self.save_as is not None:
                visit.set_variable(self.save_as, chosen)
            return Leave(chosen)

        return Behaviour(enter)


def choose(key: str, weights: Sequence[int]) -> int:
    """The place that a key falls to, each place in proportion to its weight. One of them is above 0."""
    hashed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    point = hashed * sum(weights) >> 64  # 0 up to the sum, in whole numbers: the same everywhere
    for place, weight in enumerate(weights):
        if point < weight:
            return place
        point -= weight
    raise ValueError("no weight is above 0")


register(
    NodeType(
        name="split",
        config=SplitConfig,
        group=Group.DECIDES,
        icon="shuffle",
        label={"en": "Split (A/B)", "ar": "تقسيم (أ/ب)"},
        description={
            "en": "Sends people different ways, each always the same one.",
            "ar": "يوزع الأشخاص على طرق مختلفة، ولكل شخص طريق ثابت.",
        },
        summary=("variants[name weight]", "experiment"),
        example={"variants": [{"name": "A", "weight": 1}, {"name": "B", "weight": 1}], "save_as": "variant"},
    )
)
