"""Blueprints: reading, checking, compiling. Pure.

    parse_blueprint(data) -> Blueprint               raises BlueprintError(faults): not a blueprint at all
    dump_blueprint(blueprint) -> JsonObject          what parse_blueprint reads
    validate_blueprint(blueprint) -> list[Fault]     every fault; an `error` forbids publishing
    compile_flow(blueprint, *, version_id) -> Flow   raises FlowInvalid(faults); compile once, keep the flow
    inspect_flow(blueprint) -> Inspection            variables, texts, effects, credentials
    blueprint_schema() -> JsonObject                 the JSON Schema of it all

`Fault(node_id, field, code, message, severity)`. `LocalizedText` is a text, or a text for each language.
"""

from hoopoe.flows.definition.blueprint import (
    Blueprint,
    BlueprintError,
    CredentialSpec,
    EdgeSpec,
    NodeSpec,
    Position,
    dump_blueprint,
    parse_blueprint,
)
from hoopoe.flows.definition.compiling import FlowInvalid, compile_flow
from hoopoe.flows.definition.inspection import Inspection, inspect_flow
from hoopoe.flows.definition.schema import blueprint_schema
from hoopoe.flows.definition.upgrades import SPEC_VERSION
from hoopoe.flows.definition.validation import validate_blueprint
from hoopoe.flows.engine import Flow
from hoopoe.flows.expressions import LocalizedText
from hoopoe.flows.nodes import Fault

__all__ = [
    "SPEC_VERSION",
    "Blueprint",
    "BlueprintError",
    "CredentialSpec",
    "EdgeSpec",
    "Fault",
    "Flow",
    "FlowInvalid",
    "Inspection",
    "LocalizedText",
    "NodeSpec",
    "Position",
    "blueprint_schema",
    "compile_flow",
    "dump_blueprint",
    "inspect_flow",
    "parse_blueprint",
    "validate_blueprint",
]
