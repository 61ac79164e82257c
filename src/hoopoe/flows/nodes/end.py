"""`end`: the flow is over."""

from __future__ import annotations

from hoopoe.flows.engine import Behaviour, Finish, Outcome, Visit
from hoopoe.flows.nodes.base import Build, Exit, Group, NodeConfig, NodeType, register


class EndConfig(NodeConfig):
    def exits(self) -> tuple[Exit, ...]:
        return ()

    def build(self, build: Build) -> Behaviour:  # noqa: ARG002
        return Behaviour(_enter)


def _enter(visit: Visit) -> Outcome:  # noqa: ARG001
    return Finish()


register(
    NodeType(
        name="end",
        config=EndConfig,
        group=Group.HANDS_OVER,
        icon="circle-stop",
        label={"en": "End", "ar": "نهاية"},
        description={
            "en": "Ends the flow; the next message may start it again.",
            "ar": "تنتهي المحادثة، والرسالة التالية قد تبدأها من جديد.",
        },
        example={},
    )
)
