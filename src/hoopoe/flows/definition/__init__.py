"""Blueprints: reading, checking, compiling. Pure.

`parse_blueprint(data) -> Blueprint` (raises BlueprintError with `faults`), `dump_blueprint(blueprint)`,
`validate_blueprint(blueprint) -> list[Fault]`, `compile_flow(blueprint, *, version_id) -> Flow` (raises
FlowInvalid with `faults`; compile once per version and keep the flow), `LocalizedText` = a text, or a text
for each language. `Fault(node_id, field, code, message, severity)`: an `error` forbids publishing.
"""

from hoopoe.flows.definition.blueprint import (
    Blueprint,
    BlueprintError,
    EdgeSpec,
    NodeSpec,
    Position,
    dump_blueprint,
    parse_blueprint,
)
from hoopoe.flows.definition.compiling import FlowInvalid, compile_flow
from hoopoe.flows.definition.validation import validate_blueprint
from hoopoe.flows.engine import Flow
from hoopoe.flows.expressions import LocalizedText
from hoopoe.flows.nodes import Fault

__all__ = [
    "Blueprint",
    "BlueprintError",
    "EdgeSpec",
    "Fault",
    "Flow",
    "FlowInvalid",
    "LocalizedText",
    "NodeSpec",
    "Position",
    "compile_flow",
    "dump_blueprint",
    "parse_blueprint",
    "validate_blueprint",
]
