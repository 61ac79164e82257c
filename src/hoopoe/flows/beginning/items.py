"""The input that starts a flow from outside: `begins` says at which trigger of which bot, `heard` what was said."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from hoopoe.flows.engine import Incoming
from hoopoe.flows.runner.beginnings import BEGINS
from hoopoe.flows.runner.messages import dump_incoming
from hoopoe.kernel.json import Json, JsonObject


def make_beginning(
    kind: str, *, bot_id: UUID, node_id: str, at: datetime, told: Json = None, call_id: UUID | None = None
) -> JsonObject:
    """The item of such an input, without its conversation. `kind`: `webhook` or `schedule`. `call_id`: of the call
    that its turn says the outcome of.
    """
    begins: JsonObject = {"bot_id": str(bot_id), "node_id": node_id}
    if call_id is not None:
        begins["call_id"] = str(call_id)
    return {"heard": dump_incoming(Incoming(kind, form=told, at=at)), "is_new": False, BEGINS: begins}
