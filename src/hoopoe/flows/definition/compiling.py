"""From a blueprint to the flow that the engine walks."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.definition.reading import ReadNode, connect, read_nodes
from hoopoe.flows.definition.scopes import find_scopes, is_trigger
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
    links, read = connect(blueprint), read_nodes(blueprint)
    scopes = find_scopes(read, links)
    times = frozenset(
        mention.name for node in read if node.look is not None for mention in node.look.writes if mention.is_time
    )
    nodes: dict[str, Node] = {}
    triggers: list[Trigger] = []
    for node in read:
        if node.config is None:
            raise FlowInvalid(list(node.faults))
        build = Build(
            node_id=node.spec.id,
            languages=tuple(blueprint.languages),
            default_language=blueprint.default_language,
            times=times,
        )
        nodes[node.spec.id] = Node(
            id=node.spec.id,
            type=node.spec.type,
            behaviour=node.config.build(build),
            exits=MappingProxyType(links[node.spec.id]),
            scope=node.config.opens_scope[0] if node.config.opens_scope is not None else None,
            within=scopes[node.spec.id],
        )
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
        on_keyword=blueprint.settings.on_keyword,
        parks=blueprint.settings.on_human == "park",
        entry=_find_entry(read),
        calls=frozenset(reference for node in read if node.config and (reference := node.config.calls()) is not None),
    )


def _find_entry(nodes: Sequence[ReadNode]) -> str | None:
    """Where another flow begins this one: at the trigger that is made for it, else at the first one drawn."""
    triggers = [node for node in nodes if is_trigger(node)]
    made_for_it = (node for node in triggers if node.config is not None and node.config.answers_calls())
    found = next(made_for_it, triggers[0] if triggers else None)
    return found.spec.id if found is not None else None
