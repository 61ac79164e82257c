"""Every fault of a blueprint, by node and field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hoopoe.flows.definition.advice import give_advice
from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.definition.graph import check_graph
from hoopoe.flows.definition.reading import ReadNode, connect, read_nodes
from hoopoe.flows.engine.contract import NAMESPACES
from hoopoe.flows.nodes import Fault


def validate_blueprint(blueprint: Blueprint) -> list[Fault]:
    """All that is wrong with a blueprint: errors, which forbid publishing, and warnings.

    In the order of the nodes; what belongs to no node comes first.
    """
    nodes = read_nodes(blueprint)
    faults = [
        *_check_languages(blueprint),
        *(fault for node in nodes for fault in node.faults),
        *check_graph(blueprint, nodes),
        *_check_variables(blueprint, nodes),
        *give_advice(nodes, connect(blueprint)),
    ]
    order = {node.spec.id: place for place, node in reversed(list(enumerate(nodes)))}
    return sorted(faults, key=lambda fault: -1 if fault.node_id is None else order.get(fault.node_id, -1))


def _check_languages(blueprint: Blueprint) -> Iterator[Fault]:
    if blueprint.default_language not in blueprint.languages:
        message = f"The flow's own language '{blueprint.default_language}' is not among its languages."
        yield Fault(None, "default_language", "unknown_language", message, subject=blueprint.default_language)
    if len(set(blueprint.languages)) < len(blueprint.languages):
        yield Fault(None, "languages", "duplicate_language", "A language is named twice.")


def _check_variables(blueprint: Blueprint, nodes: Sequence[ReadNode]) -> Iterator[Fault]:
    """Names that are read and that nothing sets: usually a slip of the pen."""
    known = {*NAMESPACES, *blueprint.variables}
    looks = [node.look for node in nodes if node.look is not None]
    known.update(mention.name for look in looks for mention in look.writes)
    for look in looks:
        for mention in dict.fromkeys(look.reads):
            if mention.name not in known:
                message = f"Nothing sets '{mention.name}', so it is always empty."
                yield Fault(mention.node_id, mention.field, "unknown_variable", message, "warning", mention.name)
