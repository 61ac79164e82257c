"""Blueprints: reading, checking, compiling. Pure.

    parse_blueprint(data) -> Blueprint               raises BlueprintError(faults): not a blueprint at all
    dump_blueprint(blueprint) -> JsonObject          what parse_blueprint reads
    validate_blueprint(blueprint) -> list[Fault]     every fault; an `error` forbids publishing
    compile_flow(blueprint, *, version_id) -> Flow   raises FlowInvalid(faults); compile once, keep the flow
    inspect_flow(blueprint) -> Inspection            variables, texts, effects, credentials
    list_credentials(blueprint) -> Blueprint         the same with the list of all credentials that its nodes name
    blueprint_schema() -> JsonObject                 the JSON Schema of it all
    read_facts(blueprint) -> {node id: NodeFacts}    what an editor needs to know: exits, limits, variables
    find_fix(blueprint, fault) -> (Change, …)        what mends a fault without a decision; () where nothing does
    speaks_freely_first(blueprint, node_id) -> bool  whether a shut window surely refuses the first thing said

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
from hoopoe.flows.definition.compiling import FlowInvalid, compile_flow, list_triggers
from hoopoe.flows.definition.facts import NodeFacts, read_facts
from hoopoe.flows.definition.first_words import speaks_freely_first
from hoopoe.flows.definition.fixes import Change, find_fix
from hoopoe.flows.definition.inspection import Inspection, inspect_flow, list_credentials
from hoopoe.flows.definition.naming import name_step, ref_step
from hoopoe.flows.definition.schema import blueprint_schema
from hoopoe.flows.definition.upgrades import SPEC_VERSION
from hoopoe.flows.definition.validation import validate_blueprint
from hoopoe.flows.engine import Flow
from hoopoe.flows.expressions import LocalizedText
from hoopoe.flows.nodes import Fault
from hoopoe.flows.nodes.faults import Elsewhere, NamedStep

__all__ = [
    "SPEC_VERSION",
    "Blueprint",
    "BlueprintError",
    "Change",
    "CredentialSpec",
    "EdgeSpec",
    "Elsewhere",
    "Fault",
    "Flow",
    "FlowInvalid",
    "Inspection",
    "LocalizedText",
    "NamedStep",
    "NodeFacts",
    "NodeSpec",
    "Position",
    "blueprint_schema",
    "compile_flow",
    "dump_blueprint",
    "find_fix",
    "inspect_flow",
    "list_credentials",
    "list_triggers",
    "name_step",
    "parse_blueprint",
    "read_facts",
    "ref_step",
    "speaks_freely_first",
    "validate_blueprint",
]
