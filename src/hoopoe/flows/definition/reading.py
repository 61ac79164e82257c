"""Reading each node of a blueprint once: its config, its exits, what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from hoopoe.flows.definition.blueprint import Blueprint, EdgeSpec, NodeSpec
from hoopoe.flows.nodes import NEXT, Fault, Look, NodeConfig, NodeType, explain, find_node_type


@dataclass(frozen=True, slots=True)
class ReadNode:
    """A node as far as it can be read. `config` and `look` are None where it cannot; `faults` says why."""

    spec: NodeSpec
    config: NodeConfig | None
    look: Look | None
    faults: tuple[Fault, ...]


def read_nodes(blueprint: Blueprint) -> list[ReadNode]:
    return [_read_node(blueprint, spec) for spec in blueprint.nodes]


def _read_node(blueprint: Blueprint, spec: NodeSpec) -> ReadNode:
    node_type = find_node_type(spec.type)
    if node_type is None:
        message = f"There is no node type '{spec.type}'."
        fault = Fault(spec.id, "type", "unknown_type", message, subject=spec.type)
        return ReadNode(spec, None, None, (fault,))
    try:
        config: NodeConfig = node_type.config.model_validate(spec.config)
    except ValidationError as error:
        faults = explain(error.errors(include_url=False, include_input=False), node_id=spec.id)
        return ReadNode(spec, None, None, (*faults, *_look_past(blueprint, spec, node_type, faults)))
    look = Look(spec.id, languages=blueprint.languages, default_language=blueprint.default_language)
    config.inspect(look)
    return ReadNode(spec, config, look, tuple(look.faults))


def _look_past(blueprint: Blueprint, spec: NodeSpec, node_type: NodeType, found: Sequence[Fault]) -> Iterator[Fault]:
    """What else is wrong with a node that cannot be read: its other fields, with what is bad taken from the example."""
    bad = {(fault.field or "").split(".")[0] for fault in found}
    rest = {name: value for name, value in spec.config.items() if name not in bad}
    stand_ins = {name: value for name, value in node_type.example.items() if name in bad}
    try:
        config: NodeConfig = node_type.config.model_validate({**rest, **stand_ins})
    except ValidationError:
        return
    look = Look(spec.id, languages=blueprint.languages, default_language=blueprint.default_language)
    config.inspect(look)
    yield from (fault for fault in look.faults if fault.field and fault.field.split(".")[0] not in bad)


def exit_of(edge: EdgeSpec) -> str:
    """The name of the exit that an edge leaves by."""
    return edge.source_handle or NEXT.name


def connect(blueprint: Blueprint) -> Mapping[str, dict[str, str]]:
    """Node id to its connected exits and where they lead. Of two edges from one exit the first counts."""
    exits: dict[str, dict[str, str]] = {node.id: {} for node in blueprint.nodes}
    for edge in blueprint.edges:
        if edge.source in exits and edge.target in exits:
            exits[edge.source].setdefault(exit_of(edge), edge.target)
    return exits
