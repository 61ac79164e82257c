"""`run_flow`: run another bot's flow, and go on here when it has ended."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field, JsonValue, StringConstraints

from hoopoe.flows.engine import Back, Behaviour, Call, FlowEnded, FlowNotRun, Leave, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register
from hoopoe.flows.nodes.fields import VariableName, ui
from hoopoe.flows.nodes.http_calls import PathText
from hoopoe.flows.nodes.json_paths import parse_path, read_path
from hoopoe.flows.nodes.json_templates import build_json, inspect_json
from hoopoe.flows.nodes.look import Look

DONE: Final = "done"
ERROR: Final = "error"
BotId = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]


class RunFlowConfig(NodeConfig):
    bot_id: BotId = Field(
        json_schema_extra=ui(
            "Flow",
            "المسار",
            widget="bot",
            help_en="Of a bot of this workspace.",
            help_ar="مسار بوت من مساحة العمل هذه.",
        )
    )
    version: int | None = Field(
        default=None,
        ge=1,
        le=999_999_999,
        json_schema_extra=ui(
            "Version",
            "النسخة",
            widget="version",
            help_en="Empty: the one that is published when somebody comes here. Whoever is in it stays on it.",
            help_ar="فارغ: النسخة المنشورة عند الوصول إلى هنا. ومن بدأ بها يكملها.",
        ),
    )
    inputs: dict[VariableName, JsonValue] = Field(
        default_factory=dict,
        max_length=50,
        json_schema_extra=ui(
            "Give it",
            "أعطه",
            widget="pairs",
            help_en="Its variable and the value that it begins with, such as {{ cart.total }}.",
            help_ar="متغيره والقيمة التي يبدأ بها، مثل {{ cart.total }}.",
        ),
    )
    results: dict[VariableName, PathText] = Field(
        default_factory=dict,
        max_length=50,
        json_schema_extra=ui(
            "Take from it",
            "خذ منه",
            widget="pairs",
            help_en="A variable here and the path of a variable there, such as address.city.",
            help_ar="متغير هنا ومسار متغير هناك، مثل address.city.",
        ),
    )

    def exits(self) -> tuple[Exit, ...]:
        return (Exit(DONE, ending_is_fine=True), Exit(ERROR))

    def calls(self) -> str | None:
        return refer_to(self.bot_id, self.version)

    def inspect(self, look: Look) -> None:
        for name, value in self.inputs.items():
            inspect_json(look, f"inputs.{name}", value)
        for name, path in self.results.items():
            look.sets(f"results.{name}", name)
            if parse_path(path) is None:
                look.error(f"results.{name}", "bad_path", f"'{path}' is not a path such as address.city.")
        look.runs("bot_id" if self.version is None else "version", self.bot_id, self.version)

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        reference = refer_to(self.bot_id, self.version)
        inputs = {name: build_json(value) for name, value in self.inputs.items()}

        def enter(visit: Visit) -> Outcome:
            return Call(reference, {name: value(visit) for name, value in inputs.items()})

        paths = [(name, parse_path(path) or ()) for name, path in self.results.items()]

        def back(visit: Visit, given: Back) -> Outcome:
            if isinstance(given, FlowNotRun):
                visit.report(given.code, given.message)
                return Leave(ERROR)
            if isinstance(given, FlowEnded):
                for name, path in paths:
                    visit.set_variable(name, read_path(given.variables, path))
            return Leave(DONE)

        return Behaviour(enter, back=back)


def refer_to(bot_id: str, version: int | None) -> str:
    """A flow's name in a `Library`: the bot's published version, or one of its versions."""
    named = str(UUID(bot_id))
    return named if version is None else f"{named}/{version}"


register(
    NodeType(
        name="run_flow",
        config=RunFlowConfig,
        group=Group.DECIDES,
        icon="workflow",
        label={"en": "Run another flow", "ar": "تشغيل مسار آخر"},
        description={
            "en": "Runs another bot's flow, gives it values, takes its results, and goes on here.",
            "ar": "يشغل مسار بوت آخر، يعطيه قيما ويأخذ نتائجه، ثم يتابع هنا.",
        },
        summary=("bot_id version",),
        example={
            "bot_id": "0199e0c8-9f3e-7c4b-8d55-0d5c1f8d4a11",
            "inputs": {"reason": "delivery"},
            "results": {"city": "address.city"},
        },
    )
)
