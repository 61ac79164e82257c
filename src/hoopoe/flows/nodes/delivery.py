"""What all nodes that send have in common: whether what comes after it waits until it is on the phone."""

from __future__ import annotations

from pydantic import Field

from hoopoe.flows.nodes.base import NodeConfig
from hoopoe.flows.nodes.fields import ui


class SendingConfig(NodeConfig):
    """The base of every node that sends. Its `wait_for_delivery` goes into each `visit.send`."""

    wait_for_delivery: bool = Field(
        default=False,
        json_schema_extra=ui(
            "Wait until it is on the phone",
            "انتظر حتى تصل إلى الهاتف",
            widget="switch",
            help_en="What is sent next waits until this message was delivered, 10 seconds at most.",
            help_ar="ينتظر ما يُرسل بعدها حتى تصل هذه الرسالة، 10 ثوان على الأكثر.",
        ),
    )
