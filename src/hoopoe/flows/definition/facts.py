"""What an editor needs to know of each node and cannot read off its config: ways out, limits, variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hoopoe.flows.definition.blueprint import Blueprint
from hoopoe.flows.definition.reading import ReadNode, connect, read_nodes
from hoopoe.flows.nodes import Exit


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """`limits`: how long each of its texts may be, by field. `defaults`: what is said where one is empty, by language.
    `known`: variables that a person may bring along.
    """

    exits: tuple[Exit, ...]
    limits: Mapping[str, int]
    defaults: Mapping[str, Mapping[str, str]]
    known: tuple[str, ...]


def read_facts(blueprint: Blueprint) -> dict[str, NodeFacts]:
    """The facts of every node that can be read, by its id."""
    nodes = read_nodes(blueprint)
    known = _spread_variables(blueprint, nodes)
    return {
        node.spec.id: NodeFacts(
            node.config.exits(), node.look.limits, node.look.defaults, tuple(sorted(known[node.spec.id]))
        )
        for node in nodes
        if node.config is not None and node.look is not None
    }


def _spread_variables(blueprint: Blueprint, nodes: Sequence[ReadNode]) -> dict[str, set[str]]:
    """What is set on some way to each node. The flow's own variables are known everywhere."""
    links = connect(blueprint)
    sets = {n.spec.id: {mention.name for mention in n.look.writes} if n.look is not None else set() for n in nodes}
    known = {node_id: set(blueprint.variables) for node_id in links}
    pending = list(links)
    while pending:
        node_id = pending.pop()
        carried = known[node_id] | sets.get(node_id, set())
        for target in links[node_id].values():
            if not carried <= known[target]:
                known[target] |= carried
                pending.append(target)
    return known
