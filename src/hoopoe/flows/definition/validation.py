"""Every fault of a blueprint, by node and field."""

from __future__ import annotations

from pydantic import ValidationError

from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.nodes import Fault, Look, NodeConfig, explain, find_node_type


def validate_blueprint(blueprint: Blueprint) -> list[Fault]:
    """All that is wrong with a blueprint: errors, which forbid publishing, and warnings."""
    faults: list[Fault] = []
    for spec in blueprint.nodes:
        node_type = find_node_type(spec.type)
        if node_type is None:
            faults.append(Fault(spec.id, "type", "unknown_type", f"There is no node type '{spec.type}'."))
            continue
        try:
            config: NodeConfig = node_type.config.model_validate(spec.config)
        except ValidationError as error:
            faults += explain(error.errors(include_url=False, include_input=False), node_id=spec.id)
            continue
        look = Look(spec.id, languages=blueprint.languages, default_language=blueprint.default_language)
        config.inspect(look)
        faults += look.faults
    return faults
