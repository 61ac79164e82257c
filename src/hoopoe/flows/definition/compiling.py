"""From a blueprint to the flow that the engine walks."""

from __future__ import annotations

from types import MappingProxyType

from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.definition.reading import connect, read_nodes
from hoopoe.flows.definition.validation import validate_blueprint
from hoopoe.flows.engine import Flow, Node, Trigger
from hoopoe.flows.expressions import to_json
from hoopoe.flows.nodes import Build, Fault


class FlowInvalid(ValueError):  # noqa: N818 - named after the situation
    """A blueprint with errors cannot be compiled. `faults` lists them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.node_id}.{fault.field}: {fault.message}" for fault in faults))
        self.faults = faults


def compile_flow(blueprint: Blueprint, *, version_id: str) -> Flow:
    """Read everything once: configs, templates, exits, triggers. Slow (milliseconds): keep the result.

    Raises FlowInvalid with every error (warnings do not count).
    """
    errors = [fault for fault in validate_blueprint(blueprint) if fault.severity == "error"]
    if errors:
        raise FlowInvalid(errors)
    links = connect(blueprint)
    nodes: dict[str, Node] = {}
    triggers: list[Trigger] = []
    for node in read_nodes(blueprint):
        if node.config is None:
            raise FlowInvalid(list(node.faults))
        build = Build(
            node_id=node.spec.id, languages=tuple(blueprint.languages), default_language=blueprint.default_language
        )
        exits = MappingProxyType(links[node.spec.id])
        nodes[node.spec.id] = Node(node.spec.id, node.spec.type, node.config.build(build), exits)
        trigger = node.config.trigger(build)
        if trigger is not None:
            triggers.append(trigger)
    triggers.sort(key=lambda trigger: trigger.rank, reverse=True)  # stable: the first drawn wins among equals
    return Flow(
        version_id=version_id,
        name=blueprint.name,
        languages=tuple(blueprint.languages),
        default_language=blueprint.default_language,
        nodes=MappingProxyType(nodes),
        triggers=tuple(triggers),
        variables=MappingProxyType({name: to_json(value) for name, value in blueprint.variables.items()}),
        merges_messages=blueprint.settings.merge_messages,
    )
